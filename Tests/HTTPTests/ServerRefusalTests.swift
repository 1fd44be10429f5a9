import HTTPServer
import OS
import Testing

@Suite struct `An HTTP server refuses` {
    /// What is wrong (`~` stands for the end of a good head), and the status that says so.
    static let malformed: [(String, Int)] = [
        ("\r\n\r\n\r\n", 400),
        ("GET\r\n\r\n", 400),
        ("GET /\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\n~", 400),
        ("GET / HTTP/1.1 \r\n~", 400),
        (" GET / HTTP/1.1\r\n~", 400),
        ("GET / HTTX/1.1\r\n~", 400),
        ("GET / HTTP/2.0\r\n~", 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("GET / HTTP/1.1\n~", 400),
        ("GET / HTTP/1.1\rHost: localhost\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\n", 400),
        ("G=T / HTTP/1.1\r\n~", 400),
        ("BREW / HTTP/1.1\r\n~", 501),
        ("get / HTTP/1.1\r\n~", 501),
        ("CONNECT localhost:1 HTTP/1.1\r\n~", 501),
        ("GET a HTTP/1.1\r\n~", 400),
        ("GET * HTTP/1.1\r\n~", 400),
        ("GET /a%2 HTTP/1.1\r\n~", 400),
        ("GET /a%zz HTTP/1.1\r\n~", 400),
        ("GET /a%00 HTTP/1.1\r\n~", 400),
        ("GET /%ff HTTP/1.1\r\n~", 400),
        ("GET /a/../b HTTP/1.1\r\n~", 400),
        ("GET /a/%2e%2E/b HTTP/1.1\r\n~", 400),
        ("GET /./b HTTP/1.1\r\n~", 400),
        ("GET /é HTTP/1.1\r\n~", 400),
        ("GET /a#b HTTP/1.1\r\n~", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\n~", 400),
        ("GET / HTTP/1.1\r\nHost: local host\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: u@localhost\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nA\r\n~", 400),
        ("GET / HTTP/1.1\r\n: a\r\n~", 400),
        ("GET / HTTP/1.1\r\nA: b\r\n c\r\n~", 400),
        ("GET / HTTP/1.1\r\nA: b\u{0}\r\n~", 400),
        ("GET / HTTP/1.1\r\nA: b\rc\r\n~", 400),
        ("POST / HTTP/1.1\r\nContent-Length: abc\r\n~", 400),
        ("POST / HTTP/1.1\r\nContent-Length: -1\r\n~", 400),
        ("POST / HTTP/1.1\r\nContent-Length: +1\r\n~", 400),
        ("POST / HTTP/1.1\r\nContent-Length:\r\n~", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n~", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n~abc", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n~", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 2000000\r\n~", 413),
        ("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n~", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n~0\r\n\r\n", 411),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n~", 501),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n~", 501),
        ("POST / HTTP/1.1\r\nExpect: 200-ok\r\n~", 417),
    ]

    @Test(arguments: malformed)
    func `what it cannot read in one way only`(request: String, status: Int) async throws {
        try await refused(request.replacing("~", with: "Host: localhost\r\n\r\n"), status)
    }

    @Test func `what is longer than its limits`() async throws {
        func long(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        try await refused("GET /\(long("a", 9_000)) HTTP/1.1\r\nHost: localhost\r\n\r\n", 414)
        try await refused("GET /\(long("a", 99_000))", 414)
        try await refused("GET / HTTP/1.1\r\nA: \(long("a", 17_000))\r\n", 431)
        try await refused("GET / HTTP/1.1\r\n\(long("a:b\r\n", 101))", 431)
    }

    private func refused(_ request: String, _ status: Int) async throws {
        try await withServer(answering: { _, _ in Issue.record("no handler sees it") }) { _, address in
            let client = try await RawClient(address)
            try await client.send(request)
            let answer = try await client.answer()
            #expect(answer.status == status)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.headers["connection"] == "close")
            #expect(answer.text.contains("\"status\":\(status)"))
            #expect(await client.isClosedByServer())
        }
    }

    @Test func `a long body, so that its sender reads why`() async throws {
        try await withServer(answering: { $1.answer(.text("\($0.body.count)")) }) { _, address in
            let client = try await RawClient(address)
            try await client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n")
            // The answer must survive although the body is still on its way.
            try? await client.stream.write(
                [UInt8](repeating: 1, count: 3_000_000), deadline: .after(.seconds(5)))
            #expect(try await client.answer().status == 413)
            let other = try await RawClient(address)
            let most = String(repeating: "x", count: 1_048_576)
            try await other.send(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n" + most)
            #expect(try await other.answer().text == "1048576")
        }
    }

    /// Which names may be in a Host header on TCP, against DNS rebinding.
    @Test(arguments: [
        ("localhost", 200), ("LOCALHOST:80", 200), ("127.0.0.1:4681", 200), ("[::1]:1", 200),
        ("localhost.", 200),
        ("bayplan.example", 200), ("Bayplan.Example:8080", 200),
        ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421),
        ("10.0.0.1", 421), ("localhost:", 200), ("localhost:x", 400), ("[::1", 400), ("[::1]x", 400),
    ])
    func `a name it was not told of`(host: String, status: Int) async throws {
        try await withServer({ $0.allowedHosts = ["bayplan.EXAMPLE"] }, answering: { $1.answer(.text("x")) })
        {
            _, address in
            let client = try await RawClient(address)
            try await client.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(try await client.answer().status == status)
            let absolute = try await RawClient(address)
            try await absolute.send("GET http://\(host)/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await absolute.answer().status == status)
        }
    }

    @Test func `one connection more than its limit, until another ends`() async throws {
        let notices = Noted<[HTTPServerNotice]>([])
        try await withServer(
            {
                $0.limits.connections = 3
                $0.timeouts.stall = .milliseconds(200)
                $0.report = { notice in notices.withLock { $0.append(notice) } }
            }, answering: { $1.answer(.text("x")) }
        ) { _, address in
            var clients: [RawClient] = []
            for _ in 0..<3 {
                let client = try await RawClient(address)
                #expect(try await client.get("/").status == 200)
                clients.append(client)
            }
            let refused = try await RawClient(address)
            #expect(try await refused.answer().status == 503)
            clients[0].close()
            try await eventually("there is room again") {
                guard let client = try? await RawClient(address) else { return false }
                return (try? await client.get("/").status) == 200
            }
            try await eventually("it was reported") { notices.withLock { !$0.isEmpty } }
            #expect(try await clients[2].get("/").status == 200)
        }
    }

    @Test func `to wait for ever for a head`() async throws {
        try await withServer({ $0.timeouts.head = .milliseconds(200) }, answering: { $1.answer(.text("x")) })
        {
            _, address in
            let silent = try await RawClient(address)
            #expect(try await silent.rest() == [])
            // On a busy machine the first byte may come too late to be answered.
            try await eventually("it says why") {
                guard let slow = try? await RawClient(address) else { return false }
                try? await slow.send("GET / HT")
                return (try? await slow.answer().status) == 408
            }
        }
    }

    @Test func `to wait for ever for a body`() async throws {
        try await withServer({ $0.timeouts.body = .milliseconds(100) }, answering: { $1.answer(.text("x")) })
        {
            _, address in
            let starved = try await RawClient(address)
            try await starved.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc")
            #expect(try await starved.answer().status == 408)
        }
    }

    @Test func `to wait for ever for a next request`() async throws {
        try await withServer({ $0.timeouts.idle = .milliseconds(100) }, answering: { $1.answer(.text("x")) })
        {
            _, address in
            let idle = try await RawClient(address)
            #expect(try await idle.get("/").status == 200)
            #expect(try await idle.rest() == [])
        }
    }

    @Test func `to be held up by clients that vanish anywhere`() async throws {
        let kept = Noted<[HTTPExchange]>([])
        try await withServer(
            answering: { request, exchange in
                if request.path == "/keep" {
                    kept.withLock { $0.append(exchange) }
                } else {
                    exchange.answer(.text("x"))
                }
            }
        ) { _, address in
            let whole = "POST /keep HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
            for cut in stride(from: 0, through: whole.utf8.count, by: 7) {
                let client = try await RawClient(address)
                try await client.send(String(whole.prefix(cut)))
                client.close()
            }
            let client = try await RawClient(address)
            try await client.send(whole)
            client.close()
            try await eventually("its handler can see that it left") {
                kept.withLock { $0.last?.isClosed == true }
            }
            for exchange in kept.withLock({ $0 }) { exchange.answer(.text("late")) }
            let last = try await RawClient(address)
            #expect(try await last.get("/").status == 200)
        }
    }
}
