import Access
import AggregatorCore
import Inventory
import Journal
import Log
import OS
import Synchronization
import TestSupport
import Testing

/// Requirement H7: from memory, who may speak for a host and who may ask.
@Suite(.timeLimit(.minutes(1))) struct `A gatekeeper` {
    /// A registry on disk, a clock that stands, and what ended.
    private struct Lodge {
        let keeper: Gatekeeper
        let registry: Registry
        let time: TestTime
        let ended: Ended

        static func with(_ body: (Lodge) async throws -> Void) async throws {
            try await TemporaryDirectory.with { folder in
                try await body(Lodge(DataDirectory(folder), TestTime(1_700_000_000_000)))
            }
        }

        init(_ directory: DataDirectory, _ time: TestTime) async throws {
            self.time = time
            registry = try await Registry(in: directory, now: { time.now })
            keeper = try await Gatekeeper(registry, now: { time.now }, log: .none)
            let ended = Ended()
            self.ended = ended
            keeper.onEnd { reasons in ended.reasons.withLock { $0.merge(reasons) { $1 } } }
        }

        func make(
            _ subject: AccessToken.Subject, ttl: Int64? = nil, uses: Int64? = nil
        ) async throws -> Credential {
            try await keeper.create(for: subject, ttl: ttl, uses: uses, by: "test").1
        }
    }

    private final class Ended: Sendable {
        let reasons = Mutex<[String: String]>([:])
    }

    private static func host(_ name: String) throws -> HostID { try #require(HostID(name)) }

    @Test func `lets a host's token speak for that host and nothing else`() async throws {
        try await Lodge.with { lodge in
            let (attic, cellar) = (try Self.host("attic"), try Self.host("cellar"))
            let credential = try await lodge.make(.host(attic))
            #expect(try lodge.keeper.admit(credential, as: attic) == credential.id)
            #expect(throws: Denial.wrongHost(id: credential.id, for: attic)) {
                try lodge.keeper.admit(credential, as: cellar)
            }
            #expect(throws: Denial.notForAPI(id: credential.id, host: attic)) {
                try lodge.keeper.admit(credential, scope: .read)
            }
            #expect(throws: Denial.missing) { try lodge.keeper.admit(nil, as: attic) }
        }
    }

    @Test func `lets a scope do what the smaller ones may, and no more`() async throws {
        try await Lodge.with { lodge in
            for has in Scope.allCases {
                let credential = try await lodge.make(.scope(has))
                for needs in Scope.allCases {
                    if has >= needs {
                        #expect(try lodge.keeper.admit(credential, scope: needs).id == credential.id)
                    } else {
                        #expect(throws: Denial.tooSmall(id: credential.id, has: has, needs: needs)) {
                            try lodge.keeper.admit(credential, scope: needs)
                        }
                    }
                }
                #expect(throws: Denial.notForAgents(id: credential.id, scope: has)) {
                    try lodge.keeper.admit(credential, as: Self.host("attic"))
                }
            }
        }
    }

    @Test(arguments: [0, 1, 15, 31]) func `knows a secret that differs in one bit as none`(place: Int)
        async throws
    {
        try await Lodge.with { lodge in
            let attic = try Self.host("attic")
            let credential = try await lodge.make(.host(attic))
            var secret = credential.secret
            secret[place] ^= 0x10
            let forged = try #require(Credential(id: credential.id, secret: secret))
            // Whoever has no secret doesn't learn for whom the token is, or that it is there.
            #expect(throws: Denial.unknown(id: credential.id)) { try lodge.keeper.admit(forged, as: attic) }
            #expect(throws: Denial.unknown(id: credential.id)) {
                try lodge.keeper.admit(forged, as: Self.host("cellar"))
            }
            #expect(throws: Denial.unknown(id: credential.id)) {
                try lodge.keeper.admit(forged, scope: .read)
            }
        }
    }

    @Test func `ends a token to the millisecond, and says when that was`() async throws {
        try await Lodge.with { lodge in
            let attic = try Self.host("attic")
            let credential = try await lodge.make(.host(attic), ttl: 60_000)
            lodge.time.advance(by: .milliseconds(59_999))
            lodge.keeper.expire()
            #expect(try lodge.keeper.admit(credential, as: attic) == credential.id)
            #expect(lodge.ended.reasons.withLock { $0.isEmpty })
            lodge.time.advance(by: .milliseconds(1))
            do {
                _ = try lodge.keeper.admit(credential, as: attic)
                Issue.record("an expired token was let in")
            } catch let error as Denial {
                #expect(error.reason == "token \(credential.id) expired at 2023-11-14T22:14:20.000Z")
            }
            lodge.keeper.expire()
            #expect(lodge.ended.reasons.withLock { $0.keys.map(\.self) } == [credential.id])
            // A clock that is set back doesn't bring it back.
            lodge.time.advance(by: .seconds(-30))
            #expect(throws: Denial.self) { try lodge.keeper.admit(credential, as: attic) }
        }
    }

    @Test func `tells whoever waits when a token ends, once and also too late`() async throws {
        try await Lodge.with { lodge in
            let credential = try await lodge.make(.scope(.read))
            async let first = lodge.keeper.end(of: credential.id)
            async let second = lodge.keeper.end(of: credential.id)
            #expect(try await lodge.keeper.remove(credential.id))
            #expect(await first?.contains(credential.id) == true)
            #expect(await second?.contains(credential.id) == true)
            #expect(await lodge.keeper.end(of: credential.id) != nil)
            #expect(try await lodge.keeper.remove(credential.id) == false)
            #expect(throws: Denial.unknown(id: credential.id)) {
                try lodge.keeper.admit(credential, scope: .read)
            }
            #expect(try await lodge.registry.tokens().isEmpty)
        }
    }

    @Test func `lets go of who waits when they are cancelled`() async throws {
        try await Lodge.with { lodge in
            let credential = try await lodge.make(.scope(.read))
            let task = Task { await lodge.keeper.end(of: credential.id) }
            await Task.yield()
            task.cancel()
            #expect(await task.value == nil)
        }
    }

    @Test func `counts requests of many callers at once, and not one too many`() async throws {
        try await Lodge.with { lodge in
            let credential = try await lodge.make(.scope(.read), uses: 5)
            let keeper = lodge.keeper
            let good = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        do {
                            try await keeper.spend(try keeper.admit(credential, scope: .read))
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(good == 5)
            #expect(try await lodge.registry.tokens().map(\.uses) == [5])
            #expect(throws: Denial.usedUp(id: credential.id, limit: 5)) {
                try lodge.keeper.admit(credential, scope: .read)
            }
        }
    }

    @Test func `knows after a restart what it knew, and keeps no secret`() async throws {
        try await TemporaryDirectory.with { folder in
            let time = TestTime(1_700_000_000_000)
            let attic = try Self.host("attic")
            let (kept, old): (Credential, Credential)
            do {
                let lodge = try await Lodge(DataDirectory(folder), time)
                kept = try await lodge.make(.host(attic))
                old = try await lodge.make(.scope(.admin), ttl: 1_000)
                time.advance(by: .milliseconds(500))
                _ = try lodge.keeper.admit(kept, as: attic)
                await lodge.keeper.storeUses()
            }
            for name in ["registry.db"] {
                let bytes = try readFile("\(folder)/\(name)", limit: 8 << 20)
                for secret in [kept.secret, old.secret] {
                    #expect(!bytes.contains(secret) && !bytes.contains(Array(Base64URL.text(secret).utf8)))
                }
            }
            time.advance(by: .seconds(1))
            let lodge = try await Lodge(DataDirectory(folder), time)
            #expect(try lodge.keeper.admit(kept, as: attic) == kept.id)
            #expect(throws: Denial.expired(id: old.id, at: 1_700_000_001_000)) {
                try lodge.keeper.admit(old, scope: .read)
            }
            let facts = try #require(lodge.keeper.list.first { $0.id == kept.id })
            #expect(facts.createdBy == "test" && facts.created == 1_700_000_000_000)
        }
    }

    /// A request must cost no disk; when a token was used last is known to a minute.
    @Test func `writes nothing for a request`() async throws {
        try await Lodge.with { lodge in
            let credential = try await lodge.make(.scope(.read))
            for _ in 0..<1_000 { _ = try lodge.keeper.admit(credential, scope: .read) }
            #expect(try await lodge.registry.tokens().map(\.lastUsed) == [0])
            await lodge.keeper.storeUses()
            #expect(try await lodge.registry.tokens().map(\.lastUsed) == [1_700_000_000_000])
        }
    }

    @Test func `makes every reason a sentence that names the remedy`() throws {
        let attic = try Self.host("attic")
        let all: [Denial] = [
            .missing, .malformed, .unknown(id: "a"), .expired(id: "a", at: 1), .usedUp(id: "a", limit: 1),
            .wrongHost(id: "a", for: attic), .notForAgents(id: "a", scope: .read),
            .notForAPI(id: "a", host: attic), .tooSmall(id: "a", has: .read, needs: .admin),
        ]
        for denial in all {
            #expect(denial.sentence(for: attic).contains("bayplan token create --host attic"))
            #expect(denial.sentence(needing: .admin).contains("bayplan token create --scope admin"))
        }
    }
}
