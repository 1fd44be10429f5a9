import Inventory

/// One page of an answer while it is put together, host after host in order.
struct Page {
    private let limit: Int
    private let after: ContinueToken?
    private let snapshot: Snapshot
    private var slots: [FleetView.Slot] = []
    private var total = 0
    private var hasMore = false

    init(limit: Int?, after: ContinueToken?, in snapshot: Snapshot) {
        self.limit = max(0, limit ?? .max)
        self.after = after
        self.snapshot = snapshot
    }

    /// Whether any of a host's containers can be on this page, or tell that there is a next one.
    func wants(_ host: Snapshot.Host) -> Bool {
        guard !hasMore else { return false }
        guard let after else { return true }
        return (host.id, host.key) >= (after.hostID, after.host)
    }

    /// Counts containers that are on another page.
    mutating func pass(_ count: Int) {
        total += count
    }

    /// Whether all places are taken, and it is known whether there is a next page.
    var isFull: Bool { hasMore }

    /// Adds some of a host's containers, in order of their ids; `isCounted` when they were passed before.
    mutating func add(_ host: Snapshot.Host, sorted members: [UInt32], isCounted: Bool = false) {
        if !isCounted { total += members.count }
        guard wants(host) else { return }
        let start = start(in: host)
        for slot in members {
            if let start, snapshot.ids[slot] <= start { continue }
            guard take(slot) else { return }
        }
    }

    /// What was found.
    var selection: Selection {
        guard hasMore, let last = slots.last, let host = snapshot.hosts[snapshot.records[last.number].host]
        else {
            return Selection(slots: slots, total: total, next: nil)
        }
        let next = ContinueToken(hostID: host.id, host: host.key, container: snapshot.ids[last.number])
        return Selection(slots: slots, total: total, next: next)
    }

    /// The container of this host after which the page begins; nil when it begins before the host.
    private func start(in host: Snapshot.Host) -> ContainerID? {
        guard let after, after.hostID == host.id, after.host == host.key else { return nil }
        return after.container
    }

    /// Takes one container, and says whether another could be of use.
    private mutating func take(_ slot: UInt32) -> Bool {
        guard slots.count < limit else {
            hasMore = true
            return false
        }
        slots.append(FleetView.Slot(number: slot))
        return true
    }
}
