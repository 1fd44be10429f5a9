package import Inventory
import Synchronization
package import Wire

/// Every container of every host, in memory: one writer at a time, many readers that never wait for it.
///
/// A reader takes a copy of the tables, which stays as it was, and works on that (`read()`). A small change
/// is made in place under the readers' lock; a large one on a copy that then takes the place of the old, so
/// that the lock is held for well under a millisecond whatever the size, and a change set becomes visible as
/// a whole.
package final class Fleet: Sendable {
    /// Held for a whole change.
    let writer: Mutex<Writer>
    /// Held for a moment.
    let published: Mutex<Snapshot>

    /// Changes up to this many words of content are made in place.
    ///
    /// That is fifty whole containers and about half a millisecond.
    private static let weightInPlace = 4_096
    /// The same while a reader has a copy, since what is changed then has to be copied first, under the lock.
    private static let weightInPlaceBesideReaders = 512
    /// What a host without its containers counts as.
    private static let weightOfHost = 64

    package convenience init() {
        self.init(Snapshot(), Writer())
    }

    /// Goes on from tables that were kept.
    init(_ snapshot: Snapshot, _ writer: Writer) {
        self.writer = Mutex(writer)
        published = Mutex(snapshot)
    }

    // MARK: Reading

    /// The fleet as it is now; costs a few counted references.
    package func read() -> FleetView {
        FleetView(published.withLock { $0 })
    }

    /// Everything as it is now, to be written down; waits for a change that is under way.
    package func image() -> FleetImage {
        writer.withLock { writer in FleetImage(snapshot: published.withLock { $0 }, writer: writer) }
    }

    /// Grows with every change.
    package var generation: UInt64 { published.withLock { $0.generation } }

    /// Whether the host has such a container.
    package func contains(_ id: ContainerID, on host: HostKey) -> Bool {
        published.withLock { snapshot in
            snapshot.place(of: host).flatMap { snapshot.slot(of: id, at: $0) } != nil
        }
    }

    /// The digest of a host's whole state, and how many containers it covers; zero for an unknown host.
    package func digests(of host: HostKey) -> (digest: Digest, count: Int) {
        published.withLock { snapshot in
            guard let entry = snapshot.place(of: host).flatMap({ snapshot.hosts[$0] }) else {
                return (Digest(), 0)
            }
            return (Digest(sum: entry.digest), entry.count)
        }
    }

    /// The digests of each of a host's containers, in order of their ids.
    ///
    /// Waits for a change that is under way.
    package func facetDigests(on host: HostKey) -> [(id: ContainerID, digests: FacetDigests)] {
        writer.withLock { writer in
            let snapshot = published.withLock { $0 }
            var all: [(id: ContainerID, digests: FacetDigests)] = []
            guard let entry = snapshot.place(of: host).flatMap({ snapshot.hosts[$0] }) else { return all }
            all.reserveCapacity(entry.count)
            entry.members.forEach { all.append((snapshot.ids[$0], writer.digests[$0])) }
            return all
        }
    }

    // MARK: Hosts

    /// Takes a host into the fleet; one that is there gets the new id and name.
    package func add(host key: HostKey, id: HostID, name: String) {
        change(weight: Self.weightOfHost) { snapshot, writer in
            if snapshot.hostPlaces[key] == nil {
                let place = writer.hosts.take()
                snapshot.hosts.reserve(place)
                snapshot.hostPlaces[key] = place
                snapshot.insert(Snapshot.Host(key: key, id: id, name: name), at: place)
            } else {
                snapshot.rename(key, id: id, name: name)
            }
        }
    }

    /// Gives a host another name to show.
    package func rename(host key: HostKey, to name: String) {
        change(weight: Self.weightOfHost) { snapshot, _ in snapshot.rename(key, id: nil, name: name) }
    }

    /// Takes a host and all its containers out of the fleet; gives their ids in order.
    @discardableResult
    package func remove(host key: HostKey) -> [ContainerID] {
        change { snapshot, writer in
            guard let place = snapshot.hostPlaces[key], let host = snapshot.hosts[place] else { return [] }
            var ids: [ContainerID] = []
            ids.reserveCapacity(host.count)
            host.members.forEach { ids.append(snapshot.ids[$0]) }
            host.members.forEach { snapshot.remove($0, &writer) }
            snapshot.hostOrder.remove(at: snapshot.orderPosition(of: host.id, key))
            snapshot.hosts[place] = nil
            snapshot.hostPlaces[key] = nil
            writer.hosts.giveBack(place)
            return ids
        }
    }

    // MARK: Containers

    /// Parses and hashes changes; the fleet is not touched.
    ///
    /// - Throws: When a facet has not the shape of the protocol.
    package static func prepare(
        _ changes: [ContainerChange], key: SipHash.Key,
    ) throws(FacetError) -> PreparedSet {
        var set = PreparedSet(key: key)
        for change in changes { try set.add(change) }
        return set
    }

    /// Applies a change set of one host, all of it visible at once.
    ///
    /// `time` becomes the `changedAt` of what changes, in milliseconds since 1970. To restore many containers
    /// when nobody relies on seeing them together, use sets of at most fifty: those are applied in place.
    @discardableResult
    package func apply(_ set: PreparedSet, to host: HostKey, at time: Int64) -> Applied {
        change(weight: set.weight, touching: set.weight <= Self.weightInPlace ? set.replaced : [], of: host) {
            snapshot, writer in
            guard let place = snapshot.place(of: host) else { return Applied(isHostKnown: false) }
            var application = Application(set, to: place, at: time)
            application.run(on: &snapshot, &writer)
            return application.applied
        }
    }

    /// Ends a resync: what the manifest does not name goes, the set is applied, and both become visible at
    /// once.
    ///
    /// The set holds those containers of the manifest whose digests differed, whole. What the fleet holds of
    /// the others is taken to be what the manifest says: who calls compares them first (`facetDigests`), and
    /// the host's digest at the next heartbeat shows any mistake. `time` as for `apply`.
    @discardableResult
    package func replace(
        host: HostKey, keeping manifest: [ContainerID: FacetDigests], applying set: PreparedSet,
        at time: Int64,
    ) -> Applied {
        change { snapshot, writer in
            guard let place = snapshot.place(of: host), let entry = snapshot.hosts[place] else {
                return Applied(isHostKnown: false)
            }
            var absent: [ContainerID] = []
            entry.members.forEach { slot in
                let id = snapshot.ids[slot]
                guard manifest[id] == nil else { return }
                absent.append(id)
                snapshot.remove(slot, &writer)
            }
            var application = Application(set, to: place, at: time)
            application.run(on: &snapshot, &writer)
            var applied = application.applied
            applied.removed += absent.count
            applied.absent = absent
            return applied
        }
    }

    /// Whether every place that was taken came back; for tests of an emptied fleet.
    package var isUnused: Bool {
        writer.withLock { writer in
            writer.slots.isUnused() && writer.hosts.isUnused()
                && writer.texts.isUnused(from: Strings.Known.count)
                && published.withLock { snapshot in
                    snapshot.byID.isEmpty
                        && snapshot.indexes.indices.allSatisfy { snapshot.indexes[$0].count == 0 }
                }
        }
    }

    // MARK: Writing

    /// Makes a change in place if it is known to be small, else on a copy that is put in place when it is
    /// done.
    private func change<Result: Sendable>(
        weight: Int = .max, touching ids: [ContainerID] = [], of host: HostKey? = nil,
        _ body: (inout Snapshot, inout Writer) -> Result,
    ) -> Result {
        writer.withLock { writer in
            if weight <= Self.weightInPlace {
                let result: Result? = published.withLock { snapshot in
                    let limit = snapshot.isAlone ? Self.weightInPlace : Self.weightInPlaceBesideReaders
                    guard weight + snapshot.weight(of: ids, on: host) <= limit else { return nil }
                    snapshot.generation += 1
                    return body(&snapshot, &writer)
                }
                if let result { return result }
            }
            var copy = published.withLock { $0 }
            copy.generation += 1
            let result = body(&copy, &writer)
            // The old tables are freed here, after the lock.
            let old = published.withLock { snapshot in
                let old = snapshot
                snapshot = copy
                return old
            }
            _ = old
            return result
        }
    }
}
