/// What the keys of our labels begin with, without the dot behind it.
///
/// Grammar: words of `[a-z0-9_-]` with dots between them, at most 128 bytes.
package struct LabelPrefix: Hashable, Sendable {
    /// The prefix as text.
    package let text: String

    /// `snadboy.revp`, unless a setting says otherwise.
    package static let standard = LabelPrefix(unchecked: "snadboy.revp")

    /// Checks the grammar; nil when it does not hold.
    package init?(_ text: String) {
        guard text.utf8.count <= 128 else { return nil }
        for word in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !word.isEmpty, word.allSatisfy({ $0.isLowerOrDigit || $0 == 0x2D || $0 == 0x5F }) else {
                return nil
            }
        }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }

    /// What stands behind the prefix and its dot; nil when the key is not one of ours.
    ///
    /// The prefix alone is ours too, with nothing behind it.
    func rest(of key: String) -> Substring? {
        let bytes = key.utf8
        guard bytes.starts(with: text.utf8) else { return nil }
        let end = bytes.index(bytes.startIndex, offsetBy: text.utf8.count)
        guard end < bytes.endIndex else { return key[end...] }
        return bytes[end] == UInt8(ascii: ".") ? key[bytes.index(after: end)...] : nil
    }

    /// Whether a label's key is one of ours.
    package func isPrefix(of key: String) -> Bool { rest(of: key) != nil }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLower: Bool { (0x61...0x7A).contains(self) }
    var isUpper: Bool { (0x41...0x5A).contains(self) }
    var isLowerOrDigit: Bool { isLower || isDigit }
    var isAlphanumeric: Bool { isLower || isUpper || isDigit }
    /// What a hexadecimal digit is worth; nil for any other byte.
    var hexadecimal: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}

extension StringProtocol {
    /// Without blanks at both ends, which YAML's block texts leave.
    func trimmed() -> String {
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { $0 != 0x20 }),
            let last = bytes.lastIndex(where: { $0 != 0x20 })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }

    /// ASCII capitals made small; everything else as it is.
    func lowercasedASCII() -> String {
        String(decoding: utf8.map { $0.isUpper ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
