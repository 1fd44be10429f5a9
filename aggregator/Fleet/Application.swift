import Inventory
import Wire

/// A change set on its way into the fleet: the snapshot to change, and the set's texts as they get their
/// numbers.
struct Application {
    private let set: PreparedSet
    private let place: UInt32
    private let at: Int64
    private(set) var applied = Applied()

    init(_ set: PreparedSet, to place: UInt32, at: Int64) {
        self.set = set
        self.place = place
        self.at = at
    }

    /// Applies every step.
    mutating func run(on snapshot: inout Snapshot, _ writer: inout Writer) {
        for step in set.steps {
            switch step {
            case .remove(let id):
                if let slot = snapshot.slot(of: id, at: place) {
                    snapshot.remove(slot, &writer)
                    applied.removed += 1
                }
            case .put(let put): self.put(put, on: &snapshot, &writer)
            }
        }
    }

    private mutating func put(_ put: PreparedSet.Put, on snapshot: inout Snapshot, _ writer: inout Writer) {
        let known = snapshot.slot(of: put.id, at: place)
        // A container without status or config is none: the door has to ask for it whole.
        for facet in [Facet.status, .config] {
            switch put.marks[facet.index] {
            case .value: continue
            case .untouched where known != nil: continue
            default:
                applied.missing.append(put.id)
                return
            }
        }
        let slot = known ?? snapshot.insert(put.id, at: place, &writer)
        let before = writer.digests[slot]
        var digests = before
        for facet in Facet.allCases {
            switch put.marks[facet.index] {
            case .untouched: continue
            case .deleted: digests[facet] = 0
            case .value: digests[facet] = put.digests[facet]
            }
        }
        guard digests != before else {
            applied.unchanged += 1
            return
        }
        if known == nil { applied.added += 1 } else { applied.updated += 1 }
        if digests[.status] != before[.status] { replaceStatus(put, slot, &snapshot, &writer) }
        if digests[.config] != before[.config] { replaceName(put, slot, &snapshot, &writer) }
        if digests[.network] != before[.network] || digests[.config] != before[.config]
            || digests[.compose] != before[.compose]
        {
            replacePacked(put, before, digests, slot, &snapshot, &writer)
        }
        snapshot.records[slot].changedAt = put.changedAt ?? at
        writer.digests[slot] = digests
        snapshot.hosts[place]?.digest &+= digests.sum &- before.sum
    }

    private func replaceStatus(
        _ put: PreparedSet.Put, _ slot: UInt32, _ snapshot: inout Snapshot, _ writer: inout Writer,
    ) {
        var status = put.status
        status.mapTexts { take($0, &snapshot, &writer) }
        let old = snapshot.records[slot].status
        snapshot.records[slot].status = status
        // A sample is of one run: its counters began with it.
        if !status.isLive || status.startedAt != old.startedAt { snapshot.stats.clear(slot) }
        snapshot.move(slot, in: .state, from: old.stateKey, to: status.stateKey)
        snapshot.move(slot, in: .health, from: old.healthKey, to: status.healthKey)
        snapshot.hosts[place]?.running += (status.isRunning ? 1 : 0) - (old.isRunning ? 1 : 0)
        snapshot.hosts[place]?.live += (status.isLive ? 1 : 0) - (old.isLive ? 1 : 0)
        let from = old.state == 0 ? nil : snapshot.healthWord(old)
        let to = snapshot.healthWord(status)
        snapshot.hosts[place]?.health.move(from: from, to: to)
        snapshot.health.move(from: from, to: to)
        for text in [old.state, old.health, old.error] { snapshot.release(text, &writer) }
    }

    private func replaceName(
        _ put: PreparedSet.Put, _ slot: UInt32, _ snapshot: inout Snapshot, _ writer: inout Writer,
    ) {
        let name = take(put.name, isName: true, &snapshot, &writer)
        let old = snapshot.records[slot].name
        snapshot.records[slot].name = name
        snapshot.move(slot, in: .name, from: old == 0 ? nil : UInt64(old), to: UInt64(name))
        snapshot.release(old, &writer)
    }

    private func replacePacked(
        _ put: PreparedSet.Put, _ before: FacetDigests, _ after: FacetDigests, _ slot: UInt32,
        _ snapshot: inout Snapshot, _ writer: inout Writer,
    ) {
        let old = snapshot.records[slot].packed
        let isNew = (
            network: after[.network] != before[.network], config: after[.config] != before[.config],
            compose: after[.compose] != before[.compose]
        )
        let packed = Packed(
            network: isNew.network ? intern(put.network, &snapshot, &writer) : old.networkPart,
            config: isNew.config ? intern(put.config, &snapshot, &writer) : old.configPart,
            compose: isNew.compose ? intern(put.compose, &snapshot, &writer) : old.composePart,
        )
        snapshot.records[slot].packed = packed
        if isNew.network { snapshot.reindex(slot, from: old.network, to: packed.network) }
        if isNew.config { snapshot.reindex(slot, from: old.config, to: packed.config) }
        if isNew.network || isNew.config { snapshot.reindexClaims(slot, at: place, from: old, to: packed) }
        if isNew.compose {
            let (from, to) = (old.compose?.project, packed.compose?.project)
            snapshot.move(slot, in: .stack, from: from.map(UInt64.init), to: to.map(UInt64.init))
        }
        // Only now: what both have must not go in between.
        if isNew.network { snapshot.release(Packed.texts(of: old.networkPart), &writer) }
        if isNew.config { snapshot.release(Packed.texts(of: old.configPart), &writer) }
        if isNew.compose { snapshot.release(Packed.texts(of: old.composePart), &writer) }
    }

    /// A part of the set with the fleet's numbers for its texts; an empty part stays empty.
    private func intern(_ part: [UInt32], _ snapshot: inout Snapshot, _ writer: inout Writer) -> [UInt32] {
        guard let count = part.first else { return [] }
        var words = part
        for index in 1..<(1 + Int(count)) { words[index] = take(words[index], &snapshot, &writer) }
        return words
    }

    /// The fleet's number for a text of the set, counted as used once more.
    private func take(
        _ text: UInt32, isName: Bool = false, _ snapshot: inout Snapshot, _ writer: inout Writer
    ) -> UInt32 {
        guard text >= Strings.Known.count else { return text }
        let index = Int(text - Strings.Known.count)
        let number = snapshot.strings.insert(set.texts[index], hash: set.texts.hashes[index], isName: isName)
        {
            writer.texts.take()
        }
        guard number >= Strings.Known.count else { return number }
        writer.uses.reserve(number)
        writer.uses[number] += 1
        return number
    }
}
