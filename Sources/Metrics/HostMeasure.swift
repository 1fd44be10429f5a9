/// Something that an agent measures about its host, by its family in the exposition (requirement C7).
///
/// Agents and aggregators name it on the wire by `name`. The list is closed, so that no agent can make families or
/// labels by what it sends.
package struct HostMeasure: Sendable {
    /// The family's name.
    package let family: StaticString
    package let kind: MetricKind
    /// What it is, for people.
    package let help: String
    /// What tells its series apart; nil where there is one for each host.
    package let label: StaticString?
    /// The values of that label.
    package let values: [String]

    private init(
        _ family: StaticString, _ kind: MetricKind, _ help: String, by label: StaticString? = nil,
        _ values: [String] = []
    ) {
        (self.family, self.kind, self.help, self.label, self.values) = (family, kind, help, label, values)
    }

    /// Its name on the wire: the family's without this program's prefix.
    package var name: String { String(family.description.dropFirst("bayplan_".count)) }

    /// The value of its label in a set of labels: an empty one where it has no label, nil where the set is another's.
    package func value(in labels: [String: String]) -> String? {
        guard let label else { return labels.isEmpty ? "" : nil }
        guard labels.count == 1, let value = labels[label.description], values.contains(value) else {
            return nil
        }
        return value
    }

    private static let operations = ["ping", "info", "version", "list", "inspect", "events", "other"]

    package static let events = HostMeasure(
        "bayplan_engine_events_total", .counter, "Events of the host's Engine that its agent processed.")
    package static let unreadableEvents = HostMeasure(
        "bayplan_engine_unreadable_events_total", .counter, "Lines of the event stream that were no events.")
    package static let coalesced = HostMeasure(
        "bayplan_engine_coalesced_events_total", .counter,
        "Events that fell together with another one about the same container.")
    package static let overflows = HostMeasure(
        "bayplan_engine_event_overflows_total", .counter,
        "Times when more changed at once than is noted one by one.")
    package static let reconnects = HostMeasure(
        "bayplan_engine_event_stream_reconnects_total", .counter,
        "Event streams that were opened again after one had ended.")
    package static let connectionErrors = HostMeasure(
        "bayplan_engine_connection_errors_total", .counter,
        "Attempts of the agent to reach its Engine that failed.")
    package static let drift = HostMeasure(
        "bayplan_discovery_drift_total", .counter,
        "Differences that a discovery found though no event had told of them.")
    package static let failedDiscoveries = HostMeasure(
        "bayplan_discovery_failures_total", .counter, "Discoveries that ended incomplete.")
    package static let failedCalls = HostMeasure(
        "bayplan_engine_call_errors_total", .counter,
        "Questions of the agent that its Engine didn't answer, by what was asked.",
        by: "call", operations)
    package static let callTimes = HostMeasure(
        "bayplan_engine_call_duration_seconds", .histogram,
        "How long the host's Engine took to answer its agent, by what was asked.", by: "call", operations)
    package static let discoveries = HostMeasure(
        "bayplan_discovery_duration_seconds", .histogram,
        "How long a complete pass over the host's containers took, by its kind.", by: "kind",
        ["images", "reconcile", "complete"])

    /// Every one, in the order of the page.
    package static let all = [
        events, unreadableEvents, coalesced, overflows, reconnects, connectionErrors, drift,
        failedDiscoveries,
        failedCalls, callTimes, discoveries,
    ]
}
