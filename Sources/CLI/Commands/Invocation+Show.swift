import JSON
import Settings
import Template

/// What a document is written in.
enum DocumentForm {
    case json
    case yaml
}

extension Invocation {
    /// Shows a document: as it came, or made readable on a terminal.
    func show(document: [UInt8], as form: DocumentForm = .json) throws(Failure) {
        let text: [UInt8]
        do throws(JSONError) {
            switch form {
            case .json where surroundings.terminal == nil:
                text = document.last == 0x0A ? document : document + [0x0A]
            case .json: text = try prettyJSON(document)
            case .yaml:
                text = yamlText(try JSONValue(parsing: document, limits: JSONLimits(length: 256 << 20)))
            }
        } catch {
            throw Failure.unreadable(error)
        }
        try page(text)
    }

    /// Shows a table, fitted to the terminal unless texts are wanted whole.
    func show(_ table: Table, whole: Bool = false, paint: ((Int, String) -> Colour?)? = nil) throws(Failure) {
        try page(bytes(of: table, whole: whole, paint: paint))
    }

    /// A table as it is shown, for commands that show several things at once.
    func bytes(of table: Table, whole: Bool = false, paint: ((Int, String) -> Colour?)? = nil) -> [UInt8] {
        let width = whole ? nil : surroundings.terminal?.width
        guard let paint, hasColour else { return table.bytes(width: width) }
        return table.bytes(width: width) { column, text, shown in
            paint(column, text)?.paint(shown) ?? shown
        }
    }

    /// Shows lines of cells with tabs between them, as docker's `table TEMPLATE` does.
    ///
    /// Only where docker's columns don't fit into the terminal are they made narrower.
    func show(cells text: [UInt8]) throws(Failure) {
        let aligned = TabWriter.aligned(text)
        guard let width = surroundings.terminal?.width else { return try page(aligned) }
        let lines = String(decoding: aligned, as: UTF8.self).split(separator: "\n")
        guard lines.contains(where: { DisplayWidth.of(String($0)) > width }) else {
            return try page(Array(String(decoding: aligned, as: UTF8.self).utf8))
        }
        let rows = String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        guard let titles = rows.first, rows.allSatisfy({ $0.count == titles.count }) else {
            return try page(aligned)
        }
        // The first column stays longest, as it usually says what a row is about.
        var table = Table(
            titles.enumerated().map { index, title in
                Table.Column(title, minimum: 8, leaves: index == 0 ? nil : titles.count - index)
            })
        for row in rows.dropFirst() { table.add(row) }
        try page(table.bytes(width: width))
    }

    /// Whether text is coloured: as `--color` says, else on terminals that don't forbid it.
    var hasColour: Bool {
        ClientSettings.hasColour(settings, surroundings.terminal)
    }

    /// Writes text that is safe for a terminal, through a pager where it is longer than the terminal.
    func page(_ text: [UInt8]) throws(Failure) {
        guard !settings[ClientSettings.noPager], let height = surroundings.terminal?.height,
            let pager = Pager.command(surroundings.input.environment, chosen: settings[ClientSettings.pager]),
            text.count(where: { $0 == 0x0A }) >= height, surroundings.pager(pager, text)
        else { return try surroundings.output.write(text) }
    }
}
