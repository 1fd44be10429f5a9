import Glibc
import OS
import SQLite

/// Opens one of our database files: told apart from others, made, or brought forward.
enum DatabaseFile {
    /// What makes a file ours, and the steps from nothing to the newest schema.
    struct Schema {
        let applicationID: Int32
        /// Statements that need an empty file, before the first table.
        let preparation: [String]
        /// Statements of every opening.
        let configuration: [String]
        /// The step at index n leads from version n to n + 1.
        let steps: [String]

        var version: Int32 { Int32(steps.count) }
    }

    /// Opens a file for writing; a newer or somebody else's is refused without a byte changed.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - schema: What makes it ours.
    ///   - isExisting: The file must be there and be ours.
    ///   - busyTimeout: How long somebody else's lock is waited for.
    /// - Returns: The only connection that may write the file.
    /// - Throws: Why it could not be opened.
    static func open(
        _ path: String, _ schema: Schema, isExisting: Bool = false, busyTimeout: Duration = .seconds(5)
    ) throws(JournalError) -> Connection {
        try examine(path, schema, isExisting: isExisting)
        let connection = try asking(path) { () throws(SQLiteError) in
            try Connection(path: path, mode: .readWrite, busyTimeout: busyTimeout)
        }
        let stored = try asking(path) { () throws(SQLiteError) in try connection.userVersion() }
        // A log that wasn't copied yet may say more than the header did.
        guard stored <= schema.version else { throw .newer(path: path, version: stored) }
        try asking(path) { () throws(SQLiteError) in
            for statement in (stored == 0 ? schema.preparation : []) + schema.configuration {
                try connection.execute(statement)
            }
            try migrate(connection, from: stored, to: schema)
        }
        return connection
    }

    /// Says in the journal's words what SQLite refused.
    static func asking<Answer: ~Copyable>(
        _ path: String, _ body: () throws(SQLiteError) -> Answer
    ) throws(JournalError) -> Answer {
        do throws(SQLiteError) { return try body() } catch { throw .read(error, path: path) }
    }

    private static func examine(_ path: String, _ schema: Schema, isExisting: Bool) throws(JournalError) {
        switch try DatabaseHeader(of: path) {
        case .missing where isExisting:
            throw .directory(
                sentence:
                    "\(path) is gone or empty, nothing is stored: restart the aggregator to make a new one")
        case .missing:
            // Made here, so that nobody else may read it.
            do throws(FileError) { try writeFileAtomically(path, []) } catch {
                throw .directory(sentence: error.sentence)
            }
        case .foreign:
            throw .foreign(path: path)
        case .database(applicationID: schema.applicationID, let version):
            guard version <= schema.version else { throw .newer(path: path, version: version) }
        case .database(applicationID: 0, version: 0):
            // Ours if the first start was cut short before its first table: then it holds nothing.
            guard try isEmpty(path) else { throw .foreign(path: path) }
        case .database:
            throw .foreign(path: path)
        }
    }

    private static func isEmpty(_ path: String) throws(JournalError) -> Bool {
        try asking(path) { () throws(SQLiteError) in
            let connection = try Connection(path: path, mode: .readOnly)
            let statement = try connection.prepare("SELECT count(*) FROM sqlite_schema")
            return try statement.step() && statement.int64(0) == 0
        }
    }

    private static func migrate(
        _ connection: borrowing Connection, from stored: Int32, to schema: Schema
    ) throws(SQLiteError) {
        guard stored < schema.version else { return }
        for version in stored..<schema.version {
            try connection.execute("BEGIN IMMEDIATE")
            if version == 0 { try connection.setApplicationID(schema.applicationID) }
            try connection.execute(schema.steps[Int(version)])
            try connection.setUserVersion(version + 1)
            // A failure leaves the transaction to the connection's end, which rolls it back.
            try connection.execute("COMMIT")
        }
        // So that the header says it, and an older program refuses the file by the header alone.
        _ = try connection.walCheckpoint()
    }

    /// Moves a damaged database with what belongs to it out of the way, as `<path>.corrupt-<time>`.
    ///
    /// - Returns: Its new path.
    static func setAside(_ path: String, at time: Int64) throws(JournalError) -> String {
        let aside = "\(path).corrupt-\(time)"
        // The log and its index first: a database without its log is older, but a log without its own is poison.
        for suffix in ["-wal", "-shm", ""] where fileExists(path + suffix) {
            guard unsafe rename(path + suffix, aside + suffix) == 0 else {
                throw .directory(sentence: FileError("set aside", path + suffix, .current).sentence)
            }
        }
        return aside
    }
}
