import Inventory
import Wire

/// What the log says about one container since the last fold, coalesced.
struct UnfoldedContainer: Sendable {
    /// Whether it was removed since: then nothing of its row counts.
    var isReset = false
    /// Whether it is gone now.
    var isGone = false
    /// The newest change of each facet.
    var changes = FacetChanges()
    /// The revision of each facet's newest change by `Facet.index`; 0 = untouched.
    var revisions: [4 of Int64] = [0, 0, 0, 0]
    var changedAt: Int64 = 0

    /// Adds what the log says next; answers by how many bytes it grew.
    mutating func add(_ event: ChangeEvent) -> Int {
        changedAt = event.at
        guard case .put(let later) = event.change.kind else {
            let before = changes.byteCount
            isReset = true
            isGone = true
            changes = FacetChanges()
            revisions = [0, 0, 0, 0]
            return -before
        }
        isGone = false
        let revision = event.revision
        return Self.replace(&changes.status, &revisions[0], later.status, revision)
            + Self.replace(&changes.network, &revisions[1], later.network, revision)
            + Self.replace(&changes.config, &revisions[2], later.config, revision)
            + Self.replace(&changes.compose, &revisions[3], later.compose, revision)
    }

    private static func replace(
        _ change: inout FacetChange, _ changedIn: inout Int64, _ later: FacetChange, _ revision: Int64
    ) -> Int {
        guard !later.isUntouched else { return 0 }
        let before = change.byteCount
        change = later
        changedIn = revision
        return later.byteCount - before
    }

    /// The container as it is now, given its row; nil when it is gone, or was never there.
    func over(_ row: EncodedContainer?) -> EncodedContainer? {
        guard !isGone else { return nil }
        var container = isReset ? EncodedContainer() : row ?? EncodedContainer()
        container.apply(changes)
        return container
    }
}

/// What the log says since the last fold, by container.
struct Unfolded: Sendable {
    private(set) var containers: [ContainerKey: UnfoldedContainer] = [:]
    /// Bytes of facets.
    private(set) var bytes = 0
    /// Changes since the last fold began.
    var rows = 0

    subscript(key: ContainerKey) -> UnfoldedContainer? { containers[key] }

    mutating func add(_ event: ChangeEvent) {
        let key = ContainerKey(host: event.host, id: event.change.id)
        bytes += containers[key, default: UnfoldedContainer()].add(event)
        rows += 1
    }

    /// Forgets containers that are in the table now.
    mutating func remove(_ keys: some Sequence<ContainerKey>) {
        for key in keys {
            if let container = containers.removeValue(forKey: key) { bytes -= container.changes.byteCount }
        }
    }
}

extension EncodedContainer {
    /// Replaces the facets that changed.
    mutating func apply(_ changes: FacetChanges) {
        for facet in Facet.allCases {
            switch changes[facet] {
            case .untouched: break
            case .deleted: self[facet] = nil
            case .value(let bytes): self[facet] = bytes
            }
        }
    }
}
