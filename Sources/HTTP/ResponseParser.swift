/// Reads one response from bytes as they come; strict where leniency lets two readers disagree.
///
/// RFC 9112. A value without I/O: `feed` it bytes, take events with `next` until it answers nil, and tell it by
/// `finish` when the peer has closed. However the bytes were cut, head and joined body are the same.
package struct ResponseParser: Sendable {
    /// What has been read.
    package enum Event: Hashable, Sendable {
        /// The final response's head; 1xx responses before it were skipped.
        case head(HTTPResponseHead)
        /// The next part of the body; never empty.
        case body([UInt8])
        /// The response is complete. Nothing follows.
        case end
    }

    private enum State: Sendable {
        case statusLine
        case headers(StatusLine, bytes: Int)
        /// So many bytes of the body are still to come, and it ends with them.
        case counted(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers(count: Int, bytes: Int)
        /// The body ends when the peer closes.
        case untilClose
        case done
    }

    private let limits: HTTPLimits
    private let isHead: Bool
    private let bodyLimit: Int
    private var state = State.statusLine
    private var headers = HTTPHeaders()
    private var lines = LineBuffer()
    private var bodyBytes = 0
    private var interim = 0

    /// Prepares for the response to one request.
    ///
    /// - Parameters:
    ///   - method: The request's method: a response to HEAD has no body.
    ///   - limits: What is refused as too large.
    ///   - isStream: Whether the body may go on for ever; then `limits.body` does not count.
    package init(to method: HTTPRequest.Method, limits: HTTPLimits, isStream: Bool = false) {
        self.limits = limits
        isHead = method == .head
        bodyLimit = isStream ? .max : limits.body
    }

    /// Whether the response is complete and nothing came after it, so that the connection can serve another.
    package var isCleanlyDone: Bool {
        if case .done = state { return lines.isEmpty }
        return false
    }

    /// Adds bytes that came from the peer.
    package mutating func feed(_ bytes: [UInt8]) {
        lines.append(bytes)
    }

    /// Reads on; nil means that more bytes are needed, or that `.end` was already delivered.
    ///
    /// - Throws: `.malformed` or `.overLimit`; the connection must then be closed.
    package mutating func next() throws(HTTPError) -> Event? {
        while true {
            switch state {
            case .statusLine:
                guard let line = try line("status line", limits.statusLine) else { return nil }
                state = .headers(try StatusLine(line), bytes: 0)
                headers = HTTPHeaders()
            case .headers(let status, let bytes):
                guard let line = try line("header", limits.headerBytes - bytes) else { return nil }
                if !line.isEmpty {
                    try add(line)
                    state = .headers(status, bytes: bytes + line.count + 2)
                } else if let head = try began(status) {
                    return .head(head)
                }
            case .counted(let left):
                guard left > 0 else {
                    state = .done
                    return .end
                }
                guard let part = lines.take(atMost: left) else { return nil }
                state = .counted(left - part.count)
                return .body(part)
            case .chunkSize:
                guard let line = try line("chunk size", limits.chunkLine) else { return nil }
                let size = try ChunkSize.read(line)
                guard size <= bodyLimit - bodyBytes else { throw .overLimit("body", bodyLimit) }
                bodyBytes = bodyLimit == .max ? 0 : bodyBytes + size
                state = size == 0 ? .trailers(count: 0, bytes: 0) : .chunk(size)
            case .chunk(let left):
                guard let part = lines.take(atMost: left) else { return nil }
                state = part.count == left ? .chunkEnd : .chunk(left - part.count)
                return .body(part)
            case .chunkEnd:
                switch lines.takeLine(limit: 2) {
                case .line: state = .chunkSize
                case .incomplete: return nil
                case .bareEnd, .tooLong: throw .malformed("a chunk is longer than it says")
                }
            case .trailers(let count, let bytes):
                guard let line = try line("trailer", limits.headerBytes - bytes) else { return nil }
                guard !line.isEmpty else {
                    state = .done
                    return .end
                }
                guard count < limits.headerCount else {
                    throw .overLimit("number of trailers", limits.headerCount)
                }
                _ = try HeaderLine.read(line)
                state = .trailers(count: count + 1, bytes: bytes + line.count + 2)
            case .untilClose:
                guard let part = lines.take(atMost: .max) else { return nil }
                guard part.count <= bodyLimit - bodyBytes else { throw .overLimit("body", bodyLimit) }
                bodyBytes = bodyLimit == .max ? 0 : bodyBytes + part.count
                return .body(part)
            case .done:
                return nil
            }
        }
    }

    /// Says that the peer has closed; call it after `next` answered nil.
    ///
    /// - Returns: `.end` if that is how the response ends, nil if it had ended before.
    /// - Throws: `.truncated` if something is missing.
    package mutating func finish() throws(HTTPError) -> Event? {
        switch state {
        case .untilClose:
            state = .done
            return .end
        case .done:
            return nil
        default:
            throw .truncated
        }
    }

    /// Decides, now that the header is complete, where the body ends; nil for an interim response.
    private mutating func began(_ line: StatusLine) throws(HTTPError) -> HTTPResponseHead? {
        let framing = try Framing(headers, isVersion11: line.isVersion11)
        if line.status < 200 {
            guard line.status != 101 else {
                throw .malformed("it changes to a protocol that nobody asked for")
            }
            interim += 1
            guard interim <= 8 else { throw .overLimit("number of interim answers", 8) }
            state = .statusLine
            return nil
        }
        var keepsAlive =
            line.isVersion11
            ? !headers.lists("close", in: "Connection") : headers.lists("keep-alive", in: "Connection")
        if isHead || line.status == 204 || line.status == 304 {
            state = .counted(0)
        } else {
            switch framing {
            case .chunked: state = .chunkSize
            case .counted(let count):
                guard count <= bodyLimit else { throw .overLimit("body", bodyLimit) }
                state = .counted(count)
            case .untilClose:
                keepsAlive = false
                state = .untilClose
            }
        }
        return HTTPResponseHead(
            status: line.status, reason: line.reason, headers: headers, keepsAlive: keepsAlive)
    }

    private mutating func add(_ line: ArraySlice<UInt8>) throws(HTTPError) {
        guard headers.fields.count < limits.headerCount else {
            throw .overLimit("number of headers", limits.headerCount)
        }
        let (name, value) = try HeaderLine.read(line)
        headers.append(name, value)
    }

    private mutating func line(_ what: String, _ limit: Int) throws(HTTPError) -> ArraySlice<UInt8>? {
        switch lines.takeLine(limit: limit) {
        case .line(let line): return line
        case .incomplete: return nil
        case .bareEnd: throw .malformed("a line in its \(what) does not end with CR LF")
        case .tooLong: throw .overLimit(what, limit)
        }
    }
}
