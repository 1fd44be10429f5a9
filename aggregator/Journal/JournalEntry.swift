package import Inventory
package import Wire

/// Up to where a host's changes are known, in the agent's own counting.
package struct HostCursor: Hashable, Sendable {
    /// The agent process that counts.
    package let epoch: Epoch
    /// The last change that is included.
    package let version: Int64

    package init(epoch: Epoch, version: Int64) {
        self.epoch = epoch
        self.version = version
    }
}

/// The last samples of a host's containers, kept for a restart.
package struct StoredSamples: Hashable, Sendable {
    /// Stored as they are.
    package let bytes: [UInt8]
    /// When they were put together, in milliseconds since 1970.
    package let at: Int64

    package init(bytes: [UInt8], at: Int64) {
        self.bytes = bytes
        self.at = at
    }
}

/// What one host said, to be stored as a whole or not at all.
///
/// Everything beside `host` and `at` may be left out; an entry with neither only says that the host was heard.
package struct JournalEntry: Sendable {
    package let host: HostKey
    /// The host's name; the first entry of a key must give it, a later one renames the host.
    package var id: HostID?
    /// In order; a removal of an id comes before what makes it anew.
    package var changes: [ContainerChange]
    /// Becomes durable in the same transaction as `changes`.
    package var cursor: HostCursor?
    /// The key of the host's digests.
    package var digestKey: SipHash.Key?
    /// The host's own description as JSON, stored as it is.
    package var info: [UInt8]?
    /// Takes the place of those that are there.
    package var samples: StoredSamples?
    /// When it was said, in milliseconds since 1970; also the newest time the host was heard.
    package var at: Int64
    /// The sender's own number for it; of those that are coalesced the newest is reported.
    package var ticket: UInt64?
    /// Whether the host leaves the fleet: its containers are removed as `forgotten`, and the key is never used again.
    package var forgets: Bool

    package init(
        host: HostKey, id: HostID? = nil, changes: [ContainerChange] = [], cursor: HostCursor? = nil,
        digestKey: SipHash.Key? = nil, info: [UInt8]? = nil, samples: StoredSamples? = nil, at: Int64,
        ticket: UInt64? = nil
    ) {
        self.host = host
        self.id = id
        self.changes = changes
        self.cursor = cursor
        self.digestKey = digestKey
        self.info = info
        self.samples = samples
        self.at = at
        self.ticket = ticket
        forgets = false
    }

    /// Takes a host out of the fleet, with all its containers.
    package static func forget(_ host: HostKey, at: Int64, ticket: UInt64? = nil) -> JournalEntry {
        var entry = JournalEntry(host: host, at: at, ticket: ticket)
        entry.forgets = true
        return entry
    }
}
