import Inventory
import Journal
import TestSupport
import Wire

/// What the fleet should look like: the same changes applied to a dictionary.
struct Model: Equatable {
    var hosts: [HostKey: [ContainerID: EncodedContainer]] = [:]

    mutating func apply(_ change: ContainerChange, to host: HostKey) {
        switch change.kind {
        case .removed: hosts[host]?[change.id] = nil
        case .put(let facets):
            var container = hosts[host, default: [:]][change.id] ?? EncodedContainer()
            for facet in Facet.allCases {
                switch facets[facet] {
                case .untouched: break
                case .deleted: container[facet] = nil
                case .value(let bytes): container[facet] = bytes
                }
            }
            hosts[host, default: [:]][change.id] = container
        }
    }

    mutating func apply(_ events: some Sequence<ChangeEvent>) {
        for event in events {
            if hosts[event.host] == nil { hosts[event.host] = [:] }
            apply(event.change, to: event.host)
        }
    }

    /// Without the hosts that have nothing, which leave no trace in events.
    var occupied: [HostKey: [ContainerID: EncodedContainer]] { hosts.filter { !$0.value.isEmpty } }
}

/// Draws change sets as agents send them.
struct ChangeSource {
    var random: SplitMix64
    var serial = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// A change set for a host: removals, puts of new containers, which are whole, and of known ones, which need not be.
    mutating func changes(of known: [ContainerID: EncodedContainer], from ids: ClosedRange<UInt64>)
        -> [ContainerChange]
    {
        var changes: [ContainerChange] = []
        var present = Set(known.keys)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let id = container(UInt64.random(in: ids, using: &random))
            if present.contains(id), Int.random(in: 0..<4, using: &random) == 0 {
                changes.append(.removed(id, Bool.random(using: &random) ? .destroyed : .absent))
                present.remove(id)
                guard Bool.random(using: &random) else { continue }
            }
            changes.append(put(id, isWhole: !present.contains(id)))
            present.insert(id)
        }
        return changes
    }

    private mutating func put(_ id: ContainerID, isWhole: Bool) -> ContainerChange {
        var facets = FacetChanges()
        for facet in Facet.allCases {
            let isNeeded = isWhole && (facet == .status || facet == .config)
            guard isNeeded || Int.random(in: 0..<3, using: &random) == 0 else { continue }
            serial += 1
            let isGone = !isNeeded && facet == .compose && Bool.random(using: &random)
            facets[facet] = isGone ? .deleted : .value(bytes("{\"\(facet.rawValue)\":\(serial)}"))
        }
        if facets.isEmpty { facets.status = .value(bytes("{}")) }
        return ContainerChange(id: id, kind: .put(facets))
    }
}
