import AgentCore
import AggregatorCore
import FleetSimulation
import Inventory
import Log
import OS
import TestSupport
import Testing
import Wire

/// The secure doors, with as many tokens as there are hosts (requirements A1, H2).
@Suite struct `A simulated fleet with tokens` {
    private static let plan = FleetPlan(hosts: 5, containers: 10...20, seed: 21)

    @Test func `reports over TLS with tokens that the aggregator made for it, and has them removed`()
        async throws
    {
        try await TemporaryDirectory.with { folder in
            try await Station.with(folder, isSecure: true) { station in
                let socket = SocketConnector(station.socket)
                let tokens = try await TokenBook(
                    creatingFor: SimulatedFleet.hostIDs(of: Self.plan), at: station.agents, over: socket)
                let fleet = try SimulatedFleet(Self.plan, log: .none) { host in
                    try tokens.place(of: host, at: station.agents)
                }
                try await fleet.reporting {
                    try await eventually(within: .seconds(20), "all hosts") { fleet.welcomed == 5 }
                    for _ in 0..<30 {
                        fleet.churn(20)
                        try await BootClock().sleep(for: .milliseconds(10))
                    }
                    fleet.heal()
                    let outcome = await FleetCheck(socket).waitUntilEqual(fleet, within: .seconds(60))
                    #expect(outcome.isEqual, "\(outcome.differences)")
                    #expect(outcome.containers == fleet.containers)
                    await tokens.remove(over: socket)
                    try await eventually(within: .seconds(20), "the end of all sessions") {
                        fleet.welcomed == 0
                    }
                }
            }
        }
    }

    @Test func `is refused without them`() async throws {
        try await TemporaryDirectory.with { folder in
            try await Station.with(folder, isSecure: true) { station in
                let socket = SocketConnector(station.socket)
                let ids = SimulatedFleet.hostIDs(of: Self.plan)
                let tokens = try await TokenBook(
                    creatingFor: Array(ids.dropLast()), at: station.agents, over: socket)
                #expect(throws: TokenBookError.self) {
                    try SimulatedFleet(Self.plan, log: .none) { host in
                        try tokens.place(of: host, at: station.agents)
                    }
                }
                // Everybody shows the first host's token: only that one may speak.
                let fleet = try SimulatedFleet(Self.plan, log: .none) { _ in
                    try tokens.place(of: ids[0], at: station.agents)
                }
                try await fleet.reporting {
                    try await eventually(within: .seconds(20), "the one host") { fleet.hosts[0].isWelcomed }
                    #expect(fleet.welcomed == 1)
                    #expect(ids.dropFirst().allSatisfy { station.aggregator.hosts[$0] == nil })
                }
            }
        }
    }
}
