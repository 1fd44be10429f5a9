import SQLite
import Testing

@Suite struct `A connection` {
    @Test func `commits what a transaction's body did, and undoes it when the body throws`() throws {
        let connection = try Connection(path: Connection.memory)
        try connection.execute("CREATE TABLE t (a)")
        let answer = try connection.transaction { () throws(SQLiteError) in
            try connection.execute("INSERT INTO t VALUES (1), (2)")
            return connection.changes
        }
        #expect(answer == 2)
        #expect(throws: SQLiteError.self) {
            try connection.transaction { () throws(SQLiteError) in
                try connection.execute("DELETE FROM t")
                try connection.execute("no statement")
            }
        }
        #expect((connection.isInTransaction) == false)
        #expect(try Self.number("SELECT count(*) FROM t", connection) == 2)
    }

    @Test func `stops a statement at its time limit, and works on afterwards`() throws {
        let connection = try Connection(path: Connection.memory)
        let clock = ContinuousClock()
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let start = clock.now
        let failure = #expect(throws: SQLiteError.self) {
            try connection.limited(to: .milliseconds(50), on: clock) { () throws(SQLiteError) in
                try connection.execute(endless)
            }
        }
        #expect(failure?.isInterrupted == true)
        #expect(clock.now - start < .seconds(5))
        #expect(try Self.number("SELECT 7", connection) == 7)
    }

    @Test func `keeps the outer time limit inside an inner one`() throws {
        let connection = try Connection(path: Connection.memory)
        let clock = ContinuousClock()
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        #expect(throws: SQLiteError.self) {
            try connection.limited(to: .milliseconds(20), on: clock) { () throws(SQLiteError) in
                try connection.limited(to: .seconds(600), on: clock) { () throws(SQLiteError) in
                    try connection.execute(endless)
                }
            }
        }
    }

    @Test func `stores the schema's version and the application's number`() throws {
        let scratch = Scratch()
        do {
            let connection = try Connection(path: scratch.database)
            #expect(try connection.userVersion() == 0)
            #expect(try connection.applicationID() == 0)
            try connection.setUserVersion(3)
            try connection.setApplicationID(-559_038_737)
        }
        let connection = try Connection(path: scratch.database, mode: .readOnly)
        #expect(try connection.userVersion() == 3)
        #expect(try connection.applicationID() == -559_038_737)
    }

    @Test func `copies the write-ahead log into the database, as far as no reader needs it`() throws {
        let scratch = Scratch()
        let writer = try Connection(path: scratch.database)
        try writer.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a)")
        let reader = try Connection(path: scratch.database, mode: .readOnly)
        let held = try reader.prepare("SELECT count(*) FROM t")
        try reader.execute("BEGIN")
        #expect(try held.step())
        try writer.execute("INSERT INTO t VALUES (zeroblob(20000))")
        let first = try writer.walCheckpoint()
        #expect(first.log > first.done)
        held.reset()
        try reader.execute("COMMIT")
        let second = try writer.walCheckpoint()
        #expect(second.log > 0)
        #expect(second.log == second.done)
        let none = try Connection(path: Connection.memory).walCheckpoint()
        #expect(none == WALProgress(log: -1, done: -1))
    }

    static func number(_ sql: String, _ connection: borrowing Connection) throws -> Int64 {
        let statement = try connection.prepare(sql)
        try #require(try statement.step())
        return statement.int64(0)
    }
}
