import HTTPServer
import OS
import Testing

@Suite struct `An HTTP server` {
    @Test func `answers one request after the other on a connection`() async throws {
        try await withServer(answering: { $1.answer(.text("\($0.method.rawValue) \($0.path)")) }) {
            _, address in
            let client = try await RawClient(address)
            for path in ["/", "/a/b", "/c"] {
                let answer = try await client.get(path)
                #expect(answer.status == 200)
                #expect(answer.text == "GET \(path)")
                #expect(answer.headers["connection"] == nil)
                #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
            }
            try await client.send("GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(try await client.answer().headers["connection"] == "close")
            #expect(await client.isClosedByServer())
        }
    }

    @Test func `answers pipelined requests in their order, however late each answer is given`() async throws {
        let later = Noted<[HTTPExchange]>([])
        try await withServer(
            answering: { request, exchange in
                guard request.path == "/late" else { return exchange.answer(.text(request.path)) }
                later.withLock { $0.append(exchange) }
            }
        ) { _, address in
            let client = try await RawClient(address)
            var requests = ""
            for index in 0..<200 {
                requests +=
                    "GET /\(index % 50 == 7 ? "late" : "\(index)") HTTP/1.1\r\nHost: localhost\r\n\r\n"
            }
            try await client.send(requests)
            for index in 0..<200 {
                if index % 50 == 7 {
                    try await eventually("the request came") { later.withLock { $0.count == 1 } }
                    later.withLock { $0.removeFirst() }.answer(.text("late"))
                }
                #expect(try await client.answer().text == (index % 50 == 7 ? "late" : "/\(index)"))
            }
        }
    }

    @Test func `reads a request that comes byte by byte`() async throws {
        try await withServer(answering: { $1.answer(.text(String(decoding: $0.body, as: UTF8.self))) }) {
            _, address in
            let client = try await RawClient(address)
            let request = "\r\nPOST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
            for byte in request.utf8 { try await client.stream.write([byte], deadline: .after(.seconds(5))) }
            #expect(try await client.answer().text == "hello")
        }
    }

    @Test func `answers HEAD without a body, and goes on`() async throws {
        try await withServer(answering: { $1.answer(.text("12345")) }) { _, address in
            let client = try await RawClient(address)
            try await client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let answer = try await client.answer(toHead: true)
            #expect(answer.headers["content-length"] == "5")
            #expect(try await client.get("/").text == "12345")
        }
    }

    @Test func `leaves the body out of 204 and 304`() async throws {
        let handler = { @Sendable (request: HTTPServerRequest, exchange: HTTPExchange) in
            exchange.answer(
                HTTPServerResponse(status: Int(request.segments[0]) ?? 500, headers: [("ETag", "\"a\"")]))
        }
        try await withServer(answering: handler) { _, address in
            let client = try await RawClient(address)
            for status in [204, 304, 200] {
                let answer = try await client.get("/\(status)")
                #expect(answer.status == status)
                #expect(answer.headers["etag"] == "\"a\"")
                #expect(answer.headers["content-length"] == (status == 200 ? "0" : nil))
            }
        }
    }

    @Test func `hands over path, query, headers, body and peer`() async throws {
        let seen = Noted<HTTPServerRequest?>(nil)
        try await withServer(
            answering: { request, exchange in
                seen.withLock { $0 = request }
                exchange.answer(.text("ok"))
            }
        ) { _, address in
            let client = try await RawClient(address)
            try await client.send(
                "PUT /hosts/a%2Fb/gr%C3%BC%C3%9Fe/?q=a+b%26c&l=x%3Dy&flag&=v&q=2 HTTP/1.1\r\nHost: localhost:80\r\n"
                    + "X-API-Key:  secret \t\r\naccept: a\r\nACCEPT: b\r\nEmpty:\r\nContent-Length: 3\r\n\r\n\u{1}ab"
            )
            #expect(try await client.answer().status == 200)
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == .put)
        #expect(request.path == "/hosts/a%2Fb/gr%C3%BC%C3%9Fe/")
        #expect(request.segments == ["hosts", "a/b", "grüße", ""])
        #expect(request.query.map(\.name) == ["q", "l", "flag", "", "q"])
        #expect(request.query.map(\.value) == ["a b&c", "x=y", "", "v", "2"])
        #expect(request.headers["x-api-key"] == "secret")
        #expect(request.headers["accept"] == "a, b")
        #expect(request.headers["empty"] == "")
        #expect(request.headers["origin"] == nil)
        #expect(request.body == [1, 97, 98])
        guard case .address(.ip(let ip, _)) = request.peer else {
            Issue.record("the peer is an address")
            return
        }
        #expect(ip.isLoopback)
    }

    @Test func `sends a body of 10 MB whole, twice on one connection`() async throws {
        let body = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let response = HTTPServerResponse(status: 200, body: body)
        try await withServer(answering: { $1.answer(response) }) { _, address in
            let client = try await RawClient(address)
            try await client.send(
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for _ in 0..<2 { #expect(try await client.answer().body == body) }
        }
    }

    @Test func `takes the first answer only, and answers 500 for an exchange that was dropped`() async throws
    {
        try await withServer(
            answering: { request, exchange in
                guard request.path == "/twice" else { return }
                exchange.answer(.text("first"))
                exchange.answer(.text("second"))
                _ = exchange.stream()
            }
        ) { _, address in
            let client = try await RawClient(address)
            #expect(try await client.get("/twice").text == "first")
            let dropped = try await client.get("/dropped")
            #expect(dropped.status == 500)
            #expect(dropped.headers["content-type"] == "application/problem+json")
            #expect(try await client.get("/twice").text == "first")
        }
    }

    @Test func `lets no header of an answer break its line`() async throws {
        let response = HTTPServerResponse(
            status: 200, headers: [("X-A", "a\r\nX-B: b"), ("Content-Length", "7"), ("Connection", "x")])
        try await withServer(answering: { $1.answer(response) }) { _, address in
            let answer = try await RawClient(address).get("/")
            #expect(answer.headers["x-a"] == "a  X-B: b")
            #expect(answer.headers["x-b"] == nil)
            #expect(answer.headers["content-length"] == "0")
        }
    }

    @Test func `says Continue to who waits for it`() async throws {
        try await withServer(answering: { $1.answer(.text("\($0.body.count)")) }) { _, address in
            let client = try await RawClient(address)
            try await client.send(
                "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(try await client.answer().status == 100)
            try await client.send("ab")
            #expect(try await client.answer().text == "2")
        }
    }

    @Test func `answers whoever has closed his half, all that he asked`() async throws {
        try await withServer(answering: { $1.answer(.text($0.path)) }) { _, address in
            let client = try await RawClient(address)
            try await client.send(
                "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            (client.stream as? SocketStream)?.finishWriting()
            #expect(try await client.answer().text == "/1")
            #expect(try await client.answer().text == "/2")
            #expect(await client.isClosedByServer())
        }
    }

    @Test func `speaks HTTP/1.0, keeping the connection only when asked`() async throws {
        try await withServer(answering: { $1.answer(.text("x")) }) { _, address in
            let client = try await RawClient(address)
            try await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await client.answer().headers["connection"] == "keep-alive")
            try await client.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try await client.answer().headers["connection"] == "close")
            #expect(await client.isClosedByServer())
        }
    }
}
