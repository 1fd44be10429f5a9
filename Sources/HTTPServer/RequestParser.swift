/// Finds and checks a request's head in bytes that come in pieces of any size; pure.
struct RequestParser {
    /// What the bytes so far amount to.
    enum Outcome {
        /// The head is not complete.
        case incomplete
        /// The head, and how many bytes it took.
        case head(RequestHead, length: Int)
    }

    private let limits: HTTPServerConfiguration.Limits
    /// Up to where line ends were looked for.
    private var scanned = 0
    private var lineStart = 0
    /// The complete lines so far, without their ends.
    private var lines: [Range<Int>] = []

    init(limits: HTTPServerConfiguration.Limits) {
        self.limits = limits
    }

    /// Looks at the bytes again after more came; they must begin where they began the last time.
    ///
    /// - Throws: The refusal to answer; the connection cannot be used afterwards.
    mutating func parse(_ bytes: Span<UInt8>) throws(Refusal) -> Outcome {
        while scanned < bytes.count {
            let byte = bytes[scanned]
            scanned += 1
            if byte == UInt8(ascii: "\n") {
                let end = scanned - 2
                guard end >= lineStart, bytes[end] == UInt8(ascii: "\r") else {
                    throw Refusal(400, "lines end with CR LF")
                }
                let line = lineStart..<end
                lineStart = scanned
                if !line.isEmpty {
                    lines.append(line)
                    guard lines.count <= limits.fields + 1 else {
                        throw Refusal(431, "the request has more headers than this server accepts")
                    }
                } else if !lines.isEmpty {
                    return try finished(bytes)
                } else if scanned > 4 {
                    // A line end or two before a request is forgiven (RFC 9112, section 2.2).
                    throw Refusal(400, "the request begins with empty lines")
                }
            }
            if scanned > limits.head { throw tooLong() }
        }
        return .incomplete
    }

    private func tooLong() -> Refusal {
        lines.isEmpty
            ? Refusal(414, "the request line is longer than this server accepts")
            : Refusal(431, "the headers are longer than this server accepts")
    }

    private mutating func finished(_ bytes: Span<UInt8>) throws(Refusal) -> Outcome {
        let length = scanned
        let line = try RequestLine(bytes.extracting(lines[0]), targetLimit: limits.target)
        var headers = HTTPServerRequest.Headers()
        headers.reserve(lines: lines.count - 1, bytes: length - lines[0].upperBound)
        for line in lines.dropFirst() { try Self.append(bytes.extracting(line), to: &headers) }
        let head = try RequestHead(line: line, headers: headers, bodyLimit: limits.body)
        scanned = 0
        lineStart = 0
        lines.removeAll(keepingCapacity: true)
        return .head(head, length: length)
    }

    private static func append(
        _ line: Span<UInt8>, to headers: inout HTTPServerRequest.Headers
    ) throws(Refusal) {
        var colon = 0
        while colon < line.count, line[colon].isTokenByte { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else {
            // Also a line that begins with a blank, and a blank before the colon.
            throw Refusal(400, "a header is a name, a colon and a value on one line")
        }
        var start = colon + 1
        var end = line.count
        while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        for index in start..<end {
            let byte = line[index]
            guard byte >= 0x20 && byte != 0x7f || byte == 0x09 else {
                throw Refusal(400, "a header's value holds a control character")
            }
        }
        headers.append(line.extracting(..<colon), line.extracting(start..<end))
    }
}
