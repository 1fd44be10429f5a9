/// A container's id: 256 bits that the Engine drew, shown as 64 lowercase hexadecimal digits.
///
/// Kept as four words so that a fleet of a million ids costs 32 MB and compares without touching text.
package struct ContainerID: Hashable, Sendable {
    package let words: (UInt64, UInt64, UInt64, UInt64)

    package init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// Parses 64 lowercase hexadecimal digits; anything else is nil.
    package init?(_ text: some StringProtocol) {
        self.init(utf8: text.utf8)
    }

    /// Parses 64 lowercase hexadecimal digits; anything else is nil.
    package init?(utf8 text: some Collection<UInt8>) {
        guard text.count == 64 else { return nil }
        var words: [4 of UInt64] = [0, 0, 0, 0]
        for (index, byte) in text.enumerated() {
            guard let digit = Self.digit(byte) else { return nil }
            words[index >> 4] = words[index >> 4] << 4 | digit
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// Makes an id of 32 bytes, as it is stored.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [4 of UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { words[index >> 3] = words[index >> 3] << 8 | UInt64(byte) }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The id as 32 bytes, most significant first.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// The 64 hexadecimal digits as ASCII.
    package var hexadecimal: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        appendHexadecimal(to: &digits)
        return digits
    }

    /// Appends the 64 hexadecimal digits.
    package func appendHexadecimal(to text: inout [UInt8]) {
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
                text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            }
        }
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x61...0x66: UInt64(byte - 0x57)
        default: nil
        }
    }

    package static func == (one: ContainerID, other: ContainerID) -> Bool { one.words == other.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension ContainerID: Comparable {
    package static func < (one: ContainerID, other: ContainerID) -> Bool { one.words < other.words }
}

extension ContainerID: CustomStringConvertible {
    package var description: String { String(decoding: hexadecimal, as: UTF8.self) }

    /// The first twelve digits, as Docker shows ids.
    package var short: String { String(description.prefix(12)) }
}
