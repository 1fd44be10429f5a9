import Fleet
import Inventory
import Journal
import Log
import OS
import Wire

/// The fleet as the last run left it on disk, on its way into memory (requirement A2).
struct Restoration {
    var hosts: [HostEntry] = []
    var containers = 0
    /// Rows that are no containers to us; the agent's next report brings them anew, if they still exist.
    private(set) var unreadable: [(host: HostKey, id: ContainerID)] = []

    /// One moment by two clocks.
    struct Moment {
        /// In ms since 1970.
        let wall: Int64
        /// In ms of the clock that nobody can turn back.
        let steady: Int64

        /// When something was that happened at a time of the wall clock: never after now (requirement B3).
        func steady(of time: Int64) -> Int64 { steady - max(0, wall - time) }
    }

    /// Containers of one host that are put into the fleet together.
    private static let batch = 40

    init() {}

    /// Reads the hosts into entries and the containers into the fleet, each with its true age.
    init(_ journal: Journal, into fleet: Fleet, at moment: Moment, log: Log) throws(JournalError) {
        var hosts: [HostKey: HostEntry] = [:]
        var batches: [HostKey: PreparedSet] = [:]
        var count = 0
        var unreadable: [(host: HostKey, id: ContainerID)] = []
        var archives: [(host: HostKey, samples: StoredSamples)] = []
        func apply(_ batch: PreparedSet?, to host: HostKey) {
            guard let batch, batch.count > 0 else { return }
            let applied = fleet.apply(batch, to: host, at: 0)
            count += applied.added
            unreadable += applied.missing.map { (host, $0) }
        }
        try journal.load { row in
            hosts[row.key] = Self.entry(row, moment, log)
            fleet.add(host: row.key, id: row.id, name: hosts[row.key]?.info.name ?? row.id.rawValue)
        } containers: { host, id, facets, changedAt in
            // An offline host's rows stay on disk.
            guard hosts[host]?.info.retained == nil else { return }
            // Digests are only compared under the key that the host came with last.
            let key = hosts[host]?.record.digestKey ?? SipHash.Key(low: 0, high: 0)
            let change = ContainerChange(id: id, kind: .put(FacetChanges(restored: facets)))
            do {
                try batches[host, default: PreparedSet(key: key)].add(change, changedAt: changedAt)
                if let batch = batches[host], batch.count >= Self.batch {
                    apply(batches.removeValue(forKey: host), to: host)
                }
            } catch {
                unreadable.append((host, id))
                log(
                    .warning, "a stored record could not be read",
                    ["container": id.short, "error": "\(error)"])
            }
        } samples: { host, samples in
            archives.append((host, samples))
        }
        for (host, batch) in batches { apply(batch, to: host) }
        let (now, wall) = (moment.steady, moment.wall)
        for (host, stored) in archives {
            let (elapsed, isAbsurd) = wall.subtractingReportingOverflow(stored.at)
            let samples = SampleArchive.samples(stored.bytes, elapsed: isAbsurd ? .max : elapsed, now: now)
            fleet.record(samples, of: host, memory: hosts[host]?.info.engine.memory ?? 0)
        }
        self.hosts = Array(hosts.values)
        containers = count
        self.unreadable = unreadable
    }

    static func entry(_ row: HostRow, _ moment: Moment, _ log: Log) -> HostEntry {
        var entry = HostEntry(key: row.key, id: row.id, condition: .restored)
        var confirmed: [Facet: Int64] = [:]
        if let bytes = row.info {
            do {
                let stored = try StoredHost(parsing: bytes, key: row.key, id: row.id)
                entry.info = stored.info
                entry.record.replaced = stored.replaced
                confirmed = stored.confirmed
                entry.stored = bytes
            } catch {
                log(.warning, "a stored host could not be read", ["host": "\(row.id)", "error": "\(error)"])
            }
        }
        entry.info.lastHeard = row.lastHeard
        entry.info.since = row.lastHeard
        entry.info.heard = moment.steady(of: row.lastHeard)
        entry.info.isClockMoved = row.lastHeard > moment.wall
        // Nothing can have been confirmed after the host was last heard.
        for facet in Facet.allCases {
            let time = min(confirmed[facet] ?? row.lastHeard, row.lastHeard)
            entry.info.confirmed[facet] = moment.steady(of: time)
        }
        entry.info.agreed = entry.info.heard
        entry.heardOnDisk = row.lastHeard
        entry.record.digestKey = row.digestKey
        entry.record.epoch = row.cursor?.epoch
        entry.record.durable = row.cursor?.version ?? 0
        if entry.info.retained != nil { entry.info.condition = .offline }
        if entry.info.isInvalid { entry.mustSendAgain() }
        return entry
    }
}

extension FacetChanges {
    /// The facets that a stored row has; the others it never had.
    init(restored container: EncodedContainer) {
        self.init()
        for facet in Facet.allCases {
            if let bytes = container[facet] { self[facet] = .value(bytes) }
        }
    }
}
