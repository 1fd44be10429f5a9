import Synchronization

/// A number that only grows, from any thread.
///
/// Costs one atomic addition; after 2⁶³ it would begin anew below zero, which no process lives to see.
package final class Counter: Sendable {
    private let count = Atomic<Int64>(0)

    /// Begins at zero.
    package init() {}

    /// How much it has grown to.
    package var value: Int64 { count.load(ordering: .relaxed) }

    /// Adds to it; what is negative is left out, since a counter never falls.
    package func add(_ more: Int64 = 1) {
        guard more > 0 else { return }
        _ = count.wrappingAdd(more, ordering: .relaxed)
    }
}

/// A number that goes up and down, from any thread.
package final class Gauge: Sendable {
    private let number = Atomic<Int64>(0)

    /// Begins at zero.
    package init() {}

    /// What it is now.
    package var value: Int64 { number.load(ordering: .relaxed) }

    /// Puts another number in its place.
    package func set(_ value: Int64) { number.store(value, ordering: .relaxed) }

    /// Raises it, or lowers it by what is negative.
    package func add(_ more: Int64) { _ = number.wrappingAdd(more, ordering: .relaxed) }
}

/// Counters by what they are about, at most as many as are allowed.
///
/// A key may come from outside; those past the limit share the count of `others`, so that nobody makes memory or the
/// exposition grow.
package final class CounterTable<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var counts: [Key: Int64] = [:]
        var others: Int64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Begins empty, for at most `limit` keys.
    package init(limit: Int) {
        precondition(limit > 0, "a table of counters holds something")
        self.limit = limit
    }

    /// Adds to a key's count.
    package func add(_ key: Key, _ more: Int64 = 1) {
        guard more > 0 else { return }
        state.withLock { state in
            guard state.counts[key] != nil || state.counts.count < limit else {
                state.others &+= more
                return
            }
            state.counts[key, default: 0] &+= more
        }
    }

    /// Every key's count.
    package var values: [Key: Int64] { state.withLock { $0.counts } }

    /// What was added for keys past the limit.
    package var others: Int64 { state.withLock { $0.others } }
}
