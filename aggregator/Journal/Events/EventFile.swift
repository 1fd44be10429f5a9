import Inventory
import JSON
import OS
import SQLite

/// The file of events: written by one thread, read by another, and worth no more than history.
struct EventFile: ~Copyable {
    static let schema = DatabaseFile.Schema(
        applicationID: 0x4261_7945,
        preparation: ["PRAGMA page_size = 4096", "PRAGMA auto_vacuum = INCREMENTAL"],
        // A power cut may cost the last seconds; the file itself stays whole (WAL).
        configuration: [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
            "PRAGMA journal_size_limit = 4194304",
        ],
        steps: [
            """
            CREATE TABLE event(
                number INTEGER PRIMARY KEY,
                host TEXT NOT NULL,
                time INTEGER NOT NULL,
                type TEXT NOT NULL,
                action TEXT NOT NULL,
                actor TEXT NOT NULL,
                missed INTEGER NOT NULL,
                attributes BLOB NOT NULL
            ) STRICT;
            CREATE INDEX event_time ON event(time);
            CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            """
        ])

    private let connection: Connection
    private let insert: Statement

    /// Opens the file for writing, or makes it.
    init(_ path: String) throws(JournalError) {
        let connection = try DatabaseFile.open(path, Self.schema, busyTimeout: .milliseconds(500))
        insert = try DatabaseFile.asking(path) { () throws(SQLiteError) in
            try connection.prepare(
                """
                INSERT OR IGNORE INTO event(number, host, time, type, action, actor, missed, attributes)
                VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """, isPersistent: true)
        }
        self.connection = connection
    }

    /// A number that tells this file from others; `fresh` when the file is new.
    func identity(_ fresh: Int64) throws(SQLiteError) -> Int64 {
        try connection.transaction { () throws(SQLiteError) in
            let make = try connection.prepare("INSERT OR IGNORE INTO meta(name, value) VALUES('file', ?1)")
            try make.bind(fresh, at: 1)
            try make.run()
            let read = try connection.prepare("SELECT value FROM meta WHERE name = 'file'")
            return try read.step() ? read.int64(0) : fresh
        }
    }

    /// The highest number, 0 in an empty file.
    func last() throws(SQLiteError) -> Int64 {
        let read = try connection.prepare("SELECT coalesce(max(number), 0) FROM event")
        return try read.step() ? read.int64(0) : 0
    }

    /// Calls `body` with the newest events, without their attributes, the oldest of them first.
    func newest(_ count: Int, _ body: (FleetEvent) -> Void) throws(SQLiteError) {
        let read = try connection.prepare(
            """
            SELECT * FROM (SELECT number, host, time, type, action, actor, missed, x'' FROM event
            ORDER BY number DESC LIMIT ?1) ORDER BY number
            """)
        try read.bind(Int64(count), at: 1)
        while try read.step() {
            if let event = read.fleetEvent() { body(event) }
        }
    }

    /// Stores events in one transaction.
    func append(_ events: some Sequence<FleetEvent>) throws(SQLiteError) {
        try connection.transaction { () throws(SQLiteError) in
            for event in events {
                try insert.bind(event.number, at: 1)
                try insert.bind(event.host.rawValue, at: 2)
                try insert.bind(event.time, at: 3)
                try insert.bind(event.type, at: 4)
                try insert.bind(event.action, at: 5)
                try insert.bind(event.actor, at: 6)
                try insert.bind(event.missed, at: 7)
                var writer = JSONWriter()
                writer.object { writer in
                    for (key, value) in event.attributes.sorted(by: { $0.key < $1.key }) {
                        writer.key(key)
                        writer.string(value)
                    }
                }
                try insert.bind(writer.bytes, at: 8)
                try insert.run()
            }
        }
    }

    /// Removes some of the events that are too old or too many; how many went, and the highest number among them.
    func prune(
        before time: Int64, keeping limit: Int, slice: Int
    ) throws(SQLiteError) -> (count: Int, through: Int64) {
        var (removed, through): (Int, Int64) = (0, 0)
        try connection.transaction { () throws(SQLiteError) in
            let old = try connection.prepare(
                """
                DELETE FROM event WHERE number IN (SELECT number FROM event WHERE time < ?1 LIMIT ?2)
                RETURNING number
                """)
            try old.bind(time, at: 1)
            try old.bind(Int64(slice), at: 2)
            while try old.step() { (removed, through) = (removed + 1, max(through, old.int64(0))) }
            let count = try connection.prepare("SELECT count(*) FROM event")
            let surplus = try count.step() ? count.int64(0) - Int64(limit) : 0
            count.reset()
            guard surplus > 0 else { return }
            let many = try connection.prepare(
                """
                DELETE FROM event WHERE number IN (SELECT number FROM event ORDER BY number LIMIT ?1)
                RETURNING number
                """)
            try many.bind(min(surplus, Int64(slice)), at: 1)
            while try many.step() { (removed, through) = (removed + 1, max(through, many.int64(0))) }
        }
        if removed > 0 { try note(pruned: through) }
        if removed > 0 { try connection.execute("PRAGMA incremental_vacuum(1000)") }
        return (removed, through)
    }

    /// The highest number that was ever removed by `prune`, 0 if none.
    func pruned() throws(SQLiteError) -> Int64 {
        let read = try connection.prepare("SELECT value FROM meta WHERE name = 'pruned'")
        return try read.step() ? read.int64(0) : 0
    }

    private func note(pruned number: Int64) throws(SQLiteError) {
        let write = try connection.prepare(
            """
            INSERT INTO meta(name, value) VALUES('pruned', ?1)
            ON CONFLICT(name) DO UPDATE SET value = max(value, excluded.value)
            """)
        try write.bind(number, at: 1)
        try write.run()
    }

    /// Removes what is known of a host that was taken out of the fleet.
    func remove(_ host: String) throws(SQLiteError) {
        let remove = try connection.prepare("DELETE FROM event WHERE host = ?1")
        try remove.bind(host, at: 1)
        try remove.run()
    }
}

extension Statement {
    /// The row as an event; nil when somebody else wrote nonsense into the file.
    borrowing func fleetEvent() -> FleetEvent? {
        guard let host = HostID(text(1) ?? "") else { return nil }
        var event = FleetEvent(
            host: host, time: int64(2), type: text(3) ?? "", action: text(4) ?? "", actor: text(5) ?? "")
        event.number = int64(0)
        event.missed = int64(6)
        if let bytes = blob(7), !bytes.isEmpty {
            var reader = JSONReader(bytes)
            var attributes: [String: String] = [:]
            do throws(JSONError) {
                try reader.beginObject()
                while let key = try reader.nextKey() { attributes[key.string] = try reader.readString() }
                event.attributes = attributes
            } catch {
                return nil
            }
        }
        return event
    }
}
