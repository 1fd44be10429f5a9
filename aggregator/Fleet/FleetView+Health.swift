package import Inventory

/// The containers of one host by what their health checks say.
package struct HostHealth: Hashable, Sendable {
    package let host: HostKey
    package let id: HostID
    package let name: String
    package let health: HealthTally
}

extension FleetView {
    /// All containers by what their health checks say (requirement B10).
    ///
    /// Counted while changes are applied, so that nothing is gone through; members are asked for by `Query.health`.
    package var health: HealthTally { snapshot.health }

    /// The same of each host, by its id; of all hosts, or of those that are given.
    package func healthByHost(_ keys: Set<HostKey>? = nil) -> [HostHealth] {
        let places =
            keys.map { snapshot.ordered($0.compactMap { snapshot.place(of: $0) }) } ?? snapshot.hostOrder
        return places.compactMap { place in
            snapshot.hosts[place].map {
                HostHealth(host: $0.key, id: $0.id, name: $0.name, health: $0.health)
            }
        }
    }
}
