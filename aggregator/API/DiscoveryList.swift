import Fleet
import Inventory
import Synchronization
import Wire

/// What lies on each host, found out anew only when something of that host has changed.
final class DiscoveryList: Sendable {
    private let patterns: [String]
    private let known = Mutex<[HostKey: (digest: Digest, containers: Int, discovery: Discovery)]>([:])

    /// `patterns` are parts of paths where applications keep their data.
    init(patterns: [String]) {
        self.patterns = patterns
    }

    /// What lies on a host; nil when it is not in the fleet.
    func of(_ host: HostSummary, in view: FleetView) -> Discovery? {
        let earlier = known.withLock { $0[host.key] }
        if let earlier, earlier.digest == host.digest, earlier.containers == host.containers {
            return earlier.discovery
        }
        guard let discovery = view.discovery(on: host.key, dataPatterns: patterns) else { return nil }
        known.withLock { known in
            known[host.key] = (host.digest, host.containers, discovery)
            // Of hosts that left the fleet nothing is kept for long.
            guard known.count > 2 * view.hosts.count + 16 else { return }
            let hosts = Set(view.hosts.map(\.key))
            known = known.filter { hosts.contains($0.key) }
        }
        return discovery
    }
}
