/// Every different text of the fleet once, found by its bytes and named by a number.
///
/// Equality is of UTF-8 bytes: Swift's own `==` takes a composed and a decomposed é for the same text, and a fleet
/// must give back what it was given. Who uses which text is counted by the writer (`Writer.counts`).
struct Strings: Sendable {
    /// Texts that always have the same number, so that code can compare without looking up.
    enum Known {
        static let empty: UInt32 = 0
        static let tcp: UInt32 = 1
        static let running: UInt32 = 2
        static let paused: UInt32 = 3
        static let restarting: UInt32 = 4
        static let texts = ["", "tcp", "running", "paused", "restarting"]
        static let count: UInt32 = 5
    }

    /// One part of the hash table. An entry is 32 bits of the hash and the text's number; 0 is a free place, since
    /// the empty text is never looked up here.
    private struct Part: Sendable {
        var entries: [UInt64] = []
        var count = 0
    }

    private static let bits: UInt64 = 10
    private var values = Chunks(filler: "")
    private var parts = Array(repeating: Part(), count: 1 << Int(bits))

    /// Starts with the texts of `Known`.
    init() {
        for (number, text) in Known.texts.enumerated() where number > 0 {
            let utf8 = Array(text.utf8)
            _ = insert(utf8[...], hash: Self.hash(utf8[...])) { UInt32(number) }
        }
    }

    /// The text behind a number.
    subscript(number: UInt32) -> String { values[number] }

    /// The number of a text; nil when nothing in the fleet has it.
    func number(of text: some StringProtocol) -> UInt32? {
        let utf8 = Array(text.utf8)
        if utf8.isEmpty { return Known.empty }
        let hash = Self.hash(utf8[...])
        let part = parts[Int(hash >> (64 - Self.bits))]
        return find(utf8[...], hash: hash, in: part).map { UInt32(truncatingIfNeeded: part.entries[$0]) }
    }

    /// The number of a text that is not empty; a new one is stored under the number that `place` gives.
    mutating func insert(_ utf8: ArraySlice<UInt8>, hash: UInt64, place: () -> UInt32) -> UInt32 {
        let index = Int(hash >> (64 - Self.bits))
        if let found = find(utf8, hash: hash, in: parts[index]) {
            return UInt32(truncatingIfNeeded: parts[index].entries[found])
        }
        let number = place()
        values.reserve(number)
        values[number] = String(decoding: utf8, as: UTF8.self)
        if (parts[index].count + 1) * 4 > parts[index].entries.count * 3 { grow(index) }
        Self.put(hash << 32 | UInt64(number), into: &parts[index].entries)
        parts[index].count += 1
        return number
    }

    /// Forgets a text that nothing uses any more.
    mutating func remove(_ number: UInt32) {
        let utf8 = Array(values[number].utf8)
        values[number] = ""
        let hash = Self.hash(utf8[...])
        let index = Int(hash >> (64 - Self.bits))
        let entry = hash << 32 | UInt64(number)
        let mask = parts[index].entries.count - 1
        var place = Int(hash & 0xFFFF_FFFF) & mask
        while parts[index].entries[place] != entry {
            precondition(parts[index].entries[place] != 0, "a text that was stored is not in the table")
            place = (place + 1) & mask
        }
        close(place, in: index)
        parts[index].count -= 1
        if parts[index].count == 0 { parts[index] = Part() }
    }

    /// A hash that differs from process to process, so that nobody can choose texts that collide.
    static func hash(_ utf8: ArraySlice<UInt8>) -> UInt64 {
        var hasher = Hasher()
        unsafe utf8.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    private func find(_ utf8: ArraySlice<UInt8>, hash: UInt64, in part: Part) -> Int? {
        guard !part.entries.isEmpty else { return nil }
        let mask = part.entries.count - 1
        let fragment = hash & 0xFFFF_FFFF
        var place = Int(fragment) & mask
        while part.entries[place] != 0 {
            if part.entries[place] >> 32 == fragment,
                isEqual(UInt32(truncatingIfNeeded: part.entries[place]), utf8)
            {
                return place
            }
            place = (place + 1) & mask
        }
        return nil
    }

    private func isEqual(_ number: UInt32, _ utf8: ArraySlice<UInt8>) -> Bool {
        let text = values[number]
        let span = text.utf8.span
        guard span.count == utf8.count else { return false }
        for (index, byte) in utf8.enumerated() where span[index] != byte { return false }
        return true
    }

    private static func put(_ entry: UInt64, into entries: inout [UInt64]) {
        let mask = entries.count - 1
        var place = Int(entry >> 32) & mask
        while entries[place] != 0 { place = (place + 1) & mask }
        entries[place] = entry
    }

    private mutating func grow(_ index: Int) {
        let old = parts[index].entries
        var entries = [UInt64](repeating: 0, count: max(4, old.count * 2))
        for entry in old where entry != 0 { Self.put(entry, into: &entries) }
        parts[index].entries = entries
    }

    /// Frees a place and moves up what was pushed past it (Knuth, volume 3, 6.4, algorithm R).
    private mutating func close(_ place: Int, in index: Int) {
        let mask = parts[index].entries.count - 1
        var hole = place
        var next = place
        while true {
            next = (next + 1) & mask
            let entry = parts[index].entries[next]
            if entry == 0 { break }
            let home = Int(entry >> 32) & mask
            if (next - home) & mask >= (next - hole) & mask {
                parts[index].entries[hole] = entry
                hole = next
            }
        }
        parts[index].entries[hole] = 0
    }
}
