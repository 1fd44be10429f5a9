package import Inventory
package import Wire

/// One committed change of one container.
package struct ChangeEvent: Hashable, Sendable {
    /// Its number; the run is the journal's.
    package let revision: Int64
    /// When the aggregator was told, in milliseconds since 1970.
    package let at: Int64
    package let host: HostKey
    package let change: ContainerChange

    package init(revision: Int64, at: Int64, host: HostKey, change: ContainerChange) {
        self.revision = revision
        self.at = at
        self.host = host
        self.change = change
    }

    /// What the event holds onto, in bytes, about.
    var size: Int {
        guard case .put(let facets) = change.kind else { return 96 }
        return 96 + facets.byteCount
    }
}

/// Committed changes after a revision, oldest first.
package struct ChangePage: Sendable {
    /// At most as many as were asked for; empty when there is nothing newer.
    package let events: [ChangeEvent]
    /// Whether nothing is missing between the revision that was asked for and the first event.
    ///
    /// False when older changes were pruned (H2): the asker starts again from a snapshot.
    package let reachesBack: Bool
    /// The last committed revision when the page was made.
    package let current: Revision

    package init(events: [ChangeEvent], reachesBack: Bool, current: Revision) {
        self.events = events
        self.reachesBack = reachesBack
        self.current = current
    }
}

extension FacetChanges {
    /// The bytes of all its values.
    var byteCount: Int { status.byteCount + network.byteCount + config.byteCount + compose.byteCount }
}

extension FacetChange {
    /// The bytes of its value.
    var byteCount: Int {
        if case .value(let bytes) = self { bytes.count } else { 0 }
    }

    /// Whether it says nothing; quicker than comparing values.
    var isUntouched: Bool {
        if case .untouched = self { true } else { false }
    }
}
