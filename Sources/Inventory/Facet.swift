/// One part of a container's record that is replaced as a whole and has its own freshness.
///
/// `stats` is not among them: samples have no version, no digest and no history (requirement B16).
package enum Facet: String, CaseIterable, Hashable, Sendable {
    /// State, health, times, exit, restarts.
    case status
    /// Ports, endpoints, addresses: new at every start.
    case network
    /// Image, command, mounts, labels, environment, policies.
    case config
    /// Which stack the container belongs to; absent when to none.
    case compose

    /// The position in arrays with one place for each facet, and in the database.
    package var index: Int {
        switch self {
        case .status: 0
        case .network: 1
        case .config: 2
        case .compose: 3
        }
    }

    package static let count = allCases.count
}
