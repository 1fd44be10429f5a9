package import Fleet
package import Inventory
package import Journal
import Log
import OS
package import Wire

/// How long hosts stay that are not heard any more (requirements B2 and B17).
extension AgentDoor {
    /// How long the disk may take to store what memory is about to let go.
    private static let flushPatience = Duration.seconds(10)

    /// Lets the rows of hosts leave memory that were not heard for the memory retention; they are on disk.
    ///
    /// The host stays listed, `offline`, with its counts. Nothing goes that isn't durable.
    package func cleanMemory() async {
        guard hosts.values.contains(where: isPastMemory) else { return }
        guard await journal.flush(within: Self.flushPatience), journal.state.isRunning else {
            return log(
                .warning, "hosts past their retention stay in memory: not everything is on disk yet",
                ["hosts": "\(hosts.values.count(where: isPastMemory))"])
        }
        var (left, containers) = (0, 0)
        // Some may have come back in the meantime.
        for entry in hosts.values.filter(isPastMemory) {
            var entry = entry
            let summary = fleet.read().host(entry.key)
            entry.info.retained = HostInfo.Retained(
                containers: summary?.containers ?? 0, running: summary?.running ?? 0)
            entry.become(.offline, error: entry.info.error, at: wall)
            // Memory has nothing to compare with; what comes back is compared with what is read from disk.
            fleet.empty(host: entry.key)
            remember(&entry)
            store(entry)
            left += 1
            containers += summary?.containers ?? 0
            log(
                .debug, "host left memory",
                ["host": "\(entry.info.id)", "containers": "\(summary?.containers ?? 0)"])
        }
        log(
            .info, "memory cleaned",
            ["hosts": "\(left)", "containers": "\(containers)", "remaining": "\(fleet.read().count)"])
    }

    /// Takes hosts out of the fleet that were not heard for the disk retention, with all their rows.
    ///
    /// Their claims and tokens stay: an agent that comes back after all is let in, as a new host.
    package func cleanDisk() async {
        let now = now
        let gone = hosts.values.filter { $0.connection == nil && $0.info.age(at: now) > keeping.onDisk }
        var containers = 0
        for entry in gone {
            let id = entry.info.id
            containers += entry.info.retained?.containers ?? fleet.read().host(entry.key)?.containers ?? 0
            hosts[id] = nil
            hostsByKey[entry.key] = nil
            fleet.remove(host: entry.key)
            directory.remove(entry.key)
            journal.append(.forget(entry.key, at: wall))
            log(.info, "host gone after its retention", ["host": "\(id)"])
        }
        log(
            gone.isEmpty ? .debug : .info, "disk cleaned of hosts",
            ["hosts": "\(gone.count)", "containers": "\(containers)"])
    }

    /// Puts the rows of an offline host back into memory, so that its agent can go on from there.
    ///
    /// - Returns: False when they could not be read; nothing has changed then.
    func bringBack(_ id: HostID) async -> Bool {
        guard let before = hosts[id], before.info.condition == .offline else { return true }
        let rows: [ContainerRow]
        do {
            rows = try await journal.containers(of: before.key)
        } catch {
            log(
                .error, "an offline host could not be read from disk", ["host": "\(id)", "error": "\(error)"])
            return false
        }
        // It may have been taken out while the disk was busy.
        guard var entry = hosts[id], entry.key == before.key, entry.info.condition == .offline else {
            return true
        }
        let unreadable = fleet.restore(
            rows, of: entry.key, digestKey: entry.record.digestKey ?? SipHash.Key(low: 0, high: 0))
        for id in unreadable {
            journal.append(
                JournalEntry(host: entry.key, changes: [.removed(id, .absent)], at: entry.info.lastHeard))
        }
        entry.info.retained = nil
        // An image of the fleet from before this lacks the rows.
        entry.info.backSince = journal.current.number
        entry.become(.restored, error: nil, at: wall)
        store(entry)
        log(.info, "an offline host is back in memory", ["host": "\(id)", "containers": "\(rows.count)"])
        return true
    }

    /// Whether a host is to leave memory; not one whose rows are nowhere else.
    private func isPastMemory(_ entry: HostEntry) -> Bool {
        entry.connection == nil && entry.info.condition != .offline
            && (!entry.mustResend || entry.info.isInvalid)
            && entry.info.age(at: now) > keeping.inMemory
    }

    /// What came of declaring a host's rows invalid.
    package struct Clearing: Hashable, Sendable {
        package let containers: Int
        /// Its agent is connected, and sends everything again at once.
        package let isConnected: Bool
    }

    /// Declares all rows of a host invalid until its agent has sent everything again (requirement B11).
    ///
    /// The rows stay in the answers, marked, since routes rest on them. A connected agent is told to come again.
    ///
    /// - Returns: Nil when there is no such host.
    package func clear(_ id: HostID) -> Clearing? {
        guard var entry = hosts[id] else { return nil }
        entry.info.isInvalid = true
        entry.mustSendAgain()
        let connection = entry.connection.flatMap { self.connection($0) }
        remember(&entry)
        store(entry)
        log(.info, "a host's rows were declared invalid", ["host": "\(id)"])
        if let connection {
            end(
                connection,
                PeerError(
                    code: "cache-cleared", message: "the aggregator needs everything of this host again"))
        }
        return Clearing(
            containers: entry.info.retained?.containers ?? fleet.read().host(entry.key)?.containers ?? 0,
            isConnected: connection != nil)
    }
}

extension Fleet {
    /// Takes all rows of a host out; the host stays.
    func empty(host: HostKey) {
        let nothing = PreparedSet(key: SipHash.Key(low: 0, high: 0))
        replace(host: host, keeping: [:], applying: nothing, at: 0)
    }

    /// Puts rows of a host as they are on disk into memory, each with the time of its last change.
    ///
    /// - Returns: Those that can't be read.
    package func restore(
        _ rows: some Sequence<ContainerRow>, of host: HostKey, digestKey: SipHash.Key
    ) -> [ContainerID] {
        var unreadable: [ContainerID] = []
        var batch = PreparedSet(key: digestKey)
        func apply() {
            guard batch.count > 0 else { return }
            unreadable += self.apply(batch, to: host, at: 0).missing
            batch = PreparedSet(key: digestKey)
        }
        for row in rows {
            let change = ContainerChange(id: row.id, kind: .put(FacetChanges(restored: row.facets)))
            do {
                try batch.add(change, changedAt: row.changedAt)
            } catch {
                unreadable.append(row.id)
            }
            if batch.count >= 1_000 { apply() }
        }
        apply()
        return unreadable
    }
}
