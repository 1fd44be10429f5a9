package import Inventory

/// The agent's first frame.
package struct Hello: Hashable, Sendable {
    /// Protocol versions that the agent speaks.
    package var protocols: [Int64]
    package var agentVersion: String
    package var host: HostDescription
    /// Who speaks; kept by the agent in its state directory.
    package var instance: Instance
    package var epoch: Epoch
    /// The key of the host's digests; kept with the instance, so that digests agree over restarts.
    package var digestKey: SipHash.Key
    package var offer: Offer
    package var engine: EngineCondition
    /// Operations that this agent lets the aggregator ask for, see `Operation`.
    package var operations: [String] = []
    /// Proof that the agent may speak for this host: `ID.SECRET` of its token; nil without one.
    ///
    /// Never shown or logged. An aggregator that asks for none passes over it.
    package var credential: String?

    package init(
        agentVersion: String, host: HostDescription, instance: Instance, epoch: Epoch, digestKey: SipHash.Key,
        offer: Offer, engine: EngineCondition, protocols: [Int64] = protocolVersions
    ) {
        self.agentVersion = agentVersion
        self.host = host
        self.instance = instance
        self.epoch = epoch
        self.digestKey = digestKey
        self.offer = offer
        self.engine = engine
        self.protocols = protocols
    }
}

/// What a host says of itself.
package struct HostDescription: Hashable, Sendable {
    package var id: HostID
    /// For people; the id when the administrator gave none.
    package var name: String
    /// Where proxies reach the host's published ports; empty when not given.
    package var address = ""
    package var labels: [String: String] = [:]
    /// The Engine's own id; collides on cloned machines, so for people only.
    package var engineID = ""
    package var machineID = ""

    package init(id: HostID, name: String) {
        self.id = id
        self.name = name
    }
}

/// One installation of the agent: the same over restarts, different on every other host.
package struct Instance: Hashable, Sendable {
    /// 32 hexadecimal digits, shown to people.
    package var id: String
    /// 32 hexadecimal digits, proof that the peer is this instance; the aggregator stores only its hash.
    package var secret: String

    package init(id: String, secret: String) {
        self.id = id
        self.secret = secret
    }
}

/// Whether the agent can hear its Engine.
package struct EngineCondition: Hashable, Sendable {
    /// `reachable`, `unreachable`, or `starting` before the first answer.
    package var state: String
    /// Since when, in ms since 1970; 0 = not known.
    package var since: Int64 = 0
    /// Why it can't be reached.
    package var reason = ""
    package var version = ""
    package var apiVersion = ""
    package var os = ""
    package var arch = ""
    /// The name that the Engine's machine gives itself.
    package var name = ""
    /// CPUs of the machine; 0 = not known.
    package var cpus: Int64 = 0
    /// Memory of the machine in bytes; 0 = not known.
    package var memory: Int64 = 0
    /// How long the Engine took to answer its last ping, in microseconds; 0 = not known.
    package var roundTrip: Int64 = 0
    /// Since when the stream of events is open, in ms since 1970; 0 = it is not, the Engine is only polled.
    package var eventsSince: Int64 = 0
    /// When the last event came, in ms since 1970; 0 = none yet.
    package var lastEvent: Int64 = 0
    /// The last failure of asking the Engine, also when it answers again; empty when there was none.
    package var lastError = ""
    /// What the agent lacks to watch the Engine as it should; empty when all is well, at most `problemLimit`.
    package var problems: [AgentProblem] = []

    package static let problemLimit = 8

    package init(state: String) {
        self.state = state
    }

    package static let reachable = "reachable"
    package static let unreachable = "unreachable"
    package static let starting = "starting"
}

/// Something that an agent finds wrong with where it runs.
package struct AgentProblem: Hashable, Sendable {
    /// `events-down`, `socket-mounted-as-file`, `cgroups-not-mounted`, `proc-not-mounted`, `state-not-kept`; open.
    package var code: String
    /// What is wrong, for people.
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// The aggregator accepts.
package struct Welcome: Hashable, Sendable {
    package var protocolVersion: Int64
    /// The session's number, for logs on both ends.
    package var session: Int64
    /// Milliseconds between heartbeats, both ways.
    package var heartbeat: Int64
    /// Counted frames, and their bytes, that may be under way without an acknowledgement.
    package var windowFrames: Int64
    package var windowBytes: Int64
    package var opening: Opening
    /// What the aggregator takes besides the host's state, see `Feature`.
    package var features: [String] = []

    package init(
        session: Int64, heartbeat: Int64, windowFrames: Int64, windowBytes: Int64, opening: Opening,
        protocolVersion: Int64 = 1
    ) {
        self.session = session
        self.heartbeat = heartbeat
        self.windowFrames = windowFrames
        self.windowBytes = windowBytes
        self.opening = opening
        self.protocolVersion = protocolVersion
    }
}

/// The aggregator does not accept.
package struct Refusal: Hashable, Sendable {
    /// `unauthorized`, `wrong-host`, `host-id-taken`, `conflict`, `unsupported-protocol`, `busy`; open.
    package var code: String
    /// What is wrong and what to do.
    package var message: String
    /// Whether trying again later can help without somebody changing something.
    package var retry: Bool

    package init(code: String, message: String, retry: Bool) {
        self.code = code
        self.message = message
        self.retry = retry
    }

    /// No token, or none that counts: unknown, revoked, expired or used up.
    package static let unauthorized = "unauthorized"
    /// The token speaks for another host.
    package static let wrongHost = "wrong-host"
    package static let hostIDTaken = "host-id-taken"
    package static let conflict = "conflict"
    package static let unsupportedProtocol = "unsupported-protocol"
    package static let busy = "busy"
}

/// A sign of life, both ways; the members that a sender has nothing to say of are left out.
package struct Heartbeat: Hashable, Sendable {
    /// The sender's wall clock, ms since 1970.
    package var now: Int64
    /// Agent: its state.
    ///
    /// Nil in the aggregator's.
    package var host: HostHeartbeat?
    /// Aggregator: the acknowledgement, repeated.
    ///
    /// Nil in the agent's.
    package var ack: Acknowledgement?

    package init(now: Int64, host: HostHeartbeat? = nil, ack: Acknowledgement? = nil) {
        self.now = now
        self.host = host
        self.ack = ack
    }
}

/// What the agent's heartbeat says of its host.
package struct HostHeartbeat: Hashable, Sendable {
    /// The number of the last counted frame that was sent: whatever up to it has not come by now was lost.
    package var sequence: Int64
    package var version: Int64
    package var count: Int64
    /// The digest at `version`; nil while anything is still to be sent or no complete list was seen.
    package var digest: Digest?
    /// Changes wait to be sent.
    package var pending: Bool
    package var engine: EngineCondition
    /// How long ago, in ms, a complete reconcile saw each facet; missing = never, or the Engine can't be heard.
    package var confirmed: [Facet: Int64]

    package init(
        sequence: Int64, version: Int64, count: Int64, digest: Digest?, pending: Bool,
        engine: EngineCondition,
        confirmed: [Facet: Int64]
    ) {
        self.sequence = sequence
        self.version = version
        self.count = count
        self.digest = digest
        self.pending = pending
        self.engine = engine
        self.confirmed = confirmed
    }
}
