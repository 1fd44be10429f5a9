import Inventory

extension Snapshot {
    /// Puts a host into its place and into the order.
    mutating func insert(_ host: Host, at place: UInt32) {
        hosts[place] = host
        hostOrder.insert(place, at: orderPosition(of: host.id, host.key))
    }

    /// Gives a host another name, and another id if one is given; an unknown host is left alone.
    mutating func rename(_ key: HostKey, id: HostID?, name: String) {
        guard let place = hostPlaces[key], var host = hosts[place] else { return }
        hostOrder.remove(at: orderPosition(of: host.id, key))
        host.id = id ?? host.id
        host.name = name
        insert(host, at: place)
    }

    /// Places of hosts in order of the hosts' ids, then of their keys.
    func ordered(_ places: some Sequence<UInt32>) -> [UInt32] {
        let found = places.compactMap { place in hosts[place].map { (id: $0.id, key: $0.key, place: place) } }
        return found.sorted { ($0.id, $0.key) < ($1.id, $1.key) }.map(\.place)
    }

    /// What the containers hold that a change is about to replace, in words.
    func weight(of ids: [ContainerID], on host: HostKey?) -> Int {
        guard let place = host.flatMap({ hostPlaces[$0] }) else { return 0 }
        return ids.reduce(0) { sum, id in
            sum + (slot(of: id, at: place).map { records[$0].packed.weight } ?? 0)
        }
    }
}
