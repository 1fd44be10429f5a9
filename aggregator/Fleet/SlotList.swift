/// A sorted list of slots in chunks of at most 1,024, so that a write copies one chunk and not the list.
///
/// The caller gives the order, always the same one for a list: by number, or by the id behind the slot.
struct SlotList: Sendable {
    static let chunkSize = 1_024

    /// None of them is empty.
    private(set) var chunks: [[UInt32]] = []

    init() {}

    /// Takes chunks that are in order, none of them empty or too large.
    init(chunks: [[UInt32]]) {
        self.chunks = chunks
    }

    /// Takes slots that are already in order.
    init(sorted slots: [UInt32]) {
        var start = 0
        while start < slots.count {
            let end = min(start + Self.chunkSize / 2, slots.count)
            chunks.append(Array(slots[start..<end]))
            start = end
        }
    }

    var isEmpty: Bool { chunks.isEmpty }

    /// Counts exactly; touches every chunk.
    var count: Int { chunks.reduce(0) { $0 + $1.count } }

    /// Near the count, without touching the chunks; enough to choose between lists.
    var estimatedCount: Int {
        chunks.count > 1 ? chunks.count * (Self.chunkSize * 3 / 4) : chunks.first?.count ?? 0
    }

    /// A place in the list: the chunk, and the offset in it.
    struct Position: Equatable {
        var chunk: Int
        var offset: Int
    }

    /// The first place whose slot does not come before what is looked for.
    func position(_ comesBefore: (UInt32) -> Bool) -> Position {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if let last = chunks[middle].last, comesBefore(last) { low = middle + 1 } else { high = middle }
        }
        guard low < chunks.count else { return Position(chunk: low, offset: 0) }
        var first = 0
        var end = chunks[low].count
        while first < end {
            let middle = (first + end) / 2
            if comesBefore(chunks[low][middle]) { first = middle + 1 } else { end = middle }
        }
        return Position(chunk: low, offset: first)
    }

    /// The slot at a place; nil past the end.
    func slot(at position: Position) -> UInt32? {
        guard position.chunk < chunks.count else { return nil }
        return chunks[position.chunk][position.offset]
    }

    /// Puts a slot at the place that `position` gave for it.
    mutating func insert(_ slot: UInt32, at position: Position) {
        guard !chunks.isEmpty else {
            chunks.append([slot])
            return
        }
        var place = position
        if place.chunk == chunks.count {
            place.chunk -= 1
            place.offset = chunks[place.chunk].count
        }
        chunks[place.chunk].insert(slot, at: place.offset)
        guard chunks[place.chunk].count > Self.chunkSize else { return }
        // A list that grows at its end keeps full chunks; any other is cut in half.
        let isLast = place.chunk == chunks.count - 1 && place.offset == Self.chunkSize
        let cut = isLast ? Self.chunkSize : Self.chunkSize / 2
        let rest = Array(chunks[place.chunk][cut...])
        chunks[place.chunk] = Array(chunks[place.chunk][..<cut])
        chunks.insert(rest, at: place.chunk + 1)
    }

    /// Takes out the slot at a place.
    mutating func remove(at position: Position) {
        chunks[position.chunk].remove(at: position.offset)
        if chunks[position.chunk].isEmpty {
            chunks.remove(at: position.chunk)
        } else if position.chunk + 1 < chunks.count,
            chunks[position.chunk].count + chunks[position.chunk + 1].count <= Self.chunkSize / 2
        {
            let next = chunks.remove(at: position.chunk + 1)
            chunks[position.chunk] += next
        }
    }

    /// The slots from one place up to another.
    func forEach(from start: Position, to end: Position, _ body: (UInt32) -> Void) {
        var place = start
        while place.chunk < chunks.count, place.chunk <= end.chunk {
            let chunk = chunks[place.chunk]
            let last = place.chunk == end.chunk ? end.offset : chunk.count
            while place.offset < last {
                body(chunk[place.offset])
                place.offset += 1
            }
            place = Position(chunk: place.chunk + 1, offset: 0)
        }
    }

    /// How many slots lie between two places.
    func distance(from start: Position, to end: Position) -> Int {
        guard start.chunk < end.chunk else { return max(0, end.offset - start.offset) }
        let between = chunks[(start.chunk + 1)..<end.chunk].reduce(0) { $0 + $1.count }
        return chunks[start.chunk].count - start.offset + between + end.offset
    }

    /// Every slot in order.
    func forEach(_ body: (UInt32) -> Void) {
        for chunk in chunks {
            for slot in chunk { body(slot) }
        }
    }
}
