package import Access
import Crypto
package import Inventory
package import Journal
import Lifecycle
package import Log
import OS
import Synchronization

/// Says from memory who may speak for a host and who may ask what, and tells when that ends (requirement H7).
///
/// Only what changes a token goes to the disk, and before it is answered; a request costs a hash and a comparison.
package final class Gatekeeper: Service {
    /// How many tokens there may be.
    package static let limit = 100_000
    /// How long an expired token is still listed, and refused by its name, in ms.
    static let mourning: Int64 = 30 * 86_400_000

    struct Entry {
        var facts: TokenFacts
        let hash: [UInt8]
        /// `lastUsed` as the registry has it.
        var storedLastUse: Int64
        /// The token's end was told already.
        var isOver = false
        /// Who waits for its end.
        var waiting: [Int: Reply<String>] = [:]
    }

    struct State {
        var entries: [String: Entry] = [:]
        /// Tokens whose last use isn't in the registry.
        var dirty: Set<String> = []
        /// The earliest end that hasn't been told.
        var nextEnd = Int64.max
        var lastWaiter = 0
        /// Told of every token that ends, with the reason.
        var onEnd: @Sendable ([String: String]) -> Void = { _ in }
        /// Tokens that are about to be stored, so that the limit holds.
        var underWay = 0
    }

    let registry: Registry
    let log: Log
    /// The wall clock, in milliseconds since 1970.
    package let now: @Sendable () -> Int64
    let state = Mutex(State())
    private let pause: Duration
    /// Where refused attempts are noted.
    package let complaints: Complaints

    package let name = "tokens"

    /// How often the last uses go to the disk, in ms.
    private static let storageInterval: Int64 = 60_000

    /// Reads the tokens.
    ///
    /// - Parameters:
    ///   - registry: Where they are kept.
    ///   - now: The wall clock, in milliseconds since 1970.
    ///   - pause: How often it is looked for tokens that have expired.
    ///   - log: Where it reports.
    /// - Throws: Why they could not be read.
    package init(
        _ registry: Registry, now: @escaping @Sendable () -> Int64 = WallClock.now,
        pause: Duration = .milliseconds(250), log: Log
    ) async throws(JournalError) {
        self.registry = registry
        self.now = now
        self.pause = pause
        self.log = log
        complaints = Complaints(log: log)
        let stored = try await registry.tokens()
        let wall = now()
        state.withLock { state in
            for token in stored {
                guard let subject = AccessToken.Subject(token.subject) else {
                    log(
                        .warning, "a token has a scope of a later release, and is not taken",
                        ["token": token.id])
                    continue
                }
                state.add(TokenFacts(token, subject), token.secretHash, at: wall)
            }
        }
    }

    /// Ends tokens when their time has come, and stores now and then when they were used.
    package func run() async throws {
        var stored = now()
        do {
            while true {
                try await BootClock().sleep(for: pause)
                expire()
                complaints.tell()
                if abs(now() - stored) >= Self.storageInterval {
                    stored = now()
                    await storeUses()
                }
            }
        } catch {
            // The program stops: what is known goes to the disk.
            await storeUses()
        }
    }

    /// Whether a credential may speak as a host now.
    ///
    /// - Returns: The token's id.
    /// - Throws: Why not.
    package func admit(_ credential: Credential?, as host: HostID) throws(Denial) -> String {
        guard let credential else { throw .missing }
        let hash = SHA256.hash(credential.secret)
        let wall = now()
        return try state.withLock { state throws(Denial) in
            let facts = try state.check(credential.id, hash, at: wall)
            switch facts.subject {
            case .host(host): break
            case .host(let other): throw .wrongHost(id: facts.id, for: other)
            case .scope(let scope): throw .notForAgents(id: facts.id, scope: scope)
            }
            state.used(facts.id, at: wall)
            return facts.id
        }
    }

    /// Whether a credential may do over the API what a scope allows, now.
    ///
    /// A token that is good for only so many requests must also be spent, when `isCounted` says so.
    ///
    /// - Throws: Why not.
    package func admit(_ credential: Credential?, scope: Scope) throws(Denial) -> Pass {
        guard let credential else { throw .missing }
        let hash = SHA256.hash(credential.secret)
        let wall = now()
        return try state.withLock { state throws(Denial) in
            let facts = try state.check(credential.id, hash, at: wall)
            switch facts.subject {
            case .host(let host): throw .notForAPI(id: facts.id, host: host)
            case .scope(let has):
                guard has >= scope else { throw .tooSmall(id: facts.id, has: has, needs: scope) }
            }
            guard facts.condition(at: wall) != .usedUp else {
                throw .usedUp(id: facts.id, limit: facts.usesLimit)
            }
            state.used(facts.id, at: wall)
            return Pass(id: facts.id, isCounted: facts.usesLimit != 0)
        }
    }

    /// What a token of the API lets somebody do once it was looked at.
    package struct Pass: Hashable, Sendable {
        package let id: String
        /// Each request has to be counted on disk.
        package let isCounted: Bool
    }

    /// Counts a request of a token that is good for only so many, on disk before it is answered.
    ///
    /// - Throws: That it was the one too many, or could not be counted.
    package func spend(_ pass: Pass) async throws(Denial) {
        guard pass.isCounted else { return }
        // Taken in memory first, so that two requests can't share the last use.
        let limit = try state.withLock { state throws(Denial) -> Int64 in
            guard let facts = state.entries[pass.id]?.facts else { throw .unknown(id: pass.id) }
            guard facts.uses < facts.usesLimit else {
                throw .usedUp(id: pass.id, limit: facts.usesLimit)
            }
            state.entries[pass.id]?.facts.uses += 1
            return facts.usesLimit
        }
        do {
            guard try await registry.spend(token: pass.id) else {
                throw Denial.usedUp(id: pass.id, limit: limit)
            }
        } catch let error as Denial {
            throw error
        } catch {
            state.withLock { $0.entries[pass.id]?.facts.uses -= 1 }
            throw .notCounted(id: pass.id, cause: "\(error)")
        }
    }

    /// What is kept of all tokens, the newest first.
    package var list: [TokenFacts] {
        state.withLock { state in state.entries.values.map(\.facts) }
            .sorted { ($1.created, $0.id) < ($0.created, $1.id) }
    }

    /// Tells of every token that ends: its id and why; on any thread.
    package func onEnd(_ tell: @escaping @Sendable ([String: String]) -> Void) {
        state.withLock { $0.onEnd = tell }
    }

    /// Waits until a token ends and answers why; nil when the task is cancelled first.
    package func end(of id: String) async -> String? {
        let reply = Reply<String>()
        let number = state.withLock { state -> Int? in
            guard let entry = state.entries[id], !entry.isOver else { return nil }
            state.lastWaiter += 1
            state.entries[id]?.waiting[state.lastWaiter] = reply
            return state.lastWaiter
        }
        guard let number else { return "token \(id) is no longer good" }
        let outcome = await reply.wait(until: .never)
        state.withLock { _ = $0.entries[id]?.waiting.removeValue(forKey: number) }
        if case .value(let reason) = outcome { return reason }
        return nil
    }
}

extension Gatekeeper.State {
    mutating func add(_ facts: TokenFacts, _ hash: [UInt8], at now: Int64) {
        var entry = Gatekeeper.Entry(facts: facts, hash: hash, storedLastUse: facts.lastUsed)
        if facts.expires != 0 {
            entry.isOver = facts.expires <= now
            if !entry.isOver { nextEnd = min(nextEnd, facts.expires) }
        }
        entries[facts.id] = entry
    }

    /// The token with this id and secret, if its time is not over.
    fileprivate func check(_ id: String, _ hash: [UInt8], at now: Int64) throws(Denial) -> TokenFacts {
        // An unknown id costs as much time as a wrong secret.
        let entry = entries[id]
        let isRight = Self.areEqual(entry?.hash ?? [UInt8](repeating: 0, count: 32), hash)
        guard let entry, isRight else { throw .unknown(id: id) }
        guard entry.facts.condition(at: now) != .expired, !entry.isOver else {
            throw .expired(id: id, at: entry.facts.expires)
        }
        return entry.facts
    }

    fileprivate mutating func used(_ id: String, at now: Int64) {
        entries[id]?.facts.lastUsed = now
        dirty.insert(id)
    }

    /// Compares in a time that doesn't depend on where two hashes differ.
    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
    }
}
