/// An index: the posting of each key, in a hash table of many small parts.
///
/// The parts grow and are copied one by one: no write ever has to move the whole index. Keys are made of interned
/// strings' numbers, which nobody outside can choose, so that a fixed mixing function will do.
struct Postings: Sendable {
    /// One part: open addressing with linear probing, at most three quarters full.
    private struct Part: Sendable {
        var keys: [UInt64] = []
        var values: [Posting] = []
        var count = 0
    }

    /// Marks a free place; no key has this value, since no string has the number 2³² − 1.
    private static let none = UInt64.max

    private var parts: [Part]
    private let shift: UInt64
    /// Keys there are.
    private(set) var count = 0

    /// Makes 2^`bits` parts; ten bits suit a million keys.
    init(bits: Int) {
        parts = Array(repeating: Part(), count: 1 << bits)
        shift = UInt64(64 - bits)
    }

    /// The posting of a key; nil when there is none.
    subscript(key: UInt64) -> Posting? {
        let hash = Self.mix(key)
        let part = Int(hash >> shift)
        return Self.place(of: key, hash: hash, in: parts[part].keys).map { parts[part].values[$0] }
    }

    /// Adds a slot to a key's posting.
    mutating func insert(_ slot: UInt32, for key: UInt64) {
        let hash = Self.mix(key)
        let part = Int(hash >> shift)
        if let place = Self.place(of: key, hash: hash, in: parts[part].keys) {
            parts[part].values[place].insert(slot)
            return
        }
        if (parts[part].count + 1) * 4 > parts[part].keys.count * 3 { grow(part) }
        Self.put(key, .one(slot), hash: hash, into: &parts[part])
        parts[part].count += 1
        count += 1
    }

    /// Takes a slot out of a key's posting.
    mutating func remove(_ slot: UInt32, for key: UInt64) {
        let hash = Self.mix(key)
        let part = Int(hash >> shift)
        guard let place = Self.place(of: key, hash: hash, in: parts[part].keys),
            parts[part].values[place].remove(slot)
        else { return }
        close(place, in: part)
        parts[part].count -= 1
        count -= 1
        if parts[part].count == 0 { parts[part] = Part() }
    }

    /// Every key with its posting, in no order.
    func forEach(_ body: (UInt64, Posting) -> Void) {
        for part in parts {
            for (place, key) in part.keys.enumerated() where key != Self.none { body(key, part.values[place]) }
        }
    }

    private static func place(of key: UInt64, hash: UInt64, in keys: [UInt64]) -> Int? {
        guard !keys.isEmpty else { return nil }
        let mask = keys.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while keys[place] != none {
            if keys[place] == key { return place }
            place = (place + 1) & mask
        }
        return nil
    }

    private static func put(_ key: UInt64, _ value: Posting, hash: UInt64, into part: inout Part) {
        let mask = part.keys.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while part.keys[place] != none { place = (place + 1) & mask }
        part.keys[place] = key
        part.values[place] = value
    }

    private mutating func grow(_ index: Int) {
        let old = parts[index]
        let size = max(4, old.keys.count * 2)
        var part = Part()
        part.keys = Array(repeating: Self.none, count: size)
        part.values = Array(repeating: .one(0), count: size)
        part.count = old.count
        for (place, key) in old.keys.enumerated() where key != Self.none {
            Self.put(key, old.values[place], hash: Self.mix(key), into: &part)
        }
        parts[index] = part
    }

    /// Frees a place and moves up what was pushed past it (Knuth, volume 3, 6.4, algorithm R).
    private mutating func close(_ place: Int, in index: Int) {
        let mask = parts[index].keys.count - 1
        var hole = place
        var next = place
        while true {
            next = (next + 1) & mask
            let key = parts[index].keys[next]
            if key == Self.none { break }
            let home = Int(truncatingIfNeeded: Self.mix(key)) & mask
            if (next - home) & mask >= (next - hole) & mask {
                parts[index].keys[hole] = key
                parts[index].values[hole] = parts[index].values[next]
                hole = next
            }
        }
        parts[index].keys[hole] = Self.none
        parts[index].values[hole] = .one(0)
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
