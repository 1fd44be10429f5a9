import Freshness
import TestSupport
import Testing

/// The same by the simplest means: a list in the order of use, looked through each time.
private struct Model {
    struct Entry {
        let key: String
        var value: Int
        var stored: Int64
        var lifetime: Int64
        var category: String
        var isInvalid = false
        var uses = 0
    }

    var entries: [Entry] = []
    let capacity: Int
    var hits = 0
    var misses = 0
    var evictions = 0

    func status(_ entry: Entry, _ now: Int64) -> FreshnessStatus {
        if entry.isInvalid { return .invalid }
        let age = max(0, now - entry.stored)
        return age <= entry.lifetime ? .fresh : age <= 2 * entry.lifetime ? .stale : .expired
    }

    mutating func set(_ key: String, _ value: Int, _ lifetime: Int64, _ category: String, _ now: Int64) {
        let isThere = entries.contains { $0.key == key }
        entries.removeAll { $0.key == key }
        if !isThere, entries.count == capacity {
            entries.removeFirst()
            evictions += 1
        }
        entries.append(Entry(key: key, value: value, stored: now, lifetime: lifetime, category: category))
    }

    mutating func get(_ key: String, _ allowingStale: Bool, _ now: Int64) -> Int? {
        guard let index = entries.firstIndex(where: { $0.key == key }),
            status(entries[index], now) == .fresh
                || allowingStale && status(entries[index], now) == .stale
        else {
            misses += 1
            return nil
        }
        hits += 1
        var entry = entries.remove(at: index)
        entry.uses += 1
        entries.append(entry)
        return entry.value
    }

    mutating func invalidate(_ isMeant: (Entry) -> Bool) -> Int {
        var count = 0
        for index in entries.indices where isMeant(entries[index]) && !entries[index].isInvalid {
            entries[index].isInvalid = true
            count += 1
        }
        return count
    }

    mutating func remove(_ isMeant: (Entry) -> Bool) -> Int {
        let before = entries.count
        entries.removeAll(where: isMeant)
        return before - entries.count
    }
}

/// Requirements G1 to G5.
@Suite struct `A freshness cache beside a simple model` {
    @Test(arguments: 1...40) func `does the same through any life`(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let hand = Hand()
        let capacity = Int.random(in: 1...12, using: &random)
        let cache = try hand.cache { $0.capacity = capacity }
        var model = Model(capacity: capacity)
        for step in 0..<1_500 {
            let key = "k\(Int.random(in: 0..<16, using: &random))"
            let category = ["x", "y", "z"][Int.random(in: 0..<3, using: &random)]
            let now = hand.now
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<6:
                let lifetime = Int64.random(in: 0...100, using: &random)
                try cache.set(key, step, lifetime: lifetime, category: category)
                model.set(key, step, lifetime, category, now)
            case 6..<12:
                let allowingStale = Bool.random(using: &random)
                let expected = model.get(key, allowingStale, now)
                #expect(cache.data(key, allowingStale: allowingStale) == expected)
            case 12: #expect(cache.invalidate(key) == (model.invalidate { $0.key == key } == 1))
            case 13: #expect(cache.delete(key) == (model.remove { $0.key == key } == 1))
            case 14:
                #expect(cache.invalidate(category: category) == model.invalidate { $0.category == category })
            case 15:
                #expect(cache.invalidate(matching: "k1*") == model.invalidate { $0.key.hasPrefix("k1") })
            case 16:
                let before = model
                let gone = model.remove { [.expired, .invalid].contains(before.status($0, now)) }
                #expect(cache.cleanUp() == gone)
            case 17 where step % 5 == 0:
                #expect(cache.clear(category: category) == model.remove { $0.category == category })
            default: hand.move(Int64.random(in: -5...40, using: &random))
            }
            try compare(cache, model, at: hand.now)
        }
        let counts = cache.statistics().counts
        #expect((counts.hits, counts.misses) == (model.hits, model.misses))
        #expect(counts.evictions == model.evictions)
    }

    private func compare(_ cache: FreshnessCache<String, Int>, _ model: Model, at now: Int64) throws {
        let entries = cache.entries()
        try #require(entries.map(\.key) == model.entries.map(\.key))
        for (found, expected) in zip(entries.map(\.entry), model.entries) {
            try #require(found.data == expected.value && found.accessCount == expected.uses)
            try #require(found.status == model.status(expected, now))
            try #require(found.category == expected.category && found.timestamp == expected.stored)
        }
    }

    /// Requirement G1: many threads at once, and what remains adds up.
    @Test(.timeLimit(.minutes(1))) func `stays whole under many hands`() async throws {
        let hand = Hand()
        let cache = try hand.cache { $0.capacity = 64 }
        let asked = Counter()
        await withTaskGroup(of: Void.self) { group in
            for hands in 0..<8 {
                group.addTask {
                    var random = SplitMix64(seed: UInt64(hands))
                    for step in 0..<4_000 {
                        let key = "k\(Int.random(in: 0..<100, using: &random))"
                        switch Int.random(in: 0..<8, using: &random) {
                        case 0, 1: try? cache.set(key, step, lifetime: 5)
                        case 2: cache.invalidate(key)
                        case 3: cache.delete(key)
                        case 4: cache.cleanUp()
                        case 5:
                            asked.add()
                            _ = try? await cache.value(for: key, lifetime: 5) { step }
                        default:
                            asked.add()
                            _ = cache.get(key, allowingStale: true)
                        }
                        if step % 16 == 0 { hand.move(1) }
                    }
                }
            }
        }
        let counts = cache.statistics().counts
        #expect(counts.hits + counts.misses == asked.count)
        #expect(cache.count <= 64 && Set(cache.keys()).count == cache.count)
        #expect(cache.entries().count == cache.count)
        _ = cache.clear()
        #expect(cache.count == 0 && cache.keys().isEmpty)
    }
}
