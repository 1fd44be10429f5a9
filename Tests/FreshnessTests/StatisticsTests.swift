import Freshness
import OS
import TestSupport
import Testing

/// Requirement G5.
@Suite struct `Statistics of a cache` {
    private let hand = Hand()

    @Test func `count entries, questions and ages`() throws {
        let cache = try hand.cache()
        try cache.set("a", 1, lifetime: 10_000, category: "one")
        hand.move(100)
        for key in ["b", "c", "d"] { try cache.set(key, 1, category: "two") }
        cache.invalidate("d")
        hand.move(50)
        _ = (cache.get("a"), cache.get("a"), cache.get("d"), cache.get("none"))
        let statistics = cache.statistics()
        #expect(statistics.entries == 4 && statistics.capacity == 1_000)
        #expect(statistics.byStatus == [.fresh: 3, .stale: 0, .expired: 0, .invalid: 1])
        #expect(statistics.byCategory == ["one": 1, "two": 3])
        #expect(statistics.counts.hits == 2 && statistics.counts.misses == 2)
        #expect(statistics.counts.hitRate == 0.5)
        #expect(statistics.oldestAge == 150 && statistics.newestAge == 50)
        #expect(statistics.hints.isEmpty)
    }

    @Test func `are JSON as they stand`() throws {
        let cache = try hand.cache()
        #expect(cache.statistics().json.hasSuffix(#""failures":0,"hints":[]}"#))
        try cache.set("a", 1, category: "odd \"\\\n\u{1}é")
        _ = cache.get("a")
        hand.move(5)
        #expect(
            cache.statistics().json
                == #"{"capacity":1000,"entries":1,"byStatus":{"fresh":1,"stale":0,"expired":0,"invalid":0},"#
                + #""byCategory":{"odd \"\\\u000a\u0001é":1},"hits":1,"staleHits":0,"misses":0,"hitRate":1.0,"#
                + #""sets":1,"invalidations":0,"deletions":0,"evictions":0,"cleanUps":0,"cleanedUp":0,"#
                + #""computations":0,"shared":0,"failures":0,"oldestAge":5,"newestAge":5,"hints":[]}"#)
    }

    @Test func `hint at a cache that is nearly full`() throws {
        let cache = try hand.cache { $0.capacity = 10 }
        for number in 1...8 { try cache.set("\(number)", number) }
        #expect(cache.statistics().hints.isEmpty)
        try cache.set("9", 9)
        #expect(cache.statistics().hints == [.nearlyFull])
    }

    @Test func `hint at questions that are seldom answered`() throws {
        let cache = try hand.cache()
        try cache.set("a", 1)
        _ = (cache.get("a"), cache.get("b"))
        #expect(cache.statistics().hints.isEmpty)
        _ = cache.get("b")
        #expect(cache.statistics().hints == [.lowHitRate])
        #expect(cache.statistics().hints.allSatisfy { !$0.sentence.isEmpty })
    }

    @Test func `hint at many stale entries, and clean up at once`() throws {
        let cache = try hand.cache()
        for key in ["a", "b", "c"] { try cache.set(key, 1, lifetime: 1_000) }
        try cache.set("d", 1, lifetime: 10)
        hand.move(25)
        // A quarter is not more than a quarter.
        #expect(cache.statistics().hints.isEmpty && cache.count == 4)
        cache.invalidate("c")
        let statistics = cache.statistics()
        #expect(statistics.hints == [.manyStale] && statistics.entries == 4)
        #expect(statistics.counts.cleanUps == 1 && statistics.counts.cleanedUp == 2)
        #expect(cache.keys() == ["a", "b"])
    }
}

/// The documentation of requirements G1 to G6.
@Suite struct `The example of the cache` {
    @Test func `prints what the documentation shows`() async throws {
        let program = try ProcessFixture("freshness-example")
        #expect(try await program.waitForExit() == .exited(0))
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/")
        let page = String(decoding: try readFile("\(root)/docs/freshness.md", limit: 1 << 20), as: UTF8.self)
        #expect(page.contains("```\n\(program.outputText)```\n"))
    }
}
