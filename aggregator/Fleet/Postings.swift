/// An index: the posting of each key, in a hash table of many small parts.
///
/// The parts grow, divide and are copied one by one (`PartTable`), and hold plain numbers only, since copying
/// them is what a change in a copy of the tables spends most on. Keys are made of interned strings' numbers,
/// which nobody outside can choose, so that a fixed mixing function will do.
struct Postings: Sendable {
    private var parts = [Part()]
    /// The postings of more than one slot.
    private var lists = Chunks(filler: Posting.one(0))
    private var places = Places()
    /// Keys there are.
    private(set) var count = 0

    /// What stands beside a key: its only slot, or which list.
    private enum Value {
        static let listBit: UInt64 = 1 << 32

        static func list(_ value: UInt64) -> UInt32? {
            value & listBit == 0 ? nil : UInt32(truncatingIfNeeded: value)
        }
    }

    /// The posting of a key; nil when there is none.
    subscript(key: UInt64) -> Posting? {
        let hash = Self.mix(key)
        return parts[PartTable.part(for: hash, among: parts.count)].value(of: key, hash: hash).map(posting)
    }

    /// Adds a slot to a key's posting.
    mutating func insert(_ slot: UInt32, for key: UInt64) {
        let hash = Self.mix(key)
        let part = PartTable.part(for: hash, among: parts.count)
        guard let value = parts[part].value(of: key, hash: hash) else {
            parts[part].put(key, UInt64(slot), hash: hash)
            count += 1
            if count > parts.count * PartTable.load { divide() }
            return
        }
        if let list = Value.list(value) {
            lists[list].insert(slot)
        } else if value != UInt64(slot) {
            let list = places.take()
            lists.reserve(list)
            lists[list] = .one(UInt32(truncatingIfNeeded: value))
            lists[list].insert(slot)
            parts[part].set(key, Value.listBit | UInt64(list), hash: hash)
        }
    }

    /// Takes a slot out of a key's posting.
    mutating func remove(_ slot: UInt32, for key: UInt64) {
        let hash = Self.mix(key)
        let part = PartTable.part(for: hash, among: parts.count)
        guard let value = parts[part].value(of: key, hash: hash) else { return }
        if let list = Value.list(value) {
            _ = lists[list].remove(slot)
            guard case .one(let last) = lists[list] else { return }
            lists[list] = .one(0)
            places.giveBack(list)
            parts[part].set(key, UInt64(last), hash: hash)
        } else if value == UInt64(slot) {
            parts[part].remove(key, hash: hash)
            count -= 1
        }
    }

    /// Every key with its posting, in no order.
    func forEach(_ body: (UInt64, Posting) -> Void) {
        for part in parts { part.forEach { body($0, posting($1)) } }
    }

    /// Bytes of the hash table.
    var keyBytes: Int { parts.reduce(0) { $0 + $1.byteCount } }
    /// Bytes of the postings of more than one slot.
    var listBytes: Int {
        lists.capacity * MemoryLayout<Posting>.stride + lists.chunks.joined().reduce(0) { $0 + $1.byteCount }
    }

    private func posting(_ value: UInt64) -> Posting {
        Value.list(value).map { lists[$0] } ?? .one(UInt32(truncatingIfNeeded: value))
    }

    /// Adds a part, and divides the entries of another between the two.
    private mutating func divide() {
        let source = PartTable.divided(whenAddingTo: parts.count)
        let old = parts[source]
        parts[source] = Part()
        parts.append(Part())
        old.forEach { key, value in
            let hash = Self.mix(key)
            parts[PartTable.part(for: hash, among: parts.count)].put(key, value, hash: hash)
        }
    }

    /// The finalizer of MurmurHash3: every bit of the key reaches every bit of the hash.
    private static func mix(_ key: UInt64) -> UInt64 {
        var hash = key
        hash ^= hash >> 33
        hash &*= 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 33
        hash &*= 0xc4ce_b9fe_1a85_ec53
        return hash ^ hash >> 33
    }
}

extension Postings {
    /// Writes the whole index.
    func write(_ out: inout ImageBytes) {
        out.put([UInt64(count), UInt64(parts.count), UInt64(lists.chunks.count)])
        places.write(&out)
        for part in parts { part.write(&out) }
        for posting in lists.chunks.joined() {
            out.put(UInt32(posting.count))
            switch posting {
            case .one(let slot): out.put(slot)
            case .few(let slots): out.put(slots)
            case .many(let list): for chunk in list.chunks { out.put(chunk) }
            }
        }
    }

    /// Reads what `write` wrote.
    init(_ scan: inout ImageScan) throws(ImageError) {
        let counts = try scan.numbers(3, UInt64.self).map { Int(truncatingIfNeeded: $0) }
        (count, places) = (counts[0], try Places(&scan))
        parts = []
        for _ in 0..<counts[1] { parts.append(try Part(&scan)) }
        for _ in 0..<counts[2] {
            var chunk: [Posting] = []
            chunk.reserveCapacity(Chunks<Posting>.size)
            for _ in 0..<Chunks<Posting>.size { chunk.append(try Posting(&scan)) }
            lists.append(chunk)
        }
        guard !parts.isEmpty else { throw ImageError("an index is empty") }
    }
}

extension Posting {
    fileprivate init(_ scan: inout ImageScan) throws(ImageError) {
        let count = Int(try scan.number(UInt32.self))
        if count == 1 {
            self = .one(try scan.number())
        } else if count <= SlotList.chunkSize {
            self = .few(try scan.numbers(count))
        } else {
            var chunks: [[UInt32]] = []
            var left = count
            while left > 0 {
                let size = min(left, SlotList.chunkSize * 3 / 4)
                chunks.append(try scan.numbers(size))
                left -= size
            }
            self = .many(SlotList(chunks: chunks))
        }
    }
}

extension Postings {
    /// One part: open addressing with linear probing, at most three quarters full; keys and values alternate.
    private struct Part: Sendable {
        /// Marks a free place; no key has this value, since no string has the number 2³² − 1.
        private static let none = UInt64.max

        private var words: [UInt64] = []
        private var count = 0

        init() {}

        var byteCount: Int { words.capacity * 8 }

        func write(_ out: inout ImageBytes) {
            out.put(UInt32(count))
            out.putList(words)
        }

        init(_ scan: inout ImageScan) throws(ImageError) {
            count = Int(try scan.number(UInt32.self))
            words = try scan.list()
            let places = words.count / 2
            guard count <= places, words.isEmpty || words.count == places * 2 && places.nonzeroBitCount == 1
            else { throw ImageError("a part of an index is damaged") }
        }

        /// The value of a key; nil when it is not here.
        func value(of key: UInt64, hash: UInt64) -> UInt64? {
            place(of: key, hash).map { words[$0 * 2 + 1] }
        }

        /// Replaces the value of a key that is here.
        mutating func set(_ key: UInt64, _ value: UInt64, hash: UInt64) {
            if let place = place(of: key, hash) { words[place * 2 + 1] = value }
        }

        /// Adds a key that isn't here.
        mutating func put(_ key: UInt64, _ value: UInt64, hash: UInt64) {
            if (count + 1) * 8 > words.count * 3 { grow() }
            let mask = words.count / 2 - 1
            var place = Self.home(hash, mask)
            while words[place * 2] != Self.none { place = (place + 1) & mask }
            words[place * 2] = key
            words[place * 2 + 1] = value
            count += 1
        }

        /// Takes a key out and moves up what was pushed past it (Knuth, volume 3, 6.4, algorithm R).
        mutating func remove(_ key: UInt64, hash: UInt64) {
            guard var hole = place(of: key, hash) else { return }
            let mask = words.count / 2 - 1
            var next = hole
            while true {
                next = (next + 1) & mask
                let key = words[next * 2]
                if key == Self.none { break }
                if (next - Self.home(mix(key), mask)) & mask >= (next - hole) & mask {
                    words[hole * 2] = key
                    words[hole * 2 + 1] = words[next * 2 + 1]
                    hole = next
                }
            }
            words[hole * 2] = Self.none
            count -= 1
        }

        func forEach(_ body: (UInt64, UInt64) -> Void) {
            for place in 0..<words.count / 2 where words[place * 2] != Self.none {
                body(words[place * 2], words[place * 2 + 1])
            }
        }

        /// Where a key is looked for first; other bits of the hash chose the part.
        private static func home(_ hash: UInt64, _ mask: Int) -> Int {
            Int(truncatingIfNeeded: hash >> 32) & mask
        }

        private func place(of key: UInt64, _ hash: UInt64) -> Int? {
            guard !words.isEmpty else { return nil }
            let mask = words.count / 2 - 1
            var place = Self.home(hash, mask)
            while words[place * 2] != Self.none {
                if words[place * 2] == key { return place }
                place = (place + 1) & mask
            }
            return nil
        }

        private mutating func grow() {
            var larger = Part()
            larger.words = Array(repeating: Self.none, count: max(8, words.count * 2))
            forEach { larger.put($0, $1, hash: mix($0)) }
            self = larger
        }
    }
}
