import Inventory
import OS
import SQLite
import Wire

/// What one step of pruning did.
struct Pruned: Sendable {
    /// The newest revision that is gone now.
    var floor: Int64
    /// Changes that went.
    var rows = 0
}

extension FleetFile {
    /// Removes the oldest changes from the log, at most `limit`: those from before `cutoff` that are folded.
    ///
    /// A value that was in force at the new floor and isn't any more moves to `base`. A change whose time lies in the
    /// future (the clock was wrong once) goes with the older ones behind it and holds nothing up.
    ///
    /// - Parameters:
    ///   - cutoff: The oldest time that stays, in milliseconds since 1970.
    ///   - now: The present time.
    ///   - folded: The revision up to which the log is folded.
    ///   - floor: The newest revision that was pruned before.
    ///   - limit: How many changes are looked at.
    /// - Returns: The new floor, and how many changes went.
    /// - Throws: What SQLite said; then nothing is gone.
    func prune(
        before cutoff: Int64, now: Int64, folded: Int64, floor: Int64, limit: Int
    ) throws(SQLiteError) -> Pruned {
        var old = try oldest(through: folded, limit: limit)
        guard let end = try end(of: old, before: cutoff, now: now, folded: folded) else {
            return Pruned(floor: floor)
        }
        old.removeAll { $0.revision > end }
        var newest: [ContainerKey: InForce] = [:]
        for row in old { newest[row.key, default: InForce()].add(row) }
        let inForce = newest.sorted { $0.key < $1.key }
        try connection.transaction { () throws(SQLiteError) in
            try moveBase(inForce)
            try connection.execute("DELETE FROM change WHERE revision <= \(end)")
            try connection.execute("DELETE FROM host WHERE gone <= \(end)")
            try setMeta("floor", end)
        }
        grew(pages: old.count + 8)
        return Pruned(floor: end, rows: old.count)
    }

    /// Gives pages that nothing uses back to the disk, some at a time, when they are many.
    func shrink() throws(SQLiteError) {
        let free = try connection.pragma("freelist_count")
        let all = try connection.pragma("page_count")
        guard free > 1_024, free > all / 4 else { return }
        try connection.execute("PRAGMA incremental_vacuum(1024)")
        grew(pages: 1_024)
    }

    /// A row of the log without its values.
    private struct OldChange {
        let revision: Int64
        let at: Int64
        let key: ContainerKey
        let isRemoval: Bool
        /// By `Facet.index`: nil untouched, 0 deleted.
        let lengths: [4 of Int64?]
    }

    /// What is in force about one container at the end of some rows.
    private struct InForce {
        var isReset = false
        var revisions: [4 of Int64] = [0, 0, 0, 0]
        var isDeleted: [4 of Bool] = [false, false, false, false]

        mutating func add(_ row: OldChange) {
            if row.isRemoval {
                self = InForce()
                isReset = true
            }
            for facet in Facet.allCases {
                guard let length = row.lengths[facet.index] else { continue }
                revisions[facet.index] = row.revision
                isDeleted[facet.index] = length == 0
            }
        }
    }

    private func oldest(through folded: Int64, limit: Int) throws(SQLiteError) -> [OldChange] {
        let statement = try connection.prepare(
            """
            SELECT revision, at, host, container, kind, length(status), length(network), length(config),
                length(compose)
            FROM change WHERE revision <= \(folded) ORDER BY revision LIMIT \(limit)
            """)
        var rows: [OldChange] = []
        while try statement.step() {
            guard let id = statement.containerID(3) else { continue }
            let host = HostKey(rawValue: UInt32(truncatingIfNeeded: statement.int64(2)))
            var lengths: [4 of Int64?] = [nil, nil, nil, nil]
            for facet in Facet.allCases where !statement.isNull(5 + Int32(facet.index)) {
                lengths[facet.index] = statement.int64(5 + Int32(facet.index))
            }
            rows.append(
                OldChange(
                    revision: statement.int64(0), at: statement.int64(1),
                    key: ContainerKey(host: host, id: id),
                    isRemoval: statement.int64(4) != 0, lengths: lengths))
        }
        return rows
    }

    /// The last revision that may go; nil when none may.
    private func end(
        of rows: [OldChange], before cutoff: Int64, now: Int64, folded: Int64
    ) throws(SQLiteError) -> Int64? {
        var end: Int64?
        for row in rows where row.at <= now {
            guard row.at < cutoff else { return end }
            end = row.revision
        }
        guard let last = rows.last, last.at > now else { return end }
        // All the rest claims to be from the future: what comes behind it decides.
        let next = try connection.prepare(
            """
            SELECT at FROM change WHERE revision > \(last.revision) AND revision <= \(folded) AND at <= \(now)
            ORDER BY revision LIMIT 1
            """)
        do throws(SQLiteError) {
            let isOld = try connection.limited(to: .milliseconds(200), on: BootClock()) {
                () throws(SQLiteError) in
                try next.step() && next.int64(0) < cutoff
            }
            return isOld ? last.revision : end
        } catch {
            guard error.isInterrupted else { throw error }
            return end
        }
    }

    private func moveBase(_ containers: [(key: ContainerKey, value: InForce)]) throws(SQLiteError) {
        let clear = try connection.prepare("DELETE FROM base WHERE host = ?1 AND container = ?2")
        for (key, container) in containers where container.isReset {
            try clear.bind(key)
            try clear.run()
        }
        for facet in Facet.allCases {
            let drop = try connection.prepare(
                "DELETE FROM base WHERE host = ?1 AND container = ?2 AND facet = \(facet.index)")
            let keep = try connection.prepare(
                """
                INSERT OR REPLACE INTO base(host, container, facet, revision, value)
                SELECT host, container, \(facet.index), revision, \(facet.column) FROM change
                WHERE revision = ?3 AND NOT EXISTS (
                    SELECT 1 FROM container WHERE host = ?1 AND container = ?2 AND \(facet.column)_revision = ?3)
                """)
            for (key, container) in containers where container.revisions[facet.index] > 0 {
                if !container.isReset {
                    try drop.bind(key)
                    try drop.run()
                }
                guard !container.isDeleted[facet.index] else { continue }
                try keep.bind(key)
                try keep.bind(container.revisions[facet.index], at: 3)
                try keep.run()
            }
        }
    }
}
