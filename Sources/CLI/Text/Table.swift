/// A table of text with a heading, laid out for a width.
package struct Table {
    /// One column.
    package struct Column: Sendable {
        /// The heading.
        package let title: String

        /// How narrow it may become when room is short; nil when it must stay whole.
        package let minimum: Int?

        /// When it is left out because nothing else helps: lower goes first; nil never goes.
        package let leaves: Int?

        /// A column that stays whole and is never left out, unless said otherwise.
        package init(_ title: String, minimum: Int? = nil, leaves: Int? = nil) {
            self.title = title
            self.minimum = minimum
            self.leaves = leaves
        }
    }

    /// The columns, from the left.
    package let columns: [Column]

    private var cells: TableText
    /// Which row is shown in which place.
    private var order: [Int]

    /// Blanks between columns.
    private static let gap = 3

    /// A table without rows.
    package init(_ columns: [Column]) {
        self.init(columns, cells: TableText(), order: [])
    }

    /// A table of cells, row after row, shown in the order of those row numbers.
    init(_ columns: [Column], cells: TableText, order: [Int]) {
        precondition(cells.count % columns.count == 0, "a row needs a text for each column")
        self.columns = columns
        self.cells = cells
        self.order = order
    }

    /// Adds a row; each text is made safe for a terminal.
    package mutating func add(_ texts: [String]) {
        precondition(texts.count == columns.count, "a row needs a text for each column")
        order.append(cells.count / columns.count)
        for text in texts { cells.add(text) }
    }

    /// The table as bytes, a line per row.
    ///
    /// - Parameters:
    ///   - width: Columns of the terminal; nil when nothing has to fit.
    ///   - paint: Colours a cell: given the column's number, its text, and the text as it will be shown.
    /// - Returns: UTF-8 text, each line with its end.
    package func bytes(width: Int?, paint: ((Int, String, String) -> String)? = nil) -> [UInt8] {
        let layout = layout(width: width)
        var bytes: [UInt8] = []
        bytes.reserveCapacity((order.count + 1) * (layout.reduce(0) { $0 + $1.width + Self.gap } + 1))
        var titles = TableText()
        for column in columns { titles.add(column.title) }
        append(0, of: titles, layout, nil, to: &bytes)
        for row in order { append(row, of: cells, layout, paint, to: &bytes) }
        return bytes
    }

    private typealias Layout = [(column: Int, width: Int)]

    /// Which columns are shown, and how wide: columns leave until the rest can fit, then the widest shrink.
    private func layout(width: Int?) -> Layout {
        var layout: Layout = columns.indices.map { index in
            var widest = DisplayWidth.of(columns[index].title)
            for row in order { widest = max(widest, cells.width(row * columns.count + index)) }
            return (index, widest)
        }
        guard let width else { return layout }
        func total(_ columnWidth: (Int, Int) -> Int) -> Int {
            layout.reduce(-Self.gap) { $0 + columnWidth($1.column, $1.width) + Self.gap }
        }
        while total({ min($1, columns[$0].minimum ?? $1) }) > width {
            let leaving = layout.indices.filter { columns[layout[$0].column].leaves != nil }
            let first = leaving.min {
                columns[layout[$0].column].leaves ?? 0 < columns[layout[$1].column].leaves ?? 0
            }
            guard let first else { break }
            layout.remove(at: first)
        }
        while total({ $1 }) > width {
            let shrinkable = layout.indices.filter { place in
                columns[layout[place].column].minimum.map { layout[place].width > $0 } ?? false
            }
            guard let widest = shrinkable.max(by: { layout[$0].width < layout[$1].width }) else { break }
            layout[widest].width -= 1
        }
        return layout
    }

    private func append(
        _ row: Int, of cells: TableText, _ layout: Layout, _ paint: ((Int, String, String) -> String)?,
        to bytes: inout [UInt8],
    ) {
        for (place, entry) in layout.enumerated() {
            let cell = row * self.columns.count + entry.column
            var columns = cells.width(cell)
            if paint == nil, columns <= entry.width {
                bytes.append(contentsOf: cells.bytes[cells.place(cell)])
            } else {
                let text = cells.text(cell)
                var shown = text
                if columns > entry.width {
                    shown = TerminalText.shortened(text, to: entry.width)
                    columns = DisplayWidth.of(shown)
                }
                bytes.append(contentsOf: (paint?(entry.column, text, shown) ?? shown).utf8)
            }
            guard place < layout.count - 1 else { break }
            for _ in columns..<entry.width + Self.gap { bytes.append(0x20) }
        }
        while bytes.last == 0x20 { bytes.removeLast() }
        bytes.append(0x0A)
    }
}
