/// Bytes as JSON can carry them: base64 with padding (RFC 4648, section 4).
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// Each byte's value in the alphabet; 64 for what is not in it.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 64, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// The text of some bytes.
    package static func text(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            for shift in [18, 12, 6, 0] as [UInt32] { text.append(alphabet[Int(group >> shift & 63)]) }
            group = 0
            held = 0
        }
        guard held > 0 else { return text }
        group <<= UInt32(8 * (3 - held))
        for place in 0...held { text.append(alphabet[Int(group >> UInt32(18 - 6 * place) & 63)]) }
        text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - held))
        return text
    }

    /// The bytes of a text; nil unless it is exactly what `text` writes.
    package static func bytes(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.reversed().prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for character in text.dropLast(padding) {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            group &= (1 << bits) - 1
        }
        return group == 0 ? bytes : nil
    }
}

extension JSONWriter {
    /// Writes a member that is a text of base64.
    package mutating func member(_ name: StaticString, base64 bytes: some Collection<UInt8>) {
        key(name)
        string(utf8: Base64.text(bytes))
    }
}

extension JSONReader {
    /// Reads a text of base64.
    package mutating func readBase64() throws(JSONError) -> [UInt8] {
        let start = position
        guard let bytes = Base64.bytes(try readUTF8()) else {
            throw JSONError(.invalidValue, at: start, "base64 with padding (RFC 4648, section 4)")
        }
        return bytes
    }
}
