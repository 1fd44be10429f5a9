import Inventory
import Settings

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
    private let isQuiet: Bool
    private let isJSON: Bool
    private let isWhole: Bool

    init(_ call: Invocation) {
        self.call = call
        isQuiet = call.settings[ListingOptions.quiet]
        isJSON = call.settings[ListingOptions.format] == "json"
        isWhole = call.settings[ListingOptions.noTrunc]
    }

    /// Prints lines.
    func show(_ lines: [Line]) throws(Failure) {
        var bytes: [UInt8] = []
        let now = call.surroundings.now()
        for line in lines {
            switch line {
            case .heading: if !isQuiet, !isJSON { bytes += Self.aligned(Self.columns.map(\.title)) }
            case .row(let row):
                if isQuiet {
                    bytes += Array((TerminalText.safe(isWhole ? row.id : row.shortID) + "\n").utf8)
                } else if isJSON {
                    bytes += DockerObject.line(row, now: now, isWhole: isWhole)
                } else {
                    let cells = Self.cells(row, mark: nil, now: now, isWhole: isWhole)
                    bytes += Self.aligned(cells.map { TerminalText.safe($0) })
                }
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
    /// Whether another row looks the same, whenever it is shown.
    func isShownAs(_ other: ContainerRow) -> Bool {
        func times(_ status: Status) -> [Int64] { [status.startedAt, status.finishedAt] }
        return times(status) == times(other.status)
            && DockerObject.line(self, now: 0, isWhole: true)
                == DockerObject.line(other, now: 0, isWhole: true)
    }
}
