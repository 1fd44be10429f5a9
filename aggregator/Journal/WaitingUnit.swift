import Inventory
import Wire

/// What may become of one container within one unit: a removal, a put, or both in this order.
struct WaitingChange: Sendable {
    let id: ContainerID
    var removal: RemovalCause?
    var put: FacetChanges?
    /// Whether the database was seen to have what is removed.
    var isKnown = false

    /// Takes a change as the agent sent it; nil when it changes nothing.
    init?(_ change: ContainerChange) {
        id = change.id
        switch change.kind {
        case .removed(let cause):
            removal = cause
        case .put(let facets):
            let facets = facets.normalized
            guard !facets.isEmpty else { return nil }
            put = facets
        }
    }

    /// How many rows it becomes.
    var rows: Int { (removal == nil ? 0 : 1) + (put == nil ? 0 : 1) }

    var bytes: Int { put?.byteCount ?? 0 }

    /// Puts a later change on top; answers how many values were never to be seen because of it.
    mutating func merge(_ later: WaitingChange) -> Int {
        if let cause = later.removal {
            let lost = rows
            self = later
            removal = cause
            return lost
        }
        guard let changes = later.put else { return 0 }
        guard let put else {
            self.put = changes
            return 0
        }
        self.put = put.followed(by: changes)
        return 1
    }
}

/// What one host said, or several times said, and what becomes durable together.
struct WaitingUnit: Sendable {
    let host: HostKey
    let forgets: Bool
    var id: HostID?
    private(set) var changes: [WaitingChange] = []
    /// Where each container's newest change is; made when something is merged for the first time.
    private var positions: [ContainerID: Int]?
    var cursor: HostCursor?
    var digestKey: SipHash.Key?
    var info: [UInt8]?
    var samples: StoredSamples?
    var at: Int64
    var ticket: UInt64?
    private(set) var rows = 0
    private(set) var bytes = 0

    init(_ entry: JournalEntry) {
        host = entry.host
        forgets = entry.forgets
        id = entry.id
        cursor = entry.cursor
        digestKey = entry.digestKey
        info = entry.info
        samples = entry.samples
        bytes = entry.samples?.bytes.count ?? 0
        at = entry.at
        ticket = entry.ticket
        changes.reserveCapacity(entry.changes.count)
        for change in entry.changes {
            guard let change = WaitingChange(change) else { continue }
            rows += change.rows
            bytes += change.bytes
            changes.append(change)
        }
    }

    /// Puts a later entry of the same host on top; answers how many values were never to be seen because of it.
    mutating func merge(_ later: WaitingUnit) -> Int {
        id = later.id ?? id
        cursor = later.cursor ?? cursor
        digestKey = later.digestKey ?? digestKey
        info = later.info ?? info
        if let newer = later.samples {
            bytes += newer.bytes.count - (samples?.bytes.count ?? 0)
            samples = newer
        }
        at = max(at, later.at)
        ticket = later.ticket ?? ticket
        guard !later.changes.isEmpty else { return 0 }
        var positions = self.positions.take() ?? Self.positions(of: changes)
        var coalesced = 0
        for change in later.changes {
            if let position = positions[change.id] {
                rows -= changes[position].rows
                bytes -= changes[position].bytes
                coalesced += changes[position].merge(change)
                rows += changes[position].rows
                bytes += changes[position].bytes
            } else {
                positions[change.id] = changes.count
                changes.append(change)
                rows += change.rows
                bytes += change.bytes
            }
        }
        self.positions = positions
        return coalesced
    }

    /// Whether something was merged into it.
    var isMerged: Bool { positions != nil }

    /// Drops those of the removals that have nothing to remove, and marks the others as seen; answers how many.
    ///
    /// What was made and removed while the disk was away would otherwise add up without bound.
    mutating func settle(_ removals: [ContainerID: Bool]) -> Int {
        let before = changes.count
        changes.removeAll { $0.put == nil && removals[$0.id] == false }
        for place in changes.indices where changes[place].put == nil && removals[changes[place].id] == true {
            changes[place].isKnown = true
        }
        rows = changes.reduce(0) { $0 + $1.rows }
        positions = Self.positions(of: changes)
        return before - changes.count
    }

    /// What the unit says of one container, oldest first.
    func changes(of id: ContainerID) -> [WaitingChange] {
        changes.filter { $0.id == id }
    }

    private static func positions(of changes: [WaitingChange]) -> [ContainerID: Int] {
        var positions: [ContainerID: Int] = [:]
        positions.reserveCapacity(changes.count)
        for (position, change) in changes.enumerated() { positions[change.id] = position }
        return positions
    }
}

extension FacetChanges {
    /// The same with every empty value as a deletion, since that is what an empty value is in the database.
    var normalized: FacetChanges {
        var changes = self
        for facet in Facet.allCases {
            if case .value(let bytes) = self[facet], bytes.isEmpty { changes[facet] = .deleted }
        }
        return changes
    }
}
