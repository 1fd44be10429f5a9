import Freshness
import TestSupport
import Testing

/// Requirement G3; the response cache is to rest on it.
@Suite(.timeLimit(.minutes(1))) struct `A computation behind a cache` {
    private let hand = Hand()

    private struct Refused: Error, Equatable {}

    @Test func `happens once for all who miss at the same time`() async throws {
        let (cache, gate, counter) = (try hand.cache(), Gate(), Counter())
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await cache.value(for: "a") {
                        counter.add()
                        await gate.pass()
                        return 7
                    }
                }
            }
            try await eventually("everybody waits") { cache.statistics().counts.shared == 49 }
            gate.open()
            var values: [Int] = []
            for try await value in group { values.append(value) }
            return values
        }
        #expect(values == Array(repeating: 7, count: 50) && counter.count == 1)
        #expect(try await cache.value(for: "a") { counter.add() } == 7)
        let counts = cache.statistics().counts
        #expect(counts.misses == 50 && counts.hits == 1 && counts.sets == 1 && counts.computations == 1)
    }

    @Test func `tells its error to everybody and keeps none`() async throws {
        let (cache, gate, counter) = (try hand.cache(), Gate(), Counter())
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    do {
                        _ = try await cache.value(for: "a") {
                            counter.add()
                            await gate.pass()
                            throw Refused()
                        }
                        return false
                    } catch { return error is Refused }
                }
            }
            try? await eventually("everybody waits") { cache.statistics().counts.shared == 4 }
            gate.open()
            for await isRefused in group { #expect(isRefused) }
        }
        #expect(counter.count == 1 && cache.statistics().counts.failures == 1)
        #expect(try await cache.value(for: "a") { 3 } == 3)
    }

    @Test func `goes on for the others when the one who began it is cancelled`() async throws {
        let (cache, gate, ended) = (try hand.cache(), Gate(), Counter())
        let first = Task {
            try await cache.value(for: "a") {
                await gate.pass()
                if Task.isCancelled { ended.add() }
                return 7
            }
        }
        try await eventually("it began") { gate.waiting == 1 }
        let second = Task { try await cache.value(for: "a") { 8 } }
        try await eventually("the other waits") { cache.statistics().counts.shared == 1 }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.open()
        #expect(try await second.value == 7)
        #expect(ended.count == 0 && cache.data("a") == 7)
    }

    @Test func `ends when nobody waits for it any more`() async throws {
        let (cache, ended) = (try hand.cache(), Counter())
        let (gate, began) = (Gate(), Counter())
        let caller = Task {
            try await cache.value(for: "a") {
                began.add()
                try await withTaskCancellationHandler {
                    await gate.pass()
                    try Task.checkCancellation()
                } onCancel: {
                    ended.add()
                    gate.open()
                }
                return 7
            }
        }
        try await eventually("it began") { began.count == 1 }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        try await eventually("the work was cancelled") { ended.count == 1 }
        #expect(cache.data("a") == nil)
        #expect(try await cache.value(for: "a") { 9 } == 9)
    }

    /// Who asks after the change must not get what was computed from before it.
    @Test(arguments: ["invalidate", "pattern", "category", "delete", "clear", "set", "shut down"])
    func `is not kept when its key was touched in the meantime`(how: String) async throws {
        let (cache, gate) = (try hand.cache(), Gate())
        let early = Task {
            try await cache.value(for: "a:1", category: "c") {
                await gate.pass()
                return 1
            }
        }
        try await eventually("it began") { gate.waiting == 1 }
        switch how {
        case "invalidate": cache.invalidate("a:1")
        case "pattern": cache.invalidate(matching: "a:*")
        case "category": cache.invalidate(category: "c")
        case "delete": cache.delete("a:1")
        case "clear": cache.clear()
        case "shut down": cache.shutDown()
        default: try cache.set("a:1", 5)
        }
        // Begins anew, or finds what was set.
        let late = try await cache.value(for: "a:1") { 2 }
        #expect(late == (how == "set" ? 5 : 2))
        gate.open()
        #expect(try await early.value == 1)
        #expect(cache.data("a:1") == (how == "shut down" ? nil : late))
    }

    @Test func `is everybody's own where the cache can't help`() async throws {
        let cache = try hand.cache { $0.capacity = 1 }
        let gate = Gate()
        let busy = Task {
            try await cache.value(for: "a") {
                await gate.pass()
                return 1
            }
        }
        try await eventually("it began") { gate.waiting == 1 }
        #expect(try await cache.value(for: "b") { 2 } == 2)
        gate.open()
        #expect(try await busy.value == 1)
        cache.shutDown()
        #expect(try await cache.value(for: "a") { 3 } == 3)
        await #expect(throws: Refused.self) { try await cache.value(for: "a") { throw Refused() } }
        await #expect(throws: FreshnessError.emptyKey) { try await cache.value(for: "") { 1 } }
        await #expect(throws: FreshnessError.negativeLifetime(-1)) {
            try await cache.value(for: "a", lifetime: -1) { 1 }
        }
    }

    @Test func `is spared by a stale value where that will do`() async throws {
        let cache = try hand.cache()
        try cache.set("a", 1, lifetime: 10)
        hand.move(15)
        #expect(try await cache.value(for: "a", allowingStale: true) { 2 } == 1)
        #expect(try await cache.value(for: "a") { 2 } == 2)
    }
}

/// Requirement G4.
@Suite(.timeLimit(.minutes(1))) struct `Clean-ups in the background` {
    @Test func `come at each interval until the cache is shut down`() async throws {
        let (hand, clock) = (Hand(), ManualClock())
        let cache = try hand.cache()
        #expect(cache.configuration.cleanUpInterval == 60_000)
        try cache.set("old", 1, lifetime: 10)
        try cache.set("new", 1)
        let runner = Task { await cache.run { try await clock.sleep(for: $0) } }
        hand.move(30_000)
        try await clock.waitForSleepers()
        clock.advance(by: .seconds(59))
        #expect(cache.count == 2)
        clock.advance(by: .seconds(1))
        try await eventually("the expired one went") { cache.keys() == ["new"] }
        try await clock.waitForSleepers()
        cache.shutDown()
        await runner.value
        #expect(clock.sleeperCount == 0)
    }

    @Test func `end with their task, and at once after the cache's end`() async throws {
        let (hand, clock) = (Hand(), ManualClock())
        let cache = try hand.cache()
        let runner = Task { await cache.run { try await clock.sleep(for: $0) } }
        try await clock.waitForSleepers()
        runner.cancel()
        await runner.value
        cache.shutDown()
        await cache.run { try await clock.sleep(for: $0) }
    }
}
