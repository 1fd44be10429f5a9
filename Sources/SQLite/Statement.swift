import CSQLite

/// One compiled statement; keeps its database open, and is finalized when its owner lets go.
///
/// Parameters count from 1 and columns from 0, as in SQLite. Bound values stay until they are bound again.
@safe package struct Statement: ~Copyable {
    let pointer: OpaquePointer
    private let handle: DatabaseHandle

    init(_ sql: String, on handle: DatabaseHandle, isPersistent: Bool) throws(SQLiteError) {
        var compiled: OpaquePointer?
        var source = sql
        let flags = isPersistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        // The answer is the code, and whether something stood behind the first statement.
        let (code, hasMore) = source.withUTF8 { text in
            let start = unsafe UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self)
            var tail: UnsafePointer<CChar>?
            let code = unsafe sqlite3_prepare_v3(
                handle.pointer, start, Int32(clamping: text.count), flags, &compiled, &tail)
            guard let start = unsafe start, let tail = unsafe tail else { return (code, false) }
            let rest = unsafe UnsafeBufferPointer(rebasing: text[(tail - start)...])
            return unsafe (code, rest.contains { $0 > 0x20 })
        }
        guard code == SQLITE_OK else { throw handle.error(code, sql: sql) }
        guard let pointer = unsafe compiled else { throw .misuse("the statement is empty", sql: sql) }
        guard !hasMore else {
            unsafe sqlite3_finalize(pointer)
            throw .misuse("only one statement can be prepared at a time", sql: sql)
        }
        unsafe self.pointer = pointer
        self.handle = handle
    }

    deinit { unsafe sqlite3_finalize(pointer) }

    /// The statement's text, without the bound values.
    package var sql: String {
        guard let text = unsafe sqlite3_sql(pointer) else { return "" }
        return unsafe String(cString: text)
    }

    /// Moves to the next row; false when there is none, and then the statement can be used again.
    ///
    /// At the end and at a failure it is reset, so that a finished statement holds no lock.
    package func step() throws(SQLiteError) -> Bool {
        let code = unsafe sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE {
            unsafe sqlite3_reset(pointer)
            return false
        }
        let failure = handle.error(code, sql: sql)
        unsafe sqlite3_reset(pointer)
        throw failure
    }

    /// Carries the statement out to its end, and drops the rows that it gives.
    package func run() throws(SQLiteError) {
        while try step() {}
    }

    /// Leaves the current row, if any; bound values stay.
    package func reset() {
        unsafe sqlite3_reset(pointer)
    }

    func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw handle.error(code, sql: sql) }
    }
}
