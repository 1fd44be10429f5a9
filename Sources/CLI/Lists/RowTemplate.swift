import Template

/// A template of `--format` for the rows of a list, as docker reads it.
struct RowTemplate<Row: Sendable>: Sendable {
    /// Whether rows are cells of a table with headings, as with docker's `table TEMPLATE`.
    let isTable: Bool

    private let template: Template
    private let kind: ListKind<Row>
    private let record: Record.Kind
    private let columns: [String: ListColumn<Row>]

    /// Reads what stands behind `--format`: `\t` and `\n` are a tab and a line end wherever they stand.
    init(_ format: String, kind: ListKind<Row>) throws(Failure) {
        isTable = format.hasPrefix("table")
        var text = isTable ? String(format.dropFirst(5)) : format
        while text.hasPrefix(" ") { text.removeFirst() }
        while text.hasSuffix(" ") { text.removeLast() }
        text = text.replacing("\\t", with: "\t").replacing("\\n", with: "\n")
        self.kind = kind
        columns = Dictionary(kind.columns.map { ($0.name, $0) }) { first, _ in first }
        let names = columns.keys.sorted()
        record = Record.Kind(
            kind.noun, fields: names.filter { kind.whole?.contains($0) ?? true },
            extras: names.filter { kind.whole?.contains($0) == false }, methods: kind.methods,
            escapesHTML: true)
        do throws(TemplateError) {
            template = try Template(parsing: Array(text.utf8))
        } catch {
            throw Failure(.usage, "--format can't be read: \(error).")
        }
        do throws(TemplateError) {
            // What is wrong with the fields is told even if there is no row.
            var workshop = Workshop()
            let context = ListContext(now: 0, isWhole: false)
            _ = try template.text(of: value(of: kind.blank, context), in: &workshop)
        } catch {
            if error.isAboutFields { throw Failure(.usage, "--format can't be used: \(error).") }
        }
    }

    /// Members of the API's objects that the template needs.
    var fields: String {
        guard let names = template.fieldNames else {
            return (kind.columns.map(\.fields) + [kind.methodFields]).joined(separator: ",")
        }
        let needed = kind.columns.filter { names.contains($0.name) }.map(\.fields)
        return (needed + (kind.methods.contains { names.contains($0) } ? [kind.methodFields] : []))
            .joined(separator: ",")
    }

    /// A row's line, without its end.
    func line(_ row: Row, _ context: ListContext, in workshop: inout Workshop) throws(Failure) -> [UInt8] {
        do throws(TemplateError) {
            return try template.text(of: value(of: row, context), in: &workshop)
        } catch {
            throw Failure(.failed, "--format failed: \(error).")
        }
    }

    /// The line of headings, without its end.
    func headings(in workshop: inout Workshop) throws(Failure) -> [UInt8] {
        let columns = columns
        let titles = Record(record) { _, argument in
            // docker's heading of a label: its last part.
            let last = argument.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
            return .foreign(String(last.map { $0 == "-" || $0 == "_" ? " " : $0 }))
        } value: { name in
            .text(columns[name]?.title ?? "")
        }
        do throws(TemplateError) {
            return try template.text(of: .record(titles), headings: true, in: &workshop)
        } catch {
            throw Failure(.usage, "--format can't be used for headings: \(error).")
        }
    }

    /// The values of a row as a template sees them.
    private func value(of row: Row, _ context: ListContext) -> Value {
        let (columns, kind) = (columns, kind)
        return .record(
            Record(record) { name, argument in
                .foreign(kind.method(row, name, argument))
            } value: { name in
                .foreign(columns[name]?.text(row, context) ?? "")
            })
    }
}
