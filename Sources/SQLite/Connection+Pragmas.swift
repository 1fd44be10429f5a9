import CSQLite

extension Connection {
    /// The schema's version as the owner counts it (`PRAGMA user_version`).
    package func userVersion() throws(SQLiteError) -> Int32 {
        Int32(truncatingIfNeeded: try pragma("user_version"))
    }

    /// Stores the schema's version; part of the running transaction.
    package func setUserVersion(_ version: Int32) throws(SQLiteError) {
        try execute("PRAGMA user_version = \(version)")
    }

    /// The number that tells whose file this is (`PRAGMA application_id`); 0 when never set.
    package func applicationID() throws(SQLiteError) -> Int32 {
        Int32(truncatingIfNeeded: try pragma("application_id"))
    }

    /// Marks the file as ours.
    package func setApplicationID(_ id: Int32) throws(SQLiteError) {
        try execute("PRAGMA application_id = \(id)")
    }

    /// Looks for damage; answers at most `limit` findings, none when the file is sound.
    ///
    /// Reads the whole file (`PRAGMA quick_check`): run it on a connection of its own.
    package func quickCheck(limit: Int) throws(SQLiteError) -> [String] {
        let statement = try prepare("PRAGMA quick_check(\(max(limit, 1)))")
        var findings: [String] = []
        while try statement.step() {
            if let finding = statement.text(0), finding != "ok" { findings.append(finding) }
        }
        return findings
    }

    /// The first column of the pragma's first row as a number.
    package func pragma(_ name: String) throws(SQLiteError) -> Int64 {
        let statement = try prepare("PRAGMA \(name)")
        guard try statement.step() else { throw .misuse("the pragma gave no row", sql: "PRAGMA \(name)") }
        return statement.int64(0)
    }
}
