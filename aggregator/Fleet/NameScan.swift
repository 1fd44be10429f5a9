/// Looks for a text in the chunks of names as in one long text, eight bytes at a step.
///
/// A step tells whether the text's last two letters may be among its bytes, in either case, by arithmetic on all eight
/// at once; only then is anything compared. A million names are 30 MB, and go by at the speed of memory.
struct NameScan {
    private let part: [UInt8]
    /// The two bytes that are looked for, repeated, with the bit set that tells small letters from capital ones.
    private let last: UInt64
    private let beforeLast: UInt64
    /// How far the first of the two is from the beginning of the text.
    private let offset: Int

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080
    private static let smalls: UInt64 = 0x2020_2020_2020_2020

    /// Looks for a text that is not empty, its letters small.
    init(_ part: [UInt8]) {
        self.part = part
        let end = part[part.count - 1]
        last = UInt64(end | 0x20) &* Self.ones
        beforeLast = part.count > 1 ? UInt64(part[part.count - 2] | 0x20) &* Self.ones : 0
        offset = max(0, part.count - 2)
    }

    /// The numbers of the texts of a chunk that hold it, with their places; some may be released.
    func forEachHit(in arena: TextArena, chunk: Int, _ body: (UInt32, UInt32) -> Void) {
        let bytes = arena.chunks[chunk]
        guard bytes.count >= part.count, var entry = TextArena.Entry(in: bytes, at: 0) else { return }
        var start = 0
        var place = 0
        while let candidate = candidate(in: bytes, from: place) {
            while candidate >= entry.end {
                start = entry.end
                guard let next = TextArena.Entry(in: bytes, at: start) else { return }
                entry = next
            }
            if candidate >= entry.text.lowerBound, candidate + part.count <= entry.text.upperBound,
                isHere(bytes, candidate)
            {
                body(entry.number, TextArena.place(UInt32(chunk), start))
                place = entry.end
            } else {
                place = candidate + 1
            }
        }
    }

    /// The next offset from which on the text may stand.
    private func candidate(in bytes: [UInt8], from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { buffer in
            var place = start + offset
            let two = part.count > 1
            while place + 9 <= buffer.count {
                let one = unsafe buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self) | Self.smalls
                var wrong: UInt64
                if two {
                    let next = unsafe buffer.loadUnaligned(fromByteOffset: place + 1, as: UInt64.self)
                    wrong = (one ^ beforeLast) | ((next | Self.smalls) ^ last)
                } else {
                    wrong = one ^ last
                }
                // The lowest byte that is zero is told exactly; those above it may be wrong.
                let zeros = (wrong &- Self.ones) & ~wrong & Self.highs
                if zeros != 0 { return place - offset + zeros.trailingZeroBitCount / 8 }
                place += 8
            }
            // Fewer than nine bytes are left: any may be it.
            place -= offset
            return place + part.count <= buffer.count ? place : nil
        }
    }

    private func isHere(_ bytes: [UInt8], _ start: Int) -> Bool {
        for index in part.indices where Self.lowercased(bytes[start + index]) != part[index] { return false }
        return true
    }

    /// ASCII only: names and images hold nothing else.
    static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
