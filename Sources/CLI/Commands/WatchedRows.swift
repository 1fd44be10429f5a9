import Inventory
import Settings
import Template

/// Rows as they change, one line each, for a pipe.
final class WatchedRows: Sendable {
    /// What is printed.
    enum Line {
        case heading
        case row(ContainerRow)
    }

    static let columns = [
        Table.Column("HOST", minimum: 8),
        Table.Column("CONTAINER ID", leaves: 4),
        Table.Column("IMAGE", minimum: 10, leaves: 5),
        Table.Column("COMMAND", minimum: 12, leaves: 0),
        Table.Column("CREATED", minimum: 12, leaves: 1),
        Table.Column("STATUS", minimum: 14),
        Table.Column("PORTS", minimum: 16, leaves: 2),
        Table.Column("NAMES", minimum: 12),
    ]

    /// Widths that later rows keep to where they can, as those of `kubectl get --watch`.
    private static let widths = [16, 12, 24, 22, 18, 28, 30, 0]

    private let call: Invocation
    private let asked: ListForm<ContainerRow>
    private let isWhole: Bool

    init(_ asked: ListForm<ContainerRow>, _ call: Invocation) {
        self.call = call
        self.asked = asked
        isWhole = asked.isWhole
    }

    /// Prints lines.
    func show(_ lines: [Line]) throws(Failure) {
        var bytes: [UInt8] = []
        let now = call.surroundings.now()
        let screen: @Sendable (String) -> String = { TerminalText.safe($0) }
        var workshop = Workshop(screen: call.surroundings.terminal == nil ? nil : screen)
        for line in lines {
            switch (line, asked.form) {
            case (.heading, .table): bytes += Self.aligned(Self.columns.map(\.title))
            case (.heading, .template(let template)) where template.isTable:
                bytes += TabWriter.aligned(try template.headings(in: &workshop) + [0x0A])
            case (.heading, _): continue
            case (.row(let row), .ids):
                bytes += Array((TerminalText.safe(isWhole ? row.id : row.shortID) + "\n").utf8)
            case (.row(let row), .template(let template)):
                let context = ListContext(now: now, isWhole: isWhole)
                let text = try template.line(row, context, in: &workshop) + [0x0A]
                bytes += template.isTable ? TabWriter.aligned(text) : text
            case (.row(let row), _):
                let cells = Self.cells(row, mark: nil, now: now, isWhole: isWhole)
                bytes += Self.aligned(cells.map { TerminalText.safe($0) })
            }
        }
        if !bytes.isEmpty { try call.surroundings.output.write(bytes) }
    }

    /// The texts of a row.
    static func cells(_ row: ContainerRow, mark: String?, now: Int64, isWhole: Bool) -> [String] {
        [
            mark.map { "\(row.hostTitle) (\($0))" } ?? row.hostTitle, isWhole ? row.id : row.shortID,
            imageText(row.image, isWhole: isWhole),
            commandText(entrypoint: row.entrypoint, command: row.command, isWhole: isWhole),
            row.age(now: now), statusText(row.status, now: now), portsText(row.ports), row.name,
        ]
    }

    private static func aligned(_ cells: [String]) -> [UInt8] {
        var line = ""
        for (index, cell) in cells.enumerated() {
            line += cell
            guard index < cells.count - 1 else { break }
            line += String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(cell)) + 3)
        }
        return Array((line + "\n").utf8)
    }
}

extension ContainerRow {
    private static let columns = ContainerColumns.kind(hosts: []).columns

    /// Whether another row looks the same, whenever it is shown.
    func isShownAs(_ other: ContainerRow) -> Bool {
        func times(_ status: Status) -> [Int64] { [status.startedAt, status.finishedAt] }
        let context = ListContext(now: 0, isWhole: true)
        return times(status) == times(other.status)
            && Self.columns.allSatisfy { $0.text(self, context) == $0.text(other, context) }
    }
}
