import AgentCore
import AggregatorCore
import Docker
import Inventory
import Lifecycle
import Log
import OS
import Settings
import Simulation
import TestSupport
import Wire

/// The agent as the program has it, beside a simulated Engine and reporting to an address.
enum WholeAgent {
    /// Runs an agent, with its settings and all its services, while `body` runs.
    static func reporting(
        _ host: String, engine socket: String, to address: SocketAddress, folder: String,
        _ arguments: [String] = [], _ body: () async throws -> Void
    ) async throws {
        let input = SettingsInput(
            arguments: [
                "--docker", "unix://" + socket, "--host-id", host, "--aggregator", "\(address)", "--insecure",
                "--state", folder + "/agent-" + host, "--stats", "off",
            ] + arguments, environment: { _ in nil },
            read: { (_, _) throws(SettingsInput.FileProblem) in throw .missing })
        guard case .run(let settings) = try AgentSettings.table.resolve(input) else {
            throw Unexpected(sentence: "the settings ask for help")
        }
        let agent = try Agent(settings, version: "test", log: .none)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in agent.services {
                group.addTask(name: service.name) { try? await service.run() }
            }
            defer { group.cancelAll() }
            try await body()
        }
    }
}
