/// Cuts a stream that arrives in pieces into lines of which at most the beginning is kept.
struct LineSplitter {
    /// One line without its end.
    struct Line: Hashable {
        let bytes: [UInt8]
        /// It was longer than the limit, and `bytes` is only its beginning.
        let isCut: Bool
    }

    private let limit: Int
    private var bytes: [UInt8] = []
    private var isCut = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next piece and gives the lines that end in it; empty lines are passed over.
    mutating func append(_ piece: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var rest = piece[...]
        while let end = rest.firstIndex(of: 0x0A) {
            keep(rest[..<end])
            if !bytes.isEmpty { lines.append(Line(bytes: bytes, isCut: isCut)) }
            bytes = []
            isCut = false
            rest = rest[(end + 1)...]
        }
        keep(rest)
        return lines
    }

    private mutating func keep(_ piece: ArraySlice<UInt8>) {
        let room = limit - bytes.count
        bytes.append(contentsOf: piece.prefix(room))
        if piece.count > room { isCut = true }
    }
}
