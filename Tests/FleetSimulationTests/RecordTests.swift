import AgentCore
import Docker
import FleetSimulation
import HTTP
import Inventory
import Log
import OS
import Simulation
import TestSupport
import Testing
import Watch
import Wire

/// The short way from a simulated container to its record leads where the agent's long way leads.
@Suite struct `A simulated host's record` {
    @Test func `equals what the agent makes of the simulated Engine's answer`() async throws {
        let fleet = SimulatedFleet(FleetPlan(hosts: 3, containers: 40...40, seed: 11), log: .none) { _ in
            .nowhere
        }
        fleet.churn(500)
        try await TemporaryDirectory.with { folder in
            for host in fleet.hosts {
                let path = "\(folder)/engine.sock"
                try await host.engine.serving(at: path) { _ in
                    let client = EngineClient(connector: SocketConnector(.unix(path)), name: "simulated")
                    let truth = host.truth
                    #expect(truth.count == host.engine.count)
                    for (id, record) in truth {
                        let inspection = try await client.inspect(id, deadline: .after(.seconds(10)))
                        let made = RecordMaker(redaction: Redaction(), key: host.identity.secretKey).record(
                            of: inspection)
                        #expect(EncodedContainer(made) == record, "\(made.config.name)")
                    }
                }
            }
        }
    }
}
