package import Inventory
import SQLite
package import Wire

/// What became of a container after a revision.
package struct ContainerSince: Sendable {
    package let host: HostKey
    package let id: ContainerID
    /// Whether it was removed since; what it was before then no longer counts.
    package let isReset: Bool
    /// Its facets' newest changes since; nil when it is gone.
    package let changes: FacetChanges?
    /// When it last changed, in milliseconds since 1970.
    package let changedAt: Int64
}

extension Journal {
    /// Tells the hosts as they are, and what became of the containers that changed after a revision.
    ///
    /// For who kept the state of that revision and wants the one of now. Blocks the calling thread until it is done.
    ///
    /// - Parameters:
    ///   - revision: One of this database.
    ///   - limit: The most changes; more are better read as a whole.
    /// - Returns: Nil when this database never gave the revision, no longer has all changes after it, or has too many.
    /// - Throws: Why it could not be read.
    package func since(
        _ revision: Revision, limit: Int64
    ) throws(JournalError) -> (hosts: [HostRow], containers: [ContainerSince])? {
        guard isKnown(revision) else { return nil }
        return try DatabaseFile.asking(path) { () throws(SQLiteError) in
            let view = try FleetView(path)
            try view.connection.execute("BEGIN")
            guard try view.meta("floor") <= revision.number,
                try view.lastRevision() - revision.number <= limit
            else { return nil }
            let hosts = try view.hosts()
            let changed = try view.unfolded(after: revision.number).containers
            return (
                hosts,
                changed.map { key, container in
                    ContainerSince(
                        host: key.host, id: key.id, isReset: container.isReset,
                        changes: container.isGone ? nil : container.changes, changedAt: container.changedAt)
                }
            )
        }
    }
}
