package import OS
package import SQLite

/// The journal's bounds and intervals.
package struct JournalSettings: Sendable {
    /// Changes and entries that may wait before new ones are merged into those of their host.
    package var coalesceAbove = 16_384
    /// Bytes that may wait before new changes are merged into those of their host.
    package var coalesceAboveBytes = 64 << 20
    /// Changes in one transaction, about: an entry is never cut.
    package var rowsPerCommit = 8_192
    /// Changes after which the log is folded into the table of containers when there is nothing else to do.
    package var foldAbove = 16_384
    /// Containers changed since the last fold at which folding comes before new commits.
    package var unfoldedLimit = 262_144
    /// Bytes changed since the last fold at which folding comes before new commits.
    package var unfoldedByteLimit = 64 << 20
    /// Containers folded in one transaction.
    package var foldSlice = 2_048
    /// Committed changes kept in memory for those who watch.
    package var recentLimit = 65_536
    /// Bytes of them.
    package var recentByteLimit = 16 << 20
    /// How long changes stay in the log (B2).
    package var retention = Duration.seconds(604_800)
    /// How often the log is pruned (B2).
    package var pruneInterval = Duration.seconds(3_600)
    /// Changes pruned in one transaction.
    package var pruneSlice = 1_000
    /// Pages in the write-ahead log after which it is copied into the database.
    package var checkpointPages = 1_000
    /// Connections that answer questions.
    package var readers = 2
    /// Questions that may wait for those connections.
    package var waitingReads = 256
    /// How long a question may take.
    package var readLimit = Duration.seconds(1)
    /// How long a snapshot may hold its view of the database, its receiver's time included.
    package var snapshotLimit = Duration.seconds(30)
    /// Snapshots at the same time.
    package var snapshots = 4
    /// How long the background check of the file may take; zero leaves it out.
    package var checkLimit = Duration.seconds(300)
    /// How long a stalled journal waits before it tries again.
    package var retry = Backoff(base: .milliseconds(200), ceiling: .seconds(15))
    /// The most pages that the file may have, asked at each opening; 0 = no limit but the disk's.
    package var pageLimit: @Sendable () -> Int64 = { 0 }
    /// Makes the disk fail, for tests; nil = the operation is left alone.
    package var fault: @Sendable (JournalStep) -> SQLiteError? = { _ in nil }

    package init() {}
}

/// A point at which a test can make the disk fail.
package enum JournalStep: Hashable, Sendable {
    /// The run of this process is about to be stored.
    case start
    /// The rows are written, the transaction is open.
    case beforeCommit
    /// The transaction is in the file, but the journal isn't told.
    case afterCommit
    /// The file is about to be opened again after a failure.
    case reopen
    /// A part of the log is about to be folded.
    case fold
    /// A part of the log is pruned in the file, but the journal isn't told.
    case prune
}
