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

    /// Terminals of fewer columns have room for one blank only.
    private static let narrow = 40

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
        bytes.reserveCapacity((order.count + 1) * (layout.total + Self.gap))
        var titles = TableText()
        for column in columns { titles.add(column.title) }
        append(0, of: titles, layout, nil, to: &bytes)
        for row in order { append(row, of: cells, layout, paint, to: &bytes) }
        return bytes
    }

    /// Which columns are shown, how wide, and how many blanks stand between them.
    private struct Layout {
        var columns: [(column: Int, width: Int)]
        var gap: Int

        var total: Int { columns.reduce(-gap) { $0 + $1.width + gap } }

        /// Makes the widest column that is wider than `least` says narrower, until everything fits.
        mutating func shrink(to width: Int, least: (Int) -> Int) {
            while total > width {
                let wide = columns.indices.filter { columns[$0].width > least(columns[$0].column) }
                guard let widest = wide.max(by: { columns[$0].width < columns[$1].width }) else { return }
                columns[widest].width -= 1
            }
        }
    }

    /// Columns leave until the rest can fit, then the widest shrink; a very narrow terminal shortens even what
    /// should stay whole, since a line that wraps is harder to read than one that is cut.
    private func layout(width: Int?) -> Layout {
        var layout = Layout(
            columns: columns.indices.map { index in
                var widest = DisplayWidth.of(columns[index].title)
                for row in order { widest = max(widest, cells.width(row * columns.count + index)) }
                return (index, widest)
            }, gap: Self.gap)
        guard let width, layout.total > width else { return layout }
        if width < Self.narrow { layout.gap = 1 }
        func least() -> Int {
            layout.columns.reduce(-layout.gap) {
                $0 + min($1.width, columns[$1.column].minimum ?? $1.width) + layout.gap
            }
        }
        while least() > width {
            let leaving = layout.columns.indices.filter { columns[layout.columns[$0].column].leaves != nil }
            let first = leaving.min {
                columns[layout.columns[$0].column].leaves ?? 0 < columns[layout.columns[$1].column].leaves
                    ?? 0
            }
            guard let first else { break }
            layout.columns.remove(at: first)
        }
        layout.shrink(to: width) { columns[$0].minimum ?? .max }
        layout.shrink(to: width) { DisplayWidth.of(columns[$0].title) }
        while layout.columns.count > 1, layout.columns.count * (layout.gap + 1) - layout.gap > width {
            layout.columns.removeFirst()
        }
        layout.shrink(to: width) { _ in 1 }
        return layout
    }

    private func append(
        _ row: Int, of cells: TableText, _ layout: Layout, _ paint: ((Int, String, String) -> String)?,
        to bytes: inout [UInt8],
    ) {
        for (place, entry) in layout.columns.enumerated() {
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
            guard place < layout.columns.count - 1 else { break }
            for _ in columns..<entry.width + layout.gap { bytes.append(0x20) }
        }
        while bytes.last == 0x20 { bytes.removeLast() }
        bytes.append(0x0A)
    }
}
