import Inventory
import Wire

extension Snapshot {
    /// Makes a slot for a container that the host does not have.
    mutating func insert(_ id: ContainerID, at place: UInt32, _ writer: inout Writer) -> UInt32 {
        let slot = writer.slots.take()
        ids.reserve(slot)
        records.reserve(slot)
        writer.digests.reserve(slot)
        ids[slot] = id
        records[slot].host = place
        byID.insert(slot, at: positionByID(of: slot, id))
        if let position = hosts[place]?.members.position({ ids[$0] < id }) {
            hosts[place]?.members.insert(slot, at: position)
        }
        hosts[place]?.count += 1
        count += 1
        return slot
    }

    /// Takes a container out of everything and frees its slot.
    mutating func remove(_ slot: UInt32, _ writer: inout Writer) {
        let record = records[slot]
        let id = ids[slot]
        // Before its text goes.
        let word = healthWord(record.status)
        hosts[record.host]?.health.move(from: word, to: nil)
        health.move(from: word, to: nil)
        move(slot, in: .state, from: record.status.stateKey, to: nil)
        move(slot, in: .health, from: record.status.healthKey, to: nil)
        move(slot, in: .name, from: UInt64(record.name), to: nil)
        reindex(slot, from: record.packed.network, to: nil)
        reindex(slot, from: record.packed.config, to: nil)
        reindexClaims(slot, at: record.host, from: record.packed, to: Packed())
        move(slot, in: .stack, from: record.packed.compose.map { UInt64($0.project) }, to: nil)
        for text in [record.name, record.status.state, record.status.health, record.status.error] {
            release(text, &writer)
        }
        for part in [record.packed.networkPart, record.packed.configPart, record.packed.composePart] {
            release(Packed.texts(of: part), &writer)
        }
        byID.remove(at: positionByID(of: slot, id))
        if let position = hosts[record.host]?.members.position({ ids[$0] < id }) {
            hosts[record.host]?.members.remove(at: position)
        }
        hosts[record.host]?.count -= 1
        hosts[record.host]?.running -= record.status.isRunning ? 1 : 0
        hosts[record.host]?.live -= record.status.isLive ? 1 : 0
        hosts[record.host]?.digest &-= writer.digests[slot].sum
        count -= 1
        records[slot] = Record()
        stats.clear(slot)
        writer.digests[slot] = FacetDigests()
        writer.slots.giveBack(slot)
    }

    /// Moves a slot from one posting of an index to another.
    mutating func move(_ slot: UInt32, in index: Index, from old: UInt64?, to new: UInt64?) {
        guard old != new else { return }
        if let old { indexes[index.rawValue].remove(slot, for: old) }
        if let new { indexes[index.rawValue].insert(slot, for: new) }
    }

    /// Brings the indexes of the network part up to date.
    mutating func reindex(_ slot: UInt32, from old: NetworkWords?, to new: NetworkWords?) {
        func names(_ network: NetworkWords?) -> [UInt64] {
            network.map { network in (0..<network.networkCount).map { UInt64(network.networkName($0)) } }
                ?? []
        }
        func ports(_ network: NetworkWords?) -> [UInt64] {
            guard let network else { return [] }
            return (0..<network.portCount).flatMap { index in
                let port = network.port(index)
                let inside = Self.privatePortKey(port.privatePort)
                return port.publicPort > 0 ? [UInt64(port.publicPort), inside] : [inside]
            }
        }
        reindex(.network, slot, from: names(old), to: names(new))
        reindex(.publicPort, slot, from: ports(old), to: ports(new))
    }

    /// Brings the indexes of the config part up to date.
    mutating func reindex(_ slot: UInt32, from old: ConfigWords?, to new: ConfigWords?) {
        func pairs(_ config: ConfigWords?) -> [UInt64] {
            guard let config else { return [] }
            return (0..<config.labelCount).map { Self.labelKey(config.labelKey($0), config.labelValue($0)) }
        }
        let (oldPairs, newPairs) = (pairs(old), pairs(new))
        move(slot, in: .image, from: old.map { UInt64($0.image) }, to: new.map { UInt64($0.image) })
        move(slot, in: .imageID, from: old?.imageKey, to: new?.imageKey)
        reindexMounts(slot, from: old, to: new)
        reindex(.variable, slot, from: old?.variableKeys ?? [], to: new?.variableKeys ?? [])
        guard oldPairs != newPairs else { return }
        reindex(.label, slot, from: oldPairs, to: newPairs)
        reindex(.labelKey, slot, from: oldPairs.map { $0 >> 32 }, to: newPairs.map { $0 >> 32 })
    }

    /// Takes a slot out of the postings that are only in `old`, and adds it to those only in `new`.
    mutating func reindex(_ index: Index, _ slot: UInt32, from old: [UInt64], to new: [UInt64]) {
        guard old != new else { return }
        let (old, new) = (old.sorted(), new.sorted())
        var (gone, come) = (0, 0)
        while gone < old.count || come < new.count {
            // Equal keys may follow each other: a port is often published once for IPv4 and once for IPv6.
            if come == new.count || (gone < old.count && old[gone] < new[come]) {
                indexes[index.rawValue].remove(slot, for: old[gone])
                gone += 1
            } else if gone == old.count || new[come] < old[gone] {
                indexes[index.rawValue].insert(slot, for: new[come])
                come += 1
            } else {
                let both = old[gone]
                while gone < old.count, old[gone] == both { gone += 1 }
                while come < new.count, new[come] == both { come += 1 }
            }
        }
    }

    /// Counts texts as used once less, and forgets those that nothing uses any more.
    mutating func release(_ texts: some Sequence<UInt32>, _ writer: inout Writer) {
        for text in texts { release(text, &writer) }
    }

    /// Counts a text as used once less, and forgets it when nothing uses it any more.
    mutating func release(_ text: UInt32, _ writer: inout Writer) {
        guard text >= Strings.Known.count else { return }
        writer.uses[text] -= 1
        guard writer.uses[text] == 0 else { return }
        strings.remove(text)
        writer.texts.giveBack(text)
    }
}
