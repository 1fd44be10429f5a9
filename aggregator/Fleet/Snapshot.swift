import Inventory

/// All that readers see: tables of chunks, so that a copy is a few counted references and stays as it was.
struct Snapshot: Sendable {
    /// What a posting can be about.
    enum Index: Int, CaseIterable {
        case label, labelKey, name, image, state, health, network, stack, publicPort
        /// Images by their ids.
        case imageID
        /// Where mounts come from on the host; `mountPaths` has the keys in order.
        case mountSource
        /// Names of volumes, and places of mounts in the container.
        case mountTarget
        /// Environment variables, see `variableKey`.
        case variable
        /// Ports of a host by who is published there, or will be when it runs; see `claimKey`.
        case claim
        /// By the host's place: those of its ports that several containers claim; in the place of slots, ports.
        case contested
    }

    /// One host and what it amounts to.
    struct Host: Sendable {
        let key: HostKey
        var id: HostID
        var name: String
        /// Sorted by container id.
        var members = SlotList()
        var count = 0
        var running = 0
        /// Those that `docker ps` lists without `-a`.
        var live = 0
        /// Containers by what their health checks say.
        var health = HealthTally()
        /// Ports that containers are published at, each with its address and protocol.
        var published = 0
        /// The same with those of containers that don't run.
        var claimed = 0
        /// The wrapping sum of its facets' digests.
        var digest: UInt64 = 0
        /// Its memory in bytes, as it was told with samples; 0 = not known.
        var memory: Int64 = 0
    }

    var ids = Chunks(filler: ContainerID(words: (0, 0, 0, 0)))
    var records = Chunks(filler: Record())
    /// What containers use; no write of it changes the generation.
    var stats = StatsTable()
    var strings = Strings()
    var hosts = Chunks<Host?>(filler: nil)
    var hostPlaces: [HostKey: UInt32] = [:]
    /// Places of hosts, sorted by `HostID`.
    var hostOrder: [UInt32] = []
    /// All slots, sorted by container id, then by number.
    var byID = SlotList()
    /// Where mounts come from: the keys of that index that are paths, sorted by their bytes.
    var mountPaths = SlotList()
    var indexes: [15 of Postings]
    /// Containers in all.
    var count = 0
    /// Containers in all by what their health checks say.
    var health = HealthTally()
    /// Grows with every write.
    var generation: UInt64 = 0
    /// Shared with every copy, so that the writer can tell whether there is one.
    var token = Token()

    final class Token: Sendable {}

    init() {
        indexes = InlineArray(repeating: Postings())
    }

    /// Whether no copy is around: a write then changes everything in place and copies nothing.
    var isAlone: Bool {
        mutating get { isKnownUniquelyReferenced(&token) }
    }

    func posting(_ index: Index, _ key: UInt64) -> Posting? { indexes[index.rawValue][key] }

    /// The host's place; nil when it is not in the fleet.
    func place(of key: HostKey) -> UInt32? { hostPlaces[key] }

    /// The slot of a container; nil when the host does not have it.
    func slot(of id: ContainerID, at place: UInt32) -> UInt32? {
        guard let host = hosts[place] else { return nil }
        guard let slot = host.members.slot(at: host.members.position { ids[$0] < id }), ids[slot] == id else {
            return nil
        }
        return slot
    }

    /// The place of a slot in `byID`.
    func positionByID(of slot: UInt32, _ id: ContainerID) -> SlotList.Position {
        byID.position { other in
            let otherID = ids[other]
            return otherID < id || (otherID == id && other < slot)
        }
    }

    /// Where a host belongs in `hostOrder`: by id, then by key.
    func orderPosition(of id: HostID, _ key: HostKey) -> Int {
        var low = 0
        var high = hostOrder.count
        while low < high {
            let middle = (low + high) / 2
            guard let other = hosts[hostOrder[middle]] else {
                preconditionFailure("a host in order has no entry")
            }
            if (other.id, other.key) < (id, key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The key of a label with its value, for the index of that name.
    static func labelKey(_ key: UInt32, _ value: UInt32) -> UInt64 { UInt64(key) << 32 | UInt64(value) }
}
