import Inventory
import Wire

/// The fleet at one moment as it lies in memory, to be written down and read back by the same build of the program.
///
/// Reading it back is an order of magnitude faster than making the fleet anew from rows: nothing is parsed, hashed,
/// sorted or searched for. It is made of sections, and these of blocks, so that neither side holds more than a block
/// beside the fleet, and two sections can be read at the same time.
package struct FleetImage: Sendable {
    let snapshot: Snapshot
    let writer: Writer

    /// A part of the image; its number stands in the file.
    package enum Section: Int, CaseIterable, Sendable {
        case containers, texts, hosts, indexes
    }

    /// Containers in all.
    package var count: Int { snapshot.count }

    /// Blocks of a section.
    package func blockCount(of section: Section) -> Int {
        switch section {
        case .containers: snapshot.records.chunks.count
        case .texts: 1 + snapshot.strings.names.chunks.count + snapshot.strings.others.chunks.count
        case .hosts: 1
        case .indexes: snapshot.indexes.indices.count
        }
    }

    /// Writes one block of a section.
    package func write(_ block: Int, of section: Section, into out: inout ImageBytes) {
        switch section {
        case .containers: writeContainers(chunk: block, &out)
        case .texts: block == 0 ? writeTextPlaces(&out) : writeTexts(chunk: block - 1, &out)
        case .hosts: writeHosts(&out)
        case .indexes: snapshot.indexes[block].write(&out)
        }
    }

    private func writeContainers(chunk: Int, _ out: inout ImageBytes) {
        let records = snapshot.records.chunks[chunk]
        for id in snapshot.ids.chunks[chunk] {
            out.put(id.words.0)
            out.put(id.words.1)
            out.put(id.words.2)
            out.put(id.words.3)
        }
        for digests in writer.digests.chunks[chunk] {
            out.put(digests.values.0)
            out.put(digests.values.1)
            out.put(digests.values.2)
            out.put(digests.values.3)
        }
        out.put(records.map(\.host))
        out.put(records.map(\.name))
        out.put(records.map(\.changedAt))
        for column in StatusColumns.numbers { out.put(records.map { $0.status[keyPath: column] }) }
        for column in StatusColumns.texts { out.put(records.map { $0.status[keyPath: column] }) }
        out.put(
            records.map { record -> UInt8 in
                let status = record.status
                return (status.isOOMKilled ? 1 : 0) | (status.isDead ? 2 : 0) | (status.hasHealth ? 4 : 0)
            })
        out.put(records.map { UInt32($0.packed.bytes.count) })
        for record in records { out.put(record.packed.bytes) }
    }

    private func writeTextPlaces(_ out: inout ImageBytes) {
        let strings = snapshot.strings
        out.put(UInt32(strings.places.chunks.count))
        for chunk in strings.places.chunks { out.put(chunk) }
        // The writer makes room for uses as it needs it, so that there may be less of it.
        out.put(UInt32(writer.uses.chunks.count))
        for chunk in writer.uses.chunks { out.put(chunk) }
        writer.texts.write(&out)
        writer.slots.write(&out)
        for arena in [strings.names, strings.others] {
            out.put(UInt32(arena.chunks.count))
            out.put(arena.used)
            out.putList(arena.free)
        }
    }

    private func writeTexts(chunk: Int, _ out: inout ImageBytes) {
        let (names, others) = (snapshot.strings.names.chunks, snapshot.strings.others.chunks)
        out.putList(chunk < names.count ? names[chunk] : others[chunk - names.count])
    }

    private func writeHosts(_ out: inout ImageBytes) {
        out.put(snapshot.generation)
        out.put(UInt64(snapshot.count))
        out.put(UInt32(snapshot.hosts.chunks.count))
        writer.hosts.write(&out)
        out.putList(snapshot.hostOrder)
        for place in snapshot.hostOrder {
            guard let host = snapshot.hosts[place] else { continue }
            out.put(host.key.rawValue)
            out.putList(Array(host.id.rawValue.utf8))
            out.putList(Array(host.name.utf8))
            out.put([host.count, host.running, host.live, host.published, host.claimed].map(Int64.init))
            out.put(host.health.counts)
            out.put(host.digest)
            out.put(host.memory)
            host.members.write(&out)
        }
        snapshot.byID.write(&out)
        snapshot.mountPaths.write(&out)
        out.put(snapshot.health.counts)
    }

    /// The names of everything that a fleet is made of, for a test: what comes to be must come into the image too.
    package static var fields: [String] {
        let host = Snapshot.Host(key: HostKey(rawValue: 0), id: placeholder, name: "")
        let parts: [Any] = [
            Snapshot(), host, Record(), StatusColumns(), Packed(), Writer(), Strings(), TextArena(),
        ]
        return parts.map { part in
            "\(type(of: part)): "
                + Mirror(reflecting: part).children.compactMap(\.label).joined(separator: " ")
        }
    }

    private static var placeholder: HostID {
        guard let id = HostID("h") else { preconditionFailure("a literal id") }
        return id
    }
}

extension HealthTally {
    /// How many there are of each word, in the order of the words.
    var counts: [Int64] { Word.allCases.map { Int64(count($0)) } }

    init(_ scan: inout ImageScan) throws(ImageError) {
        let counts = try scan.numbers(Word.allCases.count, Int64.self).map { Int($0) }
        self.init(
            healthy: counts[0], unhealthy: counts[1], starting: counts[2], none: counts[3], other: counts[4])
    }
}

extension StatusColumns {
    /// The columns that are plain numbers, in the order of the image.
    static var numbers: [WritableKeyPath<StatusColumns, Int64>] {
        [\.pid, \.startedAt, \.finishedAt, \.exitCode, \.restartCount, \.failingStreak]
    }
    /// The columns that are texts' numbers, in the order of the image.
    static var texts: [WritableKeyPath<StatusColumns, UInt32>] { [\.state, \.health, \.error] }
}

extension SlotList {
    func write(_ out: inout ImageBytes) {
        out.put(UInt32(count))
        for chunk in chunks { out.put(chunk) }
    }

    /// Reads what `write` wrote, into chunks three quarters full.
    init(_ scan: inout ImageScan) throws(ImageError) {
        var left = Int(try scan.number(UInt32.self))
        var read: [[UInt32]] = []
        while left > 0 {
            let count = left <= Self.chunkSize ? left : Self.chunkSize * 3 / 4
            read.append(try scan.numbers(count))
            left -= count
        }
        self.init(chunks: read)
    }
}

extension Places {
    func write(_ out: inout ImageBytes) {
        out.put(next)
        out.putList(free)
    }

    init(_ scan: inout ImageScan) throws(ImageError) {
        self.init(from: try scan.number())
        free = try scan.list()
    }
}
