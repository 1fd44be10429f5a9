import AggregatorAPI
import AggregatorCore
import Lifecycle
import Log
import OS
import Settings
import TestSupport

/// A real aggregator in this process: real sockets, a real database, the same services as the program runs.
struct Station {
    let aggregator: Aggregator
    let folder: String

    /// Where agents connect.
    var agents: SocketAddress { aggregator.door.address }
    /// Where the API answers.
    var socket: SocketAddress { .unix(folder + "/api.sock") }

    /// Runs an aggregator on a folder while `body` runs, and stops it as SIGTERM does.
    static func with(
        _ folder: String, port: UInt16 = 0, heartbeat: String = "1s", isSecure: Bool = false,
        _ body: (Station) async throws -> Void
    ) async throws {
        let arguments =
            [
                "--data", folder + "/data", "--agents", "127.0.0.1:\(port)", "--http", "127.0.0.1:0",
                "--socket",
                folder + "/api.sock", "--heartbeat", heartbeat,
            ] + (isSecure ? [] : ["--insecure"])
        let input = SettingsInput(
            arguments: arguments, environment: { _ in nil },
            read: { (_, _) throws(SettingsInput.FileProblem) in throw .missing })
        guard case .run(let settings) = try AggregatorSettings.table.resolve(input) else {
            throw Unexpected(sentence: "the settings ask for help")
        }
        let log = Log.none
        let aggregator = try await Aggregator(settings, log: log)
        let api = FleetAPI(
            aggregator, settings: settings.describe(), process: "0123456789abcdef", log: log)
        let doors = try Doors(settings, api: api, log: log)
        let program = Program(
            [doors, api, aggregator.door] + aggregator.watches + [aggregator.storage], log: log)
        let signals = Mailbox<Signal>(limit: 4, whenFull: .dropNewest)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "aggregator") { _ = try await program.run(signals) }
            defer { _ = signals.post(.terminate) }
            try await body(Station(aggregator: aggregator, folder: folder))
            _ = signals.post(.terminate)
            try await group.waitForAll()
        }
    }
}

/// A test came to something that it can't go on from.
struct Unexpected: Error {
    let sentence: String
}
