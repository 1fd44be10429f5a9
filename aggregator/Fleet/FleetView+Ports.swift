package import Inventory

/// A port of a host, and the container that has it (requirement H9).
package struct HostPort: Hashable, Sendable {
    package let slot: FleetView.Slot
    /// The host's address that it is bound to; empty for all.
    package let ip: String
    /// The host's port.
    package let port: UInt16
    /// `tcp`, `udp` or `sctp`.
    package let type: String
    /// The container's port.
    package let privatePort: UInt16
    /// Whether it is published now; else the container doesn't run, and will be published here when it does.
    package let isPublished: Bool
}

/// A part of a list of ports: in order of their host's id, then by port, protocol and container.
package struct PortSelection: Sendable {
    package let ports: [HostPort]
    /// How many there are on all pages.
    package let total: Int
    /// Gives the next page; nil when this is the last.
    package let next: PortToken?
    /// How many containers were looked at for this.
    package var looked = 0
}

/// Where a page of ports ended; opaque to clients, and good also when that container goes.
package struct PortToken: Hashable, Sendable {
    let code: UInt32
    let place: ContinueToken

    init(code: UInt32, place: ContinueToken) {
        self.code = code
        self.place = place
    }

    /// Parses what `description` wrote; anything else is nil.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let code = UInt32(parts[0]), let place = ContinueToken(parts[1]) else {
            return nil
        }
        self.init(code: code, place: place)
    }

    /// Whether both are about one host.
    func isInSameHost(as other: PortToken) -> Bool {
        place.hostID == other.place.hostID && place.host == other.place.host
    }
}

extension PortToken: CustomStringConvertible {
    package var description: String { "\(code).\(place)" }
}

/// Which ports are asked for.
package struct PortQuery: Hashable, Sendable {
    /// Nil for all hosts.
    package var hosts: Set<HostKey>?
    /// Nil for any port.
    package var port: UInt16?
    /// `tcp`, `udp` or `sctp`; nil for any.
    package var type: String?
    /// Whether ports of containers that don't run are asked for too.
    package var isComplete = false
    package var limit: Int?
    package var after: PortToken?

    package init() {}
}

extension FleetView {
    /// Ports of hosts with the containers that have them.
    ///
    /// A port that is asked for is looked up on each host; else the hosts on the page are gone through, and the others
    /// only counted.
    package func ports(_ query: PortQuery) -> PortSelection {
        let places =
            query.hosts.map { snapshot.ordered($0.compactMap { snapshot.place(of: $0) }) }
            ?? snapshot.hostOrder
        let limit = max(0, query.limit ?? .max)
        var (found, total, looked): ([HostPort], Int, Int) = ([], 0, 0)
        var (last, next): (PortToken?, PortToken?) = (nil, nil)
        for place in places {
            guard let host = snapshot.hosts[place] else { continue }
            let isPast = query.after.map { (host.id, host.key) < ($0.place.hostID, $0.place.host) } ?? false
            let isCounted = query.port == nil && query.type == nil
            let count = query.isComplete ? host.claimed : host.published
            if isCounted, count == 0 || isPast || next != nil {
                total += count
                continue
            }
            let ports = ports(of: place, query, &looked)
            total += ports.count
            guard !isPast, next == nil else { continue }
            for port in ports {
                let token = token(port, host)
                if let after = query.after, after.isInSameHost(as: token),
                    (token.code, token.place.container) <= (after.code, after.place.container)
                {
                    continue
                }
                // What one container has of one port stays on one page.
                if found.count >= limit, token != last {
                    next = last
                    break
                }
                found.append(port.row)
                last = token
            }
        }
        return PortSelection(ports: found, total: total, next: next, looked: looked)
    }

    private func token(_ port: (code: UInt32, row: HostPort), _ host: Snapshot.Host) -> PortToken {
        let container = snapshot.ids[port.row.slot.number]
        return PortToken(
            code: port.code, place: ContinueToken(hostID: host.id, host: host.key, container: container))
    }

    /// The ports of a host that are asked for, in order.
    private func ports(
        of place: UInt32, _ query: PortQuery, _ looked: inout Int
    ) -> [(code: UInt32, row: HostPort)] {
        var slots: [UInt32] = []
        if let port = query.port {
            for code in PortNumber.all(of: port) {
                snapshot.posting(.claim, Snapshot.claimKey(place, code))?.forEach { slots.append($0) }
            }
            slots = Array(Set(slots))
        } else {
            snapshot.hosts[place]?.members.forEach { slots.append($0) }
        }
        looked += slots.count
        var found: [(code: UInt32, row: HostPort)] = []
        for slot in slots {
            for port in rows(slot)
            where (query.isComplete || port.row.isPublished) && (query.port ?? port.row.port) == port.row.port
                && (query.type ?? port.row.type) == port.row.type
            {
                found.append(port)
            }
        }
        return found.sorted {
            ($0.code, snapshot.ids[$0.row.slot.number], $0.row.ip, $0.row.privatePort) < (
                $1.code, snapshot.ids[$1.row.slot.number], $1.row.ip, $1.row.privatePort
            )
        }
    }

    /// What one container has of its host's ports.
    func rows(_ slot: UInt32) -> [(code: UInt32, row: HostPort)] {
        let (ports, arePublished) = snapshot.claims(snapshot.records[slot].packed)
        return ports.map { port in
            let row = HostPort(
                slot: Slot(number: slot), ip: snapshot.strings[port.ip], port: port.publicPort,
                type: snapshot.strings[port.type], privatePort: port.privatePort, isPublished: arePublished)
            return (PortNumber(port, in: snapshot).code, row)
        }
    }
}
