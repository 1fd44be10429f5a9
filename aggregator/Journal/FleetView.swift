import Inventory
import OS
import SQLite
import Wire

/// A connection to the fleet's database that only reads.
final class FleetView {
    let connection: Connection

    init(_ path: String) throws(SQLiteError) {
        connection = try Connection(path: path, mode: .readOnly, busyTimeout: .seconds(1))
        for statement in [
            "query_only = 1", "wal_autocheckpoint = 0", "cache_size = -4096", "temp_store = MEMORY",
        ] {
            try connection.execute("PRAGMA \(statement)")
        }
    }

    /// One of the numbers in `meta`.
    func meta(_ name: String) throws(SQLiteError) -> Int64 {
        let statement = try connection.prepare("SELECT value FROM meta WHERE name = '\(name)'")
        return try statement.step() ? statement.int64(0) : 0
    }

    /// The last revision that is in the file.
    func lastRevision() throws(SQLiteError) -> Int64 {
        let statement = try connection.prepare("SELECT max(revision) FROM change")
        return max(try statement.step() ? statement.int64(0) : 0, try meta("folded"))
    }

    /// A container's row, without what the log says since it was folded.
    func container(_ key: ContainerKey) throws(SQLiteError) -> EncodedContainer? {
        let statement = try connection.prepare(
            "SELECT status, network, config, compose FROM container WHERE host = ?1 AND container = ?2")
        try statement.bind(key)
        return try statement.step() ? statement.facets(0) : nil
    }

    /// Changes of the log in order, those after `revision` and up to `last`; nil when the oldest were pruned.
    ///
    /// Fewer than `limit` when they hold more than `bytes`, but at least one.
    func changes(
        after revision: Int64, through last: Int64, limit: Int, bytes: Int
    ) throws(SQLiteError) -> [ChangeEvent]? {
        let statement = try connection.prepare(
            """
            SELECT revision, at, host, container, kind, status, network, config, compose FROM change
            WHERE revision > ?1 AND revision <= ?2 ORDER BY revision LIMIT ?3
            """)
        try statement.bind(revision, at: 1)
        try statement.bind(last, at: 2)
        try statement.bind(Int64(limit), at: 3)
        var events: [ChangeEvent] = []
        var size = 0
        while size < bytes, try statement.step() {
            guard let event = statement.changeEvent() else { continue }
            size += event.size
            events.append(event)
        }
        statement.reset()
        // Asked last: what was pruned in the meantime shows here.
        return try meta("floor") <= revision ? events : nil
    }

    /// What the log says after a mark, coalesced.
    func unfolded(after mark: Int64) throws(SQLiteError) -> Unfolded {
        let statement = try connection.prepare(
            """
            SELECT revision, at, host, container, kind, status, network, config, compose FROM change
            WHERE revision > \(mark) ORDER BY revision
            """)
        var unfolded = Unfolded()
        while try statement.step() {
            if let event = statement.changeEvent() { unfolded.add(event) }
        }
        return unfolded
    }

    /// The hosts in the fleet, or those that have left and are still spoken of.
    func hosts(gone: Bool = false) throws(SQLiteError) -> [HostRow] {
        let statement = try connection.prepare(
            """
            SELECT key, id, info, epoch, version, digest_key, last_heard FROM host
            WHERE gone IS \(gone ? "NOT NULL" : "NULL") ORDER BY key
            """)
        var hosts: [HostRow] = []
        while try statement.step() {
            guard let key = UInt32(exactly: statement.int64(0)),
                let id = statement.text(1).flatMap(HostID.init)
            else { continue }
            let epoch = statement.bytes(3).flatMap(Epoch.init(stored:))
            hosts.append(
                HostRow(
                    key: HostKey(rawValue: key), id: id, info: statement.bytes(2),
                    cursor: epoch.map { HostCursor(epoch: $0, version: statement.int64(4)) },
                    digestKey: statement.bytes(5).flatMap(SipHash.Key.init(stored:)),
                    lastHeard: statement.int64(6)))
        }
        return hosts
    }
}
