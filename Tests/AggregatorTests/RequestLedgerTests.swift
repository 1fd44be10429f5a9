import AggregatorCore
import Inventory
import Testing
import Wire

/// Requirement B4, and the bounds of what an agent may make the aggregator keep.
@Suite struct `The requests of one session` {
    private static let limits = {
        var limits = RequestLedger.Limits()
        limits.inFlight = 3
        limits.endless = 2
        limits.credit = 1_000
        limits.grace = 100
        return limits
    }()

    private func ledger(_ operations: Set<String> = ["refresh", "logs"]) throws -> RequestLedger {
        RequestLedger(host: try #require(HostID("attic")), operations: operations, limits: Self.limits)
    }

    private func question(
        _ operation: String = "logs", limit: Int64 = 10_000, isEndless: Bool = false
    ) -> Question {
        var question = Question(operation, timeout: .seconds(1), limit: limit)
        question.isEndless = isEndless
        return question
    }

    private func data(_ id: Int64, _ count: Int, isLast: Bool = false) -> AgentReply {
        AgentReply(id: id, data: [UInt8](repeating: 7, count: count), isLast: isLast)
    }

    @Test func `count up, and say what the question says`() throws {
        var ledger = try ledger()
        let first = try ledger.ask(question(), now: 0)
        let second = try ledger.ask(question("refresh", limit: 7), now: 0)
        #expect([first.id, second.id] == [1, 2])
        #expect(
            second.message
                == .request(
                    AgentRequest(id: 2, operation: "refresh", timeout: 1_000, limit: 7, credit: 1_000)))
    }

    @Test func `name what a host doesn't offer, and what an old agent can't`() throws {
        var ledger = try ledger()
        var error = #expect(throws: RequestError.self) { try ledger.ask(question("compose-file"), now: 0) }
        #expect(error?.kind == .notAllowed)
        #expect(error?.sentence.contains("attic") == true)
        var old = try self.ledger([])
        error = #expect(throws: RequestError.self) { try old.ask(question(), now: 0) }
        #expect(error?.kind == .unsupported)
    }

    @Test func `are bounded, and logs that are followed leave room for others`() throws {
        var ledger = try ledger()
        for _ in 0..<2 { _ = try ledger.ask(question(isEndless: true), now: 0) }
        var error = #expect(throws: RequestError.self) { try ledger.ask(question(isEndless: true), now: 0) }
        #expect(error?.kind == .busy)
        _ = try ledger.ask(question(), now: 0)
        error = #expect(throws: RequestError.self) { try ledger.ask(question(), now: 0) }
        #expect(error?.kind == .busy)
        #expect(ledger.cancel(1) == [.send(.cancel(Cancel(id: 1)))])
        _ = try ledger.ask(question(), now: 0)
    }

    @Test func `give credit back as the reader takes, in halves`() throws {
        var ledger = try ledger()
        _ = try ledger.ask(question(), now: 0)
        #expect(ledger.received(data(1, 1_000), now: 0).count == 1)
        #expect(ledger.took(499, of: 1, now: 0) == [])
        #expect(ledger.took(1, of: 1, now: 0) == [.send(.credit(Credit(id: 1, bytes: 500)))])
        #expect(ledger.received(data(1, 500), now: 0).count == 1)
    }

    @Test func `end one that sends past its credit, and pass over what still comes of it`() throws {
        var ledger = try ledger()
        _ = try ledger.ask(question(), now: 0)
        let actions = ledger.received(data(1, 1_001), now: 0)
        #expect(actions.first == .send(.cancel(Cancel(id: 1))))
        guard case .end(1, let error)? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        #expect(error?.kind == .broken)
        #expect(ledger.received(data(1, 1_001), now: 0) == [])
        #expect(ledger.received(data(99, 5), now: 0) == [])
    }

    @Test func `end one that is larger than was asked for`() throws {
        var ledger = try ledger()
        _ = try ledger.ask(question(limit: 10), now: 0)
        guard case .end(1, let error)? = ledger.received(data(1, 11), now: 0).last else {
            Issue.record("not ended")
            return
        }
        #expect(error?.kind == .tooLarge)
    }

    @Test func `wait so long for each piece that the agent may send, and not for a reader`() throws {
        var ledger = try ledger()
        _ = try ledger.ask(question(), now: 0)
        #expect(ledger.expire(now: 1_099) == [])
        _ = ledger.received(data(1, 1_000), now: 1_000)
        // All credit is used: it is the reader who takes his time.
        #expect(ledger.expire(now: 1_000_000) == [])
        _ = ledger.took(1_000, of: 1, now: 1_000_000)
        #expect(ledger.expire(now: 1_001_099) == [])
        guard case .end(1, let error)? = ledger.expire(now: 1_001_100).last else {
            Issue.record("not ended")
            return
        }
        #expect(error?.kind == .timedOut)
    }

    @Test func `let a followed log be quiet once it has begun`() throws {
        var ledger = try ledger()
        _ = try ledger.ask(question(isEndless: true), now: 0)
        #expect(ledger.received(AgentReply(id: 1), now: 50) == [.deliver(1, [])])
        #expect(ledger.expire(now: .max) == [])
        _ = try ledger.ask(question(isEndless: true), now: 100)
        #expect(ledger.expire(now: 1_200).count == 2)
    }

    @Test func `end with the session`() throws {
        var ledger = try ledger()
        _ = try ledger.ask(question(), now: 0)
        _ = try ledger.ask(question(), now: 0)
        let ends = ledger.end("the agent fell silent")
        #expect(ends.count == 2)
        guard case .end(1, let error)? = ends.first else {
            Issue.record("\(ends)")
            return
        }
        #expect(error?.kind == .away)
        #expect(error?.sentence.contains("the agent fell silent") == true)
        #expect(ledger.count == 0)
    }
}
