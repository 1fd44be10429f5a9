import SQLite
import Testing

@Suite struct `A statement` {
    @Test func `gives back what was bound, each kind`() throws {
        let connection = try Connection(path: Connection.memory)
        let statement = try connection.prepare("SELECT ?1, ?2, ?3, ?4, ?5")
        try statement.bind(Int64.min, at: 1)
        try statement.bind(0.1, at: 2)
        try statement.bind("grüße, 世界 \u{0} end", at: 3)
        try statement.bind([0, 255, 128] as [UInt8], at: 4)
        try statement.bindNull(at: 5)
        #expect(try statement.step())
        #expect(statement.columnCount == 5)
        #expect(statement.int64(0) == .min)
        #expect(statement.double(1) == 0.1)
        #expect(statement.text(2) == "grüße, 世界 \u{0} end")
        #expect(statement.blob(3) == [0, 255, 128])
        #expect((statement.isNull(4)) == true)
        #expect(try !statement.step())
    }

    @Test func `keeps an empty blob, an empty text and NULL apart`() throws {
        let connection = try Connection(path: Connection.memory)
        let statement = try connection.prepare("SELECT ?1, typeof(?1), ?2, typeof(?2), ?3, typeof(?3)")
        try statement.bind([] as [UInt8], at: 1)
        try statement.bind("", at: 2)
        try statement.bind(nil as [UInt8]?, at: 3)
        #expect(try statement.step())
        #expect(statement.blob(0) == [])
        #expect((statement.isNull(0)) == false)
        #expect(statement.text(1) == "blob")
        #expect(statement.text(2) == "")
        #expect(statement.text(3) == "text")
        #expect(statement.blob(4) == nil)
        #expect(statement.text(4) == nil)
        #expect(statement.text(5) == "null")
    }

    @Test func `lends a column's bytes without a copy`() throws {
        let connection = try Connection(path: Connection.memory)
        let statement = try connection.prepare("SELECT x'010203', NULL")
        #expect(try statement.step())
        let (count, last) = statement.withBytes(0) { bytes in (bytes.count, bytes[2]) }
        #expect(count == 3)
        #expect(last == 3)
        #expect(statement.withBytes(1) { $0.count } == 0)
    }

    @Test func `can be used again after its last row, after a reset and after a failure`() throws {
        let connection = try Connection(path: Connection.memory)
        try connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1)", isPersistent: true)
        try insert.bind(1 as Int64, at: 1)
        try insert.run()
        #expect(connection.lastInsertRowID == 1)
        let again = #expect(throws: SQLiteError.self) { try insert.run() }
        #expect(again?.isConstraint == true)
        #expect(again?.sql == "INSERT INTO t VALUES (?1)")
        try insert.bind(2 as Int64, at: 1)
        try insert.run()
        #expect(connection.changes == 1)

        let select = try connection.prepare("SELECT a FROM t ORDER BY a")
        #expect(try select.step())
        select.reset()
        #expect(try select.step())
        #expect(select.int64(0) == 1)
        #expect(try select.step())
        #expect(try !select.step())
        #expect(try select.step())
    }

    @Test(arguments: ["", "  -- nothing\n", "SELECT 1; SELECT 2", "SELEC 1", "SELECT * FROM nowhere"])
    func `is refused with a typed error when the text is no single statement`(sql: String) throws {
        let connection = try Connection(path: Connection.memory)
        #expect(throws: SQLiteError.self) { _ = try connection.prepare(sql).columnCount }
    }

    @Test func `is refused a parameter that it does not have`() throws {
        let connection = try Connection(path: Connection.memory)
        let statement = try connection.prepare("SELECT ?1")
        #expect(throws: SQLiteError.self) { try statement.bind(1 as Int64, at: 2) }
        try statement.bind(1 as Int64, at: 1)
        #expect(try statement.step())
        #expect((statement.isNull(7)) == true)
        #expect(statement.blob(-1) == nil)
    }

    @Test func `keeps its database open after the connection was let go`() throws {
        let scratch = Scratch()
        let statement = try Self.orphan(scratch.database)
        #expect(try statement.step())
        #expect(statement.int64(0) == 42)
    }

    @Test func `is not left behind: its database closes with the last owner`() throws {
        let scratch = Scratch()
        for _ in 0..<3 {
            do {
                let connection = try Connection(path: scratch.database)
                try connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (a)")
                for _ in 0..<100 { #expect(try !connection.prepare("SELECT a FROM t").step()) }
            }
            // The log goes away when the last connection closes: something left open would keep it.
            #expect(Scratch.exists(scratch.database))
            #expect(!Scratch.exists(scratch.database + "-wal"))
        }
    }

    private static func orphan(_ path: String) throws -> Statement {
        let connection = try Connection(path: path)
        return try connection.prepare("SELECT 42")
    }
}
