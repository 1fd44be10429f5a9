import Inventory

/// A port of a host and its protocol, as numbers that fit the indexes.
struct PortNumber: Hashable, Comparable {
    /// The port, then eight bits for the protocol.
    let code: UInt32

    init(code: UInt32) {
        self.code = code
    }

    init(_ port: NetworkWords.Port, in snapshot: Snapshot) {
        code = UInt32(port.publicPort) << 8 | Self.protocolCode(snapshot.strings[port.type])
    }

    var port: UInt16 { UInt16(truncatingIfNeeded: code >> 8) }

    static func < (one: PortNumber, two: PortNumber) -> Bool { one.code < two.code }

    /// Protocols that this version doesn't know share a code, and are told apart by their texts.
    private static func protocolCode(_ type: String) -> UInt32 {
        switch type {
        case "tcp": 0
        case "udp": 1
        case "sctp": 2
        default: 3
        }
    }
}

extension Snapshot {
    /// The key of a host's port in the index of claims.
    static func claimKey(_ place: UInt32, _ port: PortNumber) -> UInt64 {
        UInt64(place) << 32 | UInt64(port.code)
    }

    /// The ports of its host that a container has: those that it is published at now, else those that it will be
    /// published at when it runs again.
    func claims(_ packed: Packed) -> (ports: [NetworkWords.Port], arePublished: Bool) {
        var ports: [NetworkWords.Port] = []
        if let network = packed.network {
            for index in 0..<network.portCount where network.port(index).publicPort > 0 {
                ports.append(network.port(index))
            }
        }
        if !ports.isEmpty { return (ports, true) }
        if let config = packed.config {
            for index in 0..<config.bindingCount where config.binding(index).publicPort > 0 {
                ports.append(config.binding(index))
            }
        }
        return (ports, false)
    }

    /// Brings the claims on a host's ports up to date, and which of these are contested (requirement H9).
    mutating func reindexClaims(_ slot: UInt32, at place: UInt32, from old: Packed, to new: Packed) {
        let (before, after) = (claims(old), claims(new))
        guard !before.ports.isEmpty || !after.ports.isEmpty else { return }
        hosts[place]?.claimed += after.ports.count - before.ports.count
        hosts[place]?.published +=
            (after.arePublished ? after.ports.count : 0) - (before.arePublished ? before.ports.count : 0)
        let gone = Set(before.ports.map { PortNumber($0, in: self) })
        let come = Set(after.ports.map { PortNumber($0, in: self) })
        guard gone != come else { return }
        for port in gone.subtracting(come) {
            let key = Self.claimKey(place, port)
            indexes[Index.claim.rawValue].remove(slot, for: key)
            guard case .one? = posting(.claim, key) else { continue }
            indexes[Index.contested.rawValue].remove(port.code, for: UInt64(place))
        }
        for port in come.subtracting(gone) {
            let key = Self.claimKey(place, port)
            let isTaken = posting(.claim, key) != nil
            indexes[Index.claim.rawValue].insert(slot, for: key)
            if isTaken { indexes[Index.contested.rawValue].insert(port.code, for: UInt64(place)) }
        }
    }
}
