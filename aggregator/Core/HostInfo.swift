package import Inventory
package import Wire

/// How things stand between the aggregator and one host.
package enum HostCondition: String, Hashable, Sendable {
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
    /// Since when the condition is what it is, in ms since 1970.
    package var since: Int64 = 0
    /// When each facet was last known to be true, in ms since 1970.
    package var confirmed: [Facet: Int64] = [:]
    /// When a heartbeat last showed that all that is shown is what the agent knows of a reachable Engine, in ms since
    /// 1970; 0 = never.
    package var agreed: Int64 = 0
    /// How far the host's clock was ahead of ours at its last heartbeat, in ms; nil before the first.
    package var clockOffset: Int64?
    /// What its `stats` frames have brought.
    package var stats = StatsTally()
    /// Why it is not live, or what is wrong all the same.
    package var error: String?

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
