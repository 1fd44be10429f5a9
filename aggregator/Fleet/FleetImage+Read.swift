import Inventory
import Wire

/// Takes the blocks of an image and makes a fleet of them.
///
/// Sections may come to different readers at the same time; then these are joined. Within a section the blocks come in
/// order.
package struct FleetImageReader: Sendable {
    private var ids = Chunks(filler: ContainerID(words: (0, 0, 0, 0)))
    private var records = Chunks(filler: Record())
    private var digests = Chunks(filler: FacetDigests())
    private var texts: Texts?
    private var names: [[UInt8]] = []
    private var others: [[UInt8]] = []
    private var strings: Strings?
    private var hosts: Hosts?
    private var indexes: [Postings] = []

    /// What stands before the texts themselves.
    private struct Texts {
        var places: Chunks<UInt32>
        var uses: Chunks<UInt32>
        var numbers: Places
        var slots: Places
        var arenas: [(count: Int, used: [UInt32], free: [UInt32])] = []
    }

    private struct Hosts {
        var generation: UInt64
        var count: Int
        var table = Chunks<Snapshot.Host?>(filler: nil)
        var places: Places
        var order: [UInt32]
        var byPlace: [HostKey: UInt32] = [:]
        var byID = SlotList()
        var mountPaths = SlotList()
        var health = HealthTally()
    }

    package init() {}

    /// Takes the next block of a section; its checksum was right.
    package mutating func take(_ scan: inout ImageScan, of section: FleetImage.Section) throws(ImageError) {
        switch section {
        case .containers: try takeContainers(&scan)
        case .texts: try takeTexts(&scan)
        case .hosts: try takeHosts(&scan)
        case .indexes: indexes.append(try Postings(&scan))
        }
        guard scan.isAtEnd else { throw ImageError("a block is longer than it should be") }
    }

    /// Ends the texts; call it after the last of their blocks.
    package mutating func finishTexts() throws(ImageError) {
        guard let texts else { throw ImageError("there are no texts") }
        guard names.count == texts.arenas[0].count, others.count == texts.arenas[1].count else {
            throw ImageError("some texts are missing")
        }
        let arenas = [names, others].enumerated().map { index, chunks in
            TextArena(chunks: chunks, used: texts.arenas[index].used, free: texts.arenas[index].free)
        }
        strings = Strings(places: texts.places, names: arenas[0], others: arenas[1])
        (names, others) = ([], [])
    }

    /// Puts together what this reader and another took.
    package consuming func joined(with other: consuming FleetImageReader) -> FleetImageReader {
        var both = self
        if both.records.capacity == 0 {
            (both.ids, both.records, both.digests) = (other.ids, other.records, other.digests)
        }
        if both.strings == nil { (both.texts, both.strings) = (other.texts, other.strings) }
        both.hosts = both.hosts ?? other.hosts
        if both.indexes.isEmpty { both.indexes = other.indexes }
        return both
    }

    /// The fleet that the image was made of.
    package consuming func fleet() throws(ImageError) -> Fleet {
        guard let texts, let strings, let hosts else { throw ImageError("a section is missing") }
        var snapshot = Snapshot()
        guard indexes.count == snapshot.indexes.indices.count else {
            throw ImageError("an index is missing")
        }
        for index in snapshot.indexes.indices { snapshot.indexes[index] = indexes[index] }
        (snapshot.ids, snapshot.records, snapshot.strings) = (ids, records, strings)
        (snapshot.hosts, snapshot.hostPlaces, snapshot.hostOrder) = (hosts.table, hosts.byPlace, hosts.order)
        (snapshot.byID, snapshot.count, snapshot.generation) = (hosts.byID, hosts.count, hosts.generation)
        (snapshot.mountPaths, snapshot.health) = (hosts.mountPaths, hosts.health)
        var writer = Writer()
        (writer.slots, writer.hosts, writer.texts) = (texts.slots, hosts.places, texts.numbers)
        (writer.uses, writer.digests) = (texts.uses, digests)
        guard snapshot.byID.count == snapshot.count else { throw ImageError("containers are missing") }
        return Fleet(snapshot, writer)
    }

    private mutating func takeContainers(_ scan: inout ImageScan) throws(ImageError) {
        let size = Chunks<Record>.size
        let idWords = try scan.numbers(4 * size, UInt64.self)
        let digestWords = try scan.numbers(4 * size, UInt64.self)
        ids.append(
            (0..<size).map { slot in
                ContainerID(
                    words: (
                        idWords[4 * slot], idWords[4 * slot + 1], idWords[4 * slot + 2], idWords[4 * slot + 3]
                    ))
            })
        digests.append(
            (0..<size).map { slot in
                var digests = FacetDigests()
                digests.values = (
                    digestWords[4 * slot], digestWords[4 * slot + 1], digestWords[4 * slot + 2],
                    digestWords[4 * slot + 3]
                )
                return digests
            })
        let hosts = try scan.numbers(size, UInt32.self)
        let names = try scan.numbers(size, UInt32.self)
        let times = try scan.numbers(size, Int64.self)
        var numbers: [[Int64]] = []
        for _ in StatusColumns.numbers { numbers.append(try scan.numbers(size)) }
        var texts: [[UInt32]] = []
        for _ in StatusColumns.texts { texts.append(try scan.numbers(size)) }
        let flags = try scan.numbers(size, UInt8.self)
        let lengths = try scan.numbers(size, UInt32.self)
        var chunk: [Record] = []
        chunk.reserveCapacity(size)
        for slot in 0..<size {
            guard let packed = Packed(bytes: try scan.numbers(Int(lengths[slot]))) else {
                throw ImageError("a record is cut")
            }
            var status = StatusColumns()
            (status.pid, status.startedAt, status.finishedAt) = (
                numbers[0][slot], numbers[1][slot], numbers[2][slot]
            )
            (status.exitCode, status.restartCount, status.failingStreak) = (
                numbers[3][slot], numbers[4][slot], numbers[5][slot]
            )
            (status.state, status.health, status.error) = (texts[0][slot], texts[1][slot], texts[2][slot])
            status.isOOMKilled = flags[slot] & 1 != 0
            status.isDead = flags[slot] & 2 != 0
            status.hasHealth = flags[slot] & 4 != 0
            chunk.append(
                Record(
                    host: hosts[slot], name: names[slot], changedAt: times[slot], status: status,
                    packed: packed))
        }
        records.append(chunk)
    }

    private mutating func takeTexts(_ scan: inout ImageScan) throws(ImageError) {
        if let texts {
            let chunk = try scan.list(UInt8.self)
            if names.count < texts.arenas[0].count { names.append(chunk) } else { others.append(chunk) }
            return
        }
        let places = try Chunks<UInt32>(filler: Strings.Place.none, &scan)
        let uses = try Chunks<UInt32>(filler: 0, &scan)
        var texts = Texts(
            places: places, uses: uses, numbers: try Places(&scan), slots: try Places(&scan))
        for _ in 0..<2 {
            let count = Int(try scan.number(UInt32.self))
            texts.arenas.append((count, try scan.numbers(count), try scan.list()))
        }
        self.texts = texts
    }

    private mutating func takeHosts(_ scan: inout ImageScan) throws(ImageError) {
        let generation = try scan.number(UInt64.self)
        let count = Int(truncatingIfNeeded: try scan.number(UInt64.self))
        let chunks = try scan.number(UInt32.self)
        let places = try Places(&scan)
        var hosts = Hosts(
            generation: generation, count: count, places: places, order: try scan.list(UInt32.self))
        if chunks > 0 { hosts.table.reserve(chunks * UInt32(Chunks<Snapshot.Host?>.size) - 1) }
        for place in hosts.order {
            let key = HostKey(rawValue: try scan.number())
            guard Int(place) < hosts.table.capacity,
                let id = HostID(String(decoding: try scan.list(UInt8.self), as: UTF8.self))
            else { throw ImageError("a host has no name or place") }
            var host = Snapshot.Host(
                key: key, id: id, name: String(decoding: try scan.list(UInt8.self), as: UTF8.self))
            let counts = try scan.numbers(5, Int64.self).map { Int($0) }
            (host.count, host.running, host.live) = (counts[0], counts[1], counts[2])
            (host.published, host.claimed) = (counts[3], counts[4])
            host.health = try HealthTally(&scan)
            host.digest = try scan.number()
            host.memory = try scan.number()
            host.members = try SlotList(&scan)
            hosts.table[place] = host
            hosts.byPlace[key] = place
        }
        hosts.byID = try SlotList(&scan)
        hosts.mountPaths = try SlotList(&scan)
        hosts.health = try HealthTally(&scan)
        self.hosts = hosts
    }
}

extension Chunks where Element: FixedWidthInteger {
    /// Reads a count of chunks and their elements.
    init(filler: Element, _ scan: inout ImageScan) throws(ImageError) {
        self.init(filler: filler)
        for _ in 0..<(try scan.number(UInt32.self)) { append(try scan.numbers(Self.size)) }
    }
}
