import Inventory
import Journal
import OS
import SQLite
import TestSupport
import Testing
import Wire

@Suite struct `A journal before a file it cannot use` {
    @Test func `refuses what is not a database, and leaves it`() async throws {
        try await Lab.with { lab in
            let path = lab.directory.fleet
            let text = bytes("this is my shopping list, " + String(repeating: "milk ", count: 100))
            try writeFileAtomically(path, text)
            await #expect(throws: JournalError.foreign(path: path)) { try await lab.open() }
            #expect(try readFile(path, limit: 1_000) == text)
            #expect(names(in: lab.folder) == ["fleet.db", "lock"])
        }
    }

    @Test func `refuses somebody else's database, and leaves it`() async throws {
        try await Lab.with { lab in
            let path = lab.directory.fleet
            for id: Int32 in [0, 77] {
                do {
                    let connection = try Connection(path: path)
                    try connection.execute("CREATE TABLE mine\(id)(a)")
                    try connection.setApplicationID(id)
                }
                let before = try readFile(path, limit: 1 << 20)
                await #expect(throws: JournalError.foreign(path: path)) { try await lab.open() }
                #expect(try readFile(path, limit: 1 << 20) == before)
                #expect(names(in: lab.folder) == ["fleet.db", "lock"])
            }
        }
    }

    @Test func `refuses the database of a newer version, and leaves it`() async throws {
        try await Lab.with { lab in
            let path = lab.directory.fleet
            let journal = try await lab.open()
            await journal.close(within: .seconds(5))
            do {
                let connection = try Connection(path: path, mode: .readWrite)
                try connection.setUserVersion(99)
            }
            let before = try readFile(path, limit: 1 << 20)
            await #expect(throws: JournalError.newer(path: path, version: 99)) { try await lab.open() }
            #expect(try readFile(path, limit: 1 << 20) == before)
            #expect(!fileExists(path + "-wal"))
        }
    }

    @Test func `makes a first start good that was cut short`() async throws {
        try await Lab.with { lab in
            do {
                let connection = try Connection(path: lab.directory.fleet)
                try connection.execute("PRAGMA journal_mode = WAL")
            }
            let journal = try await lab.open()
            #expect(journal.state == .running)
            await journal.close(within: .seconds(5))
        }
    }

    @Test func `names the process that holds the data directory`() async throws {
        try await Lab.with { lab in
            let error = #expect(throws: JournalError.self) { try DataDirectory(lab.folder) }
            #expect(error?.sentence.contains("locked by process \(ThisProcess.id)") == true)
            let elsewhere = #expect(throws: JournalError.self) { try DataDirectory("/proc/bayplan") }
            #expect(elsewhere?.sentence.contains("could not be made") == true)
            let file = lab.folder + "/file"
            try writeFileAtomically(file, [])
            #expect(throws: JournalError.self) { try DataDirectory(file) }
        }
    }

    /// A damaged file is set aside whole, said so, and a new one made; the registry never is.
    @Test func `sets a damaged fleet aside and begins anew`() async throws {
        try await Lab.with { lab in
            try await fill(lab)
            // The pages of the schema's tables begin behind the first one.
            try damage(lab.directory.fleet, at: 4_096, with: [UInt8](repeating: 0xee, count: 40_000))
            let before = try readFile(lab.directory.fleet, limit: 1 << 24)
            let journal = try await lab.open(seed: 2)
            let aside = try #require(journal.setAside)
            #expect(aside == "\(lab.directory.fleet).corrupt-\(lab.now)")
            #expect(try readFile(aside, limit: 1 << 24) == before)
            #expect(try journal.contents().isEmpty)
            #expect(journal.current.number == 0)
            #expect(journal.append(JournalEntry(host: host(1), id: name("a"), cursor: cursor(1), at: 1)))
            try await journal.settle()
            await journal.close(within: .seconds(5))
        }
    }

    @Test func `finds damage while running, says so, and can begin anew`() async throws {
        try await Lab.with { lab in
            try await fill(lab)
            // Far behind what an opening reads: rows of the table of containers.
            let size = try readFile(lab.directory.fleet, limit: 1 << 24).count
            try damage(lab.directory.fleet, at: size - 60_000, with: [UInt8](repeating: 0xee, count: 30_000))
            let journal = try await lab.open(seed: 2)
            #expect(journal.setAside == nil)
            let old = journal.current
            let findings = await journal.check()
            #expect(!findings.isEmpty)
            guard case .damaged(let sentence, _) = journal.state else {
                throw LabError(sentence: "not damaged")
            }
            #expect(sentence.contains("is damaged"))
            #expect(await journal.flush(within: .seconds(5)) == false)
            #expect(journal.append(JournalEntry(host: host(1), at: 1)))

            let aside = try await journal.startAnew()
            #expect(fileExists(aside))
            #expect(journal.state == .running)
            #expect(!journal.isKnown(old))
            #expect(!journal.append(JournalEntry(host: host(1), at: 1)))
            #expect(
                journal.append(
                    JournalEntry(
                        host: host(1), id: name("a"),
                        changes: [.put(container(1), status: "{}", config: "{}")], at: 1)))
            try await journal.settle()
            #expect(try journal.contents() == [host(1): [container(1): whole("{}", "{}")]])
            #expect(try await journal.changes(after: old.number, limit: 5).reachesBack == false)
            await journal.close(within: .seconds(5))
        }
    }

    @Test func `finds nothing wrong with a sound file`() async throws {
        try await Lab.with { lab in
            try await fill(lab)
            let journal = try await lab.open(seed: 2)
            #expect(await journal.check().isEmpty)
            #expect(journal.state == .running)
            await journal.close(within: .seconds(5))
        }
    }

    private func whole(_ status: String, _ config: String) -> EncodedContainer {
        var container = EncodedContainer()
        container[.status] = bytes(status)
        container[.config] = bytes(config)
        return container
    }

    private func fill(_ lab: Lab) async throws {
        let journal = try await lab.open()
        let config = String(repeating: "c", count: 1_000)
        journal.append(
            JournalEntry(
                host: host(1), id: name("a"),
                changes: (1...400).map { .put(container($0), status: "{\($0)}", config: config) }, at: 1))
        await journal.maintain()
        await journal.close(within: .seconds(5))
    }
}
