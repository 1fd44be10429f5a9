import Inventory

/// A port of a host that several containers claim.
package struct PortClash: Hashable, Sendable {
    /// In order of their containers' ids, then of addresses; of two containers at least.
    package let claims: [HostPort]

    /// The clashes among claims of one port and protocol on one host.
    ///
    /// Claims belong together when one's address is the other's, or every address of that family; so two that don't
    /// overlap can be in one clash through a third that overlaps both.
    static func among(
        _ claims: [HostPort], id: (FleetView.Slot) -> ContainerID
    ) -> [PortClash] {
        var groups: [HostAddress: [HostPort]] = [:]
        for claim in claims { groups[HostAddress(claim.ip), default: []].append(claim) }
        let (ipv4, ipv6) = (HostAddress.ipv4(0), HostAddress.ipv6(0, 0))
        func gather(_ address: HostAddress, _ isMember: (HostAddress) -> Bool) {
            guard groups[address] != nil else { return }
            for other in groups.keys where other != address && isMember(other) {
                let others = groups.removeValue(forKey: other) ?? []
                groups[address]?.append(contentsOf: others)
            }
        }
        gather(.any) { _ in true }
        gather(ipv4) { if case .ipv4 = $0 { true } else { false } }
        gather(ipv6) { if case .ipv6 = $0 { true } else { false } }
        let found = groups.values.filter { Set($0.map(\.slot)).count > 1 }
        return found.map { claims in
            PortClash(claims: claims.sorted { (id($0.slot), $0.ip) < (id($1.slot), $1.ip) })
        }.sorted { one, two in
            guard let one = one.claims.first, let two = two.claims.first else { return false }
            return (id(one.slot), one.ip) < (id(two.slot), two.ip)
        }
    }
}

extension PortNumber {
    /// A port with every protocol.
    static func all(of port: UInt16) -> [PortNumber] {
        (0..<4 as Range<UInt32>).map { PortNumber(code: UInt32(port) << 8 | $0) }
    }
}

extension FleetView {
    /// Ports of hosts that more than one container has at addresses that overlap, in order of host and port.
    ///
    /// Only contested ports are looked at, which are noted while changes are applied.
    package func portClashes(_ query: PortQuery) -> (clashes: [PortClash], looked: Int) {
        var places: [UInt32] = []
        snapshot.indexes[Snapshot.Index.contested.rawValue].forEach { place, _ in
            places.append(UInt32(truncatingIfNeeded: place))
        }
        if let hosts = query.hosts {
            let wanted = Set(hosts.compactMap { snapshot.place(of: $0) })
            places = places.filter(wanted.contains)
        }
        var (clashes, looked): ([PortClash], Int) = ([], 0)
        for place in snapshot.ordered(places) {
            snapshot.posting(.contested, UInt64(place))?.forEach { code in
                let number = PortNumber(code: code)
                guard (query.port ?? number.port) == number.port else { return }
                var claims: [HostPort] = []
                snapshot.posting(.claim, Snapshot.claimKey(place, number))?.forEach { slot in
                    looked += 1
                    claims += rows(slot).filter { $0.code == code }.map(\.row)
                }
                for type in Set(claims.map(\.type)).sorted() where (query.type ?? type) == type {
                    clashes += PortClash.among(claims.filter { $0.type == type }) { snapshot.ids[$0.number] }
                }
            }
        }
        return (clashes, looked)
    }
}
