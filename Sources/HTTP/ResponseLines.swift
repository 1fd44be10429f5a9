/// `HTTP/1.1 200 OK` (RFC 9112, section 4).
struct StatusLine: Sendable {
    let isVersion11: Bool
    let status: Int
    let reason: String

    init(_ line: ArraySlice<UInt8>) throws(HTTPError) {
        let bytes = Array(line)
        guard bytes.count >= 12, bytes.starts(with: "HTTP/1.".utf8), bytes[8] == 0x20,
            bytes[7] == UInt8(ascii: "1") || bytes[7] == UInt8(ascii: "0")
        else { throw .malformed("it does not begin with HTTP/1.1 and a status") }
        var status = 0
        for byte in bytes[9..<12] {
            guard (0x30...0x39).contains(byte) else { throw .malformed("its status is not a number") }
            status = status * 10 + Int(byte - 0x30)
        }
        guard (100..<600).contains(status) else { throw .malformed("its status is \(status)") }
        guard bytes.count == 12 || bytes[12] == 0x20, bytes[12...].allSatisfy(\.isFieldText) else {
            throw .malformed("its status line has controls in it")
        }
        isVersion11 = bytes[7] == UInt8(ascii: "1")
        self.status = status
        reason = String(decoding: bytes.dropFirst(13), as: UTF8.self)
    }
}

/// `Name: value` (RFC 9112, section 5).
enum HeaderLine {
    static func read(_ line: ArraySlice<UInt8>) throws(HTTPError) -> (name: String, value: String) {
        guard line.first != 0x20, line.first != 0x09 else {
            throw .malformed("a header is folded over two lines, which is obsolete")
        }
        guard let colon = line.firstIndex(of: 0x3a), colon > line.startIndex,
            line[..<colon].allSatisfy(\.isToken)
        else { throw .malformed("a header has no proper name") }
        var value = line[(colon + 1)...]
        guard value.allSatisfy(\.isFieldText) else { throw .malformed("a header has controls in it") }
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    }
}

/// `1a3;extension` (RFC 9112, section 7.1).
enum ChunkSize {
    static func read(_ line: ArraySlice<UInt8>) throws(HTTPError) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        guard !digits.isEmpty, digits.count <= 15 else { throw .malformed("a chunk's size is not a number") }
        guard line.allSatisfy(\.isFieldText) else {
            throw .malformed("a chunk's extension has controls in it")
        }
        var size = 0
        for byte in digits {
            switch byte {
            case 0x30...0x39: size = size << 4 | Int(byte - 0x30)
            case 0x41...0x46: size = size << 4 | Int(byte - 0x41 + 10)
            case 0x61...0x66: size = size << 4 | Int(byte - 0x61 + 10)
            default: throw .malformed("a chunk's size is not a number")
            }
        }
        return size
    }
}

/// How the end of a body is found (RFC 9112, section 6.3).
enum Framing: Hashable, Sendable {
    case chunked
    case counted(Int)
    case untilClose

    init(_ headers: HTTPHeaders, isVersion11: Bool) throws(HTTPError) {
        let encodings = headers.values(of: "Transfer-Encoding")
        let lengths = headers.values(of: "Content-Length")
        if !encodings.isEmpty {
            guard lengths.isEmpty else {
                throw .malformed("it has both a Content-Length and a Transfer-Encoding")
            }
            guard encodings.count == 1, encodings[0].equalsIgnoringCase("chunked"), isVersion11 else {
                throw .malformed("its Transfer-Encoding is not just chunked")
            }
            self = .chunked
        } else if let text = lengths.first {
            guard lengths.count == 1 else { throw .malformed("it has more than one Content-Length") }
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text)
            else {
                throw .malformed("its Content-Length is not a number that can be")
            }
            self = .counted(length)
        } else {
            self = .untilClose
        }
    }
}
