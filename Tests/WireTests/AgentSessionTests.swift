import Inventory
import Testing
import Wire

/// Requirements A5, A6, A7: what an agent answers, one frame at a time.
@Suite struct `An agent's session` {
    /// A session in a place where expressions of a test can change it.
    private final class Desk {
        private var session: AgentSession

        /// Begins at time 0, by default over a complete log with three containers, and cuts long frames early.
        init(_ log: HostLog = Sample.log(3), pieces: PieceLimits = PieceLimits(bytes: 1, entries: 2)) {
            session = AgentSession(hello: Sample.hello(log.offer), pieces: pieces, now: 0)
        }

        var isWelcomed: Bool { session.isWelcomed }

        func isCaughtUp(with log: HostLog) -> Bool { session.isCaughtUp(with: log) }

        func received(_ message: Message, log: HostLog = Sample.log(3), now: Int64 = 0) -> [AgentSession
            .Action]
        {
            session.received(message, log: log, now: now)
        }

        func tick(_ log: HostLog = Sample.log(3), at now: Int64) -> [AgentSession.Action] {
            session.tick(log: log, engine: Sample.engine, confirmed: [:], wall: now, now: now)
        }

        func pump(_ log: HostLog) -> [AgentSession.Action] { session.pump(log: log, now: 0) }

        func leave(_ reason: String) -> [AgentSession.Action] { session.leave(reason: reason) }
    }

    private static func welcome(_ opening: Opening, frames: Int64 = 100, bytes: Int64 = 1 << 20) -> Message {
        .welcome(
            Welcome(session: 1, heartbeat: 2_000, windowFrames: frames, windowBytes: bytes, opening: opening))
    }

    @Test func `leaves when nobody answers its hello`() {
        let log = Sample.log(3)
        let session = Desk(log)
        #expect(session.tick(log, at: 10_000).isEmpty)
        #expect(session.tick(log, at: 10_001).last?.isClose == true)
        #expect(session.received(Self.welcome(.current), log: log, now: 10_002).isEmpty)
    }

    @Test func `says nothing between hello and welcome`() {
        let log = Sample.log(3)
        let session = Desk(log)
        for now in stride(from: Int64(0), through: 9_000, by: 250) {
            #expect(session.tick(log, at: now).isEmpty)
        }
        #expect(!session.isWelcomed)
    }

    @Test(arguments: [true, false]) func `leaves when it is refused, as it was told`(retry: Bool) {
        let session = Desk()
        let refusal = Refusal(code: "later", message: "no", retry: retry)
        let actions = session.received(.refused(refusal))
        #expect(actions == [.close(reason: "the aggregator refused this agent: no", retry: retry)])
    }

    @Test func `leaves when the aggregator chose a protocol that it doesn't speak`() {
        let session = Desk()
        let welcome = Welcome(
            session: 1, heartbeat: 2_000, windowFrames: 1, windowBytes: 1, opening: .current,
            protocolVersion: 9)
        #expect(session.received(.welcome(welcome)).map(\.isClose) == [true])
    }

    @Test func `takes up the heartbeat that the aggregator chose, at once`() {
        let log = Sample.log(3)
        let session = Desk(log)
        var welcome = Welcome(session: 1, heartbeat: 400, windowFrames: 1, windowBytes: 1, opening: .current)
        welcome.session = 8
        #expect(session.received(.welcome(welcome), log: log) == [.welcomed(session: 8)])
        var beats: [Int64] = []
        for now in stride(from: Int64(0), through: 1_200, by: 100) {
            _ = session.received(.ack(Acknowledgement(frames: 0, applied: 0, durable: 0)), log: log, now: now)
            if !session.tick(log, at: now).isEmpty { beats.append(now) }
        }
        #expect(beats == [0, 400, 800, 1_200])
    }

    @Test func `leaves when the aggregator falls silent for three heartbeats`() throws {
        let log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current), log: log)
        let end = try #require(
            stride(from: Int64(0), through: 20_000, by: 250).first { now in
                session.tick(log, at: now).contains { $0.isClose }
            })
        #expect(end == 6_250)
    }

    @Test func `sends nothing more than its window takes until it is acknowledged`() {
        var log = Sample.log(3)
        let session = Desk(log)
        // Each container is a piece of its own, and three pieces are one set.
        #expect(
            session.received(Self.welcome(.resume(from: 0), frames: 2), log: log).flatMap(\.messages).count
                == 2)
        #expect(session.pump(log).isEmpty)
        #expect(!session.isCaughtUp(with: log))
        log.put(Sample.id(0), Sample.container("other"))
        let more = session.received(.ack(Acknowledgement(frames: 1, applied: 0, durable: 0)), log: log)
            .flatMap(\.messages)
        guard case .delta(let third)? = more.first, more.count == 1 else {
            Issue.record("not one delta")
            return
        }
        #expect(third.sequence == 3)
        #expect(third.from == 0 && third.to == 3 && !third.more)
        let last = session.received(
            .ack(Acknowledgement(frames: 3, applied: 3, durable: 0)), log: log, now: 0
        ).flatMap(\.messages)
        guard case .delta(let fourth)? = last.first else {
            Issue.record("not a delta")
            return
        }
        #expect(fourth.from == 3 && fourth.to == 4)
        #expect(session.isCaughtUp(with: log))
    }

    @Test func `leaves when more is acknowledged than it sent`() {
        let log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current), log: log)
        let ack = Acknowledgement(frames: 1, applied: 3, durable: 0)
        #expect(session.received(.ack(ack), log: log).map(\.isClose) == [true])
    }

    @Test func `says each version that became durable once`() {
        let log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current), log: log)
        let ack = Acknowledgement(frames: 0, applied: 3, durable: 3)
        #expect(session.received(.ack(ack), log: log) == [.durable(3)])
        #expect(session.received(.heartbeat(Heartbeat(now: 0, ack: ack)), log: log).isEmpty)
    }

    @Test func `refuses to resume from a version that it never had`() {
        let log = Sample.log(3)
        let session = Desk(log)
        let actions = session.received(Self.welcome(.resume(from: 4)), log: log)
        #expect(actions.contains { $0.isClose })
    }

    @Test func `offers its state once it has seen a complete list, and again when nobody answers`() {
        var log = HostLog(epoch: Sample.epoch, digestKey: Sample.key)
        let session = Desk(log)
        _ = session.received(Self.welcome(.wait), log: log)
        log.put(Sample.id(1), Sample.container("c"))
        #expect(session.pump(log).isEmpty)
        log.completed()
        #expect(session.pump(log).flatMap(\.messages) == [.offer(log.offer)])
        #expect(session.pump(log).isEmpty)
        var offers: [Int64] = []
        for now in stride(from: Int64(250), through: 7_000, by: 250) {
            _ = session.received(.heartbeat(Heartbeat(now: now)), log: log, now: now)
            let sent = session.tick(log, at: now).flatMap(\.messages)
            if sent.contains(.offer(log.offer)) { offers.append(now) }
        }
        #expect(offers == [6_250])
    }

    @Test func `offers its state when it can't tell the changes since a version any more`() {
        var log = Sample.log(3, minimumTombstones: 1)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current, frames: 1), log: log)
        log.put(Sample.id(0), Sample.container("other"))
        #expect(session.pump(log).count == 1)
        for number in 0..<3 as Range<UInt64> { log.remove(Sample.id(number)) }
        #expect(log.floor > 4)
        let ack = Acknowledgement(frames: 1, applied: 4, durable: 0)
        #expect(session.received(.ack(ack), log: log).flatMap(\.messages) == [.offer(log.offer)])
    }

    @Test func `answers a resync with a manifest in pieces, and only the newest of them`() {
        let log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current), log: log)
        let sent = session.received(.resync(Resync(id: 4, reason: "x")), log: log)
        let pieces = sent.flatMap(\.messages).compactMap { message in
            if case .manifest(let manifest) = message { manifest } else { nil }
        }
        #expect(pieces.map(\.more) == [true, false])
        #expect(pieces.map(\.resync) == [4, 4])
        #expect(pieces.flatMap(\.entries) == log.manifest)
        #expect(session.received(.resync(Resync(id: 4, reason: "x")), log: log).isEmpty)
        #expect(session.received(.resync(Resync(id: 3, reason: "x")), log: log).isEmpty)
        #expect(session.received(.need(Need(resync: 3, ids: [])), log: log).isEmpty)
    }

    @Test func `answers need with what is needed whole, then says that all was sent`() {
        var log = Sample.log(3)
        let session = Desk(log, pieces: PieceLimits())
        _ = session.received(Self.welcome(.manifest(id: 0)), log: log)
        log.remove(Sample.id(2))
        #expect(session.received(.need(Need(resync: 0, more: true, ids: [Sample.id(1)])), log: log).isEmpty)
        let sent = session.received(.need(Need(resync: 0, ids: [Sample.id(2)])), log: log)
        let whole = ContainerChange(
            id: Sample.id(1), kind: .put(FacetChanges(whole: Sample.container("c1"))))
        #expect(
            sent.flatMap(\.messages) == [
                .delta(Delta(sequence: 2, from: 3, to: 4, changes: [.removed(Sample.id(2)), whole])),
                .synced(Synced(sequence: 3, resync: 0, version: 4)),
            ])
    }

    /// What an aggregator asks for is bounded by what was listed to it.
    @Test func `leaves when more is needed than was ever listed`() {
        let log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.manifest(id: 0)), log: log)
        let listed = (1...3).map { Sample.id($0) }
        #expect(session.received(.need(Need(resync: 0, more: true, ids: listed)), log: log).isEmpty)
        let actions = session.received(.need(Need(resync: 0, more: true, ids: [Sample.id(4)])), log: log)
        #expect(actions.last?.isClose == true)
    }

    @Test func `passes over answers to questions that are settled`() {
        let log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current), log: log)
        #expect(session.received(.open(.current), log: log).isEmpty)
        #expect(session.received(.need(Need(resync: 0, ids: [])), log: log).isEmpty)
    }

    @Test func `answers a type that it doesn't know, and never an error`() {
        let log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current), log: log)
        let answer = session.received(.unknown(type: "chart"), log: log)
        #expect(answer.flatMap(\.messages) == [.error(PeerError(code: "unknown-type", message: "chart"))])
        let note = session.received(.error(PeerError(code: "later", message: "x")), log: log)
        #expect(note == [.note("later: x")])
    }

    @Test(arguments: [
        Message.hello(Sample.hello(Sample.nothing)), .offer(Sample.nothing), welcome(.current),
        .synced(Synced(sequence: 1, resync: 0, version: 0)),
    ])
    func `ends the session at a frame that no aggregator sends now`(message: Message) {
        let log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current), log: log)
        let actions = session.received(message, log: log)
        #expect(
            actions.flatMap(\.messages)
                == [.error(PeerError(code: "unexpected-frame", message: "\(message.type) in this state"))])
        #expect(actions.last?.isClose == true)
        #expect(session.received(.unknown(type: "x"), log: log).isEmpty)
    }

    @Test func `says goodbye only to an aggregator that welcomed it`() {
        let log = Sample.log(3)
        let stranger = Desk(log)
        #expect(stranger.leave("bye").flatMap(\.messages).isEmpty)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current), log: log)
        #expect(session.leave("bye").flatMap(\.messages) == [.goodbye(Goodbye(reason: "bye"))])
    }

    @Test func `shows its digest only when everything was sent`() {
        var log = Sample.log(3)
        let session = Desk(log)
        _ = session.received(Self.welcome(.current, frames: 1), log: log)
        func heartbeat(at now: Int64) -> HostHeartbeat? {
            for message in session.tick(log, at: now).flatMap(\.messages) {
                if case .heartbeat(let heartbeat) = message { return heartbeat.host }
            }
            return nil
        }
        #expect(heartbeat(at: 0)?.digest == log.digest)
        for number in 0..<2 as Range<UInt64> { log.put(Sample.id(number), Sample.container("other")) }
        let pending = heartbeat(at: 2_000)
        #expect(pending?.pending == true)
        #expect(pending?.digest == nil)
        #expect(pending?.version == 5)
        #expect(pending?.sequence == 1)
    }
}
