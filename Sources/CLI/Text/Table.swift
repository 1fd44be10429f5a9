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

    /// One row: texts made safe for a terminal, measured once.
    package struct Row: Sendable {
        fileprivate var cells: [(text: String, width: Int)]

        /// A row of texts of strangers.
        package init(_ texts: [String]) {
            cells = texts.map { text in
                let safe = TerminalText.safe(text)
                return (safe, DisplayWidth.of(safe))
            }
        }
    }

    private var rows: [Row] = []

    /// Blanks between columns.
    private static let gap = 3

    /// A table.
    package init(_ columns: [Column], rows: [Row] = []) {
        precondition(
            rows.allSatisfy { $0.cells.count == columns.count }, "a row needs a text for each column")
        self.columns = columns
        self.rows = rows
    }

    /// Adds a row; each text is made safe for a terminal.
    package mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row needs a text for each column")
        rows.append(Row(cells))
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
        bytes.reserveCapacity((rows.count + 1) * (layout.reduce(0) { $0 + $1.width + Self.gap } + 1))
        append(Row(columns.map(\.title)), layout, nil, to: &bytes)
        for row in rows { append(row, layout, paint, to: &bytes) }
        return bytes
    }

    private typealias Layout = [(column: Int, width: Int)]

    /// Which columns are shown, and how wide: first the widest that may shrink do, then columns leave.
    private func layout(width: Int?) -> Layout {
        var layout: Layout = columns.indices.map { index in
            var widest = DisplayWidth.of(columns[index].title)
            for row in rows { widest = max(widest, row.cells[index].width) }
            return (index, widest)
        }
        guard let width else { return layout }
        func excess() -> Int { layout.reduce(-Self.gap) { $0 + $1.width + Self.gap } - width }
        while excess() > 0 {
            let shrinkable = layout.indices.filter { index in
                columns[layout[index].column].minimum.map { layout[index].width > $0 } ?? false
            }
            if let widest = shrinkable.max(by: { layout[$0].width < layout[$1].width }) {
                layout[widest].width -= 1
                continue
            }
            let leaving = layout.indices.filter { columns[layout[$0].column].leaves != nil }
            guard
                let first = leaving.min(by: {
                    (columns[layout[$0].column].leaves ?? 0) < (columns[layout[$1].column].leaves ?? 0)
                })
            else { break }
            layout.remove(at: first)
        }
        return layout
    }

    private func append(
        _ row: Row, _ layout: Layout, _ paint: ((Int, String, String) -> String)?, to bytes: inout [UInt8],
    ) {
        for (place, entry) in layout.enumerated() {
            let text = row.cells[entry.column].text
            var shown = text
            var columns = row.cells[entry.column].width
            if columns > entry.width {
                shown = TerminalText.shortened(text, to: entry.width)
                columns = DisplayWidth.of(shown)
            }
            bytes.append(contentsOf: (paint?(entry.column, text, shown) ?? shown).utf8)
            guard place < layout.count - 1 else { break }
            bytes.append(contentsOf: repeatElement(0x20, count: entry.width - columns + Self.gap))
        }
        while bytes.last == 0x20 { bytes.removeLast() }
        bytes.append(0x0A)
    }
}
