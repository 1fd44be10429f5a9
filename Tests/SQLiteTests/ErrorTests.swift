import Glibc
import SQLite
import Testing

@Suite struct `A SQLite error` {
    @Test func `says that the disk is full, and leaves what was committed`() throws {
        let scratch = Scratch()
        let connection = try Connection(path: scratch.database)
        try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA max_page_count = 8")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1)")
        try insert.bind([UInt8](repeating: 7, count: 100_000), at: 1)
        let failure = #expect(throws: SQLiteError.self) {
            try connection.transaction { () throws(SQLiteError) in try insert.run() }
        }
        #expect(failure?.isFull == true)
        #expect(failure?.sentence.contains("free space") == true)
        #expect((connection.isInTransaction) == false)
        #expect(try `A connection`.number("SELECT count(*) FROM t", connection) == 1)
    }

    @Test func `says that a file is not a database, and leaves it untouched`() throws {
        let scratch = Scratch()
        scratch.write([UInt8](repeating: 0x61, count: 5_000), at: 0, of: scratch.database)
        let connection = try Connection(path: scratch.database)
        let failure = #expect(throws: SQLiteError.self) { try connection.userVersion() }
        #expect(failure?.isNotADatabase == true)
    }

    @Test func `says that a file is damaged, and the check tells where`() throws {
        let scratch = Scratch()
        do {
            let connection = try Connection(path: scratch.database)
            try connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
            let insert = try connection.prepare("INSERT INTO t (b) VALUES (zeroblob(300))")
            for _ in 0..<200 { try insert.run() }
            #expect(try connection.quickCheck(limit: 10) == [])
        }
        for page in 2..<8 {
            scratch.write([UInt8](repeating: 0xee, count: 200), at: page * 4096, of: scratch.database)
        }
        let connection = try Connection(path: scratch.database)
        let findings = try connection.quickCheck(limit: 3)
        #expect(!findings.isEmpty)
        #expect(findings.count <= 3)
        let failure = #expect(throws: SQLiteError.self) {
            let all = try connection.prepare("SELECT sum(length(b)) FROM t")
            while try all.step() {}
        }
        #expect(failure?.isCorrupt == true)
    }

    @Test func `says that another connection holds the lock`() throws {
        let scratch = Scratch()
        let first = try Connection(path: scratch.database)
        try first.execute("CREATE TABLE t (a); BEGIN IMMEDIATE")
        let second = try Connection(path: scratch.database, busyTimeout: .milliseconds(20))
        let failure = #expect(throws: SQLiteError.self) {
            try second.transaction { () throws(SQLiteError) in Issue.record("ran without the lock") }
        }
        #expect(failure?.isBusy == true)
        #expect(failure?.sentence.contains("nothing was changed") == true)
    }

    @Test func `says that a connection only reads`() throws {
        let scratch = Scratch()
        do { try Connection(path: scratch.database).execute("CREATE TABLE t (a)") }
        let connection = try Connection(path: scratch.database, mode: .readOnly)
        let failure = #expect(throws: SQLiteError.self) { try connection.execute("INSERT INTO t VALUES (1)") }
        #expect(failure?.isReadOnly == true)
    }

    @Test func `says that a file could not be opened, and the failed open is closed`() throws {
        let scratch = Scratch()
        let before = Self.openDescriptors()
        for _ in 0..<50 {
            let failure = #expect(throws: SQLiteError.self) {
                _ = try Connection(path: scratch.path + "/none/a.db").changes
            }
            #expect(failure?.isCannotOpen == true)
        }
        #expect(throws: SQLiteError.self) {
            _ = try Connection(path: scratch.database, mode: .readWrite).changes
        }
        #expect(throws: SQLiteError.self) { _ = try Connection(path: "a\u{0}b").changes }
        #expect(!Scratch.exists(scratch.database))
        #expect(Self.openDescriptors() < before + 40)
    }

    @Test func `keeps bound values out of its description`() throws {
        let connection = try Connection(path: Connection.memory)
        try connection.execute("CREATE TABLE t (a CHECK (length(a) < 3))")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1)")
        try insert.bind("a secret", at: 1)
        let failure = #expect(throws: SQLiteError.self) { try insert.run() }
        #expect(failure?.description.contains("secret") == false)
        #expect(failure?.extendedCode == 275)
        #expect(failure?.primaryCode == 19)
    }

    private static func openDescriptors() -> Int {
        (0..<1_024).count { fcntl($0, F_GETFD) >= 0 }
    }
}
