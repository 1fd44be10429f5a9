import AgentCore
import Inventory
import Log
import OS
import TestSupport
import Testing
import Watch
import Wire

@Suite(.timeLimit(.minutes(1)), .serialized) struct `An uplink` {
    @Test func `says hello with what it knows, and sends everything when it is asked`() async throws {
        try await Reporting.with { agent, aggregator in
            agent.report(1...3)
            let (peer, hello) = try await aggregator.welcoming(.manifest(id: 1))
            #expect(hello.agentVersion == "1.2.3" && hello.protocols == protocolVersions)
            #expect(hello.offer.count == 3 && hello.offer.digest != nil)
            #expect(hello.engine.state == EngineCondition.reachable && hello.engine.version == "20.10.24")
            let manifest = try await peer.expect("manifest") {
                if case .manifest(let it) = $0 { it } else { nil }
            }
            #expect(manifest.entries.map(\.id) == (1...3).map(Reporting.id))
            try await peer.send(.need(Need(resync: 1, ids: [Reporting.id(2)])))
            let delta = try await peer.expect("delta") { if case .delta(let it) = $0 { it } else { nil } }
            #expect(delta.changes.map(\.id) == [Reporting.id(2)])
            _ = try await peer.expect("synced") { if case .synced(let it) = $0 { it } else { nil } }
            agent.host.changed([(Reporting.id(1), nil)])
            let next = try await peer.expect("delta") { if case .delta(let it) = $0 { it } else { nil } }
            #expect(next.changes == [.removed(Reporting.id(1))])
        }
    }

    /// B14, C4: the wait doubles from its base to its ceiling, and starts anew after a session that was accepted.
    @Test func `waits longer after each failure, and briefly again after a welcome`() async throws {
        try await Reporting.with { agent, aggregator in
            for _ in 0..<6 {
                let (peer, _) = try await aggregator.next()
                try await peer.send(.refused(Refusal(code: Refusal.busy, message: "not now", retry: true)))
                try await peer.waitForEnd()
            }
            let (peer, _) = try await aggregator.welcoming(.wait)
            try await eventually { agent.host.isWelcomed }
            peer.stream.close()
            _ = try await aggregator.next()
            let waits = agent.waits
            try #require(waits.count >= 7)
            for (attempt, wait) in waits.prefix(6).enumerated() {
                let full = min(200, 20 << attempt)
                #expect((full / 2...full).contains(wait.wait), "attempt \(attempt)")
                #expect(wait.level == .warning && wait.reason.contains("not now"))
            }
            #expect((10...20).contains(waits[6].wait))
            #expect(waits[6].reason == "the aggregator closed the connection")
        }
    }

    /// An outage is met eagerly in its first minutes, whatever the wait between attempts will be later.
    @Test func `waits a second at most when an outage has just begun`() async throws {
        let aggregator = try ScriptedAggregator()
        let agent = try Reporting(to: SocketConnector(aggregator.address))
        let uplink = Uplink(
            connector: SocketConnector(aggregator.address), host: agent.host,
            backoff: Backoff(base: .seconds(3_600), ceiling: .seconds(3_600)),
            log: Log(LogSettings(level: .debug), to: agent.sink))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await uplink.run() }
            defer { group.cancelAll() }
            try await aggregator.next().peer.send(
                .refused(Refusal(code: Refusal.busy, message: "", retry: true)))
            try await eventually { agent.waits.count == 1 }
            #expect(agent.waits.first?.wait == 1_000)
            _ = try await aggregator.next()
        }
    }

    /// The refusal's own word counts, even when the connection closes with it.
    @Test func `waits for the ceiling when trying again can't help`() async throws {
        try await Reporting.with { agent, aggregator in
            for _ in 0..<3 {
                let (peer, _) = try await aggregator.next()
                try await peer.send(.refused(Refusal(code: "unsupported", message: "too old", retry: false)))
                peer.stream.close()
            }
            try await eventually { agent.waits.count == 3 }
            for wait in agent.waits {
                #expect(wait.wait == 200 && wait.level == .error)
                #expect(wait.reason == "the aggregator refused this agent: too old")
            }
        }
    }

    @Test func `goes on trying while nobody listens, and says what is wrong`() async throws {
        let free = try Places.freePort()
        let agent = try Reporting(to: SocketConnector(SocketAddress("127.0.0.1:\(free)")))
        try await agent.running {
            try await eventually { agent.waits.count >= 4 }
            #expect(agent.waits.allSatisfy { $0.reason.contains("127.0.0.1:\(free)") })
        }
    }

    /// A2, A6: after the aggregator's restart only what it doesn't hold durably is sent.
    @Test func `resumes from what is durable and sends nothing else`() async throws {
        try await Reporting.with { agent, aggregator in
            agent.report(1...10)
            var (peer, hello) = try await aggregator.welcoming(.manifest(id: 1))
            _ = try await peer.expect("manifest") { if case .manifest(let it) = $0 { it } else { nil } }
            try await peer.send(.need(Need(resync: 1, ids: (1...10).map(Reporting.id))))
            let synced = try await peer.expect("synced") { if case .synced(let it) = $0 { it } else { nil } }
            try await peer.send(
                .ack(Acknowledgement(frames: 3, applied: synced.version, durable: synced.version)))
            peer.stream.close()
            agent.host.changed([
                (Reporting.id(4), Reporting.container(4, state: .exited)), (Reporting.id(5), nil),
            ])
            (peer, hello) = try await aggregator.welcoming(.resume(from: synced.version), heartbeat: 50)
            #expect(hello.offer.version == synced.version + 2)
            let delta = try await peer.expect("delta") { if case .delta(let it) = $0 { it } else { nil } }
            #expect(delta.from == synced.version && delta.to == synced.version + 2)
            #expect(delta.changes.count == 2 && delta.changes.first == .removed(Reporting.id(5)))
            guard case .put(let facets) = delta.changes[1].kind else { throw Unexpected("\(delta)") }
            #expect(Facet.allCases.filter { facets[$0] != .untouched } == [.status])
            for _ in 0..<3 {
                _ = try await peer.expect("heartbeat") { if case .heartbeat = $0 { true } else { nil } }
            }
            #expect(peer.received.count { if case .delta = $0 { true } else { false } } == 1)
        }
    }

    /// Old rows stay while the Engine is down: `digest: null`, heartbeats, and an offer once a list is complete.
    @Test func `offers its state once the Engine has answered`() async throws {
        try await Reporting.with { agent, aggregator in
            let reason = String(repeating: "no such file ", count: 10_000)
            agent.host.engine(.unreachable(reason: reason, since: 5))
            // The first connection may have been made before.
            var (peer, hello) = try await aggregator.welcoming(.wait, heartbeat: 50)
            if hello.engine.state != EngineCondition.unreachable {
                peer.stream.close()
                (peer, hello) = try await aggregator.welcoming(.wait, heartbeat: 50)
            }
            #expect(hello.offer.digest == nil && hello.offer.count == 0)
            #expect(
                hello.engine.state == EngineCondition.unreachable && hello.engine.reason.utf8.count == 1_024)
            let heartbeat = try await peer.expect("heartbeat") {
                if case .heartbeat(let it) = $0 { it.host } else { nil }
            }
            #expect(heartbeat.digest == nil && heartbeat.confirmed.isEmpty)
            #expect(heartbeat.engine.state == EngineCondition.unreachable)
            agent.report(1...2)
            let offer = try await peer.expect("offer") { if case .offer(let it) = $0 { it } else { nil } }
            #expect(offer.count == 2 && offer.digest != nil)
            try await peer.send(.open(.current))
            let next = try await peer.expect("a heartbeat with a digest") { message -> HostHeartbeat? in
                if case .heartbeat(let it) = message, it.host?.digest != nil { it.host } else { nil }
            }
            #expect(next.engine.state == EngineCondition.reachable && next.engine.reason.isEmpty)
            #expect(Set(next.confirmed.keys) == Set(Facet.allCases))
        }
    }

    /// B20: goodbye is on the wire before the connection closes.
    @Test func `says goodbye when it is stopped`() async throws {
        let aggregator = try ScriptedAggregator()
        let agent = try Reporting(to: SocketConnector(aggregator.address))
        let uplink = agent.uplink
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await uplink.run() }
            let (peer, _) = try await aggregator.welcoming(.wait)
            try await eventually { agent.host.isWelcomed }
            await uplink.stop()
            try await group.waitForAll()
            let goodbye = try await peer.expect("goodbye") {
                if case .goodbye(let it) = $0 { it } else { nil }
            }
            #expect(goodbye.reason == "the agent was stopped")
            #expect(try await peer.next() == nil)
        }
        #expect(agent.waits.isEmpty)
    }

    enum Moment: CaseIterable, Sendable {
        case connecting, greeting, waiting
    }

    /// A stop is never waited out: not the connecting, not the wait between attempts.
    @Test(arguments: Moment.allCases) func `ends at once when it is stopped before a welcome`(moment: Moment)
        async throws
    {
        let aggregator = try ScriptedAggregator()
        let connector: any Connector =
            switch moment {
            case .connecting: EndlessConnector()
            case .greeting: SocketConnector(aggregator.address)
            case .waiting: SocketConnector(try SocketAddress("127.0.0.1:\(Places.freePort())"))
            }
        let agent = try Reporting(to: connector)
        let uplink = Uplink(
            connector: connector, host: agent.host,
            backoff: Backoff(base: .seconds(3_600), ceiling: .seconds(3_600)),
            log: Log(LogSettings(level: .debug), to: agent.sink))
        let start = BootClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await uplink.run() }
            var peer: ScriptedAggregator.Peer?
            switch moment {
            case .connecting: try await (connector as? EndlessConnector)?.waitForCall()
            case .greeting: peer = try await aggregator.next().peer
            case .waiting: try await eventually { agent.waits.count == 1 }
            }
            await uplink.stop()
            try await group.waitForAll()
            #expect(try await peer?.next() == nil)
        }
        #expect(start.duration(to: BootClock.now) < .seconds(8))
    }

    @Test func `notices an aggregator that falls silent, and comes back`() async throws {
        try await Reporting.with { agent, aggregator in
            let (peer, _) = try await aggregator.welcoming(.wait, heartbeat: 40)
            try await peer.waitForEnd()
            try await eventually { agent.waits.count == 1 }
            #expect(agent.waits.first?.reason == "the aggregator fell silent")
            _ = try await aggregator.next()
        }
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let says: String
    }

    static let bad: [Bad] = [
        Bad(testDescription: "length zero", bytes: [0, 0, 0, 0], says: "length zero"),
        Bad(testDescription: "longer than 16 MiB", bytes: [1, 0, 0, 1], says: "16777217 bytes"),
        Bad(testDescription: "garbage", bytes: .frame(Array("garbage".utf8)), says: "not valid JSON"),
        Bad(
            testDescription: "HTTP", bytes: Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
            says: "bytes, where"),
        Bad(
            testDescription: "a frame of the agent's", bytes: Message.goodbye(Goodbye(reason: "x")).frame,
            says: "out of turn"),
        Bad(
            testDescription: "an acknowledgement of what was never sent",
            bytes: Message.ack(Acknowledgement(frames: 99, applied: 0, durable: 0)).frame, says: "never sent"),
        Bad(
            testDescription: "a resync of nothing known",
            bytes: Message.open(.resume(from: 99)).frame, says: ""),
    ]

    @Test(arguments: bad) func `ends a session on what it can't use, and comes back`(bad: Bad) async throws {
        try await Reporting.with { agent, aggregator in
            let (peer, _) = try await aggregator.welcoming(.wait)
            try await eventually { agent.host.isWelcomed }
            try await peer.send(bytes: bad.bytes)
            if bad.says.isEmpty {
                // An answer to a question that was settled is no error.
                agent.report(1...1)
                _ = try await peer.expect("offer") { if case .offer(let it) = $0 { it } else { nil } }
                return
            }
            try await peer.waitForEnd()
            let (_, hello) = try await aggregator.next()
            #expect(hello.host.id.rawValue == "web")
            #expect(agent.waits.first?.reason.contains(bad.says) == true)
        }
    }

    /// Before `welcome` a long frame is refused by its length alone.
    @Test func `takes only short frames before it is welcome`() async throws {
        try await Reporting.with { agent, aggregator in
            let (peer, _) = try await aggregator.next()
            try await peer.send(bytes: [0, 1, 0, 1])
            try await peer.waitForEnd()
            try await eventually { agent.waits.count == 1 }
            #expect(agent.waits.first?.reason.contains("65537 bytes, where 65536") == true)
        }
    }

    @Test func `answers an unknown type with an error and goes on`() async throws {
        try await Reporting.with { agent, aggregator in
            let (peer, _) = try await aggregator.welcoming(.wait)
            try await peer.send(bytes: .frame(Array(#"{"type":"tickle"}"#.utf8)))
            let error = try await peer.expect("error") { if case .error(let it) = $0 { it } else { nil } }
            #expect(error == PeerError(code: PeerError.unknownType, message: "tickle"))
            try await peer.send(.error(PeerError(code: "strange", message: "I don't like you")))
            try await eventually { agent.sink.lines.contains { $0.contains("strange: I don't like you") } }
            #expect(agent.waits.isEmpty)
        }
    }

    /// What a host says of itself has bounds, so that `hello` fits the frame that is allowed before `welcome`.
    @Test func `never says a hello that is too long`() async throws {
        let id = try #require(HostID(String(repeating: "h", count: 63)))
        var description = HostDescription(id: id, name: String(repeating: "\u{1}", count: 255))
        description.address = String(repeating: "\u{2}", count: 255)
        description.labels = ["l": String(repeating: "x", count: 32_700)]
        let aggregator = try ScriptedAggregator()
        let agent = try Reporting(to: SocketConnector(aggregator.address), description: description)
        agent.report(1...3)
        agent.host.engine(.unreachable(reason: String(repeating: "\u{3}", count: 1 << 20), since: 1))
        try await agent.running {
            let (_, hello) = try await aggregator.next()
            #expect(Message.hello(hello).frame.count - 4 <= FrameDecoder.greetingLimit)
        }
    }
}

/// A connector to a place that never answers.
final class EndlessConnector: Connector {
    private let called = Reply<Void>()

    func waitForCall() async throws {
        guard case .value = await called.wait(until: .after(.seconds(5))) else {
            throw Unexpected("never called")
        }
    }

    func connect(deadline: Deadline) async throws(StreamError) -> any ByteStream {
        called.send(())
        try? await BootClock().sleep(for: .seconds(3_600))
        throw StreamError(.cancelled, "cancelled")
    }
}
