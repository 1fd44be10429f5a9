/// The bytes of a text and the ways to step over its parts: an index goes in, the index behind the part comes out.
///
/// SAFETY: it lives only inside `withUnsafeBufferPointer`, and every byte is read behind a comparison of its index
/// with `end`, which is checked against the buffer once.
@safe struct ScanText {
    private let bytes: UnsafeBufferPointer<UInt8>
    let end: Int

    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>, end: Int) {
        precondition(end <= bytes.count)
        unsafe self.bytes = bytes
        self.end = end
    }

    /// The byte at an index that is known to lie before `end`.
    @inline(__always)
    subscript(index: Int) -> UInt8 { unsafe bytes[index] }

    /// The byte there, nil at the end.
    @inline(__always)
    func byte(at index: Int) -> UInt8? {
        index < end ? self[index] : nil
    }

    /// A part that was stepped over.
    @inline(__always)
    subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(rebasing: bytes[range])
    }

    /// The index of the first byte that is not white space.
    @inline(__always)
    func skippingSpace(from start: Int) -> Int {
        var index = start
        while index < end, self[index] <= 0x20, Self.isSpace(self[index]) { index += 1 }
        return index
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Steps over `true`, `false` or `null`.
    func literalEnd(_ word: StaticString, at start: Int) throws(JSONError) -> Int {
        let rest = min(word.utf8CodeUnitCount, end - start)
        let matches = word.withUTF8Buffer { wanted in
            for index in 0..<rest where unsafe self[start + index] != wanted[index] { return false }
            return true
        }
        guard matches else { throw JSONError(.unexpectedByte, at: start, word) }
        guard rest == word.utf8CodeUnitCount else { throw JSONError(.truncated, at: start, word) }
        return start + rest
    }

    /// Where the first byte stands that a string's reader must look at: a quote, a backslash, a control character,
    /// one that is not ASCII.
    @inline(__always)
    func plainEnd(from start: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let found = unsafe ByteWord.special(bytes, at: index)
            guard found == 0 else { return index + found.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end {
            let byte = self[index]
            guard byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C else { break }
            index += 1
        }
        return index
    }
}

/// Eight bytes looked at in one step.
enum ByteWord {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Non-zero when a reader must look at one of the eight; the lowest bit then belongs to the first such byte.
    @inline(__always)
    static func special(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt64 {
        let word = unsafe load(text, index)
        return (below(word, 0x20) | equal(word, 0x22) | equal(word, 0x5C) | word) & highs
    }

    /// Where the first byte stands that a writer must escape: a quote, a backslash, a control character, DEL.
    static func endForWriting(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= text.count {
            let word = unsafe load(text, index)
            let found =
                (below(word, 0x20) | equal(word, 0x22) | equal(word, 0x5C) | equal(word, 0x7F)) & highs
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
    @inline(__always)
    private static func below(_ word: UInt64, _ limit: UInt64) -> UInt64 {
        (word &- ones &* limit) & ~word
    }

    /// The high bit of each byte that is equal; exact up to the first one.
    @inline(__always)
    private static func equal(_ word: UInt64, _ byte: UInt64) -> UInt64 {
        let difference = word ^ (ones &* byte)
        return (difference &- ones) & ~difference
    }

    /// Eight bytes, the first one lowest.
    @inline(__always)
    private static func load(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt64 {
        UInt64(
            littleEndian: unsafe UnsafeRawBufferPointer(text).loadUnaligned(
                fromByteOffset: index, as: UInt64.self))
    }
}
