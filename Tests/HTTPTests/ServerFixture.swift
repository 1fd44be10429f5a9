import Glibc
import HTTPServer
import OS
import Synchronization
import Testing

/// A handler made of a closure.
struct Answering: HTTPHandler {
    let answer: @Sendable (HTTPServerRequest, HTTPExchange) -> Void

    func handle(_ request: HTTPServerRequest, _ exchange: HTTPExchange) {
        answer(request, exchange)
    }
}

extension HTTPServerResponse {
    /// A short text.
    static func text(_ text: String, status: Int = 200) -> HTTPServerResponse {
        HTTPServerResponse(status: status, headers: [("Content-Type", "text/plain")], body: Array(text.utf8))
    }
}

/// Runs a server on a free port while `body` runs, and stops it.
func withServer(
    _ configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    answering answer: @escaping @Sendable (HTTPServerRequest, HTTPExchange) -> Void,
    _ body: (HTTPServer, SocketAddress) async throws -> Void
) async throws {
    var configuration = HTTPServerConfiguration()
    configuration.addresses = [try SocketAddress("127.0.0.1:0")]
    configure(&configuration)
    let server = try HTTPServer(configuration)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask(name: "server") { try await server.run(Answering(answer: answer)) }
        do {
            try await body(server, server.boundAddresses[0])
        } catch {
            server.stop(within: .zero)
            throw error
        }
        server.stop(within: .seconds(1))
        try await group.waitForAll()
    }
}

/// An answer as it came over the wire.
struct RawAnswer: Sendable {
    var status = 0
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A client that sends exactly the bytes it is told, and reads answers strictly.
final class RawClient {
    struct Ended: Error {}

    let stream: any ByteStream
    private var buffer: [UInt8] = []
    private let limit = Duration.seconds(10)

    init(_ address: SocketAddress) async throws {
        stream = try await SocketConnector(address).connectSocket(deadline: .after(.seconds(5)))
    }

    /// Speaks over a connection that was made already.
    init(over stream: any ByteStream) {
        self.stream = stream
    }

    func send(_ text: String) async throws {
        try await stream.write(Array(text.utf8), deadline: .after(limit))
    }

    func get(_ path: String) async throws -> RawAnswer {
        try await send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return try await answer()
    }

    /// Reads one answer; to HEAD none has a body.
    func answer(toHead: Bool = false) async throws -> RawAnswer {
        var answer = RawAnswer()
        let statusLine = try await line().split(separator: " ")
        try #require(statusLine.count >= 2 && statusLine[0] == "HTTP/1.1")
        answer.status = try #require(Int(statusLine[1]))
        while true {
            let field = try await line()
            if field.isEmpty { break }
            let colon = try #require(field.firstIndex(of: ":"))
            answer.headers[field[..<colon].lowercased()] = String(field[field.index(colon, offsetBy: 2)...])
        }
        if toHead || answer.status == 204 || answer.status == 304 || answer.status < 200 { return answer }
        if answer.headers["transfer-encoding"] == "chunked" {
            while let chunk = try await chunk() { answer.body += chunk }
        } else if let length = answer.headers["content-length"] {
            answer.body = try await take(#require(Int(length)))
        } else {
            answer.body = try await rest()
        }
        return answer
    }

    /// One chunk, nil for the last.
    func chunk() async throws -> [UInt8]? {
        let size = try #require(Int(try await line(), radix: 16))
        let bytes = try await take(size)
        try #require(try await line() == "")
        return size == 0 ? nil : bytes
    }

    /// Everything up to the end.
    func rest() async throws -> [UInt8] {
        while try await more() {}
        defer { buffer = [] }
        return buffer
    }

    func take(_ count: Int) async throws -> [UInt8] {
        while buffer.count < count {
            guard try await more() else { throw Ended() }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    func line() async throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                try #require(end > 0 && buffer[end - 1] == 13)
                defer { buffer.removeFirst(end + 1) }
                return String(decoding: buffer[..<(end - 1)], as: UTF8.self)
            }
            guard try await more() else { throw Ended() }
        }
    }

    /// Whether the server has closed; what came before is dropped.
    func isClosedByServer() async -> Bool {
        (try? await rest()) != nil
    }

    func close() { stream.close() }

    private func more() async throws -> Bool {
        let bytes: [UInt8]
        do {
            bytes = try await stream.read(atMost: 262_144, deadline: .after(limit))
        } catch  where error.kind == .reset {
            return false
        }
        buffer += bytes
        return !bytes.isEmpty
    }
}

/// Something that a handler notes and a test reads.
final class Noted<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func withLock<Answer: Sendable>(_ body: (inout Value) -> Answer) -> Answer {
        value.withLock { value in
            var copy = value
            defer { value = copy }
            return body(&copy)
        }
    }
}

/// Waits until something is so; fails the test after five seconds.
func eventually(
    _ what: Comment, location: SourceLocation = #_sourceLocation, _ isSo: @Sendable () async -> Bool
) async throws {
    let end = ContinuousClock.now.advanced(by: .seconds(5))
    while await !isSo() {
        guard ContinuousClock.now < end else {
            Issue.record(what, sourceLocation: location)
            return
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}

/// A folder that is gone when the test lets go of it.
final class ServerScratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/bayplan-http-XXXXXX".utf8CString)
        try #require(unsafe mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        unsafe unlink(path + "/a.sock")
        unsafe rmdir(path)
    }

    var socket: String { path + "/a.sock" }
}
