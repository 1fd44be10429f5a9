import Inventory
import Settings
import Synchronization
import Template

/// Rows as they change, one line each, for a pipe.
final class WatchedRows: Sendable {
    /// What is printed.
    enum Line {
        /// The listing as it is at first: headings where the form has them, then every row.
        case start([ContainerRow])
        case row(ContainerRow)
    }

    private let call: Invocation
    private let asked: ListForm<ContainerRow>
    /// The columns' widths in the first table, which later rows keep to where they can.
    private let widths = Mutex<[Int]>([])

    init(_ asked: ListForm<ContainerRow>, _ call: Invocation) {
        self.asked = asked
        self.call = call
    }

    /// Prints lines.
    func show(_ lines: [Line]) throws(Failure) {
        var context = ListContext(now: call.surroundings.now(), isWhole: asked.isWhole)
        if case .wide = asked.form { context.isWide = true }
        if case .csv = asked.form { context.isWhole = true }
        var bytes: [UInt8] = []
        for line in lines {
            switch line {
            case .start(let rows): bytes += try start(rows, context)
            case .row(let row): bytes += try text(row, context)
            }
        }
        if !bytes.isEmpty { try call.surroundings.output.write(bytes) }
    }

    private func start(_ rows: [ContainerRow], _ context: ListContext) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        switch asked.form {
        case .table, .wide:
            let table = rows.map { cells($0, context) }
            let titles = asked.columns.map(\.title)
            widths.withLock { widths in
                widths = titles.indices.map { index in
                    let widest = table.reduce(0) { max($0, DisplayWidth.of($1[index])) }
                    return max(widest, asked.columns[index].minimum ?? 0, titles[index].utf8.count)
                }
            }
            return aligned(titles) + table.flatMap { aligned($0) }
        case .csv: bytes = CSV.line(asked.columns.map(\.title))
        case .template(let template) where template.isTable:
            var workshop = Workshop()
            bytes = try template.headings(in: &workshop) + [0x0A]
            for row in rows { bytes += try template.line(row, context, in: &workshop) + [0x0A] }
            return TabWriter.aligned(bytes)
        default: break
        }
        for row in rows { bytes += try text(row, context) }
        return bytes
    }

    private func text(_ row: ContainerRow, _ context: ListContext) throws(Failure) -> [UInt8] {
        switch asked.form {
        case .table, .wide: return aligned(cells(row, context))
        case .csv: return CSV.line(asked.columns.map { $0.text(row, context) })
        case .names: return Array((TerminalText.safe(asked.kind.name(row)) + "\n").utf8)
        case .ids: return Array((TerminalText.safe(asked.kind.id(row, context)) + "\n").utf8)
        case .template(let template):
            var workshop = Workshop()
            return try template.line(row, context, in: &workshop) + [0x0A]
        case .json, .yaml: return []
        }
    }

    private func cells(_ row: ContainerRow, _ context: ListContext) -> [String] {
        asked.columns.map { TerminalText.safe($0.text(row, context)) }
    }

    private func aligned(_ cells: [String]) -> [UInt8] {
        let widths = widths.withLock { $0 }
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
    /// Whether another row of the same container looks the same in every form, whenever it is shown.
    func isShownAs(_ other: ContainerRow) -> Bool {
        func look(_ status: Status) -> Status {
            var look = Status(state: status.state)
            (look.startedAt, look.finishedAt) = (status.startedAt, status.finishedAt)
            (look.exitCode, look.restartCount) = (status.exitCode, status.restartCount)
            look.health = status.health.map { Health(status: $0.status) }
            return look
        }
        return look(status) == look(other.status) && name == other.name && image == other.image
            && created == other.created && hostName == other.hostName && ports == other.ports
            && networks == other.networks && mounts == other.mounts && entrypoint == other.entrypoint
            && command == other.command && service == other.service && project == other.project
            && labels.elementsEqual(other.labels) { $0 == $1 }
    }
}
