/// Bytes that wait for the system to take them, in the pieces they came in: nothing is copied.
struct OutputQueue {
    private var pieces: [[UInt8]] = []
    /// The piece being written, and how much of it is.
    private var first = 0
    private var offset = 0
    /// Bytes that wait.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ piece: [UInt8]) {
        guard !piece.isEmpty else { return }
        pieces.append(piece)
        count += piece.count
    }

    /// The next bytes to write, and whether others follow them; only while the queue isn't empty.
    func withNext<Answer, Failure: Error>(
        atMost limit: Int, _ body: (Span<UInt8>, _ hasMore: Bool) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        let piece = pieces[first]
        let end = min(piece.count, offset + limit)
        return try body(piece.span.extracting(offset..<end), count > end - offset)
    }

    /// Drops bytes that were written, all of the span that `withNext` lent at most.
    mutating func drop(_ written: Int) {
        count -= written
        offset += written
        guard offset == pieces[first].count else { return }
        pieces[first] = []
        first += 1
        offset = 0
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: pieces.count <= 16)
            first = 0
        } else if first >= 64 {
            pieces.removeFirst(first)
            first = 0
        }
    }
}
