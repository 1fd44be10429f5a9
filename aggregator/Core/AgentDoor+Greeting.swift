import Access
import Crypto
import Fleet
import Inventory
import Journal
import Log
import Metrics
import OS
import Wire

extension AgentDoor {
    /// How long a host is shown in conflict after the last attempt of a second agent, in ms; longer than agents wait.
    private static let conflictTime: Int64 = 60_000
    /// The first frame: who is it? The registry's answer comes from its own thread, so the connection waits for it.
    func greet(_ message: Message, on connection: Connection) {
        guard case .hello(let hello) = message else {
            return end(
                connection, PeerError(code: PeerError.unexpected, message: "\(message.type) before hello"))
        }
        do throws(Denial) {
            connection.token = try letIn(hello)
        } catch {
            return deny(error, hello, on: connection)
        }
        do throws(Admission) {
            // What no host would accept must not reach the registry, which keeps every claim.
            var blank = HostRecord()
            _ = try blank.admit(hello, isProven: true, contents: NoContents(), resync: 0)
        } catch {
            return turnAway(hello, error.refusal, on: connection)
        }
        guard hosts[hello.host.id] != nil || hosts.count < settings.maximumHosts else {
            let message =
                "the aggregator knows as many hosts as --max-hosts allows; take out those that are gone with "
                + "`bayplan host rm`, or raise it"
            return turnAway(hello, Refusal(code: Refusal.busy, message: message, retry: true), on: connection)
        }
        connection.phase = .claiming
        let claim = Claim(connection: connection.number, hello: hello, token: connection.token)
        guard claims.post(claim) == .kept else {
            return refuse(
                connection, Refusal(code: Refusal.busy, message: "too many agents come at once", retry: true))
        }
    }

    /// Whether the agent may speak for its host at all, before anything is claimed, written or read for it.
    ///
    /// - Returns: The token that lets it in; nil where none are asked for.
    private func letIn(_ hello: Hello) throws(Denial) -> String? {
        guard secure != nil else { return nil }
        guard let text = hello.credential else { throw .missing }
        guard let credential = Credential(text: text) else { throw .malformed }
        return try gatekeeper.admit(credential, as: hello.host.id)
    }

    private func deny(_ denial: Denial, _ hello: Hello, on connection: Connection) {
        gatekeeper.complaints.note(
            from: "\(connection.peer)", "an agent for host \(hello.host.id): \(denial.reason)")
        let code = if case .wrongHost = denial { Refusal.wrongHost } else { Refusal.unauthorized }
        refuse(
            connection,
            Refusal(code: code, message: denial.sentence(for: hello.host.id), retry: false))
    }

    /// Asks the registry who may speak for a host, and goes on with the answer.
    func settle(_ claim: Claim) async {
        let hello = claim.hello
        let hash = SHA256.hash(Array(hello.instance.secret.utf8))
        do {
            let answer = try await registry.claim(
                host: hello.host.id, instance: hello.instance.id, secretHash: hash, token: claim.token)
            if let token = claim.token, answer == .claimed || answer == .same {
                gatekeeper.admitted(hello.instance.id, by: token)
            }
            if answer == .claimed || answer == .same, await !bringBack(hello.host.id) {
                guard let connection = self.connection(claim.connection), case .claiming = connection.phase
                else { return }
                let message = "the aggregator could not read this host's containers from disk; it tries again"
                return refuse(connection, Refusal(code: Refusal.busy, message: message, retry: true))
            }
            guard let connection = self.connection(claim.connection), case .claiming = connection.phase else {
                return
            }
            switch answer {
            case .claimed, .same: admit(hello, isProven: true, owner: hello.instance.id, on: connection)
            case .other(let owner): admit(hello, isProven: false, owner: owner, on: connection)
            case .tokenGone: deny(.unknown(id: claim.token ?? ""), hello, on: connection)
            case .tokenUsedUp:
                let id = claim.token ?? ""
                let limit = gatekeeper.usesLimit(of: id)
                deny(.usedUp(id: id, limit: limit), hello, on: connection)
            }
        } catch {
            log(
                .error, "an agent could not be registered", ["host": "\(hello.host.id)", "error": "\(error)"])
            guard let connection = connection(claim.connection), case .claiming = connection.phase else {
                return
            }
            let message = "the aggregator could not store who this host is: \(error)"
            refuse(connection, Refusal(code: Refusal.busy, message: message, retry: true))
        }
    }

    private func admit(_ hello: Hello, isProven: Bool, owner: String, on connection: Connection) {
        let wall = wall
        let id = hello.host.id
        let isNew = hosts[id] == nil
        var entry = hosts[id] ?? HostEntry(key: HostKey(rawValue: .max), id: id, condition: .syncing)
        entry.record.instance = owner
        let opening: Opening
        do {
            opening = try entry.record.admit(
                hello, isProven: isProven, contents: FleetContents(fleet, of: entry), resync: 0)
        } catch {
            if case .conflict = error, !isNew {
                entry.conflict = HostEntry.Conflict(
                    until: wall + Self.conflictTime, reason: error.refusal.message)
                store(entry)
            }
            return turnAway(hello, error.refusal, on: connection)
        }
        if isNew {
            let record = entry.record
            entry = HostEntry(key: journal.newHostKey(), id: id, condition: .syncing)
            entry.record = record
            fleet.add(host: entry.key, id: id, name: hello.host.name)
            hostsByKey[entry.key] = id
        } else if entry.info.name != hello.host.name {
            fleet.rename(host: entry.key, to: hello.host.name)
        }
        // The old connection is closed before the new session says anything.
        if let old = entry.connection.flatMap({ self.connection($0) }) {
            store(entry)
            end(old, PeerError(code: PeerError.replaced, message: "this host's agent connected again"))
            entry.connection = nil
        }
        entry.info.describe(hello)
        entry.info.lastHeard = wall
        entry.info.heard = now
        entry.info.isClockMoved = false
        entry.connection = connection.number
        begin(hello, opening, entry, on: connection, wall: wall)
    }

    private func begin(
        _ hello: Hello, _ opening: Opening, _ begun: HostEntry, on connection: Connection, wall: Int64
    ) {
        var entry = begun
        lastSession += 1
        counts.sessions.add(opening.name)
        var welcome = Welcome(
            session: lastSession, heartbeat: settings.timing.heartbeat, windowFrames: settings.windowFrames,
            windowBytes: settings.windowBytes, opening: opening,
            protocolVersion: commonProtocol(theirs: hello.protocols) ?? protocolVersions[0])
        welcome.features = Feature.all
        connection.phase = .speaking(entry.info.id)
        connection.decoder.limit = FrameDecoder.sessionLimit
        connection.box = Connection.Box(
            AggregatorSession(
                hello: hello, opening: opening, timing: settings.timing,
                stagedLimit: settings.memoryBudget / 2,
                now: now))
        let isLive = connection.box?.session.isLive ?? false
        entry.become(isLive ? .live : .syncing, error: nil, at: wall)
        let info = StoredHost(entry.info, replaced: entry.record.replaced).encoded
        var write = JournalEntry(
            host: entry.key, id: entry.info.id, digestKey: hello.digestKey, info: info, at: wall)
        if case .current = opening {
            write.cursor = HostCursor(epoch: hello.epoch, version: hello.offer.version)
        }
        entry.stored = info
        entry.heardOnDisk = wall
        store(entry)
        journal.append(write)
        log(
            .info, "agent connected",
            [
                "host": "\(entry.info.id)", "peer": "\(connection.peer)", "session": "\(lastSession)",
                "opening": opening.name, "agent": hello.agentVersion,
            ])
        send(Message.welcome(welcome).frame, on: connection)
        broker.began(entry.info.id, on: connection.number, operations: hello.operations)
    }

    private func turnAway(_ hello: Hello, _ refusal: Refusal, on connection: Connection) {
        log(
            .warning, "agent refused",
            ["host": "\(hello.host.id)", "peer": "\(connection.peer)", "reason": refusal.message])
        refuse(connection, refusal)
    }

    private func refuse(_ connection: Connection, _ refusal: Refusal) {
        counts.refused.add(refusal.code)
        queueLast(Message.refused(refusal).frame, on: connection)
        closeGently(connection, refusal.message)
    }
}

/// What is held of a host that nobody has spoken for.
private struct NoContents: HostContents {
    let digest = Digest()
    let count = 0

    func contains(_ id: ContainerID) -> Bool { false }
    func facetDigests() -> [ContainerID: FacetDigests] { [:] }
}

extension Opening {
    /// The word on the wire, for the log.
    fileprivate var name: String {
        switch self {
        case .resume: "resume"
        case .current: "current"
        case .manifest: "manifest"
        case .wait: "wait"
        }
    }
}
