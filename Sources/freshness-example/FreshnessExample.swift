import Freshness
import Synchronization

/// Shows what the cache does, with a clock that it moves itself; `docs/freshness.md` shows what it prints.
@main
struct FreshnessExample {
    /// A clock that stands still until it is moved.
    final class HandClock: Sendable {
        private let time = Mutex<Int64>(0)
        var now: Int64 { time.withLock { $0 } }
        func advance(seconds: Int64) { time.withLock { $0 += seconds * 1_000 } }
    }

    /// How often something was done.
    final class Counter: Sendable {
        private let number = Mutex(0)
        var count: Int { number.withLock { $0 } }
        func add() { number.withLock { $0 += 1 } }
    }

    static func main() async throws { try await demonstrate() }

    /// Not part of `main`, whose closures would all belong to the main actor.
    private static func demonstrate() async throws {
        let clock = HandClock()
        var configuration = FreshnessConfiguration()
        configuration.capacity = 3
        configuration.categoryLifetimes["weather"] = 60_000
        let cache = try FreshnessCache<String, Int>(configuration) { clock.now }

        // An entry ages.
        try cache.set("weather:harbour", 18, category: "weather", metadata: ["unit": "°C"])
        show(cache, "weather:harbour", "stored")
        clock.advance(seconds: 61)
        show(cache, "weather:harbour", "61 s later")
        print("fresh only: \(text(cache.data("weather:harbour")))")
        print("stale too:  \(text(cache.data("weather:harbour", allowingStale: true)))")
        clock.advance(seconds: 60)
        show(cache, "weather:harbour", "121 s later")
        print("cleaned up: \(cache.cleanUp())")

        // Five ask at once, one computes.
        let computed = Counter()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 1...5 {
                group.addTask {
                    try await cache.value(for: "fleet:containers") {
                        computed.add()
                        // Until the other four have come.
                        while cache.statistics().counts.shared < 4 { await Task.yield() }
                        return 1_200
                    }
                }
            }
            var sum = 0
            for try await value in group { sum += value }
            return sum
        }
        print("5 callers got \(sum) together, computed \(computed.count) time")

        // The least recently used one gives way.
        try cache.set("fleet:hosts", 12)
        try cache.set("fleet:images", 40)
        _ = cache.data("fleet:containers")
        try cache.set("fleet:volumes", 7)
        print("kept: \(cache.keys().joined(separator: ", "))")

        // Groups by pattern.
        print("invalidated: \(cache.invalidate(matching: "fleet:*"))")

        // What makes no sense is refused.
        do throws(FreshnessError) {
            try cache.set("", 1)
        } catch {
            print("refused: \(error)")
        }
        let statistics = cache.statistics()
        print("hits \(statistics.counts.hits), misses \(statistics.counts.misses)")
        for hint in statistics.hints { print("hint: \(hint.rawValue)") }
        cache.shutDown()
        print("after the end: \(text(cache.data("fleet:hosts")))")
    }

    private static func show(_ cache: FreshnessCache<String, Int>, _ key: String, _ when: String) {
        for (found, entry) in cache.entries() where found == key {
            print("\(when): \(entry.data), \(entry.status.rawValue), \(entry.remaining / 1_000) s left")
        }
    }

    private static func text(_ value: Int?) -> String { value.map { "\($0)" } ?? "nothing" }
}
