import CSQLite

/// One connection to one SQLite database; synchronous, and used by one thread at a time.
///
/// SQLite's own locking is off (`SQLITE_OPEN_NOMUTEX`): the owner, usually an actor with an executor of its
/// own, sees to it that calls don't overlap. Not `Sendable` for that reason.
package struct Connection: ~Copyable {
    /// How a database is opened.
    package enum Mode: Hashable, Sendable {
        /// Reads and writes, and makes the file when there is none.
        case create
        /// Reads and writes a file that must exist.
        case readWrite
        /// Reads a file that must exist; every change is refused.
        case readOnly
    }

    /// A new database in memory, gone with the connection.
    package static let memory = ":memory:"

    private let handle: DatabaseHandle

    /// Opens `path`; waits up to `busyTimeout` for other connections' locks.
    ///
    /// SQLite reads the file only at the first statement: "not a database" comes then.
    package init(
        path: String, mode: Mode = .create, busyTimeout: Duration = .seconds(5)
    ) throws(SQLiteError) {
        let access =
            switch mode {
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readWrite: SQLITE_OPEN_READWRITE
            case .readOnly: SQLITE_OPEN_READONLY
            }
        handle = try DatabaseHandle(path: path, flags: access | SQLITE_OPEN_NOMUTEX)
        let milliseconds = busyTimeout / .milliseconds(1)
        unsafe sqlite3_busy_timeout(handle.pointer, Int32(min(max(milliseconds, 0), 86_400_000)))
    }

    /// Carries out one or several statements, and drops the rows that they give.
    package func execute(_ sql: String) throws(SQLiteError) {
        try handle.execute(sql)
    }

    /// Compiles one statement; `isPersistent` tells SQLite that it will be kept and used often.
    package func prepare(_ sql: String, isPersistent: Bool = false) throws(SQLiteError) -> Statement {
        try Statement(sql, on: handle, isPersistent: isPersistent)
    }

    /// Runs `body` inside a transaction: committed when it returns, rolled back when it throws.
    ///
    /// `immediate` takes the write lock at once, so that a later write cannot fail as busy. A failed commit is
    /// rolled back too. Transactions don't nest.
    package func transaction<Answer>(
        immediate: Bool = true, _ body: () throws(SQLiteError) -> Answer
    ) throws(SQLiteError) -> Answer {
        try handle.execute(immediate ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED")
        do throws(SQLiteError) {
            let answer = try body()
            try handle.execute("COMMIT")
            return answer
        } catch {
            // Full disks and I/O errors end the transaction by themselves.
            if isInTransaction { try? handle.execute("ROLLBACK") }
            throw error
        }
    }

    /// Stops every statement that `body` runs once `limit` has passed on `clock` (`isInterrupted`).
    ///
    /// Looked at every thousand steps of SQLite's machine: well under a millisecond apart. Limits nest. Waiting
    /// for another connection's lock is not stopped: that has the busy timeout.
    package func limited<C: Clock, Answer>(
        to limit: Duration, on clock: C, _ body: () throws(SQLiteError) -> Answer
    ) throws(SQLiteError) -> Answer where C.Duration == Duration {
        let deadline = clock.now.advanced(by: limit)
        let outer = handle.interrupt(when: nil)
        _ = handle.interrupt { clock.now >= deadline || outer?() == true }
        defer { _ = handle.interrupt(when: outer) }
        return try body()
    }

    /// Stops what this connection does, from another thread.
    package var interruption: Interruption { Interruption(handle) }

    /// Whether a transaction is open.
    package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle.pointer) == 0 }

    /// Rows that the last `INSERT`, `UPDATE` or `DELETE` changed.
    package var changes: Int64 { unsafe sqlite3_changes64(handle.pointer) }

    /// The row id of the last successful `INSERT`.
    package var lastInsertRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle.pointer) }

    /// Copies what the write-ahead log holds into the database, without waiting for readers.
    ///
    /// Throws busy while another connection checkpoints. At most the whole log is copied: keep it short.
    package func walCheckpoint() throws(SQLiteError) -> WALProgress {
        var log: Int32 = 0
        var done: Int32 = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(
            handle.pointer, nil, SQLITE_CHECKPOINT_PASSIVE, &log, &done)
        guard code == SQLITE_OK else { throw handle.error(code, sql: "wal_checkpoint(PASSIVE)") }
        return WALProgress(log: Int(log), done: Int(done))
    }
}

/// How far a checkpoint came, in pages; both -1 when the database has no write-ahead log.
package struct WALProgress: Hashable, Sendable {
    /// Pages in the log.
    package let log: Int
    /// Pages of the log that are in the database.
    package let done: Int

    package init(log: Int, done: Int) {
        self.log = log
        self.done = done
    }
}
