/// 128 random bits drawn once for each agent process; versions count within it.
///
/// Compared only for equality.
package struct Epoch: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(using random: inout some RandomNumberGenerator) {
        self.init(high: random.next(), low: random.next())
    }

    /// Parses 32 lowercase hexadecimal digits.
    package init?(_ text: some StringProtocol) {
        guard let words = Hexadecimal.words(text.utf8, count: 2) else { return nil }
        self.init(high: words[0], low: words[1])
    }
}

extension Epoch: CustomStringConvertible {
    package var description: String { Hexadecimal.text(high) + Hexadecimal.text(low) }
}

/// Fixed-width lowercase hexadecimal, as the protocol writes 64-bit values.
package enum Hexadecimal {
    /// The 16 digits of a word.
    package static func text(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Parses exactly 16 digits.
    package static func word(_ text: some StringProtocol) -> UInt64? {
        words(text.utf8, count: 1)?.first
    }

    /// Parses exactly `count` × 16 digits, most significant word first.
    package static func words(_ digits: some Collection<UInt8>, count: Int) -> [UInt64]? {
        guard digits.count == count * 16 else { return nil }
        var words: [UInt64] = []
        var word: UInt64 = 0
        for (index, byte) in digits.enumerated() {
            switch byte {
            case 0x30...0x39: word = word << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: word = word << 4 | UInt64(byte - 0x57)
            default: return nil
            }
            if index & 15 == 15 {
                words.append(word)
                word = 0
            }
        }
        return words
    }
}
