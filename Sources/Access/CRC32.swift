/// The checksum of Ethernet, gzip and PNG (ISO 3309): finds what was mistyped or cut, and keeps no secret.
enum CRC32 {
    /// Four bytes, the most significant first.
    static func bytes(_ bytes: [UInt8]) -> [UInt8] {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        let sum = ~remainder
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    }
}
