import Inventory
import Wire

/// What goes into one transaction, with its revisions.
struct CommitBatch: Sendable {
    /// What changes in a host's row.
    struct Host: Sendable {
        let key: HostKey
        var id: HostID?
        var info: [UInt8]?
        var samples: StoredSamples?
        var cursor: HostCursor?
        var digestKey: SipHash.Key?
        var heard: Int64
        var revision: Int64?
        var ticket: UInt64?
        /// Whether the host leaves the fleet.
        var isForgotten = false
    }

    private(set) var hosts: [Host] = []
    private(set) var events: [ChangeEvent] = []
    private(set) var bytes = 0
    /// The last revision before the batch.
    let before: Int64
    private var places: [HostKey: Int] = [:]

    init(after revision: Int64) {
        before = revision
    }

    /// The last revision with the batch.
    var after: Int64 { before + Int64(events.count) }

    /// Adds a unit; `containers` are those of the host, asked for only when it is forgotten.
    mutating func add(_ unit: WaitingUnit, containers: [ContainerID] = []) {
        let start = after
        for change in unit.changes {
            if let cause = change.removal { add(.removed(change.id, cause), unit) }
            if let put = change.put { add(ContainerChange(id: change.id, kind: .put(put)), unit) }
        }
        if unit.forgets {
            for id in containers { add(.removed(id, .forgotten), unit) }
        }
        bytes += unit.bytes
        let place = places[unit.host] ?? hosts.count
        if place == hosts.count {
            places[unit.host] = place
            hosts.append(Host(key: unit.host, heard: unit.at))
        }
        hosts[place].id = unit.id ?? hosts[place].id
        hosts[place].info = unit.info ?? hosts[place].info
        hosts[place].samples = unit.samples ?? hosts[place].samples
        hosts[place].cursor = unit.cursor ?? hosts[place].cursor
        hosts[place].digestKey = unit.digestKey ?? hosts[place].digestKey
        hosts[place].heard = max(hosts[place].heard, unit.at)
        hosts[place].ticket = unit.ticket ?? hosts[place].ticket
        hosts[place].isForgotten = unit.forgets
        if after > start { hosts[place].revision = after }
    }

    /// What is told once the batch is durable.
    func report(run: UInt64) -> CommitReport {
        CommitReport(
            revision: Revision(run: run, number: after),
            hosts: hosts.map { host in
                CommitReport.Host(
                    host: host.key, cursor: host.cursor, revision: host.revision, ticket: host.ticket,
                    isForgotten: host.isForgotten)
            },
            events: events)
    }

    private mutating func add(_ change: ContainerChange, _ unit: WaitingUnit) {
        events.append(ChangeEvent(revision: after + 1, at: unit.at, host: unit.host, change: change))
    }
}
