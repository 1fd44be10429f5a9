import JSON

/// What the simulated Engine answers to one request.
struct EngineAnswer: Sendable {
    enum Body: Sendable {
        case none
        /// Sent with its length.
        case whole([UInt8])
        /// Sent in chunks, as the Engine sends what is long.
        case chunked([UInt8])
        /// Lines as they come, in chunks; `until` in nanoseconds since 1970 ends it.
        case events(Subscription, until: Int64?)
        /// The exit code, in a chunk, once the first event has come.
        case exit(Subscription)
        /// Lines of a log in chunks, made as the client takes them.
        case log(SimulatedLogReading)
    }

    var status: Int
    var contentType = "application/json"
    var body: Body
    /// Further header lines.
    var headers: [String] = []

    /// An answer as the Engine sends it: chunked when it is longer than Go's buffer.
    static func json(_ bytes: [UInt8], status: Int = 200) -> EngineAnswer {
        EngineAnswer(status: status, body: bytes.count > 2_048 ? .chunked(bytes) : .whole(bytes))
    }

    static func json(status: Int = 200, _ body: (inout JSONWriter) -> Void) -> EngineAnswer {
        var writer = JSONWriter(capacity: 1_024)
        writer.object(body)
        writer.newline()
        return json(writer.bytes, status: status)
    }

    static let noContent = EngineAnswer(status: 204, body: .none)

    static func refusal(_ refusal: EngineRefusal) -> EngineAnswer {
        guard refusal.status != 304 else { return EngineAnswer(status: 304, body: .none) }
        return json(status: refusal.status) { writer in writer.member("message", refusal.message) }
    }

    /// The status line and the header, as the Engine writes them.
    func header(api: String, server: String, at now: Int64, closes: Bool) -> [UInt8] {
        var lines = ["HTTP/1.1 \(status) \(Self.reason(status))"]
        lines.append("Api-Version: \(api)")
        if case .none = body {} else { lines.append("Content-Type: \(contentType)") }
        lines += ["Docker-Experimental: false", "Ostype: linux", "Server: Docker/\(server) (linux)"]
        lines += headers
        lines.append("Date: \(EngineTime.header(now))")
        if closes { lines.append("Connection: close") }
        switch body {
        case .none: if status == 200 { lines.append("Content-Length: 0") }
        case .whole(let bytes): lines.append("Content-Length: \(bytes.count)")
        case .chunked, .events, .exit, .log: lines.append("Transfer-Encoding: chunked")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// One chunk, framed.
    static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [0x0D, 0x0A]
    }

    static let lastChunk = Array("0\r\n\r\n".utf8)

    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 409: "Conflict"
        case 503: "Service Unavailable"
        default: "Internal Server Error"
        }
    }
}
