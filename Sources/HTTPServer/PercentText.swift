/// Percent-encoding as RFC 3986 has it.
enum PercentText {
    /// Decodes; an escape that is none stays as it is, and bytes that aren't UTF-8 become U+FFFD.
    static func decoded(_ text: some Sequence<UInt8>, plusIsBlank: Bool) -> String {
        String(decoding: bytes(text, plusIsBlank: plusIsBlank), as: UTF8.self)
    }

    /// Decodes one segment of a path; nil when it is not UTF-8, holds a NUL, or means another folder.
    static func segment(_ text: some Collection<UInt8>) -> String? {
        let decoded = bytes(text, plusIsBlank: false)
        guard !decoded.contains(0), let segment = String(validating: decoded, as: UTF8.self) else {
            return nil
        }
        return segment == "." || segment == ".." ? nil : segment
    }

    /// Whether each `%` is followed by two hexadecimal digits.
    static func isWellFormed(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%") {
                guard index + 2 < text.count, digit(text[index + 1]) != nil, digit(text[index + 2]) != nil
                else {
                    return false
                }
                index += 2
            }
            index += 1
        }
        return true
    }

    private static func bytes(_ text: some Sequence<UInt8>, plusIsBlank: Bool) -> [UInt8] {
        var decoded: [UInt8] = []
        var pending: [UInt8] = []
        for byte in text {
            if pending.isEmpty {
                switch byte {
                case UInt8(ascii: "%"): pending.append(byte)
                case UInt8(ascii: "+") where plusIsBlank: decoded.append(UInt8(ascii: " "))
                default: decoded.append(byte)
                }
                continue
            }
            pending.append(byte)
            guard let high = digit(pending[1]) else {
                decoded += pending
                pending = []
                continue
            }
            guard pending.count == 3 else { continue }
            if let low = digit(byte) { decoded.append(high << 4 | low) } else { decoded += pending }
            pending = []
        }
        return decoded + pending
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
