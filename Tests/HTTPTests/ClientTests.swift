import HTTP
import OS
import Synchronization
import TestSupport
import Testing

/// A server that does what each test says, over real sockets.
final class ScriptedServer: Sendable {
    /// One connection as the script sees it.
    struct Conversation: Sendable {
        /// 1 for the first connection.
        let number: Int
        let stream: SocketStream
        fileprivate let notes: Notes

        /// The next request as text, or nil at the end.
        func request() async throws -> String? {
            var bytes: [UInt8] = []
            while true {
                let more = try await stream.read(atMost: 65_536, deadline: .after(.seconds(10)))
                if more.isEmpty { return nil }
                bytes += more
                let text = String(decoding: bytes, as: UTF8.self)
                if text.contains("\r\n\r\n") {
                    notes.state.withLock { $0.requests.append(text) }
                    return text
                }
            }
        }

        func answer(_ text: String) async throws {
            try await stream.write(Array(text.utf8), deadline: .after(.seconds(10)))
        }
    }

    fileprivate final class Notes: Sendable {
        let state = Mutex<(requests: [String], connections: Int)>(([], 0))
    }

    let address: SocketAddress
    private let notes = Notes()
    private let task: Task<Void, Never>

    /// Serves each connection by the script and closes it when the script returns.
    init(
        _ address: SocketAddress? = nil,
        _ script: @escaping @Sendable (Conversation) async throws -> Void
    ) throws {
        let listener = try Listener(address ?? SocketAddress("127.0.0.1:0"))
        self.address = listener.address
        task = Task { [notes] in
            await withTaskGroup(of: Void.self) { group in
                while let stream = try? await listener.next(deadline: .never) {
                    let number = notes.state.withLock { state in
                        state.connections += 1
                        return state.connections
                    }
                    group.addTask {
                        try? await script(Conversation(number: number, stream: stream, notes: notes))
                        stream.close()
                    }
                }
                group.cancelAll()
            }
        }
    }

    deinit {
        task.cancel()
    }

    var requests: [String] { notes.state.withLock { $0.requests } }
    var connections: Int { notes.state.withLock { $0.connections } }

    func client(limits: HTTPLimits = HTTPLimits(), maxConnections: Int = 5, idle: Duration = .seconds(30))
        -> HTTPClient
    {
        HTTPClient(
            connector: SocketConnector(address), limits: limits, maxConnections: maxConnections,
            idleTimeout: idle)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A client` {
    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    var soon: Deadline { .after(.seconds(10)) }

    @Test func `sends one request after the other on one connection`() async throws {
        let server = try ScriptedServer { talk in
            while try await talk.request() != nil { try await talk.answer(Self.ok) }
        }
        let client = server.client()
        for _ in 0..<5 {
            let response = try await client.send(
                .get("/containers/json", query: ["all": "1", "f": "{\"a b\"}"]), deadline: soon)
            #expect(response.status == 200 && response.text == "ok" && response.isSuccess)
        }
        #expect(server.connections == 1)
        #expect(
            server.requests.first
                == "GET /containers/json?all=1&f=%7B%22a%20b%22%7D HTTP/1.1\r\nHost: docker\r\n\r\n")
    }

    @Test func `works over a Unix socket`() async throws {
        try await TemporaryDirectory.with { folder in
            let server = try ScriptedServer(.unix("\(folder)/a.sock")) { talk in
                _ = try await talk.request()
                try await talk.answer(Self.ok)
            }
            #expect(try await server.client().send(.get("/_ping"), deadline: soon).text == "ok")
        }
    }

    @Test func `sends a body with its length`() async throws {
        let server = try ScriptedServer { talk in
            _ = try await talk.request()
            try await talk.answer("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        }
        let request = HTTPRequest(
            .post, "/x", headers: ["Content-Type": "application/json"], body: Array("{}".utf8))
        let response = try await server.client().send(request, deadline: soon)
        #expect(response.status == 201 && response.body.isEmpty)
        #expect(
            server.requests
                == [
                    "POST /x HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
                ])
    }

    @Test func `sends a safe request once more when the kept connection was closed`() async throws {
        let server = try ScriptedServer { talk in
            _ = try await talk.request()
            try await talk.answer(Self.ok)
        }
        let client = server.client()
        for _ in 0..<3 { #expect(try await client.send(.get("/"), deadline: soon).text == "ok") }
        #expect(server.connections == 3)
    }

    @Test func `never sends twice what changes something`() async throws {
        let server = try ScriptedServer { talk in
            if talk.number == 1 {
                while try await talk.request() != nil { try await talk.answer(Self.ok) }
            }
            _ = try await talk.request()
        }
        let client = server.client()
        _ = try await client.send(.get("/"), deadline: soon)
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.post, "/start"), deadline: soon)
        }
        #expect(error?.kind == .truncated)
        #expect(server.requests.count { $0.hasPrefix("POST") } == 1)
    }

    @Test func `does not try again when a fresh connection ends without an answer`() async throws {
        let server = try ScriptedServer { talk in _ = try await talk.request() }
        let error = await #expect(throws: HTTPError.self) {
            try await server.client().send(.get("/"), deadline: soon)
        }
        #expect(error?.kind == .truncated)
        #expect(server.connections == 1)
    }

    @Test func `streams a body and reports an end without the last chunk`() async throws {
        let server = try ScriptedServer { talk in
            let request = try await talk.request() ?? ""
            try await talk.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for line in ["one\n", "two\n"] { try await talk.answer("4\r\n\(line)\r\n") }
            if request.contains("/whole") { try await talk.answer("0\r\n\r\n") }
        }
        let client = server.client()
        let whole = try await client.open(.get("/whole"), deadline: soon)
        #expect(whole.head.status == 200)
        #expect(
            String(decoding: try await whole.rest(limit: 100, deadline: soon), as: UTF8.self) == "one\ntwo\n")
        #expect(try await whole.next(deadline: soon) == nil)
        let cut = try await client.open(.get("/cut"), deadline: soon)
        let error = await #expect(throws: HTTPError.self) { try await cut.rest(limit: 100, deadline: soon) }
        #expect(error?.kind == .truncated)
    }

    @Test func `waits on a quiet stream as long as it is asked to, and again`() async throws {
        let server = try ScriptedServer { talk in
            _ = try await talk.request()
            try await talk.answer("HTTP/1.1 200 OK\r\n\r\n")
            try await BootClock().sleep(for: .milliseconds(60))
            try await talk.answer("late")
        }
        let stream = try await server.client().open(.get("/events"), deadline: soon)
        let error = await #expect(throws: HTTPError.self) {
            try await stream.next(deadline: .after(.milliseconds(5)))
        }
        #expect(error?.kind == .stream(.timedOut))
        #expect(try await stream.next(deadline: soon) == Array("late".utf8))
        #expect(try await stream.next(deadline: soon) == nil)
    }

    @Test func `ends a pending read when the stream is closed or the task cancelled`() async throws {
        let server = try ScriptedServer { talk in
            _ = try await talk.request()
            try await talk.answer("HTTP/1.1 200 OK\r\n\r\n")
            _ = try await talk.request()
        }
        let client = server.client(maxConnections: 2)
        let first = try await client.open(.get("/"), deadline: soon)
        let reading = Task { try await first.next(deadline: .never) }
        try await BootClock().sleep(for: .milliseconds(5))
        first.close()
        #expect(try await reading.value == nil)
        let second = try await client.open(.get("/"), deadline: soon)
        let cancelled = Task { try await second.next(deadline: .never) }
        try await BootClock().sleep(for: .milliseconds(5))
        cancelled.cancel()
        let error = await #expect(throws: HTTPError.self) { try await cancelled.value }
        #expect(error?.kind == .stream(.cancelled))
    }

    @Test func `uses at most its connections, and lets the next one in`() async throws {
        let server = try ScriptedServer { talk in
            while try await talk.request() != nil {
                try await BootClock().sleep(for: .milliseconds(2))
                try await talk.answer(Self.ok)
            }
        }
        let client = server.client(maxConnections: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    let response = try await client.send(.get("/"), deadline: soon)
                    #expect(response.text == "ok")
                }
            }
            try await group.waitForAll()
        }
        #expect(server.connections <= 3)
        #expect(server.requests.count == 30)
    }

    @Test func `says when all connections are busy until the deadline`() async throws {
        let server = try ScriptedServer { talk in
            _ = try await talk.request()
            try await talk.answer("HTTP/1.1 200 OK\r\n\r\n")
            _ = try await talk.request()
        }
        let client = server.client(maxConnections: 1)
        let stream = try await client.open(.get("/"), deadline: soon)
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(.get("/x"), deadline: .after(.milliseconds(20)))
        }
        #expect(error?.kind == .busy)
        stream.close()
        let next = try await client.open(.get("/"), deadline: soon)
        next.close()
    }

    @Test func `does not keep an idle connection beyond its time`() async throws {
        let server = try ScriptedServer { talk in
            while try await talk.request() != nil { try await talk.answer(Self.ok) }
        }
        let client = server.client(idle: .zero)
        for _ in 0..<3 { _ = try await client.send(.get("/"), deadline: soon) }
        #expect(server.connections == 3)
    }

    @Test func `gives up at the deadline, and on an endless answer`() async throws {
        let server = try ScriptedServer { talk in
            let request = try await talk.request() ?? ""
            if request.contains("/silent") { _ = try await talk.request() }
            try await talk.answer("HTTP/1.1 200 OK\r\n\r\n")
            while true { try await talk.answer(String(repeating: "x", count: 10_000)) }
        }
        let client = server.client(limits: HTTPLimits(body: 100_000))
        let silent = await #expect(throws: HTTPError.self) {
            try await client.send(.get("/silent"), deadline: .after(.milliseconds(30)))
        }
        #expect(silent?.kind == .stream(.timedOut))
        let endless = await #expect(throws: HTTPError.self) {
            try await client.send(.get("/"), deadline: soon)
        }
        #expect(endless?.kind == .overLimit)
    }

    @Test func `says precisely why there is no connection`() async {
        let client = HTTPClient(connector: SocketConnector(.unix("/nonexistent/docker.sock")))
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(.get("/info?x=secret"), deadline: soon)
        }
        #expect(error?.kind == .stream(.missing))
        #expect(
            error?.sentence.hasPrefix("GET /info has no answer: There is no socket at /nonexistent") == true)
    }

    @Test func `sends nothing after it was closed`() async throws {
        let server = try ScriptedServer { _ in }
        let client = server.client()
        client.close()
        let error = await #expect(throws: HTTPError.self) { try await client.send(.get("/"), deadline: soon) }
        #expect(error?.kind == .closed)
    }

    @Test(arguments: [
        HTTPRequest(.get, "/a b"), HTTPRequest(.get, "/a\r\nX: y"), HTTPRequest(.get, "a"),
        HTTPRequest(.get, ""),
        HTTPRequest(.get, "/é"), HTTPRequest(.get, "/\0"), HTTPRequest(.init(rawValue: "GET /x"), "/"),
        HTTPRequest(.init(rawValue: ""), "/"), HTTPRequest(.get, "/", headers: ["A": "b\r\nC: d"]),
        HTTPRequest(.get, "/", headers: ["A": "b\nC"]), HTTPRequest(.get, "/", headers: ["A": "\0"]),
        HTTPRequest(.get, "/", headers: ["A:": "b"]), HTTPRequest(.get, "/", headers: ["": "b"]),
        HTTPRequest(.get, "/", headers: ["content-length": "5"]),
        HTTPRequest(.get, "/", headers: ["Host": "x"]),
        HTTPRequest(.get, "/", headers: ["Transfer-Encoding": "chunked"]),
    ])
    func `lets nothing be smuggled into a request`(request: HTTPRequest) async {
        let client = HTTPClient(connector: SocketConnector(.unix("/nonexistent")))
        let error = await #expect(throws: HTTPError.self) { try await client.send(request, deadline: soon) }
        #expect(error?.kind == .invalidRequest)
    }
}
