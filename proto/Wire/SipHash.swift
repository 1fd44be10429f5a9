/// SipHash-2-4 with a 64-bit result (Aumasson and Bernstein, 2012), fed in pieces.
package struct SipHash: Sendable {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    private var tail: UInt64 = 0
    private var length = 0

    /// Starts with a 128-bit key.
    package init(key: Key) {
        v0 = key.low ^ 0x736f_6d65_7073_6575
        v1 = key.high ^ 0x646f_7261_6e64_6f6d
        v2 = key.low ^ 0x6c79_6765_6e65_7261
        v3 = key.high ^ 0x7465_6462_7974_6573
    }

    /// A 128-bit key; the first eight bytes of its usual form are `low`, little-endian.
    package struct Key: Hashable, Sendable {
        package let low: UInt64
        package let high: UInt64

        package init(low: UInt64, high: UInt64) {
            self.low = low
            self.high = high
        }

        package init(using random: inout some RandomNumberGenerator) {
            self.init(low: random.next(), high: random.next())
        }

        /// Parses the key's 16 bytes in order, as 32 lowercase hexadecimal digits.
        package init?(_ text: some StringProtocol) {
            guard let words = Hexadecimal.words(text.utf8, count: 2) else { return nil }
            self.init(low: words[0].byteSwapped, high: words[1].byteSwapped)
        }

        /// The key's 16 bytes in order, as 32 hexadecimal digits.
        package var text: String { Hexadecimal.text(low.byteSwapped) + Hexadecimal.text(high.byteSwapped) }
    }

    /// Appends one byte.
    package mutating func append(_ byte: UInt8) {
        tail |= UInt64(byte) << UInt64(8 * (length & 7))
        length += 1
        guard length & 7 == 0 else { return }
        compress(tail)
        tail = 0
    }

    /// Appends bytes in their order.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        for byte in bytes { append(byte) }
    }

    /// Appends bytes in their order, whole words at a time.
    package mutating func append(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count, length & 7 != 0 {
            append(bytes[index])
            index += 1
        }
        while index + 8 <= bytes.count {
            var word: UInt64 = 0
            for offset in 0..<8 { word |= UInt64(bytes[index + offset]) << UInt64(8 * offset) }
            compress(word)
            length += 8
            index += 8
        }
        while index < bytes.count {
            append(bytes[index])
            index += 1
        }
    }

    /// Appends a word as its eight bytes, least significant first.
    package mutating func append(littleEndian word: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }

    /// The hash of everything that was appended.
    package consuming func finished() -> UInt64 {
        compress(tail | UInt64(truncatingIfNeeded: length) << 56)
        v2 ^= 0xff
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func round() {
        v0 &+= v1
        v1 = v1 << 13 | v1 >> 51
        v1 ^= v0
        v0 = v0 << 32 | v0 >> 32
        v2 &+= v3
        v3 = v3 << 16 | v3 >> 48
        v3 ^= v2
        v0 &+= v3
        v3 = v3 << 21 | v3 >> 43
        v3 ^= v0
        v2 &+= v1
        v1 = v1 << 17 | v1 >> 47
        v1 ^= v2
        v2 = v2 << 32 | v2 >> 32
    }
}
