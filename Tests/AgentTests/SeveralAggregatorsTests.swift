import AgentCore
import Inventory
import Lifecycle
import Log
import OS
import TestSupport
import Testing
import Wire

/// A1: failover within a group, and several groups at once, over real sockets.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `An agent with several aggregators` {
    private static func place(_ aggregator: ScriptedAggregator) -> AggregatorGroup.Place {
        .init(address: aggregator.address, connector: SocketConnector(aggregator.address))
    }

    private static func pace(steady: Int64) -> Failover.Pace {
        var pace = Failover.Pace()
        pace.held = 0
        pace.steady = steady
        return pace
    }

    /// Runs an agent with one group while `body` runs.
    private static func with(
        _ group: AggregatorGroup, steady: Int64 = 3_600_000, _ body: (Reporting) async throws -> Void
    ) async throws {
        let agent = try Reporting(to: group, pace: pace(steady: steady))
        try await agent.running { try await body(agent) }
    }

    @Test func `goes to the next when one can't be reached or refuses`() async throws {
        let free = SocketAddress.ip(try #require(IPAddress("127.0.0.1")), port: try Places.freePort())
        let (busy, good) = (try ScriptedAggregator(), try ScriptedAggregator())
        let group = AggregatorGroup([
            .init(address: free, connector: SocketConnector(free)), Self.place(busy), Self.place(good),
        ])
        try await Self.with(group) { agent in
            let (peer, _) = try await busy.next()
            try await peer.send(.refused(Refusal(code: Refusal.busy, message: "full", retry: true)))
            let (kept, hello) = try await good.welcoming(.wait)
            #expect(hello.host.id.rawValue == "web")
            try await eventually { agent.uplink.isWelcomed }
            kept.stream.close()
            #expect(agent.waits.prefix(2).map(\.wait) == [0, 0], "the next is tried at once")
            #expect(agent.sink.lines.contains { $0.contains("next=\(good.address)") })
        }
    }

    /// A token that isn't accepted: the longest pause there, an error that says what to do, the next meanwhile.
    @Test(arguments: [Refusal.unauthorized, Refusal.wrongHost])
    func `says what to do about a refused token, and goes on elsewhere`(code: String) async throws {
        let (strict, good) = (try ScriptedAggregator(), try ScriptedAggregator())
        let places = [Self.place(strict), Self.place(good)]
        let group = AggregatorGroup(remedy: "run `bayplan token create`") { () throws(AgentError) in places }
        try await Self.with(group) { agent in
            let (peer, _) = try await strict.next()
            try await peer.send(.refused(Refusal(code: code, message: "revoked", retry: false)))
            let (kept, _) = try await good.welcoming(.wait)
            try await eventually { agent.uplink.isWelcomed }
            kept.stream.close()
            let errors = agent.waits.filter { $0.level == .error }
            #expect(errors.map(\.reason) == ["the aggregator refused this agent: revoked"])
            #expect(agent.sink.lines.contains { $0.contains("run `bayplan token create`") })
        }
    }

    @Test func `goes back to the first once that answers, saying goodbye to the other`() async throws {
        let port = try Places.freePort()
        let first = SocketAddress.ip(try #require(IPAddress("127.0.0.1")), port: port)
        let second = try ScriptedAggregator()
        let group = AggregatorGroup([
            .init(address: first, connector: SocketConnector(first)), Self.place(second),
        ])
        try await Self.with(group, steady: 50) { agent in
            let (peer, _) = try await second.welcoming(.wait)
            try await eventually { agent.uplink.isWelcomed }
            let back = try ScriptedAggregator(at: first)
            // The first connection only looks whether somebody is there.
            let (_, hello) = try await back.welcomingAfterLook(.wait)
            #expect(hello.host.id.rawValue == "web")
            let goodbye = try await peer.expect("goodbye") {
                if case .goodbye(let it) = $0 { it } else { nil }
            }
            #expect(goodbye.reason == "the agent goes back to \(first)")
            #expect(try await peer.next() == nil)
            try await eventually { agent.sink.lines.contains { $0.contains("going back to it") } }
        }
    }

    @Test func `stays where it is while the first is away`() async throws {
        let first = SocketAddress.ip(try #require(IPAddress("127.0.0.1")), port: try Places.freePort())
        let second = try ScriptedAggregator()
        let group = AggregatorGroup([
            .init(address: first, connector: SocketConnector(first)), Self.place(second),
        ])
        try await Self.with(group, steady: 10) { agent in
            let (peer, _) = try await second.welcoming(.wait, heartbeat: 50)
            for _ in 0..<6 {
                _ = try await peer.expect("heartbeat") { if case .heartbeat = $0 { true } else { nil } }
                try await peer.send(
                    .heartbeat(Heartbeat(now: 0, ack: Acknowledgement(frames: 0, applied: 0, durable: 0))))
            }
            #expect(agent.waits.count == 1 && agent.uplink.isWelcomed)
        }
    }

    /// What is wrong with a token file later on is logged and tried again, never the end of the agent.
    @Test func `goes on when its tokens can't be read for a while, and takes the new one`() async throws {
        let aggregator = try ScriptedAggregator()
        let place = Self.place(aggregator)
        let reads = Counter()
        let group = AggregatorGroup(remedy: "") { () throws(AgentError) in
            let number = reads.next()
            guard number > 3 else { throw AgentError(sentence: "/t can't be read") }
            return [.init(address: place.address, connector: place.connector, credential: "token \(number)")]
        }
        try await Self.with(group) { agent in
            let (peer, hello) = try await aggregator.welcoming(.wait)
            #expect(hello.credential == "token 4")
            let bad = agent.waits.prefix(3)
            #expect(bad.allSatisfy { $0.level == .error && $0.reason == "/t can't be read" && $0.wait > 0 })
            try await eventually { agent.uplink.isWelcomed }
            peer.stream.close()
            let (_, next) = try await aggregator.welcoming(.wait)
            #expect(next.credential != hello.credential && next.credential?.hasPrefix("token ") == true)
        }
    }

    /// SIGHUP: a pause of half a minute is not waited out.
    @Test func `tries at once when it is woken`() async throws {
        let aggregator = try ScriptedAggregator()
        let host = try Reporting(to: SocketConnector(aggregator.address)).host
        let sink = MemorySink()
        let uplink = Uplink(
            group: AggregatorGroup([Self.place(aggregator)]), link: host.link(),
            backoff: Backoff(base: .seconds(3_600), ceiling: .seconds(3_600)),
            log: Log(LogSettings(level: .debug), to: sink))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await uplink.run() }
            defer { tasks.cancelAll() }
            try await aggregator.next().peer.send(
                .refused(Refusal(code: Refusal.unauthorized, message: "", retry: false)))
            try await eventually { sink.lines.contains { $0.contains("wait_ms=3600000") } }
            uplink.wake()
            _ = try await aggregator.next()
        }
    }

    /// B20: one aggregator that reads nothing doesn't keep the goodbye from the other.
    @Test func `says goodbye to all at once, within five seconds`() async throws {
        try await TemporaryDirectory.with { folder in
            let (good, deaf) = (try ScriptedAggregator(), try ScriptedAggregator())
            let agent = try Agent(
                settings(
                    "--state", folder, "--host-id", "web", "--insecure", "--docker",
                    "unix://\(folder)/no.sock",
                    "--aggregator", "\(deaf.address)", "--aggregator", "\(good.address)"),
                version: "1", log: .none)
            let program = Program(agent.services, log: .none)
            let signals = Mailbox<Signal>(limit: 1, whenFull: .dropNewest)
            try await withThrowingTaskGroup(of: Program.Outcome.self) { tasks in
                tasks.addTask { try await program.run(signals) }
                let (silent, _) = try await deaf.next()
                let (peer, _) = try await good.welcoming(.wait)
                _ = try await peer.expect("heartbeat") { if case .heartbeat = $0 { true } else { nil } }
                let start = BootClock.now
                _ = signals.post(.terminate)
                _ = try await peer.expect("goodbye") { if case .goodbye = $0 { true } else { nil } }
                #expect(start.duration(to: BootClock.now) < .seconds(2))
                #expect(try await tasks.next() == .signalled(.terminate))
                #expect(start.duration(to: BootClock.now) < .seconds(5))
                _ = silent
            }
        }
    }

    /// B20: a write that an aggregator doesn't take is not waited out either.
    @Test func `ends within five seconds though a write is stuck`() async throws {
        let connector = StuckConnector()
        let uplink = try Reporting(to: connector).uplink
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await uplink.run() }
            try await connector.waitForWrite()
            let start = BootClock.now
            await uplink.stop()
            try await tasks.waitForAll()
            #expect(start.duration(to: BootClock.now) < .seconds(5))
        }
    }
}

/// A connector to a place that takes no byte.
private final class StuckConnector: Connector {
    private let written = Reply<Void>()

    func waitForWrite() async throws {
        guard case .value = await written.wait(until: .after(.seconds(10))) else {
            throw Unexpected("nothing was written")
        }
    }

    func connect(deadline: Deadline) async throws(StreamError) -> any ByteStream {
        Stream(written: written)
    }

    private final class Stream: ByteStream {
        private let written: Reply<Void>
        private let closed = Reply<Void>()

        init(written: Reply<Void>) {
            self.written = written
        }

        func read(atMost limit: Int, deadline: Deadline) async throws(StreamError) -> [UInt8] {
            try? await BootClock().sleep(for: .seconds(3_600))
            throw StreamError(.cancelled, "cancelled")
        }

        func write(_ bytes: [UInt8], deadline: Deadline) async throws(StreamError) {
            written.send(())
            _ = await closed.wait(until: deadline)
            throw StreamError(.timedOut, "stuck")
        }

        func close() {
            closed.send(())
        }
    }
}
