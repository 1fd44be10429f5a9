import Inventory
import Journal
import OS
import TestSupport
import Testing

@Suite struct `The registry` {
    @Test func `lets one instance speak for a host until it is released`() async throws {
        try await Lab.with { lab in
            let web = try #require(name("web-1"))
            do {
                let registry = try await Registry(in: lab.directory, now: { 42 })
                #expect(try await registry.claim(host: web, instance: "i1", secretHash: [1]) == .claimed)
                #expect(try await registry.claim(host: web, instance: "i1", secretHash: [1]) == .same)
                #expect(
                    try await registry.claim(host: web, instance: "i2", secretHash: [1])
                        == .other(instance: "i1"))
                #expect(
                    try await registry.claim(host: web, instance: "i1", secretHash: [2])
                        == .other(instance: "i1"))
            }
            let registry = try await Registry(in: lab.directory)
            #expect(try await registry.claim(host: web, instance: "i1", secretHash: [1]) == .same)
            let row = try #require(try await registry.list().first)
            #expect(row.host == web)
            #expect(row.firstSeen == 42)
            #expect(row.secretHash == [1])
            #expect(try await registry.release(host: web).wasClaimed)
            #expect(try await registry.release(host: web).wasClaimed == false)
            #expect(try await registry.list().isEmpty)
            #expect(try await registry.claim(host: web, instance: "i2", secretHash: [3]) == .claimed)
        }
    }

    /// What only people could restore is never set aside.
    @Test func `is refused when damaged, and left where it is`() async throws {
        try await Lab.with { lab in
            let web = try #require(name("web-1"))
            do {
                let registry = try await Registry(in: lab.directory)
                _ = try await registry.claim(host: web, instance: "i1", secretHash: [1])
            }
            try damage(lab.directory.registry, at: 100, with: [UInt8](repeating: 0xee, count: 60_000))
            let before = try readFile(lab.directory.registry, limit: 1 << 20)
            await #expect(throws: JournalError.self) {
                let registry = try await Registry(in: lab.directory)
                _ = try await registry.list()
            }
            #expect(try readFile(lab.directory.registry, limit: 1 << 20) == before)
            #expect(!names(in: lab.folder).contains { $0.contains("corrupt") })
        }
    }
}
