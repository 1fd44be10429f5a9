package import Inventory

/// Everything that travels between an agent and an aggregator; `PROTOCOL.md` has the meaning of each.
package enum Message: Hashable, Sendable {
    // From the agent
    case hello(Hello)
    case offer(Offer)
    case delta(Delta)
    case manifest(Manifest)
    case synced(Synced)
    case goodbye(Goodbye)
    case stats(StatsReport)
    case events(EventReport)
    case measures(Measures)
    case reply(AgentReply)
    // From the aggregator
    case welcome(Welcome)
    case refused(Refusal)
    case open(Opening)
    case need(Need)
    case resync(Resync)
    case ack(Acknowledgement)
    case request(AgentRequest)
    case credit(Credit)
    case cancel(Cancel)
    // Both ways
    case heartbeat(Heartbeat)
    case error(PeerError)
    /// A type that this version does not know; answered with `error`, never with silence.
    case unknown(type: String)
}

/// The protocol versions that this code speaks, newest first: the present one, and the one before it (requirement A8).
package let protocolVersions: [Int64] = [1]

/// The newest protocol version that both ends speak; nil when there is none.
package func commonProtocol(ours: [Int64] = protocolVersions, theirs: [Int64]) -> Int64? {
    ours.filter(theirs.contains).max()
}

/// What the agent knows of itself before a session: frame `offer`, and a part of `hello`.
package struct Offer: Hashable, Sendable {
    /// The agent's change counter.
    package var version: Int64
    /// The oldest version from which the agent can still tell every change.
    package var floor: Int64
    /// Nil until the agent has seen a complete list.
    package var digest: Digest?
    /// Containers, counted with the digest.
    package var count: Int64

    package init(version: Int64, floor: Int64, digest: Digest?, count: Int64) {
        self.version = version
        self.floor = floor
        self.digest = digest
        self.count = count
    }
}

/// How the session goes on: a part of `welcome`, and the answer to `offer`.
package enum Opening: Hashable, Sendable {
    /// Send what changed after this version; the aggregator holds everything up to it durably.
    case resume(from: Int64)
    /// Both ends hold the same; go on from the version that was offered.
    case current
    /// Send the digests of everything, as resync `id`.
    case manifest(id: Int64)
    /// The agent has nothing complete to offer yet: the rows of before stay until it sends `offer`.
    case wait
}

/// One piece of a change set.
///
/// All pieces of a set have the same `from` and `to` and become visible together.
package struct Delta: Hashable, Sendable {
    /// The number of this frame among the counted frames of the session, from 1.
    package var sequence: Int64
    package var from: Int64
    package var to: Int64
    /// Another piece of this set follows.
    package var more: Bool
    /// Removals first.
    package var changes: [ContainerChange]

    package init(sequence: Int64, from: Int64, to: Int64, more: Bool = false, changes: [ContainerChange]) {
        self.sequence = sequence
        self.from = from
        self.to = to
        self.more = more
        self.changes = changes
    }
}

/// One piece of the list of everything that a host has, by digests, all of one version.
package struct Manifest: Hashable, Sendable {
    package var sequence: Int64
    /// The resync that it belongs to.
    package var resync: Int64
    package var version: Int64
    package var more: Bool
    package var entries: [Entry]

    /// One container's digests.
    package struct Entry: Hashable, Sendable {
        package var id: ContainerID
        package var digests: FacetDigests

        package init(id: ContainerID, digests: FacetDigests) {
            self.id = id
            self.digests = digests
        }
    }

    package init(sequence: Int64, resync: Int64, version: Int64, more: Bool = false, entries: [Entry]) {
        self.sequence = sequence
        self.resync = resync
        self.version = version
        self.more = more
        self.entries = entries
    }
}

/// The end of a resync: what was in the manifest and what came after it is now the host's whole state.
package struct Synced: Hashable, Sendable {
    package var sequence: Int64
    package var resync: Int64
    package var version: Int64

    package init(sequence: Int64, resync: Int64, version: Int64) {
        self.sequence = sequence
        self.resync = resync
        self.version = version
    }
}

/// The containers of a manifest that the aggregator wants whole.
package struct Need: Hashable, Sendable {
    package var resync: Int64
    /// Another piece of the list follows.
    package var more: Bool
    package var ids: [ContainerID]

    package init(resync: Int64, more: Bool = false, ids: [ContainerID]) {
        self.resync = resync
        self.more = more
        self.ids = ids
    }
}

/// The aggregator asks for a manifest, because something was missed or the digests differ.
package struct Resync: Hashable, Sendable {
    package var id: Int64
    /// For the agent's log.
    package var reason: String

    package init(id: Int64, reason: String) {
        self.id = id
        self.reason = reason
    }
}

/// What has arrived, cumulative: frame `ack`, and a part of the aggregator's heartbeat.
package struct Acknowledgement: Hashable, Sendable {
    /// Counted frames of this session that were processed; the window follows this.
    package var frames: Int64
    /// The version that queries see.
    package var applied: Int64
    /// The version that is on disk.
    package var durable: Int64

    package init(frames: Int64, applied: Int64, durable: Int64) {
        self.frames = frames
        self.applied = applied
        self.durable = durable
    }
}

/// Why the agent leaves.
package struct Goodbye: Hashable, Sendable {
    package var reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// Something in the peer's last frames could not be used.
///
/// An `error` is never answered.
package struct PeerError: Hashable, Sendable {
    /// `unknown-type`, `bad-frame`, …; open, since later versions know more.
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// The answer to a type that is not known, of which only the start is repeated: the peer chose its length.
    package init(unknownType type: String) {
        self.init(code: Self.unknownType, message: String(decoding: type.utf8.prefix(64), as: UTF8.self))
    }

    package static let unknownType = "unknown-type"
    package static let badFrame = "bad-frame"
    package static let unexpected = "unexpected-frame"
    package static let tooLarge = "too-large"
    package static let replaced = "session-replaced"
    package static let shuttingDown = "shutting-down"
    package static let silent = "silent"
    /// The token by which the session began has ended.
    package static let unauthorized = "unauthorized"
}
