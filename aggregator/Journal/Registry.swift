package import Inventory
import OS
import SQLite

/// Who speaks for which host: what only people could restore, so it is never set aside.
///
/// Every change is on the disk before it is answered (`synchronous=FULL`).
package actor Registry {
    /// What came of a claim.
    package enum Claim: Hashable, Sendable {
        /// Nobody spoke for the host; from now on this instance does.
        case claimed
        /// This instance speaks for the host already.
        case same
        /// Another instance speaks for the host, or this one with another secret; nothing was changed.
        case other(instance: String)
        /// The token was removed meanwhile; nothing was changed.
        case tokenGone
        /// As many other instances as it is for have used the token; nothing was changed.
        case tokenUsedUp
    }

    /// Who speaks for one host.
    package struct Row: Hashable, Sendable {
        package let host: HostID
        package let instance: String
        package let secretHash: [UInt8]
        /// When it was claimed, in milliseconds since 1970.
        package let firstSeen: Int64
    }

    private static let schema = DatabaseFile.Schema(
        applicationID: 0x4261_7952,
        preparation: ["PRAGMA page_size = 4096", "PRAGMA auto_vacuum = INCREMENTAL"],
        configuration: ["PRAGMA journal_mode = DELETE", "PRAGMA synchronous = FULL"],
        steps: [
            """
            CREATE TABLE host(
                id TEXT PRIMARY KEY,
                instance TEXT NOT NULL,
                secret_hash BLOB NOT NULL,
                first_seen INTEGER NOT NULL
            ) STRICT;
            """,
            """
            CREATE TABLE token(
                id TEXT PRIMARY KEY,
                secret_hash BLOB NOT NULL,
                host TEXT,
                scope TEXT,
                created INTEGER NOT NULL,
                created_by TEXT NOT NULL,
                expires INTEGER NOT NULL,
                uses_limit INTEGER NOT NULL,
                uses INTEGER NOT NULL,
                last_used INTEGER NOT NULL,
                CHECK ((host IS NULL) <> (scope IS NULL))
            ) STRICT;
            CREATE INDEX token_host ON token(host);
            CREATE TABLE token_instance(
                token TEXT NOT NULL,
                instance TEXT NOT NULL,
                first_used INTEGER NOT NULL,
                PRIMARY KEY(token, instance)
            ) STRICT, WITHOUT ROWID;
            """,
        ])

    private let executor = QueueExecutor(label: "registry")
    private let directory: DataDirectory
    let now: @Sendable () -> Int64
    private let connection: Connection

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Opens the registry, or makes it.
    ///
    /// - Parameters:
    ///   - directory: The locked data directory.
    ///   - now: The wall clock, in milliseconds since 1970.
    /// - Throws: Why it could not be opened; a file that isn't ours or is newer stays untouched.
    package init(
        in directory: DataDirectory, now: @escaping @Sendable () -> Int64 = WallClock.now
    ) async throws(JournalError) {
        self.directory = directory
        self.now = now
        connection = try DatabaseFile.open(directory.registry, Self.schema)
    }

    /// Makes an instance the one that speaks for a host, unless there is another.
    ///
    /// - Parameters:
    ///   - host: The host's name.
    ///   - instance: The random id of the agent's installation.
    ///   - secretHash: A hash of the secret that proves it.
    ///   - token: The token that let the instance in, on which its use is written; nil where none are asked for.
    /// - Returns: Who speaks for the host now.
    /// - Throws: Why nothing could be read or stored.
    package func claim(
        host: HostID, instance: String, secretHash: [UInt8], token: String? = nil
    ) throws(JournalError) -> Claim {
        let now = now()
        return try write { (connection) throws(SQLiteError) in
            let find = try connection.prepare("SELECT instance, secret_hash FROM host WHERE id = ?1")
            try find.bind(host.rawValue, at: 1)
            if try find.step() {
                let holder = find.text(0) ?? ""
                guard holder == instance, find.blob(1) == secretHash else { return .other(instance: holder) }
                find.reset()
                return try Self.use(token, by: instance, at: now, connection) ?? .same
            }
            if let refusal = try Self.use(token, by: instance, at: now, connection) { return refusal }
            let insert = try connection.prepare(
                "INSERT INTO host(id, instance, secret_hash, first_seen) VALUES(?1, ?2, ?3, ?4)")
            try insert.bind(host.rawValue, at: 1)
            try insert.bind(instance, at: 2)
            try insert.bind(secretHash, at: 3)
            try insert.bind(now, at: 4)
            try insert.run()
            return .claimed
        }
    }

    /// Lets the next instance that comes speak for a host, and removes the tokens of the one before.
    ///
    /// - Returns: Whether anybody spoke for it, and the ids of its tokens that were removed.
    @discardableResult
    package func release(
        host: HostID
    ) throws(JournalError) -> (wasClaimed: Bool, tokens: [String]) {
        try write { (connection) throws(SQLiteError) in
            let delete = try connection.prepare("DELETE FROM host WHERE id = ?1")
            try delete.bind(host.rawValue, at: 1)
            try delete.run()
            let wasClaimed = connection.changes > 0
            let select = try connection.prepare("SELECT id FROM token WHERE host = ?1")
            try select.bind(host.rawValue, at: 1)
            var tokens: [String] = []
            while try select.step() { if let id = select.text(0) { tokens.append(id) } }
            for id in tokens { _ = try Self.delete(token: id, connection) }
            return (wasClaimed, tokens)
        }
    }

    /// Who speaks for which host, by name.
    package func list() throws(JournalError) -> [Row] {
        try write { (connection) throws(SQLiteError) in
            let select = try connection.prepare(
                "SELECT id, instance, secret_hash, first_seen FROM host ORDER BY id")
            var rows: [Row] = []
            while try select.step() {
                guard let host = select.text(0).flatMap(HostID.init) else { continue }
                rows.append(
                    Row(
                        host: host, instance: select.text(1) ?? "", secretHash: select.blob(2) ?? [],
                        firstSeen: select.int64(3)))
            }
            return rows
        }
    }

    func write<Answer>(
        _ body: (borrowing Connection) throws(SQLiteError) -> Answer
    ) throws(JournalError) -> Answer {
        do throws(SQLiteError) {
            return try connection.transaction { () throws(SQLiteError) in try body(connection) }
        } catch {
            throw .read(error, path: directory.registry)
        }
    }
}
