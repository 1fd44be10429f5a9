package import Inventory

/// A host's whole state on the agent's side: every facet's current bytes and the version that last changed it.
///
/// No frame is stored: any number of aggregators are served from here, each with a cursor, and an outage of days costs no
/// more memory than the containers themselves. What a cursor missed is told from the versions, removals from a bounded
/// list of tombstones; `floor` is the oldest cursor for which that list is still complete.
package struct HostLog: Sendable {
    /// One facet: its bytes (nil = the container lost it) and the version of that change; version 0 = never had it.
    struct Slot: Sendable {
        var bytes: FacetBytes?
        var version: Int64 = 0
        var digest: UInt64 = 0
    }

    struct Entry: Sendable {
        var slots: [4 of Slot] = [Slot(), Slot(), Slot(), Slot()]
        var changed: Int64 = 0
    }

    struct Tombstone: Sendable {
        let id: ContainerID
        let version: Int64
    }

    package let epoch: Epoch
    package let digestKey: SipHash.Key
    /// Counts changes, from 1.
    package private(set) var version: Int64 = 0
    /// The oldest version from which every change can still be told.
    package private(set) var floor: Int64 = 0
    /// Over everything that is here now.
    package private(set) var digest = Digest()
    /// Whether a complete list has been taken in; before that there is nothing to offer.
    package private(set) var isComplete = false
    private var entries: [ContainerID: Entry] = [:]
    private var tombstones: [Tombstone] = []
    /// Tombstones are dropped past `max(minimumTombstones, containers)`.
    private let minimumTombstones: Int

    package init(epoch: Epoch, digestKey: SipHash.Key, minimumTombstones: Int = 1000) {
        self.epoch = epoch
        self.digestKey = digestKey
        self.minimumTombstones = minimumTombstones
    }

    /// The number of containers.
    package var count: Int { entries.count }

    /// The containers that the host has or is known to have had; no manifest since the floor listed more.
    var knownCount: Int { entries.count + tombstones.count }

    package var ids: some Collection<ContainerID> { entries.keys }

    /// Whether the host has this container now.
    package func contains(_ id: ContainerID) -> Bool { entries[id] != nil }

    /// What the host can offer an aggregator now.
    package var offer: Offer {
        Offer(version: version, floor: floor, digest: isComplete ? digest : nil, count: Int64(count))
    }

    /// The container as it is now.
    package subscript(id: ContainerID) -> EncodedContainer? {
        guard let entry = entries[id] else { return nil }
        var container = EncodedContainer()
        for facet in Facet.allCases { container[facet] = entry.slots[facet.index].bytes }
        return container
    }

    /// Says that a complete list has been taken in, so that absence now means something.
    package mutating func completed() {
        isComplete = true
    }

    /// Takes in a container's current state and says which facets that changed.
    @discardableResult
    package mutating func put(_ id: ContainerID, _ container: EncodedContainer) -> [Facet] {
        var entry = entries[id] ?? Entry()
        let changed = Facet.allCases.filter { container[$0] != entry.slots[$0.index].bytes }
        guard !changed.isEmpty else { return [] }
        version += 1
        entry.changed = version
        for facet in changed {
            let bytes = container[facet]
            let hash = bytes.map { Digest.facet(facet, of: id, bytes: $0, key: digestKey) } ?? 0
            digest.sum = digest.sum &- entry.slots[facet.index].digest &+ hash
            entry.slots[facet.index] = Slot(bytes: bytes, version: version, digest: hash)
        }
        entries[id] = entry
        return changed
    }

    /// Takes a container away; false when it wasn't there.
    @discardableResult
    package mutating func remove(_ id: ContainerID) -> Bool {
        guard let entry = entries.removeValue(forKey: id) else { return false }
        version += 1
        for facet in Facet.allCases { digest.sum = digest.sum &- entry.slots[facet.index].digest }
        tombstones.append(Tombstone(id: id, version: version))
        let limit = max(minimumTombstones, entries.count)
        // Dropping a quarter at a time keeps the cost of a removal constant.
        if tombstones.count > limit + limit / 4 {
            let surplus = tombstones.count - limit
            floor = tombstones[surplus - 1].version
            tombstones.removeFirst(surplus)
        }
        return true
    }

    /// Everything that changed after `from`, with its value of now; right only if `from` ≥ `floor`.
    ///
    /// Removals come first, oldest first, then the others by id, so that the same history gives the same frames.
    package func changes(after from: Int64) -> [ContainerChange] {
        precondition(from >= floor, "changes before the floor are not known")
        guard from < version else { return [] }
        var puts: [ContainerChange] = []
        for (id, entry) in entries where entry.changed > from {
            puts.append(ContainerChange(id: id, kind: .put(Self.facets(of: entry, after: from))))
        }
        return removals(after: from) + puts.sorted { $0.id < $1.id }
    }

    /// What a resync sends after its manifest of version `from`: the changes since, and the needed containers whole.
    package func fill(after from: Int64, needed: Set<ContainerID>) -> [ContainerChange] {
        precondition(from >= floor, "changes before the floor are not known")
        let removals = removals(after: from)
        let told = Set(removals.map(\.id))
        let gone = needed.filter { entries[$0] == nil && !told.contains($0) }.sorted()
        var puts: [ContainerChange] = []
        for (id, entry) in entries {
            let isNeeded = needed.contains(id)
            guard isNeeded || entry.changed > from else { continue }
            let facets = isNeeded ? Self.whole(entry) : Self.facets(of: entry, after: from)
            puts.append(ContainerChange(id: id, kind: .put(facets)))
        }
        return removals + gone.map { .removed($0) } + puts.sorted { $0.id < $1.id }
    }

    /// The digests of everything, at the current version, by id.
    package var manifest: [Manifest.Entry] {
        let manifest = entries.map { id, entry in
            var digests = FacetDigests()
            for facet in Facet.allCases { digests[facet] = entry.slots[facet.index].digest }
            return Manifest.Entry(id: id, digests: digests)
        }
        return manifest.sorted { $0.id < $1.id }
    }

    private func removals(after from: Int64) -> [ContainerChange] {
        var start = tombstones.count
        while start > 0, tombstones[start - 1].version > from { start -= 1 }
        var told: Set<ContainerID> = []
        return tombstones[start...].filter { told.insert($0.id).inserted }.map { .removed($0.id) }
    }

    private static func facets(of entry: Entry, after from: Int64) -> FacetChanges {
        var facets = FacetChanges()
        for facet in Facet.allCases where entry.slots[facet.index].version > from {
            facets[facet] = entry.slots[facet.index].bytes.map(FacetChange.value) ?? .deleted
        }
        return facets
    }

    private static func whole(_ entry: Entry) -> FacetChanges {
        var facets = FacetChanges()
        for facet in Facet.allCases {
            facets[facet] = entry.slots[facet.index].bytes.map(FacetChange.value) ?? .deleted
        }
        return facets
    }
}
