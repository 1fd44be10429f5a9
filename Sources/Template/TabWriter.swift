/// Lines of cells with tabs between them as columns: Go's `text/tabwriter` as docker sets it up.
///
/// A column is as wide as its widest cell and three blanks, at least ten; it ends at the first line that has no
/// such cell. The last cell of a line belongs to no column.
package enum TabWriter {
    private static let narrowest = 10
    private static let padding = 3

    /// The lines with blanks instead of tabs.
    package static func aligned(_ text: [UInt8]) -> [UInt8] {
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            line.split(separator: 0x09, omittingEmptySubsequences: false).map(Array.init)
        }
        // The width of each cell of each line but the last, which columns decide.
        var widths = lines.map { Array(repeating: 0, count: $0.count - 1) }
        for line in lines.indices {
            for column in widths[line].indices where widths[line][column] == 0 {
                var end = line
                var widest = narrowest
                while end < lines.count, lines[end].count - 1 > column {
                    widest = max(widest, letters(lines[end][column]) + padding)
                    end += 1
                }
                for other in line..<end { widths[other][column] = widest }
            }
        }
        var aligned: [UInt8] = []
        for (index, line) in lines.enumerated() {
            if index > 0 { aligned.append(0x0A) }
            for (column, cell) in line.enumerated() {
                aligned += cell
                guard column < line.count - 1 else { continue }
                for _ in letters(cell)..<widths[index][column] { aligned.append(0x20) }
            }
        }
        return aligned
    }

    /// The letters of a cell, as Go counts them.
    private static func letters(_ cell: [UInt8]) -> Int {
        var count = 0
        var place = 0
        while let (_, length) = scalar(in: cell, at: place) {
            place += length
            count += 1
        }
        return count
    }
}
