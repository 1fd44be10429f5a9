/// The bytes of texts, one after the other in chunks, so that a text costs its length and five to eight bytes more.
///
/// An entry is the text's number (four bytes, least significant first), its length (a varint), and its bytes, filled up
/// to a multiple of four. What is released stays where it is until most of its chunk is; then the owner moves the rest
/// and lets go of the chunk. A copy shares every chunk, as with `Chunks`.
struct TextArena: Sendable {
    /// Bytes in a chunk; only a text that is longer has a larger one, to itself.
    static let chunkSize = 1 << 16
    /// Places count in steps of four bytes; the upper bits of a place are the chunk's number.
    private static let step = 4
    private static let offsetBits: UInt32 = 14

    private(set) var chunks: [[UInt8]] = []
    /// Bytes of each chunk that belong to texts in use.
    private(set) var used: [UInt32] = []
    /// Chunks without anything, to be taken again.
    private(set) var free: [UInt32] = []
    /// The chunk that new texts go to; nil when the next one needs another.
    private(set) var open: UInt32?

    init() {}

    /// Takes chunks as another process kept them.
    init(chunks: [[UInt8]], used: [UInt32], free: [UInt32]) {
        self.chunks = chunks
        self.used = used
        self.free = free
    }

    /// Where an entry's text begins and ends in its chunk.
    struct Entry {
        let number: UInt32
        let text: Range<Int>
        /// Where the next entry begins.
        let end: Int

        /// Nil when there is no whole entry.
        init?(in chunk: [UInt8], at start: Int) {
            guard start + 5 <= chunk.count else { return nil }
            var number: UInt32 = 0
            for index in 0..<4 { number |= UInt32(chunk[start + index]) << UInt32(8 * index) }
            var length = 0
            var shift = 0
            var offset = start + 4
            while offset < chunk.count, shift < 35 {
                let byte = chunk[offset]
                offset += 1
                length |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            guard offset + length <= chunk.count else { return nil }
            self.number = number
            text = offset..<(offset + length)
            end = (offset + length + TextArena.step - 1) & ~(TextArena.step - 1)
        }
    }

    /// Bytes that an entry of so long a text takes.
    private static func size(_ length: Int) -> Int {
        let digits = max(1, (Int.bitWidth - length.leadingZeroBitCount + 6) / 7)
        return (4 + digits + length + step - 1) & ~(step - 1)
    }

    static func place(_ chunk: UInt32, _ offset: Int) -> UInt32 {
        chunk << offsetBits | UInt32(offset / step)
    }

    /// The chunk and the offset of a place.
    private static func position(_ place: UInt32) -> (chunk: Int, offset: Int) {
        (Int(place >> offsetBits), Int(place & (1 << offsetBits - 1)) * step)
    }

    /// Keeps a text and gives its place.
    mutating func append(_ text: ArraySlice<UInt8>, number: UInt32) -> UInt32 {
        let size = Self.size(text.count)
        let chunk = chunk(for: size)
        let index = Int(chunk)
        if chunks[index].capacity < min(size, Self.chunkSize) + chunks[index].count {
            chunks[index].reserveCapacity(max(Self.chunkSize, size))
        }
        let start = chunks[index].count
        for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
            chunks[index].append(UInt8(truncatingIfNeeded: number >> shift))
        }
        var length = text.count
        while length > 0x7F {
            chunks[index].append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        chunks[index].append(UInt8(length))
        chunks[index].append(contentsOf: text)
        while chunks[index].count < start + size { chunks[index].append(0) }
        used[index] += UInt32(size)
        return Self.place(chunk, start)
    }

    private mutating func chunk(for size: Int) -> UInt32 {
        if let open {
            if used[Int(open)] == 0 { chunks[Int(open)].removeAll(keepingCapacity: true) }
            if chunks[Int(open)].count + size <= Self.chunkSize { return open }
        }
        let chunk: UInt32
        if let last = free.popLast() {
            chunk = last
        } else {
            chunk = UInt32(chunks.count)
            chunks.append([])
            used.append(0)
        }
        // A text that fills a chunk by itself leaves the open one open.
        if size <= Self.chunkSize { open = chunk }
        return chunk
    }

    /// Calls `body` with the bytes at a place.
    func read<Result>(_ place: UInt32, _ body: (ArraySlice<UInt8>) -> Result) -> Result {
        let (chunk, offset) = Self.position(place)
        guard let entry = Entry(in: chunks[chunk], at: offset) else {
            preconditionFailure("a text's place holds none")
        }
        return body(chunks[chunk][entry.text])
    }

    /// Counts a text as gone; says whether the texts that are left of its chunk are to be moved now.
    mutating func release(_ place: UInt32) -> Bool {
        let (chunk, offset) = Self.position(place)
        guard let entry = Entry(in: chunks[chunk], at: offset) else { return false }
        used[chunk] -= UInt32(Self.size(entry.text.count))
        guard open != UInt32(chunk) else { return false }
        guard used[chunk] > 0 else {
            giveBack(UInt32(chunk))
            return false
        }
        return Int(used[chunk]) * 2 < chunks[chunk].count
    }

    /// Every entry of a place's chunk with its number, those that were released included.
    func entries(beside place: UInt32) -> [(number: UInt32, place: UInt32)] {
        var entries: [(number: UInt32, place: UInt32)] = []
        forEachEntry(ofChunk: Self.position(place).chunk) { number, place, _ in
            entries.append((number, place))
        }
        return entries
    }

    private mutating func giveBack(_ chunk: UInt32) {
        chunks[Int(chunk)] = []
        used[Int(chunk)] = 0
        free.append(chunk)
    }

    /// Every entry of a chunk with its place.
    func forEachEntry(ofChunk chunk: Int, _ body: (UInt32, UInt32, ArraySlice<UInt8>) -> Void) {
        var start = 0
        while let entry = Entry(in: chunks[chunk], at: start) {
            body(entry.number, Self.place(UInt32(chunk), start), chunks[chunk][entry.text])
            start = entry.end
        }
    }

    /// Bytes of all chunks, those that nothing uses any more included.
    var byteCount: Int { chunks.reduce(0) { $0 + $1.count } }
}
