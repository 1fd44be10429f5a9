import Inventory
import SQLite
import Wire

/// A walk over the fleet's whole state at one revision: the table with the log after the mark on top.
///
/// Holds its view of the database until it goes away; meanwhile the write-ahead log cannot be emptied.
final class FleetScan {
    /// The revision of everything that the walk tells.
    let revision: Int64
    private let view: FleetView
    private let rows: Statement
    /// What the log says about containers that the walk has not come to.
    private var unfolded: [ContainerKey: UnfoldedContainer]
    /// Those of them that have no row, once the table is done.
    private var rest: [(key: ContainerKey, value: UnfoldedContainer)] = []
    private var isTableDone = false

    init(_ path: String) throws(SQLiteError) {
        view = try FleetView(path)
        // Everything up to the end reads what is committed at the first question.
        try view.connection.execute("BEGIN")
        revision = try view.lastRevision()
        unfolded = try view.unfolded(after: view.meta("folded")).containers
        rows = try view.connection.prepare(
            "SELECT host, container, changed_at, status, network, config, compose FROM container",
            isPersistent: true)
    }

    func hosts() throws(SQLiteError) -> [HostRow] { try view.hosts() }

    /// Tells the samples of each host that is in the fleet.
    func samples(_ body: (HostKey, StoredSamples) -> Void) throws(SQLiteError) {
        let statement = try view.connection.prepare(
            "SELECT s.host, s.at, s.value FROM samples s JOIN host h ON h.key = s.host WHERE h.gone IS NULL")
        while try statement.step() {
            let host = HostKey(rawValue: UInt32(truncatingIfNeeded: statement.int64(0)))
            body(host, StoredSamples(bytes: statement.blob(2) ?? [], at: statement.int64(1)))
        }
    }

    /// Tells the next containers, at most `limit`; false when there are no more.
    func next(
        _ limit: Int = .max, _ body: (HostKey, ContainerID, EncodedContainer, Int64) -> Void
    ) throws(SQLiteError) -> Bool {
        var left = limit
        while left > 0, !isTableDone {
            guard try rows.step() else {
                isTableDone = true
                rest = unfolded.map { $0 }
                unfolded = [:]
                break
            }
            guard let id = rows.containerID(1) else { continue }
            let host = HostKey(rawValue: UInt32(truncatingIfNeeded: rows.int64(0)))
            let later =
                unfolded.isEmpty ? nil : unfolded.removeValue(forKey: ContainerKey(host: host, id: id))
            if let later {
                guard let container = later.over(rows.facets(3)) else { continue }
                body(host, id, container, later.changedAt)
            } else {
                body(host, id, rows.facets(3), rows.int64(2))
            }
            left -= 1
        }
        while left > 0, let (key, later) = rest.popLast() {
            guard let container = later.over(nil) else { continue }
            body(key.host, key.id, container, later.changedAt)
            left -= 1
        }
        return !isTableDone || !rest.isEmpty
    }
}
