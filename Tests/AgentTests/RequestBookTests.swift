import AgentCore
import Testing
import Wire

/// Requirement B4: what an aggregator may make an agent do.
@Suite struct `The requests that an agent takes on` {
    private func book() -> RequestBook {
        var limits = RequestBook.Limits()
        limits.running = 3
        limits.followed = 1
        return RequestBook(known: ["logs", "refresh"], allowed: ["logs"], limits: limits)
    }

    private func request(
        _ id: Int64, _ operation: String = "logs", credit: Int64 = 10, options: [String: String] = [:]
    ) -> AgentRequest {
        AgentRequest(
            id: id, operation: operation, timeout: 1_000, limit: 100, credit: credit, options: options)
    }

    private func code(_ actions: [RequestBook.Action]) -> String? {
        guard case .reply(let reply)? = actions.first, actions.count == 1, reply.isLast else { return nil }
        return reply.error?.code
    }

    @Test func `are begun once, however often they come`() {
        var book = book()
        #expect(book.asked(request(4)) == [.start(request(4))])
        #expect(book.asked(request(4)) == [])
        #expect(book.asked(request(3)) == [])
        _ = book.answered(AgentReply(id: 4, isLast: true))
        #expect(book.asked(request(4)) == [])
    }

    @Test func `are refused by name`() {
        var book = book()
        #expect(code(book.asked(request(1, "refresh"))) == AgentReply.Failure.notAllowed)
        #expect(code(book.asked(request(2, "format-disk"))) == AgentReply.Failure.unsupported)
        #expect(code(book.asked(request(3, credit: 0))) == AgentReply.Failure.unsupported)
    }

    @Test func `are bounded, also those without an end`() {
        var book = book()
        #expect(book.asked(request(1, options: ["follow": "1"])).count == 1)
        #expect(code(book.asked(request(2, options: ["follow": "1"]))) == AgentReply.Failure.busy)
        _ = book.asked(request(3))
        _ = book.asked(request(4))
        #expect(code(book.asked(request(5))) == AgentReply.Failure.busy)
        #expect(book.cancelled(3) == [.stop(3)])
        #expect(book.asked(request(6)) == [.start(request(6))])
    }

    @Test func `are not taken at their word where they want too much`() {
        var book = book()
        var wanted = request(1, credit: .max)
        wanted.timeout = .max
        guard case .start(let taken)? = book.asked(wanted).first else {
            Issue.record("not begun")
            return
        }
        #expect(taken.credit == RequestBook.Limits().credit)
        #expect(taken.timeout == RequestBook.Limits().timeout)
        #expect(book.allowed(Credit(id: 1, bytes: .max)) == [.credit(1, RequestBook.Limits().credit)])
        #expect(book.allowed(Credit(id: 1, bytes: -5)) == [])
        #expect(book.allowed(Credit(id: 9, bytes: 5)) == [])
    }

    @Test func `get no answer once they were cancelled or ended`() {
        var book = book()
        _ = book.asked(request(1))
        #expect(book.answered(AgentReply(id: 1, data: [1])).count == 1)
        _ = book.cancelled(1)
        #expect(book.answered(AgentReply(id: 1, data: [1])) == [])
        #expect(book.cancelled(1) == [])
        _ = book.asked(request(2))
        #expect(book.end() == [.stop(2)])
        #expect(book.count == 0)
    }
}
