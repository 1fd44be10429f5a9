import OS

/// Turns answers into bytes (RFC 9112).
struct AnswerWriter {
    private var dateSecond: Int64 = -1
    private var date = ""

    /// Up to this many bytes head and body are joined and leave in one call.
    private static let joined = 16_384

    /// How one answer is framed.
    enum Framing {
        /// Complete, its length known.
        case whole
        /// In pieces, each with its length.
        case chunked
        /// In pieces until the connection closes (HTTP/1.0).
        case untilClose
    }

    /// The bytes of a head, and of the body where it has one.
    mutating func write(
        _ answer: HTTPServerResponse, _ framing: Framing, withBody: Bool, keepsAlive: Bool, isVersion11: Bool,
        now: Int64, into output: inout OutputQueue
    ) {
        var head: [UInt8] = []
        head.reserveCapacity(256 + (withBody && answer.body.count <= Self.joined ? answer.body.count : 0))
        head.append("HTTP/1.1 \(answer.status) \(Status.phrase(answer.status))\r\nDate: ")
        head.append(dateText(now))
        head.append("\r\n")
        for (name, value) in answer.headers where !Self.isOurs(name) {
            head.append(field: name)
            head.append(": ")
            head.append(field: value)
            head.append("\r\n")
        }
        switch framing {
        case .whole:
            if answer.status != 204, answer.status != 304 || !answer.body.isEmpty {
                head.append("Content-Length: \(answer.body.count)\r\n")
            }
        case .chunked: head.append("Transfer-Encoding: chunked\r\n")
        case .untilClose: break
        }
        if !keepsAlive {
            head.append("Connection: close\r\n")
        } else if !isVersion11 {
            head.append("Connection: keep-alive\r\n")
        }
        head.append("\r\n")
        guard withBody, !answer.body.isEmpty else { return output.append(head) }
        if answer.body.count <= Self.joined {
            head += answer.body
            output.append(head)
        } else {
            output.append(head)
            output.append(answer.body)
        }
    }

    /// The bytes of one piece.
    static func write(_ piece: [UInt8], _ framing: Framing, into output: inout OutputQueue) {
        guard case .chunked = framing else { return output.append(piece) }
        var size: [UInt8] = []
        let isJoined = piece.count <= joined
        size.reserveCapacity(24 + (isJoined ? piece.count : 0))
        size.append("\(String(piece.count, radix: 16))\r\n")
        if isJoined {
            size += piece
            size.append("\r\n")
            output.append(size)
        } else {
            output.append(size)
            output.append(piece)
            output.append([0x0d, 0x0a])
        }
    }

    /// The bytes that end a streamed answer.
    static func writeEnd(_ framing: Framing, into output: inout OutputQueue) {
        if case .chunked = framing { output.append(Array("0\r\n\r\n".utf8)) }
    }

    /// Headers that only the server knows.
    private static func isOurs(_ name: String) -> Bool {
        switch name.lowercased() {
        case "content-length", "transfer-encoding", "connection", "keep-alive", "date": true
        default: false
        }
    }

    private mutating func dateText(_ milliseconds: Int64) -> String {
        let second = milliseconds / 1_000
        if second != dateSecond {
            dateSecond = second
            date = HTTPDate.text(second)
        }
        return date
    }
}

/// Dates as HTTP writes them.
enum HTTPDate {
    /// `Sun, 06 Nov 1994 08:49:37 GMT` for seconds since 1970 (RFC 9110, section 5.6.7).
    static func text(_ seconds: Int64) -> String {
        let days = seconds.quotient(dividingBy: 86_400)
        let rest = Int(seconds - days * 86_400)
        // Days since 0000-03-01, so that a leap day is the last day of its year.
        let shifted = days + 719_468
        let era = shifted.quotient(dividingBy: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 2 : shiftedMonth - 10)
        let year = yearOfEra + era * 400 + (month <= 1 ? 1 : 0)
        let weekday = Int((days + 4) - (days + 4).quotient(dividingBy: 7) * 7)
        let time = [rest / 3_600, rest / 60 % 60, rest % 60].map { two($0) }.joined(separator: ":")
        return "\(weekdays[weekday]), \(two(day)) \(months[month]) \(year) \(time) GMT"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension Int64 {
    /// The quotient rounded down, also below zero.
    fileprivate func quotient(dividingBy divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends a header's name or value; a control character, which would end the line, becomes a blank.
    fileprivate mutating func append(field text: String) {
        for byte in text.utf8 { append(byte < 0x20 || byte == 0x7f ? 0x20 : byte) }
    }
}
