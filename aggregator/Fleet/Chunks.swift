/// An array in chunks, so that a copy shares everything and a later write to one of them copies one chunk.
///
/// A plain array would be copied as a whole: 42 ms at a million records, with every reader waiting.
struct Chunks<Element: Sendable>: Sendable {
    /// Elements in a chunk: a copy costs a few microseconds, and the table of chunks stays short.
    static var size: Int { 512 }

    /// The chunks, all of the same size.
    private(set) var chunks: [[Element]] = []
    private let filler: Element

    /// `filler` stands in places that were never written.
    init(filler: Element) {
        self.filler = filler
    }

    /// Places there are; grows by whole chunks.
    var capacity: Int { chunks.count * Self.size }

    subscript(index: UInt32) -> Element {
        _read { yield chunks[Int(index) / Self.size][Int(index) % Self.size] }
        _modify { yield &chunks[Int(index) / Self.size][Int(index) % Self.size] }
    }

    /// Adds a whole chunk at the end.
    mutating func append(_ chunk: [Element]) {
        precondition(chunk.count == Self.size, "all chunks are of the same size")
        chunks.append(chunk)
    }

    /// Makes sure that `index` can be written.
    mutating func reserve(_ index: UInt32) {
        while Int(index) >= capacity { chunks.append(Array(repeating: filler, count: Self.size)) }
    }
}

/// Numbers given out and taken back; the lowest unused one is given when none came back.
struct Places: Sendable {
    var free: [UInt32] = []
    private(set) var next: UInt32

    init(from first: UInt32 = 0) {
        next = first
    }

    mutating func take() -> UInt32 {
        if let place = free.popLast() { return place }
        defer { next += 1 }
        return next
    }

    mutating func giveBack(_ place: UInt32) {
        free.append(place)
    }

    /// Whether everything that was taken came back.
    func isUnused(from first: UInt32 = 0) -> Bool { free.count == Int(next - first) }
}
