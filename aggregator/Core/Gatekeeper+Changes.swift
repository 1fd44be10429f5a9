package import Access
import Crypto
import Journal
import Log
import OS
import Synchronization

extension Gatekeeper {
    /// Makes a token, which is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - subject: For whom it speaks.
    ///   - ttl: How long it is good, in ms; nil = until it is removed.
    ///   - uses: For how many installations or requests it is good; nil = for any number.
    ///   - creator: Who makes it, for the list.
    /// - Returns: What it is, and the credential, whose secret is kept nowhere.
    /// - Throws: Why it was not made.
    package func create(
        for subject: AccessToken.Subject, ttl: Int64?, uses: Int64?, by creator: String
    ) async throws(AggregatorError) -> (TokenFacts, Credential) {
        let wall = now()
        try await makeRoom(at: wall)
        defer { state.withLock { $0.underWay -= 1 } }
        var random = SystemRandom()
        let credential = Credential(using: &random)
        let hash = SHA256.hash(credential.secret)
        let stored = StoredToken(
            id: credential.id, secretHash: hash, subject: subject.stored, created: wall, createdBy: creator,
            expires: ttl.map { Self.sum(wall, $0) } ?? 0, usesLimit: uses ?? 0)
        do {
            try await registry.add(stored)
        } catch {
            throw AggregatorError(
                sentence: "the token was not made, because it could not be stored: \(error)")
        }
        let facts = TokenFacts(stored, subject)
        state.withLock { $0.add(facts, hash, at: wall) }
        log(
            .info, "token created",
            ["token": facts.id, "for": "\(subject)", "by": creator, "expires": facts.expiryText])
        return (facts, credential)
    }

    /// Ends a token: from the registry first, then everything that began with it.
    ///
    /// - Returns: False when there is none with this id.
    /// - Throws: Why it is still there.
    package func remove(_ id: String) async throws(AggregatorError) -> Bool {
        do {
            guard try await !registry.remove(tokens: [id]).isEmpty else { return false }
        } catch {
            throw AggregatorError(sentence: "token \(id) was not removed and is still good: \(error)")
        }
        forget([id])
        return true
    }

    /// Ends what began with tokens that the registry no longer has.
    package func forget(_ ids: [String]) {
        end(ids, isRemoval: true) { "token \($0.id) was revoked" }
        for id in ids { log(.info, "token removed", ["token": id]) }
    }

    /// Notes that an installation of an agent was let in by a token.
    func admitted(_ instance: String, by id: String) {
        state.withLock { state in
            guard let entry = state.entries[id], !entry.facts.instances.contains(instance) else { return }
            state.entries[id]?.facts.instances.append(instance)
            state.entries[id]?.facts.uses += 1
        }
    }

    /// For how many uses a token is; for the sentence of a refusal.
    func usesLimit(of id: String) -> Int64 {
        state.withLock { $0.entries[id]?.facts.usesLimit ?? 0 }
    }

    /// Ends the tokens whose time is over now.
    package func expire() {
        let wall = now()
        let over = state.withLock { state -> [String] in
            guard state.nextEnd <= wall else { return [] }
            state.nextEnd = .max
            var over: [String] = []
            for (id, entry) in state.entries where entry.facts.expires != 0 && !entry.isOver {
                if entry.facts.expires <= wall {
                    over.append(id)
                } else {
                    state.nextEnd = min(state.nextEnd, entry.facts.expires)
                }
            }
            return over
        }
        guard !over.isEmpty else { return }
        end(over, isRemoval: false) { Denial.expired(id: $0.id, at: $0.expires).reason }
        for id in over { log(.info, "token expired", ["token": id]) }
    }

    /// Writes to the registry when tokens were used last.
    package func storeUses() async {
        let times = state.withLock { state -> [String: Int64] in
            var times: [String: Int64] = [:]
            for id in state.dirty {
                guard let entry = state.entries[id], entry.storedLastUse != entry.facts.lastUsed else {
                    continue
                }
                times[id] = entry.facts.lastUsed
                state.entries[id]?.storedLastUse = entry.facts.lastUsed
            }
            state.dirty.removeAll(keepingCapacity: true)
            return times
        }
        do {
            try await registry.used(times)
        } catch {
            log(.warning, "when tokens were used could not be stored", ["error": "\(error)"])
        }
    }

    private static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    private func end(_ ids: [String], isRemoval: Bool, _ reason: (TokenFacts) -> String) {
        let (reasons, waiting, tell) = state.withLock { state in
            var reasons: [String: String] = [:]
            var waiting: [(Reply<String>, String)] = []
            for id in ids {
                guard var entry = state.entries[id] else { continue }
                let text = reason(entry.facts)
                if !entry.isOver { reasons[id] = text }
                waiting += entry.waiting.values.map { ($0, text) }
                entry.waiting = [:]
                entry.isOver = true
                state.entries[id] = isRemoval ? nil : entry
            }
            return (reasons, waiting, state.onEnd)
        }
        for (reply, text) in waiting { reply.send(text) }
        if !reasons.isEmpty { tell(reasons) }
    }

    /// Sees to it that there may be one more, for which those that expired long ago make room.
    private func makeRoom(at wall: Int64) async throws(AggregatorError) {
        let old = state.withLock { state in
            state.entries.values.filter { $0.facts.expires != 0 && $0.facts.expires <= wall - Self.mourning }
                .map(\.facts.id)
        }
        if !old.isEmpty {
            // They are refused with or without their rows.
            _ = try? await registry.remove(tokens: old)
            end(old, isRemoval: true) { "token \($0.id) expired" }
        }
        let hasRoom = state.withLock { state in
            guard state.entries.count + state.underWay < Self.limit else { return false }
            state.underWay += 1
            return true
        }
        guard hasRoom else {
            throw AggregatorError(
                sentence:
                    "the token was not made: there are \(Self.limit) already; remove some with `bayplan token rm`"
            )
        }
    }
}

extension TokenFacts {
    /// When it ends, for the log.
    fileprivate var expiryText: String { expires == 0 ? "never" : Timestamp.text(milliseconds: expires) }
}
