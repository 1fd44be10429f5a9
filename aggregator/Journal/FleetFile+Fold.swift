import Inventory
import SQLite
import Wire

extension FleetFile {
    /// Writes the newest values of some containers into their table.
    ///
    /// The rows may then be ahead of the mark, which does no harm: what the log says after the mark, applied on top in
    /// order, gives the same.
    ///
    /// - Parameters:
    ///   - slice: Containers and what the log says about them, in the order of their keys.
    ///   - floor: The newest revision that was pruned; a value of up to then goes to `base` before it is lost.
    ///   - mark: The revision up to which everything is folded with this slice; nil when that isn't so.
    /// - Throws: What SQLite said; then nothing of the slice is in the table.
    func fold(
        _ slice: ArraySlice<(key: ContainerKey, value: UnfoldedContainer)>, floor: Int64, mark: Int64?
    ) throws(SQLiteError) {
        try connection.transaction { () throws(SQLiteError) in
            if floor > 0 { try keepBase(slice, floor: floor) }
            let delete = try connection.prepare("DELETE FROM container WHERE host = ?1 AND container = ?2")
            let put = try connection.prepare(Self.put)
            for (key, container) in slice {
                if container.isReset {
                    try delete.bind(key)
                    try delete.run()
                }
                guard !container.isGone else { continue }
                try put.bind(key)
                try put.bind(container.changedAt, at: 3)
                for facet in Facet.allCases {
                    let index = Int32(facet.index)
                    try put.bind(container.revisions[facet.index], at: 4 + index)
                    try put.bindValue(container.changes[facet], at: 8 + index)
                }
                try put.run()
            }
            if let mark { try setMeta("folded", mark) }
        }
        grew(pages: 2 * slice.count + 4)
    }

    /// Untouched facets come with revision 0 and leave the row's own.
    private static let put = """
        INSERT INTO container(
            host, container, changed_at, status_revision, network_revision, config_revision, compose_revision,
            status, network, config, compose)
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT(host, container) DO UPDATE SET
            changed_at = excluded.changed_at,
            \(Facet.allCases.map { facet in
                """
                \(facet.column) = iif(excluded.\(facet.column)_revision > 0, excluded.\(facet.column), \(facet.column)),
                \(facet.column)_revision = max(excluded.\(facet.column)_revision, \(facet.column)_revision)
                """
            }.joined(separator: ",\n"))
        """

    private func keepBase(
        _ slice: ArraySlice<(key: ContainerKey, value: UnfoldedContainer)>, floor: Int64
    ) throws(SQLiteError) {
        for facet in Facet.allCases {
            let keep = try connection.prepare(
                """
                INSERT OR REPLACE INTO base(host, container, facet, revision, value)
                SELECT host, container, \(facet.index), \(facet.column)_revision, \(facet.column) FROM container
                WHERE host = ?1 AND container = ?2 AND \(facet.column)_revision BETWEEN 1 AND \(floor)
                    AND \(facet.column) IS NOT NULL
                """)
            for (key, container) in slice where container.isReset || container.changes[facet] != .untouched {
                try keep.bind(key)
                try keep.run()
            }
        }
    }
}

extension Statement {
    /// Binds a container's key at 1 and 2.
    func bind(_ key: ContainerKey) throws(SQLiteError) {
        try bind(Int64(key.host.rawValue), at: 1)
        try bind(key.id, at: 2)
    }
}
