/// Every different text of the fleet once, found by its bytes and named by a number.
///
/// Equality is of UTF-8 bytes: Swift's own `==` takes a composed and a decomposed é for the same text, and a
/// fleet must give back what it was given. Who uses which text is counted by the writer (`Writer.counts`).
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

    /// Where each text lies; the highest bit says in which arena.
    var places = Chunks(filler: Place.none)
    /// Texts that are containers' names: together, so that a search goes through them as through one text.
    var names = TextArena()
    /// All other texts.
    var others = TextArena()
    private var parts = [Part()]
    private var count = 0

    /// Starts with the texts of `Known`.
    init() {
        for (number, text) in Known.texts.enumerated() where number > 0 {
            let utf8 = Array(text.utf8)
            _ = insert(utf8[...], hash: Self.hash(utf8[...])) { UInt32(number) }
        }
    }

    /// Takes what another process kept; the hash table is made anew, since hashes differ.
    init(places: Chunks<UInt32>, names: TextArena, others: TextArena) {
        self.places = places
        self.names = names
        self.others = others
        rebuild()
    }

    /// The text behind a number.
    subscript(number: UInt32) -> String { read(number) { String(decoding: $0, as: UTF8.self) } }

    /// Calls `body` with a text's bytes, without making a `String` of them.
    func read<Result>(_ number: UInt32, _ body: (ArraySlice<UInt8>) -> Result) -> Result {
        let place = places[number]
        guard place != Place.none else { return body([]) }
        return place & Place.name == 0 ? others.read(place, body) : names.read(place & ~Place.name, body)
    }

    /// The number of a text; nil when nothing in the fleet has it.
    func number(of text: some StringProtocol) -> UInt32? {
        let utf8 = Array(text.utf8)
        if utf8.isEmpty { return Known.empty }
        let hash = Self.hash(utf8[...])
        let part = parts[PartTable.part(for: hash, among: parts.count)]
        return find(utf8[...], hash: hash, in: part).map { UInt32(truncatingIfNeeded: part.entries[$0]) }
    }

    /// The number of a text that is not empty; a new one is stored under the number that `place` gives.
    ///
    /// A container's name lies among the names from then on, even if it was there as another text before.
    mutating func insert(
        _ utf8: ArraySlice<UInt8>, hash: UInt64, isName: Bool = false, place: () -> UInt32
    ) -> UInt32 {
        let index = PartTable.part(for: hash, among: parts.count)
        if let found = find(utf8, hash: hash, in: parts[index]) {
            let number = UInt32(truncatingIfNeeded: parts[index].entries[found])
            if isName, places[number] & Place.name == 0 {
                let old = places[number]
                places[number] = names.append(utf8, number: number) | Place.name
                release(old)
            }
            return number
        }
        let number = place()
        places.reserve(number)
        places[number] =
            isName ? names.append(utf8, number: number) | Place.name : others.append(utf8, number: number)
        parts[index].put(hash << 32 | UInt64(number))
        count += 1
        if count > parts.count * PartTable.load { divide() }
        return number
    }

    /// Forgets a text that nothing uses any more.
    mutating func remove(_ number: UInt32) {
        let place = places[number]
        guard place != Place.none else { return }
        let hash = read(number) { Self.hash($0) }
        parts[PartTable.part(for: hash, among: parts.count)].remove(hash << 32 | UInt64(number))
        count -= 1
        places[number] = Place.none
        release(place)
    }

    /// Frees a place, and moves what is left of a chunk that is mostly free.
    private mutating func release(_ place: UInt32) {
        let bit = place & Place.name
        guard bit == 0 ? others.release(place) : names.release(place & ~bit) else { return }
        let entries = bit == 0 ? others.entries(beside: place) : names.entries(beside: place & ~bit)
        for entry in entries where places[entry.number] == entry.place | bit {
            let text = read(entry.number) { Array($0) }
            if bit == 0 {
                places[entry.number] = others.append(text[...], number: entry.number)
                _ = others.release(entry.place)
            } else {
                places[entry.number] = names.append(text[...], number: entry.number) | bit
                _ = names.release(entry.place)
            }
        }
    }

    /// Bytes of the hash table.
    var tableBytes: Int { parts.reduce(0) { $0 + $1.entries.capacity * 8 } }

    private mutating func rebuild() {
        for index in 0..<UInt32(places.capacity) where places[index] != Place.none { count += 1 }
        let size = max(1, (count + PartTable.load - 1) / PartTable.load)
        parts = Array(repeating: Part(places: 1_024), count: size)
        for (arena, bit) in [(others, 0), (names, Place.name)] {
            for chunk in arena.chunks.indices {
                arena.forEachEntry(ofChunk: chunk) { number, place, text in
                    guard Int(number) < places.capacity, places[number] == place | bit else { return }
                    let hash = Self.hash(text)
                    parts[PartTable.part(for: hash, among: size)].put(hash << 32 | UInt64(number))
                }
            }
        }
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
        var place = Part.home(hash << 32, mask)
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
        read(number) { $0.elementsEqual(utf8) }
    }

    /// What a text's place says besides.
    enum Place {
        /// No text has this number.
        static let none = UInt32.max
        /// It lies among the names.
        static let name: UInt32 = 1 << 31
    }

    /// Adds a part, and divides the entries of another between the two.
    private mutating func divide() {
        let source = PartTable.divided(whenAddingTo: parts.count)
        let old = parts[source]
        parts[source] = Part()
        parts.append(Part())
        for entry in old.entries where entry != 0 {
            parts[PartTable.part(for: entry >> 32, among: parts.count)].put(entry)
        }
    }
}

extension Strings {
    /// One part of the hash table: open addressing with linear probing, at most three quarters full.
    ///
    /// An entry is 32 bits of the hash and the text's number; 0 is a free place, since the empty text is
    /// never here.
    private struct Part: Sendable {
        var entries: [UInt64] = []
        var count = 0

        init() {}

        /// Starts with so many places, a power of two.
        init(places: Int) {
            entries = Array(repeating: 0, count: places)
        }

        /// Where a text is looked for first; the low bits of the hash chose the part.
        static func home(_ entry: UInt64, _ mask: Int) -> Int { Int(entry >> 52) & mask }

        /// Adds an entry that isn't there.
        mutating func put(_ entry: UInt64) {
            if (count + 1) * 4 > entries.count * 3 { grow() }
            let mask = entries.count - 1
            var place = Self.home(entry, mask)
            while entries[place] != 0 { place = (place + 1) & mask }
            entries[place] = entry
            count += 1
        }

        private mutating func grow() {
            var larger = Part()
            larger.entries = Array(repeating: 0, count: max(4, entries.count * 2))
            for entry in entries where entry != 0 { larger.put(entry) }
            self = larger
        }

        /// Takes an entry out and moves up what was pushed past it (Knuth, volume 3, 6.4, algorithm R).
        mutating func remove(_ entry: UInt64) {
            let mask = entries.count - 1
            var hole = Self.home(entry, mask)
            while entries[hole] != entry {
                precondition(entries[hole] != 0, "a text that was stored is not in the table")
                hole = (hole + 1) & mask
            }
            var next = hole
            while true {
                next = (next + 1) & mask
                if entries[next] == 0 { break }
                if (next - Self.home(entries[next], mask)) & mask >= (next - hole) & mask {
                    entries[hole] = entries[next]
                    hole = next
                }
            }
            entries[hole] = 0
            count -= 1
        }
    }
}
