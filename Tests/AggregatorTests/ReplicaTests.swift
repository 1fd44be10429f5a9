import AgentCore
import AggregatorCore
import Inventory
import JSON
import Journal
import OS
import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(1)), .serialized) struct `Whatever happens on the hosts` {
    /// What a host has, by the container's number.
    typealias Truth = [Int: EncodedContainer]

    /// A2, A6, A7, H2: after random changes over real sessions, some of them broken off, every list equals the
    /// hosts' truth, and so does a watch that is replayed from any revision of before.
    @Test(arguments: UInt64(1)...6) func `lists and watches end with exactly that`(seed: UInt64)
        async throws
    {
        var options = Station.Options(heartbeat: "200ms")
        // Small enough that folding, and reading changes from disk, take part.
        options.journal = { journal in
            journal.recentLimit = 8
            journal.foldAbove = 16
        }
        try await Station.with(options) { station in
            var random = SplitMix64(seed: seed)
            let journal = station.aggregator.journal
            let taps = [try Tap(to: station.agents), try Tap(to: station.agents)]
            let web = try LiveAgent(Who("web"), to: taps[0].address)
            let shop = try LiveAgent(Who("shop"), to: taps[1].address)
            var truth: [String: Truth] = ["web": [:], "shop": [:]]
            var places: [(revision: String, replica: Replica)] = []
            web.report([])
            shop.report([])
            let follower = try await station.client.watch()
            var following = Replica()
            try await Tap.running(taps) {
                try await web.reporting { web in
                    try await shop.reporting { shop in
                        for step in 0..<120 {
                            let (name, agent) = Bool.random(using: &random) ? ("web", web) : ("shop", shop)
                            Self.change(&truth[name, default: [:]], agent, &random)
                            if step % 25 == 20 { taps.randomElement(using: &random)?.cut() }
                            if step % 30 == 10 {
                                let now = journal.current.description
                                var replica = Replica()
                                try await replica.follow(try await station.client.watch(), to: now)
                                places.append((replica.revision ?? now, replica))
                            }
                        }
                        let expected = try Self.records(truth)
                        let client = station.client
                        try await eventually("the lists agree") {
                            let items = try await client.json(
                                "/containers?fields=host,id,name,status.state,status.startedAt")
                            return Self.rows(items) == Self.rows(truth)
                        }
                        try await station.settle()
                        let last = journal.current.description
                        try await following.follow(follower, to: last)
                        #expect(following.difference(from: expected).isEmpty)
                        for place in places {
                            var replica = place.replica
                            try await replica.follow(
                                try await client.watch("&fromRevision=\(place.revision)"), to: last)
                            #expect(replica.resets.isEmpty)
                            #expect(replica.difference(from: expected).isEmpty)
                        }
                    }
                }
            }
        }
    }

    /// A2, A6: the same over restarts of the aggregator, with changes while it is away; nothing is compared anew.
    @Test(arguments: UInt64(7)...9) func `lists and watches end with that over restarts too`(seed: UInt64)
        async throws
    {
        try await TemporaryDirectory.with { folder in
            var random = SplitMix64(seed: seed)
            var truth: [String: Truth] = ["web": [:]]
            var replica = Replica()
            let tap = try Tap(to: nil)
            let web = try LiveAgent(Who("web"), to: tap.address)
            web.report([])
            try await Tap.running([tap]) {
                try await web.reporting { web in
                    for _ in 0..<4 {
                        for _ in 0..<10 { Self.change(&truth["web", default: [:]], web, &random) }
                        try await Station.with(folder, Station.Options(heartbeat: "200ms")) { station in
                            tap.turn(to: station.agents)
                            for _ in 0..<10 { Self.change(&truth["web", default: [:]], web, &random) }
                            let client = station.client
                            try await eventually("the list agrees") {
                                Self.rows(try await client.json("/containers")) == Self.rows(truth)
                            }
                            try await station.settle()
                            let from = replica.revision.map { "&fromRevision=\($0)" } ?? ""
                            try await replica.follow(
                                try await client.watch(from),
                                to: station.aggregator.journal.current.description)
                            let expected = try Self.records(truth)
                            #expect(replica.difference(from: expected).isEmpty)
                        }
                    }
                }
            }
            #expect(replica.resets.isEmpty)
            #expect(tap.received.count { $0.type == "manifest" } == 1)
        }
    }

    private static func change(_ truth: inout Truth, _ agent: LiveAgent, _ random: inout SplitMix64) {
        var changes: [(ContainerID, EncodedContainer?)] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let number = Int.random(in: 1...12, using: &random)
            guard !changes.contains(where: { $0.0 == Sample.id(number) }) else { continue }
            if truth[number] != nil, Int.random(in: 0..<4, using: &random) == 0 {
                truth[number] = nil
                changes.append((Sample.id(number), nil))
            } else {
                let container = Sample.container(
                    number, name: ["a", "b", "c"].randomElement(using: &random),
                    state: [.running, .exited, .paused].randomElement(using: &random) ?? .running,
                    compose: Bool.random(using: &random) ? Sample.compose("p", "s") : nil,
                    startedAt: Int64.random(in: 1...5, using: &random))
                truth[number] = container
                changes.append((Sample.id(number), container))
            }
        }
        agent.host.changed(changes)
    }

    /// What a replica of the watch holds in the end.
    private static func records(_ truth: [String: Truth]) throws -> [String: [String: JSONValue]] {
        var records: [String: [String: JSONValue]] = [:]
        for (host, containers) in truth {
            for (number, container) in containers {
                var record: [String: JSONValue] = [:]
                for facet in Facet.allCases {
                    if let bytes = container[facet] { record[facet.rawValue] = try JSONValue(parsing: bytes) }
                }
                records["\(host)/\(Sample.id(number))"] = record
            }
        }
        return records
    }

    private static func rows(_ list: JSONValue) -> Set<String> {
        Set(
            (list["items"]?.elements ?? []).map { item in
                let status = item["status"]
                return
                    "\(item["host"]?.string ?? "")/\(item["id"]?.string ?? "") \(item["name"]?.string ?? "") "
                    + "\(status?["state"]?.string ?? "") \(status?["startedAt"]?.integer ?? 0)"
            })
    }

    private static func rows(_ truth: [String: Truth]) -> Set<String> {
        var rows: Set<String> = []
        for (host, containers) in truth {
            for (number, container) in containers {
                let status = container[.status].flatMap { try? JSONValue(parsing: $0) }
                let config = container[.config].flatMap { try? JSONValue(parsing: $0) }
                rows.insert(
                    "\(host)/\(Sample.id(number)) \(config?["name"]?.string ?? "") "
                        + "\(status?["state"]?.string ?? "") \(status?["startedAt"]?.integer ?? 0)")
            }
        }
        return rows
    }
}

@Suite(.timeLimit(.minutes(2)), .serialized) struct `Three hundred agents` {
    /// B17: all at once, as after an outage of the aggregator.
    @Test func `that come at once are all served`() async throws {
        _ = raiseDescriptorLimit()
        try await Station.with(Station.Options(heartbeat: "5s")) { station in
            let agents = try (1...300).map { try LiveAgent(Who("host\($0)"), to: station.agents) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for agent in agents {
                    group.addTask {
                        agent.report((1...3).map { (Sample.id($0), Sample.container($0)) })
                        try await agent.reporting { _ in try await BootClock().sleep(for: .seconds(120)) }
                    }
                }
                let client = station.client
                try await eventually(within: .seconds(50), "all hosts are live") {
                    let hosts = try await client.json("/hosts")["items"]?.elements ?? []
                    return hosts.count { $0["state"]?.string == "live" && $0["containers"]?.integer == 3 }
                        == 300
                }
                #expect(try await client.json("/containers?limit=1")["total"]?.integer == 900)
                try await eventually("all of it is on disk") {
                    station.aggregator.journal.statistics.rows >= 900
                }
                group.cancelAll()
                while let result = await group.nextResult() { _ = result }
            }
        }
    }
}
