import AgentCore
import AggregatorCore
import Inventory
import JSON
import Journal
import Log
import OS
import TestSupport
import Testing
import Wire

/// A1, H6: agents that report to two aggregators at once, real ones, of which one is lost.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `Two aggregators of the same agents` {
    /// What the hosts have: the start of each container's present run, by host and number.
    private typealias Truth = [String: [Int: Int64]]

    /// One aggregator is cut off in the middle and ends; a client that followed it goes on at the other.
    @Test(arguments: UInt64(1)...4) func `lose no change when one of them is killed`(seed: UInt64)
        async throws
    {
        var random = SplitMix64(seed: seed)
        let options = Station.Options(heartbeat: "200ms")
        try await Station.with(options) { kept in
            let names = ["web", "shop"]
            var truth: Truth = ["web": [:], "shop": [:]]
            var following = Replica()
            let taps = try names.map { _ in try Tap(to: nil) }
            let agents = try zip(names, taps).map { name, tap in
                try TwofoldAgent(Who(name), to: [tap.address, kept.agents])
            }
            try await Tap.running(taps) {
                try await TwofoldAgent.reporting(agents) {
                    try await Station.with(options) { lost in
                        for tap in taps { tap.turn(to: lost.agents) }
                        for _ in 0..<20 { Self.change(&truth, agents, names, &random) }
                        try await Self.agree(lost, truth)
                        try await Self.agree(kept, truth)
                        try await lost.settle()
                        try await following.follow(
                            try await lost.client.watch(), to: lost.aggregator.journal.current.description)
                        for step in 0..<20 {
                            Self.change(&truth, agents, names, &random)
                            if step == 10 { for tap in taps { tap.turn(to: Self.nowhere) } }
                        }
                    }
                    for _ in 0..<20 { Self.change(&truth, agents, names, &random) }
                    try await Self.agree(kept, truth)
                    try await kept.settle()
                    // The revision is the other aggregator's, so this one says `reset`, and then everything.
                    try await following.follow(
                        try await kept.client.watch("&fromRevision=\(following.revision ?? "")"),
                        to: kept.aggregator.journal.current.description)
                    #expect(Self.rows(following) == Self.rows(truth))
                    #expect(following.resets.count == 1)
                }
            }
            // Whoever was lost, this one was told once and after that only what changed.
            let syncs = kept.sink.records.count { $0.message.contains("resync") }
            #expect(syncs <= names.count)
        }
    }

    private static let nowhere = SocketAddress.unix("/nowhere/there.sock")

    private static func change(
        _ truth: inout Truth, _ agents: [TwofoldAgent], _ names: [String], _ random: inout SplitMix64
    ) {
        let place = Int.random(in: 0..<agents.count, using: &random)
        let number = Int.random(in: 1...15, using: &random)
        if truth[names[place]]?[number] != nil, Int.random(in: 0..<3, using: &random) == 0 {
            truth[names[place]]?[number] = nil
            agents[place].host.changed([(Sample.id(number), nil)])
        } else {
            let started = Int64.random(in: 1...1_000, using: &random)
            truth[names[place]]?[number] = started
            agents[place].host.changed([(Sample.id(number), Sample.container(number, startedAt: started))])
        }
    }

    private static func agree(_ station: Station, _ truth: Truth) async throws {
        try await eventually("the list agrees") {
            let items = try await station.client.json("/containers")["items"]?.elements ?? []
            let rows = items.map { item in
                row(
                    item["host"]?.string ?? "", item["id"]?.string ?? "",
                    item["status"]?["startedAt"]?.integer ?? 0)
            }
            return Set(rows) == Self.rows(truth)
        }
    }

    private static func rows(_ truth: Truth) -> Set<String> {
        Set(
            truth.flatMap { host, containers in
                containers.map { row(host, "\(Sample.id($0.key))", $0.value) }
            })
    }

    private static func rows(_ replica: Replica) -> Set<String> {
        Set(
            replica.containers.map { key, facets in
                "\(key) \(facets["status"]?["startedAt"]?.integer ?? 0)"
            })
    }

    private static func row(_ host: String, _ id: String, _ started: Int64) -> String {
        "\(host)/\(id) \(started)"
    }
}

/// An agent that reports over several uplinks at once, with a test in place of the watcher.
private struct TwofoldAgent {
    let host: HostState
    private let uplinks: [Uplink]

    init(_ who: Who, to addresses: [SocketAddress]) {
        let host = HostState(
            description: HostDescription(id: who.host, name: who.name), identity: who.identity,
            version: "test", epoch: who.epoch)
        self.host = host
        uplinks = addresses.map { address in
            Uplink(
                connector: SocketConnector(address), host: host,
                backoff: Backoff(base: .milliseconds(10), ceiling: .milliseconds(100)), log: .none)
        }
        host.reconciled([])
    }

    /// Reports while `body` runs, then says goodbye.
    static func reporting(_ agents: [TwofoldAgent], _ body: () async throws -> Void) async throws {
        let uplinks = agents.flatMap(\.uplinks)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for uplink in uplinks { group.addTask(name: "uplink") { try await uplink.run() } }
            do {
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            for uplink in uplinks { await uplink.stop() }
            try await group.waitForAll()
        }
    }
}
