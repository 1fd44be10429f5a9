import Freshness
import Testing

/// Requirement G2.
@Suite struct `Freshness status` {
    @Test func `is called as the answers call it`() {
        #expect(FreshnessStatus.allCases.map(\.rawValue) == ["fresh", "stale", "expired", "invalid"])
    }

    @Test(
        arguments: [
            (0, 10, FreshnessStatus.fresh), (10, 10, .fresh), (11, 10, .stale), (20, 10, .stale),
            (21, 10, .expired),
            (0, 0, .fresh), (1, 0, .expired), (.max, 1, .expired), (.max, .max, .fresh),
            (.max, .max - 1, .stale), (.max, .max / 2, .expired),
        ] as [(Int64, Int64, FreshnessStatus)])
    func `follows age and lifetime`(age: Int64, lifetime: Int64, status: FreshnessStatus) {
        #expect(FreshnessStatus(age: age, lifetime: lifetime) == status)
    }
}

/// Requirements G1 and G3.
@Suite struct `A freshness cache` {
    private let hand = Hand()

    /// Requirement G1.
    @Test func `knows everything about an entry`() throws {
        let cache = try hand.cache()
        try cache.set("a", 1, category: "numbers", metadata: ["unit": "m"])
        hand.move(20)
        _ = cache.get("a")
        hand.move(10)
        let entry = try #require(cache.get("a"))
        #expect(entry.data == 1 && entry.timestamp == 1_000_000 && entry.lifetime == 300_000)
        #expect(entry.category == "numbers" && entry.metadata == ["unit": "m"])
        #expect(entry.accessCount == 1 && entry.lastAccess == 1_000_020)
        #expect(entry.status == .fresh && entry.age == 30 && entry.remaining == 299_970)
        hand.move(300_000)
        let later = try #require(cache.entries().first?.entry)
        #expect(later.remaining == -30 && later.status == .stale && later.accessCount == 2)
    }

    /// Requirement G1.
    @Test func `gives an entry its own lifetime, else its category's, else the general one`() throws {
        let cache = try hand.cache {
            $0.lifetime = 100
            $0.categoryLifetimes["slow"] = 500
        }
        try cache.set("a", 1)
        try cache.set("b", 1, category: "slow")
        try cache.set("c", 1, lifetime: 7, category: "slow")
        let lifetimes = Dictionary(uniqueKeysWithValues: cache.entries().map { ($0.key, $0.entry.lifetime) })
        #expect(lifetimes == ["a": 100, "b": 500, "c": 7])
    }

    /// Requirement G2.
    @Test func `hands out stale entries only when asked to, and never older ones`() throws {
        let cache = try hand.cache()
        try cache.set("a", 1, lifetime: 100)
        hand.move(101)
        #expect(cache.data("a") == nil && cache.data("a", allowingStale: true) == 1)
        hand.move(100)
        #expect(cache.data("a", allowingStale: true) == nil)
        #expect(cache.has("a", freshOnly: false) && !cache.has("a"))
        try cache.set("a", 2)
        #expect(cache.has("a"))
        #expect(cache.invalidate("a") && !cache.invalidate("a"))
        #expect(cache.data("a", allowingStale: true) == nil)
        #expect(cache.has("a", freshOnly: false))
        #expect(cache.entries().first?.entry.status == .invalid)
    }

    @Test func `makes nothing younger when its clock is turned back`() throws {
        let cache = try hand.cache()
        try cache.set("a", 1, lifetime: 100)
        hand.move(-5_000)
        #expect(cache.get("a")?.age == 0)
    }

    /// Requirement G3.
    @Test func `invalidates, deletes and clears by key, category and pattern`() throws {
        let cache = try hand.cache()
        for (index, key) in ["x:1", "x:2", "y:1", "y:2", "z"].enumerated() {
            try cache.set(key, index, category: key.hasPrefix("y") ? "why" : "other")
        }
        #expect(cache.invalidate(matching: "x:*") == 2)
        #expect(cache.invalidate(matching: "?:1") == 1)
        #expect(cache.invalidate(category: "why") == 1)
        #expect(!cache.invalidate("none"))
        #expect(cache.keys().filter { cache.has($0) } == ["z"])
        #expect(cache.cleanUp() == 4 && cache.keys() == ["z"])
        #expect(cache.delete("z") && !cache.delete("z") && cache.count == 0)
        try cache.set("a", 1, category: "one")
        try cache.set("b", 1, category: "two")
        #expect(cache.keys(category: "two") == ["b"])
        #expect(cache.entries(category: "two").map(\.key) == ["b"])
        #expect(cache.clear(category: "one") == 1 && cache.keys() == ["b"])
        #expect(cache.clear() == 1 && cache.count == 0)
        let counts = cache.statistics().counts
        #expect(counts.sets == 7 && counts.invalidations == 4 && counts.deletions == 3)
        #expect(counts.cleanUps == 1 && counts.cleanedUp == 4)
    }

    /// Requirement G4.
    @Test func `holds a thousand entries unless told otherwise, and lets the least recently used go`() throws
    {
        let standard = try hand.cache()
        for number in 0...1_000 { try standard.set("\(number)", number) }
        #expect(standard.count == 1_000 && !standard.has("0") && standard.has("1"))
        let cache = try hand.cache { $0.capacity = 3 }
        for key in ["a", "b", "c"] { try cache.set(key, 1) }
        _ = cache.get("a")
        try cache.set("b", 2)
        try cache.set("d", 1)
        #expect(cache.keys() == ["a", "b", "d"])
        // Looking whether it is there is no use of it.
        _ = cache.has("a")
        try cache.set("e", 1)
        #expect(cache.keys() == ["b", "d", "e"])
        #expect(cache.statistics().counts.evictions == 2)
    }

    /// Requirement G4: a scan for the oldest of 200,000 at each of 200,000 sets would take hours.
    @Test(.timeLimit(.minutes(1))) func `lets go of the least recently used without looking for it`() throws {
        let cache = try hand.cache { $0.capacity = 200_000 }
        for number in 0..<400_000 { try cache.set("\(number)", number) }
        #expect(cache.count == 200_000 && cache.has("200000") && !cache.has("199999"))
    }

    /// Requirement G6.
    @Test func `refuses what makes no sense with a typed error and a sentence`() throws {
        let cache = try hand.cache()
        #expect(throws: FreshnessError.emptyKey) { try cache.set("", 1) }
        #expect(throws: FreshnessError.negativeLifetime(-1)) { try cache.set("a", 1, lifetime: -1) }
        #expect(throws: FreshnessError.negativeLifetime(-5)) { try hand.cache { $0.lifetime = -5 } }
        #expect(throws: FreshnessError.negativeLifetime(-6)) {
            try hand.cache { $0.categoryLifetimes["a"] = -6 }
        }
        #expect(throws: FreshnessError.noCapacity(0)) { try hand.cache { $0.capacity = 0 } }
        #expect(throws: FreshnessError.badInterval(0)) { try hand.cache { $0.cleanUpInterval = 0 } }
        #expect(cache.count == 0)
        let errors: [FreshnessError] = [
            .emptyKey, .negativeLifetime(-1), .noCapacity(0), .badInterval(0), .shutDown,
        ]
        for error in errors { #expect("\(error)".contains("not ") || "\(error)".contains("nothing ")) }
    }

    @Test func `takes keys and values of any kind that threads may share`() throws {
        struct Place: FreshnessKey {
            let row: Int
            let column: Int
        }
        let hand = hand
        let cache = try FreshnessCache<Place, [String]> { hand.now }
        try cache.set(Place(row: 1, column: 2), ["a"])
        #expect(cache.data(Place(row: 1, column: 2)) == ["a"])
        let numbers = try FreshnessCache<Int, @Sendable () -> Int> { hand.now }
        try numbers.set(0) { 7 }
        #expect(numbers.data(0)?() == 7)
    }

    /// Requirement G3.
    @Test func `keeps nothing once it is shut down`() throws {
        let cache = try hand.cache()
        try cache.set("a", 1)
        cache.shutDown()
        cache.shutDown()
        #expect(cache.isShutDown && cache.count == 0 && cache.data("a") == nil)
        #expect(throws: FreshnessError.shutDown) { try cache.set("a", 1) }
    }
}

/// Requirement G3.
@Suite struct `A pattern of keys` {
    @Test(arguments: [
        ("*", "", true), ("*", "any thing", true), ("", "", true), ("", "a", false), ("a", "a", true),
        ("a", "ab", false), ("a*c", "abbc", true), ("a*c", "abbd", false), ("a*b*c", "a-b-b-c", true),
        ("*:*:x", "a:b:x", true), ("?", "", false), ("?", "é", true), ("a?c", "abc", true),
        ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[^a]", "a", false),
        ("[]]", "]", true), ("[a", "[a", true), ("[", "[", true), ("\\*", "*", true), ("\\*", "a", false),
        ("a\\", "a\\", true), ("**", "x", true), ("*a", "aaab", false), ("[z-a]", "b", false),
    ])
    func `matches as a shell's would`(pattern: String, key: String, isMatch: Bool) throws {
        let cache = try Hand().cache()
        // Keys are never empty, so each has a letter before it.
        try cache.set("k" + key, 1)
        #expect(cache.invalidate(matching: "k" + pattern) == (isMatch ? 1 : 0))
    }

    @Test(.timeLimit(.minutes(1))) func `takes no longer for a hostile one`() throws {
        let cache = try Hand().cache()
        try cache.set(String(repeating: "a", count: 2_000), 1)
        #expect(cache.invalidate(matching: String(repeating: "a*", count: 1_000) + "b") == 0)
    }
}
