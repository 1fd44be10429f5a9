/// What the journal has done since it was opened, and what it holds; for metrics (C7).
package struct JournalStatistics: Hashable, Sendable {
    /// Upper bounds of `commitTimes` in milliseconds; the last bucket has none.
    package static let commitTimeBounds: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000]

    /// Transactions that made entries durable.
    package var commits = 0
    /// Changes in them.
    package var rows = 0
    /// Bytes of facets in them.
    package var bytes = 0
    /// Intermediate values that were replaced by newer ones before they were stored (A6).
    package var coalesced = 0
    /// Transactions that failed and were tried again.
    package var failures = 0
    /// Containers folded from the log into their table.
    package var folded = 0
    /// Changes pruned from the log.
    package var pruned = 0
    /// Checkpoints of the write-ahead log.
    package var checkpoints = 0
    /// Commits by how long they took, one count for each bound and one for longer.
    package var commitTimes = [Int](repeating: 0, count: Self.commitTimeBounds.count + 1)
    /// The time of all commits together, in milliseconds.
    package var commitMilliseconds: Int64 = 0

    /// Changes that wait to be stored now.
    package var waitingRows = 0
    /// Bytes of them.
    package var waitingBytes = 0
    /// Containers changed since the last fold.
    package var unfolded = 0
    /// Bytes of them.
    package var unfoldedBytes = 0
    /// Committed changes in memory.
    package var recent = 0
    /// Bytes of them.
    package var recentBytes = 0

    package init() {}

    mutating func committed(rows: Int, bytes: Int, in milliseconds: Int64) {
        commits += 1
        self.rows += rows
        self.bytes += bytes
        commitMilliseconds += milliseconds
        let bucket = Self.commitTimeBounds.firstIndex { milliseconds <= $0 } ?? Self.commitTimeBounds.count
        commitTimes[bucket] += 1
    }
}
