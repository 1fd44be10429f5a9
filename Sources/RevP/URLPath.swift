/// The path of a URL in a strict subset of RFC 3986, with no way out of any quotes it may be put into.
///
/// It begins with `/`; a segment is `A-Z a-z 0-9 - . _ ~ @ : + = ,` and percent-encoded UTF-8 that holds no
/// control character, slash or backslash; no segment is `.` or `..` or, but for the last, empty. Equal paths are
/// equal texts: hexadecimal digits are capitals, and what need not be encoded is not.
package struct URLPath: Hashable, Sendable {
    /// At most 1,024 bytes of ASCII.
    package let text: String

    /// The whole site.
    package static let root = URLPath(unchecked: "/")

    /// Checks the grammar; nil when it does not hold.
    package init?(_ text: String) {
        guard let path = try? Self.read(text) else { return nil }
        self = path
    }

    private init(unchecked text: String) { self.text = text }

    /// Without a slash at its end, so that `/app` and `/app/` are one prefix.
    var asPrefix: URLPath {
        text.utf8.count > 1 && text.utf8.last == 0x2F ? Self(unchecked: String(text.dropLast())) : self
    }

    static func read(_ text: String) throws(ValueError) -> URLPath {
        let bytes = Array(text.utf8)
        guard bytes.count <= 1_024 else {
            throw ValueError(.tooLong, "A path has at most 1024 bytes.", "Write a shorter path.")
        }
        guard bytes.first == UInt8(ascii: "/") else {
            throw ValueError(.badPath, "A path begins with a slash.", "Write a path such as /app.")
        }
        let segments = bytes.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var normal: [UInt8] = []
        for (index, segment) in segments.enumerated() {
            guard !segment.isEmpty || index == segments.count - 1 else {
                throw ValueError(.badPath, "The path has two slashes side by side.", "Write one slash.")
            }
            let plain = try Self.normalized(segment)
            guard plain != [0x2E], plain != [0x2E, 0x2E] else {
                throw ValueError(
                    .badPath, "The path goes up or stands still with `..` or `.`.",
                    "Write the path that is meant, without dots alone.")
            }
            normal.append(0x2F)
            normal += plain
        }
        return URLPath(unchecked: String(decoding: normal, as: UTF8.self))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || "-._~@:+=,".utf8.contains(byte)
    }

    /// A segment with its percent-encoding in one form.
    private static func normalized(_ segment: ArraySlice<UInt8>) throws(ValueError) -> [UInt8] {
        var normal: [UInt8] = []
        var rest = segment
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                guard isPlain(byte) else {
                    throw ValueError(
                        .badPath,
                        "A path holds letters, digits, - . _ ~ @ : + = , and slashes; all else is percent-encoded.",
                        "Write another path, or that character as % and two hexadecimal digits.")
                }
                normal.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimal, let low = rest.popFirst()?.hexadecimal else {
                throw ValueError(
                    .badPath, "Behind % stand two hexadecimal digits.", "Write %25 where % itself is meant.")
            }
            let value = high << 4 | low
            if value.isAlphanumeric || "-._~".utf8.contains(value) {
                normal.append(value)
            } else {
                guard value >= 0x20, value != 0x7F, value != 0x2F, value != 0x5C else {
                    throw ValueError(
                        .badPath, "The path encodes a control character, a slash or a backslash.",
                        "Write a path without it.")
                }
                normal += [0x25, digit(high), digit(low)]
            }
        }
        return try check(normal)
    }

    /// Refuses what is not UTF-8 once it is decoded.
    private static func check(_ normal: [UInt8]) throws(ValueError) -> [UInt8] {
        var decoded: [UInt8] = []
        var rest = normal[...]
        while let byte = rest.popFirst() {
            if byte == 0x25, let high = rest.popFirst()?.hexadecimal, let low = rest.popFirst()?.hexadecimal {
                decoded.append(high << 4 | low)
            } else {
                decoded.append(byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ !$0.isUnprintable })
        else {
            throw ValueError(
                .badPath, "What the path encodes is not printable text in UTF-8.",
                "Encode the UTF-8 bytes of printable text.")
        }
        return normal
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}

extension URLPath: Comparable, CustomStringConvertible {
    package static func < (one: URLPath, other: URLPath) -> Bool { one.text < other.text }
    package var description: String { text }
}

extension Unicode.Scalar {
    /// Whether it is a control, zero-width, direction or line character, a surrogate or no character at all.
    var isUnprintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
            true
        default: properties.isDefaultIgnorableCodePoint
        }
    }
}
