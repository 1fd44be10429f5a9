import Fleet
package import Inventory
package import Journal
import Log
import Metrics
import OS
import Wire

extension AgentDoor {
    /// A frame of a session.
    func received(_ message: Message, bytes: Int, from host: HostID, on connection: Connection) {
        guard let box = connection.box, var entry = hosts[host] else { return }
        entry.isHeard = true
        entry.info.lastHeard = wall
        entry.info.heard = now
        if case .heartbeat(let beat) = message { entry.info.clockOffset = beat.now - entry.info.lastHeard }
        hosts[host] = entry
        if case .delta = message { counts.deltas.add() }
        let actions = box.session.received(
            message, bytes: bytes, record: entry.record, contents: FleetContents(fleet, of: entry),
            now: now)
        perform(actions, of: host, on: connection)
    }

    /// Sends the acknowledgement that is owed.
    func flush(_ connection: Connection) {
        guard let box = connection.box, case .speaking(let host) = connection.phase else { return }
        perform(box.session.flush(), of: host, on: connection)
    }

    func perform(_ actions: [AggregatorSession.Action], of host: HostID, on connection: Connection) {
        for action in actions {
            // An action before this one may have ended the connection.
            guard case .speaking = connection.phase, let entry = hosts[host],
                entry.connection == connection.number
            else { return }
            switch action {
            case .send(let bytes): send(bytes, on: connection)
            case .apply(let changes, let version):
                change(entry, changes, to: version, on: connection) { set, wall in
                    fleet.apply(set, to: entry.key, at: wall)
                }
            case .replace(let manifest, let fill, let version):
                let kept = Dictionary(manifest.map { ($0.id, $0.digests) }) { one, _ in one }
                change(entry, fill, to: version, on: connection) { set, wall in
                    fleet.replace(host: entry.key, keeping: kept, applying: set, at: wall)
                }
            case .current(let version): change(entry, [], to: version, on: connection) { _, _ in Applied() }
            case .alive(let engine, let confirmed): alive(entry, engine, confirmed)
            case .resyncing(let reason):
                counts.resyncs.add()
                log(.warning, "a host's state is compared anew", ["host": "\(host)", "reason": reason])
                become(.syncing, host, error: nil)
            case .left(let reason): become(.stopped, host, error: reason.clipped)
            case .close(let reason): closeGently(connection, reason)
            case .note(let text):
                log(.warning, "an agent remarked", ["host": "\(host)", "remark": text.clipped])
            case .stats(let report): took(report, from: entry)
            case .events(let report): took(report, from: entry)
            case .measures(let measures): took(measures, from: entry)
            case .reply(let reply): took(reply, from: entry)
            }
        }
    }

    /// Brings memory to the agent's version, then hands the same to the journal.
    private func change(
        _ before: HostEntry, _ changes: [ContainerChange], to version: Int64, on connection: Connection,
        apply: (PreparedSet, Int64) -> Applied
    ) {
        guard let epoch = before.record.epoch, let key = before.record.digestKey else { return }
        // One time for memory and disk: what is told of it must not depend on where it is read.
        let wall = wall
        do {
            let applied = apply(try Fleet.prepare(changes, key: key), wall)
            counts.changes.add(Int64(changes.count + applied.absent.count))
            let removals = applied.absent.map { ContainerChange.removed($0, .absent) }
            guard applied.missing.isEmpty else {
                return refuseMissing(applied.missing, of: before, removals + changes, on: connection)
            }
            var entry = before
            entry.become(.live, error: nil, at: wall)
            entry.mustResend = false
            entry.info.isInvalid = false
            store(entry)
            journal.append(
                JournalEntry(
                    host: entry.key, changes: removals + changes,
                    cursor: HostCursor(epoch: epoch, version: version), at: wall))
        } catch {
            log(
                .error, "an agent's report could not be used",
                ["host": "\(before.info.id)", "error": "\(error)"])
            end(connection, PeerError(code: PeerError.badFrame, message: "\(error)"))
        }
    }

    /// Some containers would be left without what makes one; what memory did take goes to disk all the same.
    private func refuseMissing(
        _ missing: [ContainerID], of entry: HostEntry, _ changes: [ContainerChange], on connection: Connection
    ) {
        let left = Set(missing)
        let taken = changes.filter { change in
            if case .put = change.kind { !left.contains(change.id) } else { true }
        }
        // Without a cursor: after this version the host isn't what its agent believes.
        journal.append(JournalEntry(host: entry.key, changes: taken, at: wall))
        let message = "\(missing.count) containers would be left without status or config"
        log(.error, "an agent's report could not be used", ["host": "\(entry.info.id)", "error": message])
        end(connection, PeerError(code: PeerError.badFrame, message: message))
    }

    private func alive(_ before: HostEntry, _ engine: EngineCondition, _ confirmed: [Facet: Int64]) {
        var entry = before
        let now = now
        for (facet, age) in confirmed {
            // Ages come from another machine's clock; what was confirmed never becomes older again.
            entry.info.confirmed[facet] = max(entry.info.confirmed[facet] ?? .min, now - age)
        }
        // Facets are confirmed by heartbeats that agree with memory only, and only while the Engine can be reached.
        if !confirmed.isEmpty { entry.info.agreed = now }
        let engine = engine.clipped
        let isChanged = entry.info.engine.state != engine.state || entry.info.engine.reason != engine.reason
        entry.info.engine = engine
        if isChanged {
            log(
                engine.state == EngineCondition.reachable ? .info : .warning,
                "a host's Engine changed its state",
                ["host": "\(entry.info.id)", "state": engine.state, "reason": engine.reason])
        }
        store(entry)
    }

    /// The journal has stored so much of these hosts.
    func tellCommitted(_ report: CommitReport) {
        for committed in report.hosts {
            guard let cursor = committed.cursor, let host = hostsByKey[committed.host],
                var entry = hosts[host],
                entry.record.epoch == cursor.epoch
            else { continue }
            entry.record.durable = max(entry.record.durable, cursor.version)
            hosts[host] = entry
            guard let connection = entry.connection.flatMap({ connection($0) }), let box = connection.box
            else {
                continue
            }
            box.session.committed(cursor.version)
            flush(connection)
        }
    }

    /// A connection ends, whoever wanted that.
    func left(_ connection: Connection, _ reason: String) {
        guard case .speaking(let host) = connection.phase else { return }
        connection.box = nil
        // Also when the host was taken out of the fleet and has no entry any more.
        broker.ended(host, on: connection.number, reason: reason)
        guard var entry = hosts[host], entry.connection == connection.number else { return }
        entry.connection = nil
        if entry.info.condition != .stopped {
            entry.become(.silent, error: reason, at: wall)
        }
        remember(&entry)
        store(entry)
        log(.info, "agent gone", ["host": "\(host)", "reason": reason])
    }

    private func become(_ condition: HostCondition, _ host: HostID, error: String?) {
        guard var entry = hosts[host] else { return }
        entry.become(condition, error: error, at: wall)
        store(entry)
    }

    /// Keeps the entry and tells the readers.
    func store(_ entry: HostEntry) {
        hosts[entry.info.id] = entry
        directory.put(entry.shown)
    }

    /// Tells the database when the host was heard, and what it said of itself if that is new.
    func remember(_ entry: inout HostEntry) {
        let info = StoredHost(entry.info, replaced: entry.record.replaced).encoded
        journal.append(
            JournalEntry(host: entry.key, info: info == entry.stored ? nil : info, at: entry.info.lastHeard))
        entry.stored = info
        entry.heardOnDisk = entry.info.lastHeard
    }

    /// Tells readers when hosts were heard, and the database now and then.
    func publishHeard(_ wall: Int64) {
        for entry in hosts.values where entry.isHeard || entry.conflict != nil {
            var entry = entry
            entry.isHeard = false
            if let conflict = entry.conflict, conflict.until <= wall { entry.conflict = nil }
            if entry.info.lastHeard - entry.heardOnDisk > Self.heardInterval { remember(&entry) }
            store(entry)
        }
    }

    /// How often the database learns that a host was heard, in ms.
    private static let heardInterval: Int64 = 30_000

    /// What came of taking a host out of the fleet.
    package struct Removal: Hashable, Sendable {
        /// Tokens of the host that ended with it.
        package let tokens: Int
    }

    /// Takes a host out of the fleet, with its rows, its claim and its tokens, so that it doesn't come back by itself.
    ///
    /// - Returns: Nil when nobody knows this id.
    package func forget(_ id: HostID) async throws(JournalError) -> Removal? {
        let (wasClaimed, tokens) = try await registry.release(host: id)
        // After the session: its agent is told that the host was removed, not that its token was.
        defer { gatekeeper.forget(tokens) }
        guard let entry = hosts.removeValue(forKey: id) else {
            return wasClaimed || !tokens.isEmpty ? Removal(tokens: tokens.count) : nil
        }
        hostsByKey[entry.key] = nil
        hostMeasures.forget(entry.key)
        if let connection = entry.connection.flatMap({ connection($0) }) {
            end(connection, PeerError(code: "host-removed", message: "the host was taken out of the fleet"))
        }
        fleet.remove(host: entry.key)
        events.forget(id)
        directory.remove(entry.key)
        journal.append(.forget(entry.key, at: wall))
        log(.info, "host taken out of the fleet", ["host": "\(id)"])
        return Removal(tokens: tokens.count)
    }
}

extension String {
    /// At most the first KiB: what an agent says in words is kept and shown up to a length.
    fileprivate var clipped: String {
        utf8.count <= 1_024 ? self : String(decoding: utf8.prefix(1_024), as: UTF8.self)
    }
}

extension EngineCondition {
    /// The same with each text clipped.
    fileprivate var clipped: EngineCondition {
        var clipped = self
        clipped.state = state.clipped
        clipped.reason = reason.clipped
        clipped.version = version.clipped
        clipped.apiVersion = apiVersion.clipped
        clipped.os = os.clipped
        clipped.arch = arch.clipped
        clipped.name = name.clipped
        clipped.lastError = lastError.clipped
        clipped.problems = problems.map { AgentProblem(code: $0.code.clipped, message: $0.message.clipped) }
        return clipped
    }
}
