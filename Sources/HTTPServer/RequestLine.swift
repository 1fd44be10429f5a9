/// The first line of a request: method, target and version (RFC 9112, section 3).
struct RequestLine: Sendable {
    let method: HTTPServerRequest.Method
    let path: String
    let segments: [String]
    let rawQuery: String
    /// The authority of an absolute target (`http://name/path`), which stands above the `Host` header.
    let authority: String?
    let isVersion11: Bool

    init(_ line: Span<UInt8>, targetLimit: Int) throws(Refusal) {
        guard let first = line.firstIndex(of: UInt8(ascii: " ")), first > 0 else {
            throw Refusal(400, "the request line is method, target and version")
        }
        let version = line.count - 9
        guard version > first, line[version] == UInt8(ascii: " ") else {
            // A target that is too long leaves no room for the version in what was read.
            throw Refusal(400, "the request line is method, target and version")
        }
        isVersion11 = try Self.isVersion11(line.extracting((version + 1)...))
        method = try Self.method(line.extracting(..<first))
        let target = line.extracting((first + 1)..<version)
        guard target.count <= targetLimit else {
            throw Refusal(414, "the target is longer than this server accepts")
        }
        for index in target.indices {
            let byte = target[index]
            guard (0x21...0x7e).contains(byte), byte != UInt8(ascii: "#") else {
                throw Refusal(400, "the target holds a byte that must be percent-encoded")
            }
        }
        guard PercentText.isWellFormed(target) else {
            throw Refusal(400, "the target holds a percent sign without two hexadecimal digits")
        }
        let text = String(copying: target)
        var rest = text[...]
        if let authority = Self.authority(of: text) {
            rest = text[authority.endIndex...]
            self.authority = String(authority)
            if !rest.hasPrefix("/") { rest = "/" + rest }
        } else {
            authority = nil
        }
        let question = rest.firstIndex(of: "?")
        path = String(rest[..<(question ?? rest.endIndex)])
        rawQuery = question.map { String(rest[rest.index(after: $0)...]) } ?? ""
        segments = try Self.segments(path, method)
    }

    private static func isVersion11(_ text: Span<UInt8>) throws(Refusal) -> Bool {
        let name: StaticString = "HTTP/"
        let isName = (0..<5).allSatisfy { unsafe text[$0] == name.utf8Start[$0] }
        let major = text[5]
        let minor = text[7]
        guard isName, text[6] == UInt8(ascii: "."), (0x30...0x39).contains(major),
            (0x30...0x39).contains(minor)
        else { throw Refusal(400, "the request line ends with HTTP/1.1 or HTTP/1.0") }
        guard major == UInt8(ascii: "1") else {
            throw Refusal(505, "this server speaks HTTP/1.1 and HTTP/1.0")
        }
        return minor != UInt8(ascii: "0")
    }

    private static func method(_ text: Span<UInt8>) throws(Refusal) -> HTTPServerRequest.Method {
        for method in known where text.equals(method.rawValue.utf8) { return method }
        for index in text.indices where !text[index].isTokenByte {
            throw Refusal(400, "a method is a word of letters")
        }
        throw Refusal(501, "this method is not supported")
    }

    private static let known: [HTTPServerRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options,
    ]

    private static func authority(of target: String) -> Substring? {
        guard !target.hasPrefix("/") else { return nil }
        for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
            return target.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" }
        }
        return nil
    }

    private static func segments(
        _ path: String, _ method: HTTPServerRequest.Method
    ) throws(Refusal) -> [String] {
        if path == "*", method == .options { return [] }
        guard path.hasPrefix("/") else { throw Refusal(400, "the target begins with a slash") }
        guard path.utf8.count > 1 else { return [] }
        var segments: [String] = []
        for part in path.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            guard let segment = PercentText.segment(part) else {
                throw Refusal(400, "a part of the path is not UTF-8, holds a NUL, or is a dot or two")
            }
            segments.append(segment)
        }
        return segments
    }
}

extension Span<UInt8> {
    /// The first place of a byte.
    func firstIndex(of wanted: UInt8) -> Int? {
        for index in indices where self[index] == wanted { return index }
        return nil
    }

    /// Whether the bytes are the same.
    func equals(_ text: String.UTF8View) -> Bool {
        guard text.count == count else { return false }
        var index = 0
        for byte in text {
            if self[index] != byte { return false }
            index += 1
        }
        return true
    }
}

extension String {
    /// Copies bytes that are known to be ASCII.
    init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension UInt8 {
    /// Whether it may stand in a method or a header's name (RFC 9110, section 5.6.2).
    var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
