import Inventory
import SQLite
import Wire

/// The one connection that writes the fleet's database and checkpoints it.
final class FleetFile {
    let path: String
    let connection: Connection
    private let appendChange: Statement
    private let storeHost: Statement
    private let storeSamples: Statement
    /// Pages in the write-ahead log, about.
    private(set) var logPages = 0

    /// Opens the file, or makes it.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - pageLimit: The most pages that it may have; 0 = no limit.
    ///   - isExisting: The file must be there already: it is being opened again.
    /// - Throws: Why it could not be opened.
    init(_ path: String, pageLimit: Int64, isExisting: Bool) throws(JournalError) {
        self.path = path
        connection = try DatabaseFile.open(path, FleetSchema.schema, isExisting: isExisting)
        do throws(SQLiteError) {
            if pageLimit > 0 { try connection.execute("PRAGMA max_page_count = \(pageLimit)") }
            appendChange = try connection.prepare(
                "INSERT INTO change VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", isPersistent: true)
            storeHost = try connection.prepare(Self.storeHost, isPersistent: true)
            storeSamples = try connection.prepare(
                "INSERT OR REPLACE INTO samples(host, at, value) VALUES(?1, ?2, ?3)", isPersistent: true)
        } catch {
            throw .read(error, path: path)
        }
    }

    private static let storeHost = """
        INSERT INTO host(key, id, info, epoch, version, digest_key, last_heard, gone)
        VALUES(?1, coalesce(?2, (SELECT id FROM host WHERE key = ?1)), ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT(key) DO UPDATE SET
            id = excluded.id,
            info = coalesce(excluded.info, info),
            epoch = coalesce(excluded.epoch, epoch),
            version = coalesce(excluded.version, version),
            digest_key = coalesce(excluded.digest_key, digest_key),
            last_heard = max(excluded.last_heard, last_heard),
            gone = excluded.gone
        """

    // MARK: - What the file says

    /// The last revision that is in the file.
    func lastRevision() throws(SQLiteError) -> Int64 {
        max(try number("SELECT max(revision) FROM change"), try meta("folded"))
    }

    /// One of the numbers in `meta`.
    func meta(_ name: String) throws(SQLiteError) -> Int64 {
        try number("SELECT value FROM meta WHERE name = '\(name)'")
    }

    /// Stores one of the numbers in `meta`; part of the running transaction.
    func setMeta(_ name: String, _ value: Int64) throws(SQLiteError) {
        try connection.execute("UPDATE meta SET value = \(value) WHERE name = '\(name)'")
    }

    /// The first column of the first row; 0 when it is NULL or there is none.
    func number(_ sql: String) throws(SQLiteError) -> Int64 {
        let statement = try connection.prepare(sql)
        return try statement.step() ? statement.int64(0) : 0
    }

    // MARK: - Runs

    /// The newest runs, oldest first: their bits and first revisions.
    func runs() throws(SQLiteError) -> [(run: UInt64, first: Int64)] {
        let statement = try connection.prepare("SELECT run, first_revision FROM run ORDER BY ordinal")
        var runs: [(run: UInt64, first: Int64)] = []
        while try statement.step() {
            runs.append((UInt64(bitPattern: statement.int64(0)), statement.int64(1)))
        }
        return runs
    }

    /// Stores a run unless it is there; only the newest `limit` stay.
    func store(run: UInt64, first: Int64, at: Int64, limit: Int) throws(SQLiteError) {
        try connection.transaction { () throws(SQLiteError) in
            let statement = try connection.prepare(
                "INSERT INTO run(run, first_revision, at) VALUES(?1, ?2, ?3) ON CONFLICT(run) DO NOTHING")
            try statement.bind(Int64(bitPattern: run), at: 1)
            try statement.bind(first, at: 2)
            try statement.bind(at, at: 3)
            try statement.run()
            try connection.execute(
                "DELETE FROM run WHERE ordinal <= (SELECT max(ordinal) FROM run) - \(limit)")
        }
    }

    // MARK: - Commits

    /// Makes a batch durable, all of it or nothing.
    ///
    /// - Parameters:
    ///   - batch: What is stored.
    ///   - check: Called inside the transaction, before its end.
    /// - Throws: What SQLite said; the batch may be in the file all the same.
    func commit(
        _ batch: CommitBatch, check: () throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try connection.transaction { () throws(SQLiteError) in
            for event in batch.events { try append(event) }
            var highest: Int64 = 0
            for host in batch.hosts {
                try store(host, at: batch.after)
                if host.id != nil { highest = max(highest, Int64(host.key.rawValue)) }
            }
            if highest > 0 {
                try connection.execute(
                    "UPDATE meta SET value = \(highest) WHERE name = 'highest_host' AND value < \(highest)")
            }
            try check()
        }
        logPages += batch.bytes / 3_500 + batch.events.count / 40 + 4
    }

    private func append(_ event: ChangeEvent) throws(SQLiteError) {
        try appendChange.bind(event.revision, at: 1)
        try appendChange.bind(event.at, at: 2)
        try appendChange.bind(Int64(event.host.rawValue), at: 3)
        try appendChange.bind(event.change.id, at: 4)
        switch event.change.kind {
        case .removed(let cause):
            try appendChange.bind(cause.stored, at: 5)
            for column: Int32 in 6...9 { try appendChange.bindNull(at: column) }
        case .put(let facets):
            try appendChange.bind(0 as Int64, at: 5)
            for facet in Facet.allCases { try appendChange.bind(facets[facet], at: 6 + Int32(facet.index)) }
        }
        try appendChange.run()
    }

    private func store(_ host: CommitBatch.Host, at revision: Int64) throws(SQLiteError) {
        try storeHost.bind(Int64(host.key.rawValue), at: 1)
        try storeHost.bind(host.id?.rawValue, at: 2)
        try storeHost.bind(host.info, at: 3)
        try storeHost.bind(host.cursor?.epoch.stored, at: 4)
        try storeHost.bind(host.cursor?.version, at: 5)
        try storeHost.bind(host.digestKey?.stored, at: 6)
        try storeHost.bind(host.heard, at: 7)
        try storeHost.bind(host.isForgotten ? revision : nil as Int64?, at: 8)
        try storeHost.run()
        if host.isForgotten {
            try connection.execute("DELETE FROM samples WHERE host = \(host.key.rawValue)")
        } else if let samples = host.samples {
            try storeSamples.bind(Int64(host.key.rawValue), at: 1)
            try storeSamples.bind(samples.at, at: 2)
            try storeSamples.bind(samples.bytes, at: 3)
            try storeSamples.run()
        }
    }

    /// Copies the write-ahead log into the database; answers whether all of it is there now.
    ///
    /// Passive: it waits for nobody, and stops at the oldest view that a reader holds.
    func checkpoint() throws(SQLiteError) -> Bool {
        let progress = try connection.walCheckpoint()
        logPages = max(progress.log - progress.done, 0)
        return progress.log == progress.done
    }

    func grew(pages: Int) { logPages += pages }

    // MARK: - Questions of the writer's own

    /// The containers of a host in the table, whether the log says more about them or not.
    func containers(of host: HostKey) throws(SQLiteError) -> [ContainerID] {
        let statement = try connection.prepare("SELECT container FROM container WHERE host = ?1")
        try statement.bind(Int64(host.rawValue), at: 1)
        var ids: [ContainerID] = []
        while try statement.step() {
            if let id = statement.containerID(0) { ids.append(id) }
        }
        return ids
    }

    /// Which of a host's containers are in the table.
    func has(_ ids: [ContainerID], of host: HostKey) throws(SQLiteError) -> [ContainerID: Bool] {
        let statement = try connection.prepare("SELECT 1 FROM container WHERE host = ?1 AND container = ?2")
        var answers: [ContainerID: Bool] = [:]
        try statement.bind(Int64(host.rawValue), at: 1)
        for id in ids {
            try statement.bind(id, at: 2)
            answers[id] = try statement.step()
            statement.reset()
        }
        return answers
    }
}
