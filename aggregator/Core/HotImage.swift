import Fleet
import Inventory
import Journal
import OS
import Wire

/// The file beside the database that holds the fleet as it lies in memory, so that a start needn't make it anew.
///
/// It is a cache and never the truth: what it says is used only if this build lays out memory as the writer did, every
/// checksum is right, and the database knows the revision that it was written at and everything that changed since.
/// Then those changes are applied on top. In any other case the fleet comes from the database, which takes longer and
/// gives the same.
///
/// It begins with 40 bytes: a word that says what it is, the layout's fingerprint, and place, length and checksum of the
/// contents, which stand at its end. Blocks lie in between, each with its length and checksum before it.
struct HotImage {
    /// The database's revision from which on changes must be applied.
    let revision: Revision
    /// Containers in it.
    let count: Int
    /// The key of each host's digests; what was hashed under another key is of no use.
    let keys: [HostKey: SipHash.Key?]
    private let sections: [(offset: Int64, blocks: Int)]
    private let path: String

    static let name = "fleet.image"
    private static let word: UInt64 = 0x3167_6d49_7061_7942
    private static let headLength = 40
    /// No block is longer; a damaged length must not take all memory.
    private static let longestBlock = 1 << 30

    // MARK: - Writing

    /// Writes an image under a name of its own; `publish` puts it in place once the database has all of it.
    ///
    /// - Parameters:
    ///   - image: The fleet at a moment after `revision` was durable.
    ///   - revision: The database's at or before that moment.
    ///   - keys: The digest keys of that moment.
    ///   - folder: The data folder.
    ///   - pace: Called with the bytes of each block; waits, or throws to give up.
    /// - Throws: What the disk said, or what `pace` threw.
    /// - Returns: The bytes of the file.
    @discardableResult
    static func write(
        _ image: FleetImage, at revision: Revision, keys: [HostKey: SipHash.Key?], in folder: String,
        pace: (Int) async throws -> Void
    ) async throws -> Int64 {
        let file = try Descriptor.making(temporary(folder))
        try file.writeAll([UInt8](repeating: 0, count: headLength))
        var offset = Int64(headLength)
        var contents = ImageBytes()
        contents.put(revision.run)
        contents.put(revision.number)
        contents.put(UInt64(image.count))
        contents.put(UInt32(keys.count))
        for (host, key) in keys {
            contents.put(host.rawValue)
            contents.put([key == nil ? 0 : 1, key?.low ?? 0, key?.high ?? 0] as [UInt64])
        }
        var out = ImageBytes()
        for section in FleetImage.Section.allCases {
            contents.put(offset)
            contents.put(UInt64(image.blockCount(of: section)))
            for block in 0..<image.blockCount(of: section) {
                out.removeAll()
                image.write(block, of: section, into: &out)
                offset += try append(out.bytes, to: file)
                try await pace(out.bytes.count)
            }
        }
        let length = try append(contents.bytes, to: file)
        var head = ImageBytes()
        head.put([word, FleetImage.fingerprint, UInt64(offset), UInt64(length)])
        head.put(BlockChecksum.of(head.bytes, count: head.bytes.count))
        try file.seek(to: 0)
        try file.writeAll(head.bytes)
        try file.close()
        return offset + length
    }

    /// Puts what was written in the place of the image before.
    ///
    /// Without waiting for the disk: what a power cut leaves of it has wrong checksums.
    static func publish(in folder: String) throws(FileError) {
        try renameFile(temporary(folder), to: "\(folder)/\(name)")
    }

    /// Removes what was written and isn't wanted.
    static func discard(in folder: String) {
        do { try removeFile(temporary(folder)) } catch { /* The next one takes its place. */  }
    }

    private static func temporary(_ folder: String) -> String { "\(folder)/\(name).new" }

    private static func append(_ bytes: [UInt8], to file: borrowing Descriptor) throws(Errno) -> Int64 {
        var frame = ImageBytes()
        frame.put([UInt64(bytes.count), BlockChecksum.of(bytes, count: bytes.count)])
        try file.writeAll(frame.bytes)
        try file.writeAll(bytes)
        return Int64(frame.bytes.count + bytes.count)
    }

    // MARK: - Reading

    /// Reads what the image is about; nil when there is none.
    ///
    /// - Throws: `ImageError` when it can't be used.
    init?(in folder: String) throws {
        path = "\(folder)/\(Self.name)"
        guard fileExists(path) else { return nil }
        let file = try Descriptor.reading(path)
        guard let bytes = try file.readWhole(Self.headLength) else { throw ImageError("it is cut off") }
        var head = ImageScan(bytes, count: Self.headLength)
        let words = try head.numbers(5, UInt64.self)
        guard words[0] == Self.word else { throw ImageError("it is something else") }
        guard words[1] == FleetImage.fingerprint else { throw ImageError("another version wrote it") }
        guard words[4] == BlockChecksum.of(bytes, count: 32), words[2] < UInt64(Int64.max) else {
            throw ImageError("its beginning is damaged")
        }
        try file.seek(to: Int64(words[2]))
        var scan = try Self.block(of: file)
        revision = Revision(run: try scan.number(), number: try scan.number())
        count = Int(truncatingIfNeeded: try scan.number(UInt64.self))
        var keys: [HostKey: SipHash.Key?] = [:]
        for _ in 0..<(try scan.number(UInt32.self)) {
            let host = HostKey(rawValue: try scan.number())
            let key = try scan.numbers(3, UInt64.self)
            keys.updateValue(key[0] == 1 ? SipHash.Key(low: key[1], high: key[2]) : nil, forKey: host)
        }
        var sections: [(offset: Int64, blocks: Int)] = []
        for _ in FleetImage.Section.allCases {
            sections.append((try scan.number(), Int(truncatingIfNeeded: try scan.number(UInt64.self))))
        }
        (self.keys, self.sections) = (keys, sections)
    }

    /// Reads the whole of it, on two threads.
    ///
    /// - Throws: `ImageError` when it can't be used.
    func read() async throws -> Fleet {
        async let containers = read([.containers])
        async let rest = read([.texts, .hosts, .indexes])
        return try await containers.joined(with: rest).fleet()
    }

    @concurrent
    private func read(_ wanted: [FleetImage.Section]) async throws -> FleetImageReader {
        let file = try Descriptor.reading(path)
        var reader = FleetImageReader()
        for section in wanted {
            let place = sections[section.rawValue]
            try file.seek(to: place.offset)
            for _ in 0..<place.blocks {
                var scan = try Self.block(of: file)
                try reader.take(&scan, of: section)
            }
            if section == .texts { try reader.finishTexts() }
        }
        return reader
    }

    /// Reads one block; its length and checksum stand before it.
    private static func block(of file: borrowing Descriptor) throws -> ImageScan {
        guard let head = try file.readWhole(16) else { throw ImageError("it is cut off") }
        var frame = ImageScan(head, count: 16)
        let (length, checksum) = (try frame.number(UInt64.self), try frame.number(UInt64.self))
        guard length <= UInt64(longestBlock) else { throw ImageError("a block's length is damaged") }
        let count = Int(length)
        guard let bytes = try file.readWhole(count) else { throw ImageError("it is cut off") }
        guard BlockChecksum.of(bytes, count: count) == checksum else {
            throw ImageError("a block is damaged")
        }
        return ImageScan(bytes, count: count)
    }
}
