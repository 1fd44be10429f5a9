import AggregatorCore
import Journal
import Metrics
import OS

extension Exposition {
    /// The agents' door.
    mutating func door(_ counts: DoorCounts, _ load: DoorLoad, heartbeat: Int64) {
        family(
            "bayplan_agent_connections", .gauge, "Open connections at the agents' door.",
            Int64(load.connections))
        family("bayplan_agent_sessions", .gauge, "Agents that report now.", Int64(load.sessions))
        family(
            "bayplan_agent_claims_waiting", .gauge, "Agents that wait to be let in, a queue.",
            Int64(load.claims))
        family(
            "bayplan_agent_buffer_bytes", .gauge,
            "Memory for frames and change sets of all agents that are not whole.",
            Int64(load.buffered))
        family(
            "bayplan_agent_connections_total", .counter, "Connections of agents that were accepted.",
            counts.connections.value)
        table("bayplan_agent_sessions_total", "Sessions that were begun, by how.", "opening", counts.sessions)
        table(
            "bayplan_agents_refused_total", "Agents that were refused, by the reason's code.", "reason",
            counts.refused)
        table(
            "bayplan_agent_connection_errors_total",
            "Connections of agents that ended with an error, by its code.",
            "error", counts.errors)
        family("bayplan_agent_deltas_total", .counter, "Frames with changes that came.", counts.deltas.value)
        family(
            "bayplan_container_changes_total", .counter, "Changes of containers that agents told of.",
            counts.changes.value)
        family(
            "bayplan_resyncs_total", .counter, "Times when a host's state was compared anew.",
            counts.resyncs.value)
        family("bayplan_heartbeat_interval_seconds", .gauge, "Time between heartbeats.") {
            $0.sample(decimal: Double(heartbeat) / 1_000)
        }
    }

    /// The journal, which makes changes durable.
    mutating func journal(_ statistics: JournalStatistics, isRunning: Bool) {
        family("bayplan_journal_up", .gauge, "Whether changes become durable.", isRunning ? 1 : 0)
        family(
            "bayplan_journal_queue_changes", .gauge, "Changes that wait to be stored, a queue.",
            Int64(statistics.waitingRows))
        family(
            "bayplan_journal_queue_bytes", .gauge, "Bytes of changes that wait to be stored.",
            Int64(statistics.waitingBytes))
        family(
            "bayplan_journal_unfolded_containers", .gauge,
            "Containers changed since the log was folded last.",
            Int64(statistics.unfolded))
        family(
            "bayplan_journal_changes_total", .counter, "Changes that were stored.", Int64(statistics.rows))
        family("bayplan_journal_bytes_total", .counter, "Bytes of stored changes.", Int64(statistics.bytes))
        family(
            "bayplan_journal_coalesced_total", .counter,
            "Values that newer ones replaced before they were stored.", Int64(statistics.coalesced))
        family(
            "bayplan_journal_commit_failures_total", .counter, "Commits that failed and were tried again.",
            Int64(statistics.failures))
        family(
            "bayplan_journal_checkpoints_total", .counter, "Checkpoints of SQLite's log.",
            Int64(statistics.checkpoints))
        family(
            "bayplan_journal_pruned_total", .counter, "Changes that were pruned.", Int64(statistics.pruned))
        family("bayplan_journal_commit_duration_seconds", .histogram, "How long SQLite took for a commit.") {
            family in
            let values = HistogramValues(
                bounds: JournalStatistics.commitTimeBounds.map { $0 * 1_000 },
                counts: statistics.commitTimes.map(Int64.init), sum: statistics.commitMilliseconds * 1_000)
            if let values { family.sample(values) }
        }
    }

    /// The HTTP door, and what it needn't compute again.
    mutating func http(
        _ measures: HTTPMeasures, waiting: Int, caches: [(name: String, hits: Int64, misses: Int64)]
    ) {
        family(
            "bayplan_http_requests_total", .counter, "Requests that were answered, by route and status code."
        ) {
            family in
            let values = measures.requests.values.map { (key: $0.key, count: $0.value) }
            let sorted = values.sorted {
                ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
            }
            for (key, count) in sorted {
                family.sample(
                    count, [("route", key.route), ("method", key.method), ("code", String(key.status))])
            }
        }
        family(
            "bayplan_http_request_duration_seconds", .histogram,
            "Time from a request to its answer, or to the beginning of a stream."
        ) { family in
            for (route, values) in measures.times.values.sorted(by: { $0.key < $1.key }) {
                family.sample(values, [("route", route)])
            }
        }
        family(
            "bayplan_http_jobs_waiting", .gauge, "Requests that wait to be worked on, a queue.",
            Int64(waiting))
        family("bayplan_cache_hits_total", .counter, "Answers that were known already, by what holds them.") {
            family in
            for cache in caches { family.sample(cache.hits, [("cache", cache.name)]) }
        }
        family(
            "bayplan_cache_misses_total", .counter, "Answers that had to be made, by what would hold them."
        ) {
            family in
            for cache in caches { family.sample(cache.misses, [("cache", cache.name)]) }
        }
    }

    /// This process.
    mutating func process(_ figures: ProcessFigures?, version: String) {
        family("bayplan_build_info", .gauge, "The aggregator's version; always 1.") {
            $0.sample(1, [("version", version)])
        }
        guard let figures else { return }
        family("process_cpu_seconds_total", .counter, "CPU time of this process.") {
            $0.sample(decimal: figures.cpuSeconds)
        }
        family("process_resident_memory_bytes", .gauge, "Memory of this process.", figures.resident)
        family("process_virtual_memory_bytes", .gauge, "Address space of this process.", figures.virtual)
        family("process_open_fds", .gauge, "Descriptors that are open.", figures.openDescriptors)
        family("process_max_fds", .gauge, "Descriptors that may be open.", figures.descriptorLimit)
        family("process_start_time_seconds", .gauge, "When this process began.") {
            $0.sample(decimal: figures.started)
        }
    }

    private mutating func table(
        _ name: StaticString, _ help: String, _ label: StaticString, _ table: CounterTable<String>
    ) {
        family(name, .counter, help) { family in
            for (key, count) in table.values.sorted(by: { $0.key < $1.key }) {
                family.sample(count, [(label, key)])
            }
        }
    }
}
