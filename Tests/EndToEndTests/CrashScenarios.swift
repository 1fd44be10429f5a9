internal import Glibc
internal import JSON
internal import TestSupport
internal import Testing

extension `A real fleet` {
    /// A6: what changed while an agent was dead is found when it is back.
    @Test func `survives the death of an agent`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.run("seed", "h1", "6")
        try await fleet.parity("six containers")
        #expect(await fleet.station.endAgent("h1", SIGKILL) == 128 + SIGKILL)
        try await lab.docker("h1", "rm", "-f", "seed-1")
        try await lab.docker("h1", "restart", "seed-2")
        try await lab.docker("h1", "rename", "seed-3", "other")
        try await lab.docker("h1", "run", "-d", "--name", "seed-3", "bb:1")
        try await lab.docker("h2", "run", "-d", "--name", "elsewhere", "bb:1")
        try await fleet.parity("a change beside a dead agent", hosts: ["h2", "h3"])
        try await fleet.station.startAgent("h1")
        try await fleet.parity("an agent's kill -9 and restart")
        for _ in 1...3 {
            _ = await fleet.station.endAgent("h2", SIGKILL)
            try await fleet.station.startAgent("h2")
        }
        try await fleet.parity("three deaths in a row")
    }

    /// A2, A6: a restarted aggregator answers from its database before any agent is back, and says so.
    @Test func `survives the death of the aggregator`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        for host in lab.hosts { try await lab.run("seed", host.name, "5") }
        try await fleet.parity("five containers each")
        let before = try await fleet.settled()
        // Agents that stand still keep the restored state in sight.
        for host in lab.hosts { await fleet.station.signalAgent(host.name, SIGSTOP) }
        #expect(await fleet.station.endAggregator(SIGKILL) == 128 + SIGKILL)
        try await fleet.station.startAggregator()
        let took = try await fleet.station.answering(within: .seconds(2))
        print("restored after \(took.formatted)")
        let after = try await fleet.station.document("ps", "-a", "-o", "json")
        #expect(Replica(listing: before).differences(from: after) == [])
        for host in lab.hosts { #expect(try await fleet.station.state(host.name) == "restored") }
        for host in lab.hosts { await fleet.station.signalAgent(host.name, SIGCONT) }
        try await fleet.parity("the aggregator's kill -9 and restart")
        for host in lab.hosts {
            // Restored rows that are still true are equal before the agent has said so.
            try await wait(for: "\(host.name) is live", within: RealFleet.soon) {
                try await fleet.station.state(host.name) == "live"
            }
        }

        #expect(await fleet.station.endAggregator(SIGKILL) == 128 + SIGKILL)
        try await lab.docker("h1", "rm", "-f", "seed-1")
        try await lab.docker("h2", "run", "-d", "--name", "meanwhile", "bb:1")
        try await fleet.station.startAggregator()
        try await fleet.station.answering()
        try await fleet.parity("changes while the aggregator was dead")
    }

    /// A6, H2: random deaths under load lose nothing that was acknowledged.
    ///
    /// Each time the database opens and a watcher resumes where it was; in the end it knows exactly the fleet.
    /// `BAYPLAN_KILLS` sets how many deaths (15).
    @Test func `loses nothing in random deaths of the aggregator under load`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        for host in lab.hosts { try await lab.run("seed", host.name, "4") }
        try await fleet.parity("four containers each")
        var replica = Replica(listing: try await fleet.settled())
        let seed = UInt64(RealFleet.setting("BAYPLAN_SEED", default: Int.random(in: 0..<1 << 40)))
        var random = SplitMix64(seed: seed)
        print("BAYPLAN_SEED=\(seed)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in lab.hosts {
                group.addTask(name: "load \(host.name)") {
                    while !Task.isCancelled {
                        try await lab.run("storm", host.name, "10", "--jobs", "1", "--start-every", "5")
                        try await lab.docker(host.name, "restart", "seed-1", "seed-2")
                        try await lab.docker(host.name, "pause", "seed-3")
                        try await lab.docker(host.name, "unpause", "seed-3")
                    }
                }
            }
            for kill in 1...RealFleet.setting("BAYPLAN_KILLS", default: 15) {
                let watcher = try await fleet.station.watch(from: replica.revision, into: "watch-\(kill)")
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...1_200, using: &random)))
                #expect(await fleet.station.endAggregator(SIGKILL) == 128 + SIGKILL)
                watcher.signal(SIGKILL)
                _ = await watcher.ended(within: .seconds(5))
                try replica.apply(watcher)
                if kill % 3 == 0, let host = lab.hosts.randomElement(using: &random)?.name {
                    _ = await fleet.station.endAgent(host, SIGKILL)
                    try await fleet.station.startAgent(host)
                }
                try await fleet.station.startAggregator()
                try await fleet.station.answering(within: .seconds(5))
                #expect(replica.resets == 0, "death \(kill): a revision that was given out is unknown")
            }
            group.cancelAll()
            // A storm that is cut off in the middle reports a failure; that is not the aggregator's.
            while let result = await group.nextResult() { _ = result }
        }
        for host in lab.hosts {
            try await fleet.removeStorm(host.name)
            _ = try? await lab.docker(host.name, "unpause", "seed-3")
        }
        try await fleet.parity(within: .seconds(5), "the last death")
        let listing = try await fleet.settled()
        let watcher = try await fleet.station.watch(from: replica.revision, into: "watch-last")
        // Whatever is still missing afterwards is named below.
        _ = try? await wait(for: "the watcher caught up", within: .seconds(10)) {
            var copy = replica
            try copy.apply(watcher)
            return copy.differences(from: listing).isEmpty
        }
        watcher.signal(SIGKILL)
        _ = await watcher.ended(within: .seconds(5))
        try replica.apply(watcher)
        #expect(replica.resets == 0)
        #expect(replica.differences(from: listing) == [])
        print("the watcher applied \(replica.events) events")
        #expect(await fleet.station.endAggregator(SIGTERM) == 0)
        #expect(try await fleet.station.databaseCheck() == "ok")
    }
}

extension RealFleet {
    /// The listing once nothing changes any more: its revision is the same twice, 300 ms apart.
    func settled() async throws -> JSONValue {
        var last = try await station.document("ps", "-a", "-o", "json")
        for _ in 1...60 {
            try await Task.sleep(for: .milliseconds(300))
            let next = try await station.document("ps", "-a", "-o", "json")
            if next["revision"] == last["revision"] { return next }
            last = next
        }
        throw Command.Failure(description: "the revision did not come to rest within 18 s")
    }

    /// Removes what a storm that was broken off left.
    func removeStorm(_ host: String) async throws {
        let ids = try await lab.docker(host, "ps", "-aq", "--filter", "label=lab.storm")
        for id in ids.split(separator: "\n") { try await lab.docker(host, "rm", "-f", String(id)) }
    }
}
