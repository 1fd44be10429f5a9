package import Inventory

/// Which containers are asked for; everything that is set must hold.
package struct Query: Hashable, Sendable {
    /// Nil for all hosts.
    package var hosts: Set<HostKey>?
    /// A Compose project or Swarm stack.
    package var stack: String?
    /// `compose` or `swarm`, where a name may be both.
    package var stackKind: String?
    /// A service within its stack; empty for containers whose labels name none.
    package var service: String?
    package var selector = Selector()
    /// Nil for any state.
    package var states: Set<ContainerState>?
    /// Only what `docker ps` lists without `-a`.
    package var liveOnly = false
    /// Health words, `none` for containers without a health check; nil for any.
    package var health: Set<String>?
    /// The whole name.
    package var name: String?
    /// Any part of the name.
    package var namePart: String?
    /// How the id begins, in lowercase hexadecimal digits.
    package var idPrefix: String?
    /// What `docker inspect` accepts: a whole id, else a whole name, else how an id begins.
    package var nameOrPrefix: String?
    /// The image as `docker ps` shows it.
    package var image: String?
    /// The name of a network that the container is in.
    package var network: String?
    /// A port of the host that the container is published at.
    package var publicPort: UInt16?
    /// What `docker ps --filter` asks for; `before` and `since` are left to the two times below.
    package var filters = ContainerFilters()
    /// Samples from before this don't count for thresholds, in ms of the aggregator's monotonic clock.
    package var usageNotBefore = Int64.min
    /// Made before this, in milliseconds since 1970.
    package var createdBefore: Int64?
    /// Made after this, in milliseconds since 1970.
    package var createdSince: Int64?
    /// Only so many, those that were made last, and those in that order; there are then no pages.
    package var newest: Int?
    /// At most so many containers in the answer; nil for all.
    package var limit: Int?
    /// Where the page before ended.
    package var after: ContinueToken?

    package init() {}
}

/// Where a page of an answer ended; opaque to clients.
///
/// It names a place in the order, not a row: it stays good when that container goes.
package struct ContinueToken: Hashable, Sendable {
    let hostID: HostID
    let host: HostKey
    let container: ContainerID

    init(hostID: HostID, host: HostKey, container: ContainerID) {
        self.hostID = hostID
        self.host = host
        self.container = container
    }

    /// Parses what `description` wrote; anything else is nil.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let container = ContainerID(parts[0]), let host = UInt32(parts[1]),
            let hostID = HostID(parts[2])
        else { return nil }
        self.init(hostID: hostID, host: HostKey(rawValue: host), container: container)
    }
}

extension ContinueToken: CustomStringConvertible {
    package var description: String { "\(container).\(host).\(hostID)" }
}

/// The answer to a query: containers in order of their host's id, then of their own.
package struct Selection: Sendable {
    package let slots: [FleetView.Slot]
    /// How many there are on all pages.
    package let total: Int
    /// Gives the next page; nil when this is the last.
    package let next: ContinueToken?
    /// How many containers were looked at for this; the others were counted, or passed over by an index.
    package var looked = 0
}

extension Query {
    /// Whether it begins with so many digits of an id that hardly more than one container has them.
    package var isOfFewIDs: Bool { (idPrefix?.utf8.count ?? 0) >= 12 && newest == nil }
}
