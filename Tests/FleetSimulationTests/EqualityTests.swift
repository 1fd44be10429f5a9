import AgentCore
import AggregatorCore
import Fleet
import FleetSimulation
import Inventory
import Log
import OS
import Simulation
import TestSupport
import Testing
import Wire

/// Many hosts by the agent's own code, a real aggregator, and every facet of every container compared at the end
/// (requirements A1, A6, A7, B17).
@Suite(.serialized) struct `A simulated fleet and its aggregator` {
    private static let patience = Duration.seconds(60)

    /// A1: deltas over a real connection; A6: what is read back comes from the disk.
    @Test func `are equal after thousands of changes, cut connections, outages and restarted agents`()
        async throws
    {
        try await TemporaryDirectory.with { folder in
            try await Station.with(folder) { station in
                let fleet = SimulatedFleet.small(to: station.agents)
                try await fleet.reporting {
                    try await eventually(within: .seconds(20), "all hosts") {
                        fleet.welcomed == fleet.hosts.count
                    }
                    for _ in 0..<100 {
                        fleet.churn(40)
                        // So that things happen at all stages of a session, not in one burst.
                        try await BootClock().sleep(for: .milliseconds(10))
                    }
                    fleet.heal()
                    let outcome = await FleetCheck(SocketConnector(station.socket)).waitUntilEqual(
                        fleet, within: Self.patience)
                    #expect(outcome.isEqual, "\(outcome.differences)")
                    #expect(outcome.containers == fleet.containers)
                    #expect(outcome.equalFacets == 4 * fleet.containers)
                    for kind in [Deed.Kind.drop, .outage, .agent, .redeploy, .scale, .recreate] {
                        #expect(fleet.counts.deeds[kind, default: 0] > 0, "\(kind)")
                    }
                }
            }
        }
    }

    /// A6: what was acknowledged before the restart is not lost, what was not is sent again, nothing twice.
    @Test func `are equal after the aggregator was restarted in the middle of it`() async throws {
        try await TemporaryDirectory.with { folder in
            let port = try Places.freePort()
            let fleet = SimulatedFleet.small(seed: 8, to: try SocketAddress("127.0.0.1:\(port)"))
            try await fleet.reporting {
                for round in 0..<3 {
                    try await Station.with(folder, port: port) { station in
                        try await eventually(within: .seconds(20), "all hosts") {
                            fleet.welcomed >= fleet.hosts.count / 2
                        }
                        for _ in 0..<20 {
                            fleet.churn(25)
                            try await BootClock().sleep(for: .milliseconds(5))
                        }
                        guard round == 2 else { return }
                        fleet.heal()
                        let outcome = await FleetCheck(SocketConnector(station.socket)).waitUntilEqual(
                            fleet, within: Self.patience)
                        #expect(outcome.isEqual, "\(outcome.differences)")
                    }
                    fleet.churn(100)
                }
            }
        }
    }

    /// B17: rows of a host that can't be heard stay, the others go on.
    @Test func `go on while one host is silent, whose rows stay until it is heard again`() async throws {
        try await TemporaryDirectory.with { folder in
            try await Station.with(folder, heartbeat: "200ms") { station in
                let fleet = SimulatedFleet.small(hosts: 4, to: station.agents)
                let check = FleetCheck(SocketConnector(station.socket))
                try await fleet.reporting {
                    let before = await check.waitUntilEqual(fleet, within: Self.patience)
                    #expect(before.isEqual, "\(before.differences)")
                    let (silent, others) = (fleet.hosts[0], fleet.hosts.dropFirst())
                    let held = silent.truth
                    fleet.silence(0)
                    try await eventually(within: .seconds(20), "the silent host's mark") {
                        station.aggregator.hosts[silent.description.id]?.condition == .silent
                    }
                    for host in others {
                        for id in host.engine.ids.prefix(5) { fleet.remove(id, from: host) }
                    }
                    for id in silent.engine.ids.prefix(3) { fleet.remove(id, from: silent) }
                    try await eventually(within: .seconds(20), "the others' changes") {
                        others.allSatisfy { host in
                            station.aggregator.count(on: host.description.id) == host.engine.count
                        }
                    }
                    #expect(station.aggregator.count(on: silent.description.id) == held.count)
                    fleet.heal()
                    let after = await check.waitUntilEqual(fleet, within: Self.patience)
                    #expect(after.isEqual, "\(after.differences)")
                    #expect(after.containers == before.containers - 18)
                }
            }
        }
    }

    /// A7: a host where nothing happens sends heartbeats and nothing else.
    @Test func `say little when nothing happens`() async throws {
        try await TemporaryDirectory.with { folder in
            try await Station.with(folder, heartbeat: "100ms") { station in
                let meter = Meter()
                let plan = FleetPlan(hosts: 3, containers: 20...20, seed: 5)
                let fleet = SimulatedFleet(plan, log: .none) { _ in
                    let connector = MeteredConnector(inner: SocketConnector(station.agents), meter: meter)
                    return AggregatorGroup.Place(address: station.agents, connector: connector)
                }
                try await fleet.reporting {
                    let check = FleetCheck(SocketConnector(station.socket))
                    let outcome = await check.waitUntilEqual(fleet, within: Self.patience)
                    #expect(outcome.isEqual, "\(outcome.differences)")
                    // The acknowledgements of the last changes may still be under way.
                    try await BootClock().sleep(for: .milliseconds(300))
                    let (writes, bytes) = meter.written
                    try await eventually(within: .seconds(20), "heartbeats") {
                        meter.written.count >= writes + 15
                    }
                    let (later, sum) = meter.written
                    #expect((sum - bytes) / (later - writes) <= 400, "bytes of a heartbeat")
                }
            }
        }
    }

    /// A checker that never fails would prove nothing.
    @Test func `are told apart when one facet of one container differs`() async throws {
        try await TemporaryDirectory.with { folder in
            try await Station.with(folder) { station in
                let fleet = SimulatedFleet.small(hosts: 2, containers: 5...5, to: station.agents)
                let check = FleetCheck(SocketConnector(station.socket))
                try await fleet.reporting {
                    let before = await check.waitUntilEqual(fleet, within: Self.patience)
                    #expect(before.isEqual, "\(before.differences)")
                    // Behind the agent's back, as if a change had been lost.
                    let engine = fleet.hosts[1].engine
                    let running = try #require(engine.containers.first { $0.state == .running })
                    try engine.pause(running.id)
                    let status = await check.waitUntilEqual(fleet, within: .milliseconds(300))
                    #expect(status.differences.count == 1)
                    #expect(status.differences.first?.contains("\(running.id.short) status") == true)
                    try engine.remove(running.id, force: true)
                    let gone = await check.waitUntilEqual(fleet, within: .milliseconds(300))
                    #expect(
                        gone.differences == [
                            "\(fleet.hosts[1].description.id): \(running.id.short) is gone and still listed"
                        ])
                }
            }
        }
    }
}

extension SimulatedFleet {
    /// Removes a container as `docker rm -f` does, and tells the host's agent.
    func remove(_ id: ContainerID, from host: SimulatedHost) {
        try? host.engine.remove(id, force: true)
        host.report([id])
    }
}

extension Aggregator {
    /// How many containers the fleet in memory has on a host.
    func count(on id: HostID) -> Int? {
        hosts[id].map { fleet.digests(of: $0.key).count }
    }
}
