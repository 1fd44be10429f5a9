package import Inventory
package import Wire

/// How things stand between the aggregator and one host.
package enum HostCondition: String, CaseIterable, Hashable, Sendable {
    /// Known from before the aggregator's last start; its agent has not reported since.
    case restored
    /// Its agent is connected, and the state is being compared.
    case syncing
    /// Its agent is connected, and what is shown is what the agent knows.
    case live
    /// Its agent said goodbye.
    case stopped
    /// Its agent went without a word.
    case silent
    /// Its rows left memory, since it was not heard for the memory retention; they are on disk.
    case offline
    /// Two agents claim to be it.
    case conflict
}

/// What is known of a host beside its containers.
package struct HostInfo: Hashable, Sendable {
    package let key: HostKey
    package let id: HostID
    package var name: String
    package var condition: HostCondition
    package var address = ""
    package var labels: [String: String] = [:]
    package var engine = EngineCondition(state: EngineCondition.starting)
    package var agentVersion = ""
    package var engineID = ""
    package var machineID = ""
    /// When any frame came last, in ms since 1970.
    package var lastHeard: Int64 = 0
    /// The same by a clock that nobody can turn back, in its ms; below zero when it was before the machine started.
    package var heard: Int64 = 0
    /// Since when the condition is what it is, in ms since 1970.
    package var since: Int64 = 0
    /// When each facet was last known to be true, as `heard` counts (requirement B3).
    package var confirmed: [Facet: Int64] = [:]
    /// When a heartbeat last showed that all that is shown is what the agent knows of a reachable Engine, as `heard`
    /// counts; nil = never.
    package var agreed: Int64?
    /// Its rows were declared invalid, and its agent has not sent them again since.
    package var isInvalid = false
    /// It was stored at a time that our clock says is still to come, so the ages since are too small.
    package var isClockMoved = false
    /// What of it is on disk only; nil while its rows are in memory.
    package var retained: Retained?
    /// The database's revision when its rows came back from disk; nil = they never left memory.
    package var backSince: Int64?
    /// How far the host's clock was ahead of ours at its last heartbeat, in ms; nil before the first.
    package var clockOffset: Int64?
    /// What its `stats` frames have brought.
    package var stats = StatsTally()
    /// Why it is not live, or what is wrong all the same.
    package var error: String?

    /// How much of an offline host is on disk.
    package struct Retained: Hashable, Sendable {
        package let containers: Int
        package let running: Int
    }

    /// How long ago it was last heard, in ms; `now` as `heard` counts.
    package func age(at now: Int64) -> Int64 { max(0, now - heard) }

    /// How long ago a facet was last known to be true, in ms; nil = it never was.
    package func age(of facet: Facet, at now: Int64) -> Int64? { confirmed[facet].map { max(0, now - $0) } }

    /// When the facet that was seen longest ago was last known to be true, in ms since 1970; nil = none ever was.
    package var cachedAt: Int64? { confirmed.values.min().map { lastHeard - (heard - $0) } }

    package init(key: HostKey, id: HostID, condition: HostCondition) {
        self.key = key
        self.id = id
        self.condition = condition
        name = id.rawValue
    }

    /// Takes over what an agent said in `hello`.
    mutating func describe(_ hello: Hello) {
        name = hello.host.name
        address = hello.host.address
        labels = hello.host.labels
        engine = hello.engine
        agentVersion = hello.agentVersion
        engineID = hello.host.engineID
        machineID = hello.host.machineID
    }
}
