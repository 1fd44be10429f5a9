import CSQLite

/// The open database; connection and statements share it, and the last of them closes it.
///
/// So a statement can never outlive its database, whatever order their owners let go in.
@safe final class DatabaseHandle {
    let pointer: OpaquePointer
    /// Asked every thousand steps of SQLite's machine while a time limit runs; true stops the statement.
    private var isOver: (() -> Bool)?

    init(path: String, flags: Int32) throws(SQLiteError) {
        guard !path.utf8.contains(0) else { throw .misuse("a path cannot hold a NUL byte", sql: "open") }
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let pointer = unsafe opened else {
            // A failed open still gives a connection, which carries the message and must be closed.
            let extended = if unsafe opened == nil { code } else { unsafe sqlite3_extended_errcode(opened) }
            let message = unsafe String(cString: sqlite3_errmsg(opened))
            unsafe sqlite3_close(opened)
            throw SQLiteError(extendedCode: extended, message: message, sql: path)
        }
        unsafe self.pointer = pointer
        unsafe sqlite3_extended_result_codes(pointer, 1)
    }

    deinit {
        let code = unsafe sqlite3_close(pointer)
        precondition(code == SQLITE_OK, "a statement was left behind when its database closed")
    }

    /// The last failure as a value.
    func error(_ code: Int32, sql: @autoclosure () -> String) -> SQLiteError {
        let extended = unsafe sqlite3_extended_errcode(pointer)
        // After a misuse the connection still carries the code of an older failure.
        guard extended & 0xff == code & 0xff else {
            return unsafe SQLiteError(
                extendedCode: code, message: String(cString: sqlite3_errstr(code)), sql: sql())
        }
        let message = unsafe String(cString: sqlite3_errmsg(pointer))
        return SQLiteError(extendedCode: extended, message: message, sql: sql())
    }

    func execute(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(pointer, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, sql: sql) }
    }

    /// Installs or removes the question that stops a running statement; answers what was installed.
    func interrupt(when isOver: (() -> Bool)?) -> (() -> Bool)? {
        let before = self.isOver
        self.isOver = isOver
        guard isOver != nil else {
            unsafe sqlite3_progress_handler(pointer, 0, nil, nil)
            return before
        }
        // SAFETY: the handler is only called inside calls on `pointer`, which this object outlives.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sqlite3_progress_handler(pointer, 1_000, Self.progress, context)
        return before
    }

    private static let progress: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
        guard let context = unsafe context else { return 0 }
        let handle = unsafe Unmanaged<DatabaseHandle>.fromOpaque(context).takeUnretainedValue()
        return handle.isOver?() == true ? 1 : 0
    }
}
