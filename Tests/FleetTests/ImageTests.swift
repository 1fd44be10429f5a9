import Fleet
import Inventory
import JSON
import Testing
import Wire

extension Fleet {
    /// The same fleet as another process would read it from its image; both readers take some of the sections.
    func kept() throws -> Fleet {
        let image = image()
        var readers = [FleetImageReader(), FleetImageReader()]
        for section in FleetImage.Section.allCases {
            let which = section == .containers ? 0 : 1
            for block in 0..<image.blockCount(of: section) {
                var out = ImageBytes()
                image.write(block, of: section, into: &out)
                var scan = ImageScan(out.bytes, count: out.bytes.count)
                try readers[which].take(&scan, of: section)
            }
            if section == .texts { try readers[which].finishTexts() }
        }
        return try readers[0].joined(with: readers[1]).fleet()
    }
}

/// Requirement A2: a start brings back what the last run knew; `ModelTests` puts fleets through images, too.
@Suite struct `A fleet's image` {
    private static let key = SipHash.Key(low: 1, high: 2)
    private static let host = HostKey(rawValue: 3)

    private func fleet(_ names: [String]) throws -> Fleet {
        let fleet = Fleet()
        fleet.add(host: Self.host, id: try #require(HostID("h")), name: "H")
        try put(names, in: fleet)
        return fleet
    }

    /// One container for each name, numbered from 0.
    private func put(_ names: [String], in fleet: Fleet) throws {
        for (number, name) in names.enumerated() {
            var config = Config(name: name)
            config.image = "image"
            let id = ContainerID(words: (UInt64(number), 0, 0, 0))
            let container = EncodedContainer(
                Container(
                    id: id, status: Status(state: .running), network: Network(), config: config, compose: nil)
            )
            let change = ContainerChange(id: id, kind: .put(FacetChanges(whole: container)))
            fleet.apply(try Fleet.prepare([change], key: Self.key), to: Self.host, at: 1)
        }
    }

    @Test func `is refused when a block is cut or too long`() throws {
        let image = try fleet(["web", "db"]).image()
        for section in FleetImage.Section.allCases {
            var out = ImageBytes()
            image.write(0, of: section, into: &out)
            for count in stride(from: 0, to: out.bytes.count, by: max(1, out.bytes.count / 50)) {
                var reader = FleetImageReader()
                var scan = ImageScan(out.bytes, count: count)
                #expect(throws: ImageError.self) { try reader.take(&scan, of: section) }
            }
            out.put(0 as UInt8)
            var reader = FleetImageReader()
            var scan = ImageScan(out.bytes, count: out.bytes.count)
            #expect(throws: ImageError.self) { try reader.take(&scan, of: section) }
        }
        #expect(throws: ImageError.self) { try FleetImageReader().fleet() }
    }

    /// When this fails, something new is kept: write it into the image and read it back, then name it here.
    @Test func `has everything that a fleet is made of`() {
        #expect(
            FleetImage.fields == [
                "Snapshot: ids records stats strings hosts hostPlaces hostOrder byID mountPaths indexes count health "
                    + "generation token",
                "Host: key id name members count running live health published claimed digest memory",
                "Record: host name changedAt status packed",
                "StatusColumns: pid startedAt finishedAt exitCode restartCount failingStreak state health error "
                    + "isOOMKilled isDead hasHealth",
                "Packed: bytes", "Writer: slots hosts texts uses digests",
                "Strings: places names others parts count", "TextArena: chunks used free open",
            ])
    }

    @Test func `has a checksum that tells any byte and any length`() {
        let bytes = (0..<100).map { UInt8($0) }
        let right = BlockChecksum.of(bytes, count: 100)
        for index in bytes.indices {
            var wrong = bytes
            wrong[index] ^= 1
            #expect(BlockChecksum.of(wrong, count: 100) != right)
            #expect(BlockChecksum.of(bytes, count: index) != right)
        }
    }

    /// Texts that come and go leave nothing behind, and what stays is found wherever it was moved to.
    @Test func `keeps texts that were moved when others went`() throws {
        let long = String(repeating: "long-", count: 30)
        let fleet = try fleet((0..<400).map { "\(long)first-\($0)" })
        for round in 0..<12 {
            // Every fourth keeps its name, so that chunks empty slowly and have to be moved.
            try put((0..<400).map { $0 % 4 == 0 ? "\(long)first-\($0)" : "\(long)\(round)-\($0)" }, in: fleet)
        }
        let view = try fleet.kept().read()
        #expect(view.search("first-", limit: 1_000).total == 100)
        #expect(view.search("LONG-11-", limit: 1_000).total == 300)
        #expect(view.search("long-10-", limit: 1_000).total == 0)
        let names = view.containers(matching: Query()).slots.map { view.summary($0).config.name }
        #expect(names == (0..<400).map { $0 % 4 == 0 ? "\(long)first-\($0)" : "\(long)11-\($0)" })
        #expect(view.textBytes < 400 * 400)
    }

    /// A name may have been another text before, and stay one when it is no name any more.
    @Test func `finds a name that is an image too`() throws {
        let fleet = try fleet(["image", "other"])
        #expect(fleet.read().search("imag", limit: 9).total == 2)
        try put(["renamed"], in: fleet)
        #expect(try fleet.kept().read().search("enam", limit: 9).total == 1)
        #expect(try fleet.kept().read().search("imag", limit: 9).total == 2)
    }
}
