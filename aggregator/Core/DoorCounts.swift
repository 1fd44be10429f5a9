package import Metrics
import OS

/// What the agents' door has done so far (requirement C7).
package final class DoorCounts: Sendable {
    /// Connections that were accepted.
    package let connections = Counter()
    /// Sessions that were begun, by how: `resume`, `current`, `manifest`, `wait`.
    package let sessions = CounterTable<String>(limit: 8)
    /// Agents that were refused, by the code they were told; all of them ours.
    package let refused = CounterTable<String>(limit: 64)
    /// Connections that ended with an error, by its code; all of them ours.
    package let errors = CounterTable<String>(limit: 64)
    /// Frames with changes.
    package let deltas = Counter()
    /// Containers in them that changed or went.
    package let changes = Counter()
    /// Times when a host's state was compared anew.
    package let resyncs = Counter()

    init() {}
}

/// How busy the agents' door is now.
package struct DoorLoad: Hashable, Sendable {
    /// Connections, of whatever kind.
    package let connections: Int
    /// Those that speak for a host.
    package let sessions: Int
    /// Bytes that are kept for all of them.
    package let buffered: Int
    /// Agents that wait for the registry.
    package let claims: Int
}

extension AgentDoor {
    /// How busy it is now.
    package var load: DoorLoad {
        let sessions = connections.values.count { if case .speaking = $0.phase { true } else { false } }
        return DoorLoad(
            connections: connections.count, sessions: sessions, buffered: buffered, claims: claims.count)
    }
}
