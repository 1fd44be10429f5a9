import Fleet
package import Inventory
package import Journal
import Log
import OS
import Wire

extension AgentDoor {
    /// A frame of a session.
    func received(_ message: Message, bytes: Int, from host: HostID, on connection: Connection) {
        guard let box = connection.box, var entry = hosts[host] else { return }
        entry.isHeard = true
        entry.info.lastHeard = WallClock.now()
        hosts[host] = entry
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
                change(entry, changes, to: version, on: connection) { fleet, set, wall in
                    _ = fleet.apply(set, to: entry.key, at: wall)
                    return []
                }
            case .replace(let manifest, let fill, let version):
                let kept = Dictionary(manifest.map { ($0.id, $0.digests) }) { one, _ in one }
                change(entry, fill, to: version, on: connection) { fleet, set, wall in
                    fleet.replace(host: entry.key, keeping: kept, applying: set, at: wall).absent
                }
            case .current(let version): change(entry, [], to: version, on: connection) { _, _, _ in [] }
            case .alive(let engine, let confirmed): alive(entry, engine, confirmed)
            case .resyncing(let reason):
                log(.warning, "a host's state is compared anew", ["host": "\(host)", "reason": reason])
                become(.syncing, host, error: nil)
            case .left(let reason): become(.stopped, host, error: reason)
            case .close(let reason): closeGently(connection, reason)
            case .note(let text): log(.warning, "an agent remarked", ["host": "\(host)", "remark": text])
            }
        }
    }

    /// Brings memory to the agent's version, then hands the same to the journal.
    private func change(
        _ before: HostEntry, _ changes: [ContainerChange], to version: Int64, on connection: Connection,
        apply: (Fleet, PreparedSet, Int64) -> [ContainerID]
    ) {
        guard let epoch = before.record.epoch, let key = before.record.digestKey else { return }
        let wall = WallClock.now()
        do {
            let absent = apply(fleet, try Fleet.prepare(changes, key: key), wall)
            var entry = before
            entry.become(.live, error: nil, at: wall)
            entry.mustResend = false
            store(entry)
            let removals = absent.map { ContainerChange.removed($0, .absent) }
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

    private func alive(_ before: HostEntry, _ engine: EngineCondition, _ confirmed: [Facet: Int64]) {
        var entry = before
        let wall = WallClock.now()
        for (facet, age) in confirmed {
            // Ages come from another machine's clock; what was confirmed never becomes older again.
            entry.info.confirmed[facet] = max(entry.info.confirmed[facet] ?? 0, wall - age)
        }
        let isChanged = entry.info.engine != engine
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
        guard case .speaking(let host) = connection.phase, var entry = hosts[host] else { return }
        connection.box = nil
        guard entry.connection == connection.number else { return }
        entry.connection = nil
        if entry.info.condition != .stopped {
            entry.become(.silent, error: reason, at: WallClock.now())
        }
        store(entry)
        log(.info, "agent gone", ["host": "\(host)", "reason": reason])
    }

    private func become(_ condition: HostCondition, _ host: HostID, error: String?) {
        guard var entry = hosts[host] else { return }
        entry.become(condition, error: error, at: WallClock.now())
        store(entry)
    }

    /// Keeps the entry and tells the readers.
    func store(_ entry: HostEntry) {
        hosts[entry.info.id] = entry
        directory.put(shown(entry))
    }

    /// A conflict is shown for a while, whatever else is true.
    private func shown(_ entry: HostEntry) -> HostInfo {
        var info = entry.info
        if entry.conflictUntil > WallClock.now() { info.condition = .conflict }
        return info
    }

    /// Tells readers when hosts were heard, and the database now and then.
    func publishHeard(_ wall: Int64) {
        for (id, entry) in hosts where entry.isHeard || entry.conflictUntil > 0 {
            var entry = entry
            entry.isHeard = false
            if entry.conflictUntil > 0, entry.conflictUntil <= wall { entry.conflictUntil = 0 }
            if wall - entry.heardOnDisk > Self.heardInterval {
                entry.heardOnDisk = wall
                let info = StoredHost(entry.info, replaced: entry.record.replaced).encoded
                journal.append(
                    JournalEntry(
                        host: entry.key, info: info == entry.stored ? nil : info, at: entry.info.lastHeard))
                entry.stored = info
            }
            hosts[id] = entry
            directory.put(shown(entry))
        }
    }

    /// How often the database learns that a host was heard, in ms.
    private static let heardInterval: Int64 = 30_000

    /// Takes a host out of the fleet, with its rows and its claim; false when there is none of this id.
    package func forget(_ id: HostID) async throws(JournalError) -> Bool {
        try await registry.release(host: id)
        guard let entry = hosts.removeValue(forKey: id) else { return false }
        hostsByKey[entry.key] = nil
        if let connection = entry.connection.flatMap({ connection($0) }) {
            end(connection, PeerError(code: "host-removed", message: "the host was taken out of the fleet"))
        }
        fleet.remove(host: entry.key)
        directory.remove(entry.key)
        journal.append(.forget(entry.key, at: WallClock.now()))
        log(.info, "host taken out of the fleet", ["host": "\(id)"])
        return true
    }
}
