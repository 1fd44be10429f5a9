import Dispatch
import HTTPServer
import OS
import Testing

/// Requirement B17: what the watchdog learns of the HTTP thread.
@Suite(.timeLimit(.minutes(1))) struct `A server's thread` {
    private func turns(_ server: HTTPServer, within limit: Duration) async -> Bool {
        let reply = Reply<Void>()
        server.answerTurn(reply)
        if case .value = await reply.wait(until: .after(limit)) { return true }
        return false
    }

    @Test func `comes round unless a handler holds it up`() async throws {
        let gate = DispatchSemaphore(value: 0)
        try await withServer { _, exchange in
            gate.wait()
            exchange.answer(.text("late"))
        } _: { server, address in
            #expect(await turns(server, within: .seconds(5)))
            let client = try await RawClient(address)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            // The request is read before or after the question; the second question comes behind it for certain.
            _ = await turns(server, within: .milliseconds(200))
            #expect(await !turns(server, within: .milliseconds(200)))
            gate.signal()
            #expect(try await client.answer().text == "late")
            #expect(await turns(server, within: .seconds(5)))
        }
    }
}
