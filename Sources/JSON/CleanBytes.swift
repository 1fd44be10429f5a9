/// Finds the runs of a string that need no closer look, eight bytes at a time.
enum CleanBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Where the first byte stands that a reader must look at: a quote, a backslash, a control character, not ASCII.
    static func endForReading(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = unsafe load(text, index)
            let found = (below(word, 0x20) | equal(word, 0x22) | equal(word, 0x5C) | word) & highs
            guard found == 0 else { return index + found.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end {
            let byte = unsafe text[index]
            guard byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C else { return index }
            index += 1
        }
        return end
    }

    /// Where the first byte stands that a writer must escape: a quote, a backslash, a control character, DEL.
    static func endForWriting(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= text.count {
            let word = unsafe load(text, index)
            let found = (below(word, 0x20) | equal(word, 0x22) | equal(word, 0x5C) | equal(word, 0x7F)) & highs
            guard found == 0 else { return index + found.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < text.count {
            let byte = unsafe text[index]
            guard byte >= 0x20, byte != 0x22, byte != 0x5C, byte != 0x7F else { return index }
            index += 1
        }
        return text.count
    }

    /// The high bit of each byte that is smaller; exact up to the first one, which is what counts.
    private static func below(_ word: UInt64, _ limit: UInt64) -> UInt64 {
        (word &- ones &* limit) & ~word
    }

    /// The high bit of each byte that is equal; exact up to the first one.
    private static func equal(_ word: UInt64, _ byte: UInt64) -> UInt64 {
        let difference = word ^ (ones &* byte)
        return (difference &- ones) & ~difference
    }

    /// Eight bytes, the first one lowest.
    private static func load(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt64 {
        UInt64(littleEndian: unsafe UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }
}
