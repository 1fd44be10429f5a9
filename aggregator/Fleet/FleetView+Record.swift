import Inventory

extension FleetView {
    /// The address that a container is best reached at on its host: in the network of its mode, else in the first one.
    ///
    /// IPv4 before IPv6; empty when it has none, as one that doesn't run or shares another's network.
    package func primaryAddress(_ slot: Slot) -> String {
        guard let network = snapshot.records[slot.number].packed.network else { return "" }
        let order = (0..<network.networkCount).sorted { one, other in
            let (isOne, isOther) = (
                network.networkName(one) == network.mode, network.networkName(other) == network.mode
            )
            return isOne == isOther ? one < other : isOne
        }
        for index in order {
            switch network.address(index) {
            case .ipv4(let address):
                return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
            case .text(let text): return snapshot.strings[text]
            case .none: continue
            }
        }
        return order.lazy.map { network.ipv6($0) }.first { $0 != 0 }.map { snapshot.strings[$0] } ?? ""
    }

    /// Other containers of the same stack, on all hosts: at most `limit` of them, and how many there are.
    package func siblings(_ slot: Slot, limit: Int) -> (slots: [Slot], total: Int) {
        guard let own = snapshot.records[slot.number].packed.compose,
            let posting = snapshot.posting(.stack, UInt64(own.project))
        else { return ([], 0) }
        var (slots, total): ([UInt32], Int) = ([], 0)
        posting.forEach { other in
            guard other != slot.number, snapshot.records[other].packed.compose?.kind == own.kind else {
                return
            }
            total += 1
            if slots.count < limit { slots.append(other) }
        }
        let sorted = slots.map { other in
            (
                id: snapshot.hosts[snapshot.records[other].host]?.id, container: snapshot.ids[other],
                slot: other
            )
        }.sorted { one, other in
            guard let host = one.id, let next = other.id, host != next else {
                return one.container < other.container
            }
            return host < next
        }
        return (sorted.map { Slot(number: $0.slot) }, total)
    }

    /// How a container fares: what its health check says with its failing streak, else its state (requirement C2).
    package func condition(_ slot: Slot) -> (word: String, streak: Int64?) {
        let status = snapshot.records[slot.number].status
        return status.hasHealth
            ? (snapshot.strings[status.health], status.failingStreak) : (snapshot.strings[status.state], nil)
    }
}
