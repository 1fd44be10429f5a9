import AggregatorCore
import Fleet
import Inventory
import Metrics
import Wire

extension Exposition {
    /// The fleet in sums, and each host up to the bound.
    mutating func fleet(_ view: FleetView, _ hosts: [HostInfo], bounds: MetricsBounds) {
        family("bayplan_hosts", .gauge, "Hosts by the state that the aggregator sees them in.") { family in
            for condition in HostCondition.allCases {
                let count = hosts.count { $0.condition == condition }
                family.sample(Int64(count), [("state", condition.rawValue)])
            }
        }
        family("bayplan_containers", .gauge, "Containers of all hosts by the Engine's state.") { family in
            for (word, count) in Self.known(view.stateCounts, Self.states) {
                family.sample(Int64(count), [("state", word)])
            }
        }
        family(
            "bayplan_containers_health", .gauge, "Containers of all hosts by what their health check says."
        ) {
            family in
            let counts = Self.known(view.healthCounts, Self.healths)
            for (word, count) in counts { family.sample(Int64(count), [("health", word)]) }
            let checked = counts.reduce(0) { $0 + $1.count }
            family.sample(Int64(max(0, view.count - checked)), [("health", "none")])
        }
        let shown = Array(hosts.prefix(bounds.hosts))
        family(
            "bayplan_hosts_without_series", .gauge, "Hosts past --metrics-hosts, which only the sums hold.",
            Int64(hosts.count - shown.count))
        self.hosts(shown, view)
    }

    private mutating func hosts(_ hosts: [HostInfo], _ view: FleetView) {
        each(
            hosts, "bayplan_host_up",
            "Whether the host's agent is connected and all that is shown is current."
        ) {
            $0.condition == .live ? 1 : 0
        }
        each(hosts, "bayplan_host_engine_up", "Whether the host's agent reaches its Engine, as it said last.")
        {
            $0.engine.state == EngineCondition.reachable ? 1 : 0
        }
        family("bayplan_host_last_heard_timestamp_seconds", .gauge, "When the host was last heard.") {
            family in
            for host in hosts {
                family.sample(decimal: Double(host.lastHeard) / 1_000, [("host", host.id.rawValue)])
            }
        }
        each(hosts, "bayplan_host_containers", "Containers discovered on the host, in any state.") {
            Int64(view.host($0.key)?.containers ?? 0)
        }
        each(hosts, "bayplan_host_containers_running", "Containers that run on the host.") {
            Int64(view.host($0.key)?.running ?? 0)
        }
        family(
            "bayplan_host_clock_offset_seconds", .gauge,
            "How far the host's clock is ahead of the aggregator's."
        ) {
            family in
            for host in hosts {
                guard let offset = host.clockOffset else { continue }
                family.sample(decimal: Double(offset) / 1_000, [("host", host.id.rawValue)])
            }
        }
        family("bayplan_host_info", .gauge, "What the host runs; always 1.") { family in
            for host in hosts {
                family.sample(
                    1,
                    [
                        ("host", host.id.rawValue), ("name", host.name), ("agent_version", host.agentVersion),
                        ("engine_version", host.engine.version), ("os", host.engine.os),
                        ("arch", host.engine.arch),
                    ])
            }
        }
    }

    private mutating func each(
        _ hosts: [HostInfo], _ name: StaticString, _ help: String, _ value: (HostInfo) -> Int64
    ) {
        family(name, .gauge, help) { family in
            for host in hosts { family.sample(value(host), [("host", host.id.rawValue)]) }
        }
    }

    /// The states that Engines have; what a newer one may say besides counts as `other`.
    private static let states = ["created", "running", "paused", "restarting", "removing", "exited", "dead"]
    private static let healths = [Health.healthy, Health.unhealthy, Health.starting]

    private static func known(_ counts: [WordCount], _ words: [String]) -> [(word: String, count: Int)] {
        let found = Dictionary(counts.map { ($0.word, $0.containers) }) { $0 + $1 }
        let others = counts.reduce(0) { words.contains($1.word) ? $0 : $0 + $1.containers }
        return words.map { ($0, found[$0] ?? 0) } + (others > 0 ? [("other", others)] : [])
    }
}
