import Inventory
import JSON
import Testing
import Wire

/// What passes beside the host's state: requirement B16 for stats, B4 for requests.
@Suite struct `Frames outside the state` {
    private static func session(
        _ features: [String], open: Opening = .current, log: HostLog = Sample.log(1)
    ) -> AgentSession {
        var session = AgentSession(hello: Sample.hello(log.offer), now: 0)
        var welcome = Welcome(
            session: 1, heartbeat: 2_000, windowFrames: 1, windowBytes: 1 << 20, opening: open)
        welcome.features = features
        _ = session.received(.welcome(welcome), log: log, now: 0)
        return session
    }

    private static let stats = Message.stats(StatsReport(now: 2, at: 1, samples: []))
    private static let events = Message.events(EventReport(now: 2, events: []))
    private static let answer = Message.reply(AgentReply(id: 7, isLast: true))

    @Test func `go only to an aggregator that takes them`() {
        var session = Self.session([Feature.stats])
        let log = Sample.log(1)
        #expect(session.say(Self.stats, log: log) == [.send(Self.stats.frame)])
        #expect(session.say(Self.events, log: log) == [])
        #expect(session.say(.measures(Measures()), log: log) == [])
    }

    @Test func `don't go before the welcome, and nothing else goes this way`() {
        let log = Sample.log(1)
        var early = AgentSession(hello: Sample.hello(log.offer), now: 0)
        #expect(early.say(Self.stats, log: log) == [])
        var session = Self.session(Feature.all)
        #expect(session.say(.goodbye(Goodbye(reason: "x")), log: log) == [])
    }

    @Test func `a reply waits until the changes before it have gone`() {
        var session = Self.session([])
        var log = Sample.log(1)
        log.put(Sample.id(1), Sample.container("one"))
        log.put(Sample.id(2), Sample.container("two"))
        let first = session.pump(log: log, now: 1)
        #expect(first.count == 1, "the window is one frame wide")
        log.put(Sample.id(3), Sample.container("three"))
        #expect(session.say(Self.answer, log: log) == [])
        let ack = Message.ack(Acknowledgement(frames: 1, applied: log.version - 1, durable: 0))
        let rest = session.received(ack, log: log, now: 2)
        #expect(rest.count == 2)
        #expect(rest.last == .send(Self.answer.frame))
    }

    @Test func `a reply goes while there is nothing to report yet`() {
        let log = HostLog(epoch: Sample.epoch, digestKey: Sample.key)
        var session = Self.session([], open: .wait, log: log)
        #expect(
            session.say(Self.answer, log: log) == [
                .send(Self.answer.frame)
            ])
    }

    @Test func `an agent takes requests, credit and cancellation once it is welcome`() {
        let request = AgentRequest(id: 7, operation: Operation.logs, timeout: 1, limit: 1, credit: 1)
        let log = Sample.log(1)
        var session = Self.session([])
        #expect(session.received(.request(request), log: log, now: 1) == [.request(request)])
        #expect(
            session.received(.credit(Credit(id: 7, bytes: 3)), log: log, now: 1) == [
                .credit(Credit(id: 7, bytes: 3))
            ])
        #expect(session.received(.cancel(Cancel(id: 7)), log: log, now: 1) == [.cancel(Cancel(id: 7))])
        var early = AgentSession(hello: Sample.hello(log.offer), now: 0)
        let answer = early.received(.request(request), log: log, now: 1)
        #expect(answer.contains { if case .close = $0 { true } else { false } })
    }

    @Test func `data of a reply survives whatever its bytes are`() throws {
        for count in 0..<260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            let message = Message.reply(AgentReply(id: 1, data: bytes))
            #expect(try Message(parsing: message.body) == message)
        }
        for bad in ["A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A", "AA A", "AA-_"] {
            #expect(throws: JSONError.self, "\(bad)") {
                try Message(parsing: Array(#"{"type":"reply","id":1,"data":"\#(bad)"}"#.utf8))
            }
        }
    }

    @Test func `a reply with more than its limit is refused`() throws {
        let most = [UInt8](repeating: 0, count: AgentReply.dataLimit)
        let full = Message.reply(AgentReply(id: 1, data: most))
        #expect(try Message(parsing: full.body) == full)
        let over = Message.reply(AgentReply(id: 1, data: most + [0]))
        #expect(throws: JSONError.self) { try Message(parsing: over.body) }
    }
}
