/// The texts of a table's cells, made safe for a terminal and measured once, one after the other in one buffer.
///
/// A cell is put together by `append` and closed by `end`.
struct TableText: Sendable {
    /// The texts of all cells, as UTF-8.
    private(set) var bytes: [UInt8] = []

    private var cells: [(end: Int, width: Int)] = []

    /// How many cells were closed.
    var count: Int { cells.count }

    /// The columns that a cell takes.
    func width(_ cell: Int) -> Int { cells[cell].width }

    /// Where a cell's text stands.
    func place(_ cell: Int) -> Range<Int> { (cell == 0 ? 0 : cells[cell - 1].end)..<cells[cell].end }

    /// A cell's text.
    func text(_ cell: Int) -> String { String(decoding: bytes[place(cell)], as: UTF8.self) }

    /// Adds a whole cell.
    mutating func add(_ text: String) {
        append(text)
        end()
    }

    /// Goes on with the open cell.
    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Goes on with the open cell.
    mutating func append(_ text: ArraySlice<UInt8>) { bytes.append(contentsOf: text) }

    /// Goes on with the open cell.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Goes on with the open cell.
    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Goes on with the open cell: a number's decimal digits.
    mutating func append(_ number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// Takes back the end of the open cell, so that the buffer has so many bytes.
    mutating func shorten(to count: Int) { bytes.removeSubrange(count...) }

    /// Closes the cell: what a terminal would obey is made visible.
    mutating func end() {
        let start = cells.last?.end ?? 0
        guard !isPlain(from: start) else { return end(columns: bytes.count - start) }
        let text = TerminalText.safe(String(decoding: bytes[start...], as: UTF8.self))
        bytes.removeSubrange(start...)
        bytes.append(contentsOf: text.utf8)
        end(columns: DisplayWidth.of(text))
    }

    /// Closes a cell that is safe and takes so many columns.
    mutating func end(columns: Int) { cells.append((bytes.count, columns)) }

    /// Whether the buffer's end is nothing but printable ASCII.
    func isPlain(from start: Int) -> Bool {
        let bytes = bytes.span
        for index in start..<bytes.count where bytes[index] &- 0x20 >= 0x5F { return false }
        return true
    }
}
