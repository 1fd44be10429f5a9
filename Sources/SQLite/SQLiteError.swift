import CSQLite

/// What SQLite answered when it could not do what was asked.
package struct SQLiteError: Error, Hashable, CustomStringConvertible {
    /// The extended result code, for example `SQLITE_IOERR_FSYNC`; see https://sqlite.org/rescode.html.
    package let extendedCode: Int32
    /// SQLite's own message, in English.
    package let message: String
    /// The statement, without any bound value; the path when a database could not be opened.
    package let sql: String

    package init(extendedCode: Int32, message: String, sql: String) {
        self.extendedCode = extendedCode
        self.message = message
        self.sql = sql
    }

    /// The result code without its extension, for example `SQLITE_IOERR`.
    package var primaryCode: Int32 { extendedCode & 0xff }

    /// Another connection holds the lock, also after the busy timeout.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
    /// The disk is full, or the database reached its `max_page_count`.
    package var isFull: Bool { primaryCode == SQLITE_FULL }
    /// The file's content contradicts itself.
    package var isCorrupt: Bool { primaryCode == SQLITE_CORRUPT }
    /// The file is something else than a SQLite database.
    package var isNotADatabase: Bool { primaryCode == SQLITE_NOTADB }
    /// The operating system failed a read, write, sync or lock.
    package var isIO: Bool { primaryCode == SQLITE_IOERR }
    /// The file or the connection may not be written.
    package var isReadOnly: Bool { primaryCode == SQLITE_READONLY }
    /// The file could not be opened.
    package var isCannotOpen: Bool { primaryCode == SQLITE_CANTOPEN }
    /// The time limit ran out, or somebody interrupted the statement.
    package var isInterrupted: Bool { primaryCode == SQLITE_INTERRUPT }
    /// A `UNIQUE`, `NOT NULL`, `CHECK` or foreign key rule refused the row.
    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    /// What happened, what did not happen, and what to do.
    package var sentence: String {
        switch primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED:
            "the database is locked by somebody else, nothing was changed: "
                + "stop the other program that has it open, or try again"
        case SQLITE_FULL:
            "the disk is full, the change was not stored: free space on the database's file system"
        case SQLITE_CORRUPT:
            "the database file is damaged, the statement was not carried out: "
                + "restore a backup, or set the file aside"
        case SQLITE_NOTADB:
            "the file is not a SQLite database and was left untouched: check the path, or move the file away"
        case SQLITE_IOERR:
            "the disk failed a read or write (\(message)), the change was not stored: "
                + "look at the kernel's log, then open the database again"
        case SQLITE_READONLY:
            "the database may not be written, nothing was changed: "
                + "check the owner and mode of the file and its folder"
        case SQLITE_CANTOPEN:
            "the database could not be opened: check that the folder exists and may be written"
        case SQLITE_INTERRUPT:
            "the statement was stopped at its time limit, its answer is not complete: ask for less"
        default:
            "the statement was not carried out: \(message)"
        }
    }

    package var description: String { "\(sentence) [\(extendedCode): \(message)] in: \(sql)" }

    /// The error a misuse of this library gives before SQLite is asked.
    static func misuse(_ message: String, sql: String) -> SQLiteError {
        SQLiteError(extendedCode: SQLITE_MISUSE, message: message, sql: sql)
    }
}
