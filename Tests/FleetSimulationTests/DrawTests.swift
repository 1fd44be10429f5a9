import FleetSimulation
import Inventory
import Log
import OS
import Simulation
import Testing
import Wire

/// The plan decides everything.
@Suite struct `A simulated fleet` {
    private static let plan = FleetPlan(hosts: 12, containers: 20...40, seed: 42)

    private func fleet(_ plan: FleetPlan) -> SimulatedFleet {
        // A clock that stands still: the times in the records are then equal too.
        SimulatedFleet(plan, now: { 1_800_000_000_000_000_000 }, log: .none) { _ in
            .nowhere
        }
    }

    private func truth(_ fleet: SimulatedFleet) -> [[ContainerID: EncodedContainer]] {
        fleet.hosts.map(\.truth)
    }

    @Test func `is the same for the same seed, and so is what happens to it`() {
        let (one, other) = (fleet(Self.plan), fleet(Self.plan))
        #expect(truth(one) == truth(other))
        let (first, second) = (one.churn(3_000), other.churn(3_000))
        #expect(first.count > 2_000)
        #expect(first == second)
        #expect(truth(one) == truth(other))
        #expect(one.counts == other.counts)
    }

    @Test func `is another one for another seed`() {
        var plan = Self.plan
        plan.seed = 43
        #expect(truth(fleet(Self.plan)) != truth(fleet(plan)))
    }

    @Test func `has as many hosts and containers as were asked for`() {
        let fleet = fleet(FleetPlan(hosts: 150, containers: 3...5, seed: 1))
        #expect(fleet.hosts.count == 150)
        #expect(Set(fleet.hosts.map(\.description.id)).count == 150)
        #expect(fleet.hosts.allSatisfy { (3...5).contains($0.engine.count) })
        #expect(fleet.hosts.allSatisfy { $0.description.labels["site"] != nil })
        #expect(
            SimulatedFleet.hostIDs(of: FleetPlan(hosts: 150, containers: 3...5))
                == fleet.hosts.map(\.description.id))
    }

    @Test func `holds what real fleets hold`() {
        let fleet = fleet(FleetPlan(hosts: 20, containers: 50...50, seed: 3))
        let containers = fleet.hosts.flatMap(\.engine.containers)
        func has(_ what: Comment, _ condition: (SimulatedContainer) -> Bool) {
            let found = containers.contains(where: condition)
            #expect(found, what)
        }
        has("exited") { $0.state == .exited && $0.exitCode != 0 }
        has("created") { $0.state == .created }
        has("paused") { $0.state == .paused }
        has("in a crash loop") { $0.state == .restarting }
        has("killed for its memory") { $0.isOOMKilled }
        has("unhealthy") { $0.health?.status == Health.unhealthy }
        has("healthy") { $0.health?.status == Health.healthy }
        has("a digest") { $0.spec.image.contains("@sha256:") }
        has("a Swarm task") { Compose(labels: $0.spec.labels)?.kind == Compose.swarm }
        has("RevP's labels for a port") { $0.spec.labels.keys.contains { $0.hasPrefix("snadboy.revp.80.") } }
        has("RevP's flat labels") { $0.spec.labels["snadboy.revp.domain"] != nil }
        has("a wrong label") { $0.spec.labels["snadboy.revp.70000.domain"] != nil }
        has("an ephemeral port") { $0.bindings.contains { $0.publicPort >= 32_768 } }
        has("a fixed port") { $0.bindings.contains { (8_000...8_999).contains($0.publicPort) } }
        has("loopback") { $0.bindings.contains { $0.ip == "127.0.0.1" } }
        has("the host's network") { $0.spec.networkMode == "host" }
        has("no ASCII") { $0.spec.labels.values.contains { $0.utf8.contains { $0 > 0x7F } } }
        let places = fleet.hosts.map { host in
            Set(host.engine.containers.compactMap { Compose(labels: $0.spec.labels)?.project })
        }
        #expect(
            places.indices.dropFirst().contains { !places[$0].isDisjoint(with: places[$0 - 1]) },
            "one stack, two hosts")
    }

    @Test func `sees every kind of change`() {
        let fleet = fleet(Self.plan)
        fleet.churn(20_000)
        let missing = Deed.Kind.allCases.filter { fleet.counts.deeds[$0] == nil }
        #expect(missing.isEmpty, "\(missing)")
        #expect(fleet.hosts.allSatisfy { $0.engine.count <= 44 })
    }
}
