internal import Docker
internal import Inventory
package import OS

/// One going-through of an Engine's list.
package struct Pass: Sendable {
    /// Why it is done, and so how much of it.
    package enum Kind: Int, Comparable, Sendable {
        /// An image's names changed: inspect what the list shows otherwise than before.
        case images
        /// The interval is over: also what no list shows, little by little.
        case reconcile
        /// The first, or something may have been missed: inspect everything.
        case complete

        package static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }
    }

    package let kind: Kind
    /// The watcher's sequence number when the list was asked for, and when it came.
    let sequence: Int
    var listedSequence = 0
    let started: BootClock.Instant
    /// By when it must be over.
    package let deadline: Deadline
    /// The list has not come yet.
    var isListing = true
    /// What the list said, until the inspection of it is done.
    var entries: [ContainerID: ContainerSummary] = [:]
    /// Still to be inspected, the most urgent last.
    var queue: [ContainerID] = []
    /// In `queue` or under way.
    var remaining: Set<ContainerID> = []
    /// How many containers the list had.
    var listed = 0
    var inspected = 0
    var timeouts = 0

    init(_ kind: Kind, sequence: Int, started: BootClock.Instant, limit: Duration) {
        self.kind = kind
        self.sequence = sequence
        self.started = started
        deadline = .after(limit, from: started)
    }
}

/// How a pass ended, for the log.
package struct PassReport: Hashable, Sendable {
    package let kind: Pass.Kind
    package let listed: Int
    package let inspected: Int
    package let duration: Duration
    /// Why it is not complete; nil when it is.
    package let problem: String?
    /// It ran out of time.
    package let isLate: Bool
}
