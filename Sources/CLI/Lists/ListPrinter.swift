import JSON
import Template

/// Takes rows, makes of each what was asked for, and shows everything in order.
///
/// Every row is kept until it is shown: the last one may come first.
struct ListPrinter<Row: Sendable> {
    private let asked: ListForm<Row>
    private let context: ListContext
    private let columns: [ListColumn<Row>]
    private let keyColumns: [(column: ListColumn<Row>, isDescending: Bool)]
    private let isRaw: Bool
    private var workshop: Workshop
    private var cells = TableText()
    private var lines: [[UInt8]] = []
    private var rows: [Row] = []
    private var keys: [[SortKey]] = []
    /// The first thing that went wrong with a row.
    private var problem: Failure?

    init(_ asked: ListForm<Row>, _ call: Invocation) {
        self.asked = asked
        columns = asked.columns
        var context = ListContext(now: call.surroundings.now(), isWhole: asked.isWhole)
        switch asked.form {
        case .table: context.isTable = true
        case .wide: (context.isTable, context.isWide) = (true, true)
        case .csv: context.isWhole = true
        default: break
        }
        self.context = context
        isRaw = call.surroundings.terminal == nil
        let screen: @Sendable (String) -> String = { TerminalText.safe($0) }
        workshop = Workshop(screen: isRaw ? nil : screen)
        keyColumns = asked.sort.compactMap { field in
            asked.kind.column(sortedBy: field.name).map { ($0, field.isDescending) }
        }
    }

    /// Takes a row.
    mutating func add(_ row: Row) {
        guard problem == nil else { return }
        do throws(Failure) {
            try render(row)
        } catch {
            problem = error
        }
        rows.append(row)
        keys.append(key(of: row))
    }

    private mutating func render(_ row: Row) throws(Failure) {
        switch asked.form {
        case .table, .wide:
            for column in columns { cells.add(column.text(row, context)) }
        case .csv:
            lines.append(CSV.line(columns.map { onScreen($0.text(row, context)) }))
        case .names: lines.append(Array((TerminalText.safe(asked.kind.name(row)) + "\n").utf8))
        case .ids: lines.append(Array((TerminalText.safe(asked.kind.id(row, context)) + "\n").utf8))
        case .template(let template):
            lines.append(try template.line(row, context, in: &workshop) + [0x0A])
        case .json, .yaml: break
        }
    }

    /// A stranger's text as it may go out: visible on a terminal, as it is into a file.
    private func onScreen(_ text: String) -> String { isRaw ? text : TerminalText.safe(text) }

    private func key(of row: Row) -> [SortKey] {
        keyColumns.map { $0.column.key?(row) ?? .text($0.column.text(row, context)) }
    }

    /// The numbers of the rows in the order in which they are shown.
    private func order() -> [Int] {
        rows.indices.sorted { one, other in
            for (place, column) in keyColumns.enumerated() {
                let answer = SortKey.compare(keys[one][place], keys[other][place])
                if answer != 0 { return column.isDescending ? answer > 0 : answer < 0 }
            }
            if asked.kind.order(rows[one], rows[other]) { return true }
            return asked.kind.order(rows[other], rows[one]) ? false : one < other
        }
    }

    /// Shows all rows, or the first of them; a table stands `after` a text of its own.
    ///
    /// - Throws: What went wrong with a row; nothing is shown then.
    mutating func show(
        _ call: Invocation, after start: [UInt8] = [], limit: Int = .max
    ) throws(Failure) {
        if let problem { throw problem }
        let order = Array(order().prefix(limit))
        switch asked.form {
        case .table, .wide:
            let shown = columns.map { Table.Column($0.title, minimum: $0.minimum, leaves: $0.leaves) }
            let colours = columns.map(\.colour)
            let table = Table(shown, cells: cells, order: order)
            try call.page(
                start + call.bytes(of: table, whole: asked.isWhole) { column, text in colours[column]?(text) }
            )
        case .csv:
            try call.page(CSV.line(columns.map(\.title)) + order.flatMap { lines[$0] })
        case .template(let template) where template.isTable:
            var text = try template.headings(in: &workshop) + [0x0A]
            for row in order { text += lines[row] }
            try call.show(cells: text)
        case .names, .ids, .template, .json, .yaml:
            var text: [UInt8] = []
            text.reserveCapacity(lines.reduce(0) { $0 + $1.count })
            for row in order { text += lines[row] }
            try call.page(isRaw ? text : Array(String(decoding: text, as: UTF8.self).utf8))
        }
    }

    /// Shows the aggregator's document with its items in the order that was asked for.
    ///
    /// `read` reads an item as a row.
    mutating func show(
        document: [UInt8], _ call: Invocation, read: (inout JSONReader) throws(JSONError) -> Row
    ) throws(Failure) {
        var document = document
        if !keyColumns.isEmpty {
            do throws(JSONError) {
                document = try sorted(document, read)
            } catch {
                throw Failure.unreadable(error)
            }
        }
        if case .yaml = asked.form { return try call.show(document: document, as: .yaml) }
        try call.show(document: document)
    }

    private mutating func sorted(
        _ document: [UInt8], _ read: (inout JSONReader) throws(JSONError) -> Row
    ) throws(JSONError) -> [UInt8] {
        let limits = JSONLimits(length: 256 << 20)
        var reader = JSONReader(document, limits: limits)
        var members: [(name: String, value: ArraySlice<UInt8>)] = []
        var items: [ArraySlice<UInt8>] = []
        try reader.beginObject()
        while let name = try reader.nextKey() {
            guard name.string == "items" else {
                members.append((name.string, try reader.readRaw()))
                continue
            }
            members.append(("items", []))
            try reader.beginArray()
            while try reader.nextElement() { items.append(try reader.readRaw()) }
        }
        try reader.finish()
        for item in items {
            var reader = JSONReader(item, limits: limits)
            add(try read(&reader))
        }
        let order = order()
        var writer = JSONWriter(capacity: document.count)
        writer.object { writer in
            for member in members {
                writer.key(member.name)
                if member.name == "items" {
                    writer.array { writer in
                        for row in order { writer.raw(items[row]) }
                    }
                } else {
                    writer.raw(member.value)
                }
            }
        }
        return writer.bytes
    }
}
