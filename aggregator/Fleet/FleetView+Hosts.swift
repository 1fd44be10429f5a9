package import Inventory
package import Wire

/// A host and its counts.
package struct HostSummary: Hashable, Sendable {
    package let key: HostKey
    package let id: HostID
    package let name: String
    package let containers: Int
    package let running: Int
    package let digest: Digest
}

extension FleetView {
    /// Every host, by its id.
    package var hosts: [HostSummary] {
        snapshot.hostOrder.compactMap { snapshot.hosts[$0].map(HostSummary.init) }
    }

    /// One host; nil when it is not in the fleet.
    package func host(_ key: HostKey) -> HostSummary? {
        snapshot.place(of: key).flatMap { snapshot.hosts[$0] }.map(HostSummary.init)
    }

    /// The host of this id; nil when there is none.
    package func host(_ id: HostID) -> HostSummary? {
        let position = snapshot.orderPosition(of: id, HostKey(rawValue: 0))
        guard position < snapshot.hostOrder.count, let host = snapshot.hosts[snapshot.hostOrder[position]],
            host.id == id
        else { return nil }
        return HostSummary(host)
    }

    /// The hosts of some containers, each once, in the order of its first.
    package func hosts(of slots: [Slot]) -> [HostKey] {
        var (places, last): ([UInt32], UInt32?) = ([], nil)
        var seen: Set<UInt32> = []
        for slot in slots {
            let place = snapshot.records[slot.number].host
            // Most lists go host by host.
            guard place != last else { continue }
            last = place
            if seen.insert(place).inserted { places.append(place) }
        }
        return places.compactMap { snapshot.hosts[$0]?.key }
    }

    /// Containers in all.
    package var count: Int { snapshot.count }

    /// Grows with every change of the fleet; two views of one process with the same number are the same.
    package var generation: UInt64 { snapshot.generation }
}

extension HostSummary {
    fileprivate init(_ host: Snapshot.Host) {
        self.init(
            key: host.key, id: host.id, name: host.name, containers: host.count, running: host.running,
            digest: Digest(sum: host.digest),
        )
    }
}
