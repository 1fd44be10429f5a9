import AgentCore
import Cgroups
import Docker
import Inventory
import Lifecycle
import Log
import OS
import Synchronization
import TestSupport
import Testing
import Watch
import Wire

/// Row B16: what the agent reports of what containers use, from files as a host with version 2 has them.
@Suite(.timeLimit(.minutes(1))) struct `An agent that samples` {
    private struct Host {
        let folder: String

        func write(_ path: String, _ text: String) throws {
            let parent = "\(folder)/\(path)".split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            try makeDirectories(parent)
            try writeFileAtomically("\(folder)/\(path)", Array(text.utf8))
        }

        /// A container's group and process, which has used so many seconds of CPU time.
        func add(_ number: Int, seconds: Int) throws {
            let path = "/system.slice/docker-\(Reporting.id(number)).scope"
            try write("proc/\(100 + number)/cgroup", "0::\(path)\n")
            try write(
                "proc/\(100 + number)/net/dev",
                "a\nb\n  eth0: 200 2 0 0 0 0 0 0 30 1 0 0 0 0 0 0\n")
            try write("cgroup/cgroup.controllers", "cpu io memory pids\n")
            try write("cgroup\(path)/cpu.stat", "usage_usec \(seconds * 1_000_000)\n")
            try write("cgroup\(path)/memory.current", "5000\n")
            try write("cgroup\(path)/memory.max", "max\n")
            try write("cgroup\(path)/memory.stat", "inactive_file 1000\n")
            try write("cgroup\(path)/pids.current", "3\n")
            try write("cgroup\(path)/io.stat", "8:0 rbytes=7 wbytes=9 rios=1 wios=1\n")
        }

        /// The machine's two CPUs have spent so many seconds each.
        func setSystem(seconds: Int) throws {
            try write("proc/stat", "cpu  \(seconds * 200) 0 0 0 0 0 0 0 0 0\ncpu0 1\ncpu1 1\n")
        }

        static func container(_ number: Int, mode: String = "bridge") -> EncodedContainer {
            var status = Status(state: .running)
            status.pid = Int64(100 + number)
            status.startedAt = 1
            var network = Network()
            network.mode = mode
            return EncodedContainer(
                Container(
                    id: Reporting.id(number), status: status, network: network,
                    config: Config(name: "c\(number)")))
        }
    }

    /// Runs an agent with such a host and an aggregator that understands `features`.
    private func sampling(
        _ numbers: ClosedRange<Int>, features: [String] = Feature.all, interval: Duration,
        _ body: (Host, StatsLoop, ScriptedAggregator.Peer) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { folder in
            let host = Host(folder: folder)
            try host.setSystem(seconds: 100)
            for number in numbers { try host.add(number, seconds: number) }
            let aggregator = try ScriptedAggregator()
            let agent = try Reporting(to: SocketConnector(aggregator.address))
            let loop = StatsLoop(
                host: agent.host, cgroups: "\(folder)/cgroup", proc: "\(folder)/proc", interval: interval,
                engine: nil, calls: 3, log: Log(LogSettings(level: .debug), to: agent.sink))
            try await agent.running {
                loop.targets.changed(numbers.map { (Reporting.id($0), Host.container($0)) })
                loop.targets.reconciled(Set(numbers.map(Reporting.id)))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask(name: "stats") { try await loop.run() }
                    defer { group.cancelAll() }
                    let (peer, _) = try await aggregator.next()
                    var welcome = Welcome(
                        session: 1, heartbeat: 10_000, windowFrames: 256, windowBytes: 8 << 20, opening: .wait
                    )
                    welcome.features = features
                    try await peer.send(.welcome(welcome))
                    try await body(host, loop, peer)
                }
            }
        }
    }

    private func report(_ peer: ScriptedAggregator.Peer) async throws -> StatsReport {
        try await peer.expect("stats") { if case .stats(let report) = $0 { report } else { nil } }
    }

    @Test func `reports every container at the interval`() async throws {
        try await sampling(1...3, interval: .seconds(1)) { host, _, peer in
            let first = try await report(peer)
            #expect(first.samples.map(\.id) == (1...3).map(Reporting.id))
            #expect(!first.more && first.interval > 0 && first.now >= first.at)
            var wanted = ContainerStats()
            wanted.cpuTime = 2_000_000_000
            wanted.memory = 4_000
            wanted.pids = 3
            wanted.received = 200
            wanted.sent = 30
            wanted.read = 7
            wanted.written = 9
            #expect(first.samples[1].stats == wanted)
            // The second one works half of the time; the files of one moment may be read before and after it.
            for turn in 1...20 {
                try host.setSystem(seconds: 100 + 10 * turn)
                try host.add(2, seconds: 2 + 5 * turn)
                let next = try await report(peer)
                if next.samples[1].stats.cpu == 5_000, next.samples[0].stats.cpu == 0 { return }
            }
            Issue.record("half a CPU was never reported")
        }
    }

    @Test func `says nothing to an aggregator that doesn't take it, or that reads too slowly`() async throws {
        try await Reporting.with { agent, aggregator in
            let (peer, _) = try await aggregator.next()
            var welcome = Welcome(
                session: 1, heartbeat: 10_000, windowFrames: 256, windowBytes: 8 << 20, opening: .wait)
            welcome.features = [Feature.events]
            try await peer.send(.welcome(welcome))
            try await eventually("welcome") { agent.host.isWelcomed }
            #expect(!agent.host.isHeard(Feature.stats) && agent.host.isHeard(Feature.events))
            agent.host.say(.stats(StatsReport(now: 2, at: 1, samples: [])))
            agent.host.say(.events(EventReport(now: 2, missed: 0, events: [])), room: 0)
            await agent.uplink.stop()
            _ = try await peer.expect("goodbye") { if case .goodbye = $0 { true } else { nil } }
            let others = peer.received.contains { message in
                switch message {
                case .stats, .events: true
                default: false
                }
            }
            #expect(!others)
        }
    }

    @Test func `samples each second what somebody watches, and no longer`() async throws {
        try await sampling(1...3, interval: .seconds(3_600)) { _, loop, peer in
            let all = try await report(peer)
            #expect(all.samples.count == 3)
            let watching = Task { await loop.watch(Reporting.id(2)) }
            for _ in 0..<3 {
                let live = try await report(peer)
                #expect(live.samples.map(\.id) == [Reporting.id(2)])
                #expect(live.interval == 1_000)
            }
            watching.cancel()
            #expect(await watching.value)
            #expect(loop.demands.next == nil)
        }
    }

    @Test func `cuts a long sweep into frames`() async throws {
        try await sampling(1...1_500, interval: .seconds(3_600)) { _, _, peer in
            var ids: [ContainerID] = []
            var frames = 0
            while true {
                let piece = try await report(peer)
                frames += 1
                ids += piece.samples.map(\.id)
                #expect(Message.stats(piece).frame.count <= 256 << 10)
                if !piece.more { break }
            }
            #expect(frames == 3 && ids == (1...1_500).map(Reporting.id))
        }
    }

    @Test func `knows which containers run and whose network is their own`() {
        let aggregate = StatsTargets(before: Deaf())
        #expect(!aggregate.isKnown && aggregate.subjects.isEmpty)
        aggregate.changed([
            (Reporting.id(1), Host.container(1)), (Reporting.id(2), Host.container(2, mode: "host")),
            (Reporting.id(3), Host.container(3, mode: "container:\(Reporting.id(1))")),
            (Reporting.id(4), Reporting.container(4, state: .exited)),
            (Reporting.id(5), Reporting.container(5)),
        ])
        #expect(aggregate.subjects.map(\.pid) == [101, 102, 103])
        #expect(aggregate.subjects.map(\.hasOwnNetwork) == [true, false, false])
        aggregate.changed([(Reporting.id(1), Reporting.container(1, state: .exited))])
        #expect(aggregate.subjects.map(\.pid) == [102, 103])
        aggregate.changed([(Reporting.id(2), nil)])
        aggregate.reconciled([Reporting.id(9)])
        #expect(aggregate.isKnown && aggregate.subjects.isEmpty)
    }

    @Test func `stands between the watcher and the host, and keeps nothing from it`() {
        let heard = Heard()
        let targets = StatsTargets(before: heard)
        targets.changed([(Reporting.id(1), nil)])
        targets.reconciled([])
        targets.engine(.unreachable(reason: "test", since: 1))
        targets.happened([], missed: 7)
        #expect(heard.calls.withLock { $0 } == ["changed 1", "reconciled 0", "engine", "happened 7"])
    }

    private final class Heard: WatchSink {
        let calls = Mutex<[String]>([])
        func changed(_ containers: [(ContainerID, EncodedContainer?)]) { note("changed \(containers.count)") }
        func reconciled(_ ids: Set<ContainerID>) { note("reconciled \(ids.count)") }
        func engine(_ state: Watch.EngineState) { note("engine") }
        func happened(_ events: [EventReport.Event], missed: Int64) { note("happened \(missed)") }
        private func note(_ call: String) { calls.withLock { $0.append(call) } }
    }

    private struct Deaf: WatchSink {
        func changed(_ containers: [(ContainerID, EncodedContainer?)]) {}
        func reconciled(_ ids: Set<ContainerID>) {}
        func engine(_ state: Watch.EngineState) {}
    }
}
