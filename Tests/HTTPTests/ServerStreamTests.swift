import HTTPServer
import OS
import Testing

@Suite struct `A streamed answer` {
    @Test func `comes in chunks, and the connection goes on`() async throws {
        try await withServer(
            answering: { request, exchange in
                let stream = exchange.stream(headers: [("Content-Type", "application/x-ndjson")])
                Task {
                    for piece in ["one\n", "", "two\n", String(repeating: "x", count: 40_000)] {
                        try await stream.send(Array(piece.utf8))
                    }
                    stream.finish()
                }
            }
        ) { _, address in
            let client = try await RawClient(address)
            for _ in 0..<3 {
                let answer = try await client.get("/")
                #expect(answer.headers["transfer-encoding"] == "chunked")
                #expect(answer.headers["content-type"] == "application/x-ndjson")
                #expect(answer.text == "one\ntwo\n" + String(repeating: "x", count: 40_000))
            }
            try await client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.answer(toHead: true).status == 200)
            try await client.send("GET / HTTP/1.0\r\n\r\n")
            let old = try await client.answer()
            #expect(old.headers["transfer-encoding"] == nil)
            #expect(old.body.count == 40_008)
        }
    }

    @Test func `reaches its reader piece by piece, without waiting for the end`() async throws {
        let pieces = Mailbox<String>(limit: 8, whenFull: .refuse)
        try await withServer(
            answering: { _, exchange in
                let stream = exchange.stream()
                Task {
                    for await piece in pieces { try await stream.send(Array(piece.utf8)) }
                    stream.finish()
                }
            }
        ) { _, address in
            let client = try await RawClient(address)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while try await client.line() != "" {}
            for text in ["a", "bc", "def"] {
                _ = pieces.post(text)
                #expect(try await client.chunk() == Array(text.utf8))
            }
            pieces.finish()
            #expect(try await client.chunk() == nil)
        }
    }

    /// C8: memory stays bounded, the sender waits, and nobody else does.
    @Test func `waits for a slow reader, and loses nothing`() async throws {
        let sent = Noted<Int>(0)
        try await withServer(
            { $0.limits.streamBuffer = 65_536 },
            answering: { request, exchange in
                guard request.path == "/stream" else { return exchange.answer(.text("x")) }
                let stream = exchange.stream()
                Task {
                    for index in 0..<2_000 {
                        try await stream.send([UInt8](repeating: UInt8(index % 251), count: 10_000))
                        sent.withLock { $0 += 1 }
                    }
                    stream.finish()
                }
            }
        ) { _, address in
            let slow = try await RawClient(address)
            try await slow.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let other = try await RawClient(address)
            var before = -1
            var calm = 0
            // The sender has stopped when nothing moved for a while; others are answered all the time.
            while calm < 20 {
                let now = sent.withLock { $0 }
                calm = now == before && now > 0 ? calm + 1 : 0
                before = now
                #expect(try await other.get("/").status == 200)
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(before < 1_900)
            let body = try await slow.answer().body
            #expect(body.count == 20_000_000)
            for index in 0..<2_000 { try #require(body[index * 10_000 + 9_999] == UInt8(index % 251)) }
        }
    }

    /// C8: a reader that stopped is cut off, its sender is told, the rest goes on.
    @Test func `is cut off when its reader stopped`() async throws {
        let outcome = Noted<HTTPServerError?>(nil)
        let notices = Noted<[HTTPServerNotice]>([])
        try await withServer(
            {
                $0.timeouts.stall = .milliseconds(200)
                $0.report = { notice in notices.withLock { $0.append(notice) } }
            },
            answering: { request, exchange in
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
            let client = try await RawClient(address)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await eventually("the sender is told") { outcome.withLock { $0 != nil } }
            #expect(outcome.withLock { $0 } == .stalled)
            #expect(notices.withLock { $0 } == [.stalledPeerCutOff])
            #expect(try await client.rest().count > 100_000)
        }
    }

    @Test func `tells its sender that the reader has gone, also while nothing is sent`() async throws {
        let outcome = Noted<HTTPServerError?>(nil)
        let streams = Noted<[HTTPResponseStream]>([])
        try await withServer(
            answering: { request, exchange in
                let stream = exchange.stream()
                streams.withLock { $0.append(stream) }
                guard request.path == "/busy" else { return }
                Task {
                    do throws(HTTPServerError) {
                        while true { try await stream.send([UInt8](repeating: 7, count: 100_000)) }
                    } catch {
                        outcome.withLock { $0 = error }
                    }
                }
            }
        ) { _, address in
            for path in ["/busy", "/quiet"] {
                let client = try await RawClient(address)
                try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await client.line() == "HTTP/1.1 200 OK")
                client.close()
            }
            try await eventually("the busy sender is told") { outcome.withLock { $0 == .peerGone } }
            try await eventually("the quiet one can see it") {
                streams.withLock { $0.allSatisfy(\.isClosed) }
            }
        }
    }

    @Test func `ends without its last chunk when its sender lets go`() async throws {
        try await withServer(
            answering: { _, exchange in
                let stream = exchange.stream()
                Task { try await stream.send([65]) }
            }
        ) { _, address in
            let client = try await RawClient(address)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while try await client.line() != "" {}
            #expect(try await client.chunk() == [65])
            #expect(try await client.rest() == [])
        }
    }

    @Test func `stops waiting when its sender is cancelled`() async throws {
        let sender = Noted<Task<Void, Never>?>(nil)
        let outcome = Noted<HTTPServerError?>(nil)
        try await withServer(
            answering: { _, exchange in
                let stream = exchange.stream()
                let task = Task {
                    do throws(HTTPServerError) {
                        while true { try await stream.send([UInt8](repeating: 7, count: 300_000)) }
                    } catch {
                        outcome.withLock { $0 = error }
                    }
                }
                sender.withLock { $0 = task }
            }
        ) { _, address in
            let client = try await RawClient(address)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.line() == "HTTP/1.1 200 OK")
            sender.withLock { $0 }?.cancel()
            try await eventually("the sender is told") { outcome.withLock { $0 == .cancelled } }
        }
    }
}
