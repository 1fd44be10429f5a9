import HTTP
import HTTPServer
import OS
import TLS
import TestSupport
import Testing

/// A3: TCP only with TLS.
@Suite struct `An HTTPS server` {
    @Test func `answers request after request, also those sent at once`() async throws {
        try await withSecureServer { _, address in
            let client = try await Secure.client(address)
            for index in 0..<5 { #expect(try await client.get("/\(index)").text == "answer to /\(index)") }
            let requests = (0..<50).map { "GET /p\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
            try await client.send(requests.joined())
            for index in 0..<50 { #expect(try await client.answer().text == "answer to /p\(index)") }
        }
    }

    @Test func `serves our own client, which gets the end of the connection right`() async throws {
        try await withSecureServer(answering: { $1.answer(.text(String($0.body.count))) }) { _, address in
            let client = HTTPClient(connector: try Secure.connector(address), host: "localhost")
            for size in [0, 1, 16_384, 16_385, 1_000_000] {
                let request = HTTPRequest(.post, "/", body: [UInt8](repeating: 7, count: size))
                let answer = try await client.send(request, deadline: .after(.seconds(20)))
                #expect(String(decoding: answer.body, as: UTF8.self) == String(size))
            }
            client.close()
        }
    }

    @Test func `takes large bodies and gives large answers`() async throws {
        try await withSecureServer(answering: {
            $1.answer(HTTPServerResponse(status: 200, body: $0.body + $0.body))
        }) {
            _, address in
            let client = try await Secure.client(address)
            let body = String(repeating: "0123456789abcdef", count: 60_000)
            for _ in 0..<3 {
                try await client.send(
                    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 960000\r\n\r\n" + body)
                #expect(try await client.answer().text == body + body)
            }
        }
    }

    @Test func `waits for a slow reader, and loses nothing`() async throws {
        let sent = Noted(0)
        try await withSecureServer(
            answering: { _, exchange in
                let stream = exchange.stream()
                Task {
                    for index in 0..<2_000 {
                        try await stream.send([UInt8](repeating: UInt8(index % 251), count: 10_000))
                        sent.withLock { $0 = index }
                    }
                    stream.finish()
                }
            }
        ) { _, address in
            let slow = try await Secure.client(address)
            try await slow.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            var before = -1
            // Until nothing goes on any more.
            while sent.withLock({ $0 }) != before || before == -1 {
                before = sent.withLock { $0 == 0 ? -1 : $0 }
                try await Task.sleep(for: .milliseconds(30))
            }
            #expect(before < 1_900)
            let body = try await slow.answer().body
            #expect(body.count == 20_000_000)
            for index in 0..<2_000 { try #require(body[index * 10_000 + 9_999] == UInt8(index % 251)) }
        }
    }

    /// C8: a reader that stopped is cut off, with TLS as without.
    @Test func `cuts off a reader that stopped`() async throws {
        let outcome = Noted<HTTPServerError?>(nil)
        try await withSecureServer(
            { $0.timeouts.stall = .milliseconds(200) },
            answering: { _, exchange in
                let stream = exchange.stream()
                Task {
                    do throws(HTTPServerError) {
                        while true { try await stream.send([UInt8](repeating: 7, count: 100_000)) }
                    } catch {
                        outcome.withLock { $0 = error }
                    }
                }
            }
        ) { _, address in
            let client = try await Secure.client(address)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await eventually("the sender is told") { outcome.withLock { $0 != nil } }
            #expect(outcome.withLock { $0 } == .stalled)
        }
    }

    @Test func `says goodbye after the last answer, when nothing is asked, and when it stops`() async throws {
        try await withSecureServer({ $0.timeouts.idle = .milliseconds(100) }) { server, address in
            let last = try await Secure.client(address)
            try await last.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(try await last.answer().status == 200)
            // A cut would be an error.
            #expect(try await last.stream.read(atMost: 10, deadline: .after(.seconds(5))) == [])
            let idle = try await Secure.client(address)
            #expect(try await idle.get("/").status == 200)
            #expect(try await idle.stream.read(atMost: 10, deadline: .after(.seconds(5))) == [])
            let other = try await Secure.client(address)
            server.stop(within: .seconds(1))
            #expect(try await other.stream.read(atMost: 10, deadline: .after(.seconds(5))) == [])
        }
    }

    @Test func `is told of a peer that has gone while its answer is made`() async throws {
        let streams = Noted<[HTTPResponseStream]>([])
        let outcome = Noted<HTTPServerError?>(nil)
        try await withSecureServer(
            answering: { _, exchange in
                let stream = exchange.stream()
                streams.withLock { $0.append(stream) }
                Task {
                    do throws(HTTPServerError) {
                        while true {
                            try await stream.send([1])
                            try? await Task.sleep(for: .milliseconds(2))
                        }
                    } catch {
                        outcome.withLock { $0 = error }
                    }
                }
            }
        ) { _, address in
            let client = try await Secure.client(address)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await eventually("the request has come") { streams.withLock { $0.count == 1 } }
            client.close()
            try await eventually("the sender is told") { outcome.withLock { $0 != nil } }
            #expect(outcome.withLock { $0 } == .peerGone)
        }
    }

    /// The same as a plain peer that ends its half: whoever listens to a stream has no reason to.
    @Test func `takes a close_notify for the end, also while the connection stays open`() async throws {
        let outcome = Noted<HTTPServerError?>(nil)
        try await withSecureServer(
            answering: { _, exchange in
                let stream = exchange.stream()
                Task {
                    do throws(HTTPServerError) {
                        while true {
                            try await stream.send([1])
                            try? await Task.sleep(for: .milliseconds(2))
                        }
                    } catch {
                        outcome.withLock { $0 = error }
                    }
                }
            }
        ) { _, address in
            let soon = Deadline.after(.seconds(10))
            let trust = TLSTrust.pinned(publicKeySHA256: Secure.authority.publicKeySHA256, name: nil)
            var machine = TLSMachine(client: try TLSClientContext(trust))
            let socket = try await SocketConnector(address).connectSocket(deadline: soon)
            var answer: [UInt8] = []
            try machine.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            while answer.isEmpty {
                try await socket.write(machine.takeOutput(), deadline: soon)
                try machine.received(try await socket.read(atMost: 10_000, deadline: soon), into: &answer)
            }
            machine.finish()
            try await socket.write(machine.takeOutput(), deadline: soon)
            try await eventually("the sender is told") { outcome.withLock { $0 != nil } }
            #expect(outcome.withLock { $0 } == .peerGone)
            socket.close()
        }
    }
}
