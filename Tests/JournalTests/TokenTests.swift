import Inventory
import Journal
import OS
import SQLite
import TestSupport
import Testing

/// Requirement H7: tokens lie hashed in the registry, and outlive the process.
@Suite struct `The registry's tokens` {
    private static let hash = [UInt8](repeating: 7, count: 32)

    private static func token(_ id: String, _ subject: StoredToken.Subject, limit: Int64 = 0) -> StoredToken {
        StoredToken(
            id: id, secretHash: hash, subject: subject, created: 10, createdBy: "ann", expires: 20,
            usesLimit: limit)
    }

    @Test func `are there again when it is opened again`() async throws {
        try await Lab.with { lab in
            let web = try #require(HostID("web-1"))
            let all = [
                Self.token("aaaaaaaaaa", .host(web), limit: 2), Self.token("bbbbbbbbbb", .scope("read")),
            ]
            do {
                let registry = try await Registry(in: lab.directory)
                for token in all { try await registry.add(token) }
                try await registry.used(["bbbbbbbbbb": 15, "cccccccccc": 16])
                await #expect(throws: JournalError.self) { try await registry.add(all[0]) }
            }
            let registry = try await Registry(in: lab.directory)
            var used = all[1]
            used.lastUsed = 15
            #expect(try await registry.tokens() == [all[0], used])
            #expect(try await registry.remove(tokens: ["bbbbbbbbbb", "cccccccccc"]) == ["bbbbbbbbbb"])
            #expect(try await registry.tokens() == [all[0]])
        }
    }

    /// The one step that existed before, byte for byte as that release made it.
    @Test func `come to a registry of the release before, which keeps its hosts`() async throws {
        try await Lab.with { lab in
            let web = try #require(HostID("web-1"))
            try Self.makeOld(lab.directory.registry, version: 1)
            let registry = try await Registry(in: lab.directory)
            #expect(try await registry.list().map(\.host) == [web])
            #expect(try await registry.tokens().isEmpty)
            try await registry.add(Self.token("aaaaaaaaaa", .host(web)))
            #expect(try await registry.tokens().count == 1)
        }
    }

    @Test func `of a later release are left untouched`() async throws {
        try await Lab.with { lab in
            try Self.makeOld(lab.directory.registry, version: 3)
            let before = try readFile(lab.directory.registry, limit: 1 << 20)
            await #expect(throws: JournalError.newer(path: lab.directory.registry, version: 3)) {
                _ = try await Registry(in: lab.directory)
            }
            #expect(try readFile(lab.directory.registry, limit: 1 << 20) == before)
        }
    }

    private static func makeOld(_ path: String, version: Int32) throws {
        let old = try Connection(path: path)
        try old.execute(
            """
            PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = DELETE;
            PRAGMA application_id = 1113684306;
            CREATE TABLE host(
                id TEXT PRIMARY KEY,
                instance TEXT NOT NULL,
                secret_hash BLOB NOT NULL,
                first_seen INTEGER NOT NULL
            ) STRICT;
            INSERT INTO host VALUES('web-1', 'i1', x'01', 42);
            PRAGMA user_version = \(version);
            """)
    }

    @Test func `let in as many installations as they are for, and count each once`() async throws {
        try await Lab.with { lab in
            let web = try #require(HostID("web-1"))
            let registry = try await Registry(in: lab.directory)
            try await registry.add(Self.token("aaaaaaaaaa", .host(web), limit: 1))
            func claim(_ instance: String, _ token: String) async throws -> Registry.Claim {
                try await registry.claim(host: web, instance: instance, secretHash: [1], token: token)
            }
            #expect(try await claim("i1", "zzzzzzzzzz") == .tokenGone)
            #expect(try await registry.list().isEmpty)
            #expect(try await claim("i1", "aaaaaaaaaa") == .claimed)
            #expect(try await claim("i1", "aaaaaaaaaa") == .same)
            #expect(try await registry.tokens().map(\.instances) == [["i1"]])
            // Whoever may not speak for the host uses nothing up.
            #expect(try await claim("i2", "aaaaaaaaaa") == .other(instance: "i1"))
            #expect(try await registry.tokens().map(\.instances) == [["i1"]])
        }
    }

    @Test func `that are used up let nobody else in, and nothing is written`() async throws {
        try await Lab.with { lab in
            let (web, db) = (try #require(HostID("web-1")), try #require(HostID("db-1")))
            let registry = try await Registry(in: lab.directory)
            try await registry.add(Self.token("aaaaaaaaaa", .host(web), limit: 1))
            let first = try await registry.claim(
                host: web, instance: "i1", secretHash: [1], token: "aaaaaaaaaa")
            #expect(first == .claimed)
            // As if it were for this host too: what counts here is how often it was used.
            let second = try await registry.claim(
                host: db, instance: "i2", secretHash: [1], token: "aaaaaaaaaa")
            #expect(second == .tokenUsedUp)
            #expect(try await registry.list().map(\.host) == [web])
        }
    }

    @Test func `of a host go with the host`() async throws {
        try await Lab.with { lab in
            let (web, db) = (try #require(HostID("web-1")), try #require(HostID("db-1")))
            let registry = try await Registry(in: lab.directory)
            try await registry.add(Self.token("aaaaaaaaaa", .host(web)))
            try await registry.add(Self.token("bbbbbbbbbb", .host(db)))
            _ = try await registry.claim(host: web, instance: "i1", secretHash: [1], token: "aaaaaaaaaa")
            let gone = try await registry.release(host: web)
            #expect(gone.wasClaimed && gone.tokens == ["aaaaaaaaaa"])
            #expect(try await registry.tokens().map(\.id) == ["bbbbbbbbbb"])
        }
    }

    @Test func `for requests are spent one by one`() async throws {
        try await Lab.with { lab in
            let registry = try await Registry(in: lab.directory)
            try await registry.add(Self.token("aaaaaaaaaa", .scope("read"), limit: 2))
            for isGood in [true, true, false, false] {
                #expect(try await registry.spend(token: "aaaaaaaaaa") == isGood)
            }
            #expect(try await registry.tokens().map(\.uses) == [2])
            #expect(try await registry.spend(token: "bbbbbbbbbb") == false)
        }
    }
}
