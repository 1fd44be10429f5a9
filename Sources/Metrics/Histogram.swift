import Synchronization

/// What a histogram has seen: times in microseconds, by how long they were.
package struct HistogramValues: Hashable, Sendable {
    /// Upper bounds in microseconds, rising.
    package let bounds: [Int64]
    /// Observations up to each bound and above the one before; the last count is of those above every bound.
    package private(set) var counts: [Int64]
    /// All observations together, in microseconds.
    package private(set) var sum: Int64

    /// Bounds for what takes from half a millisecond to ten seconds.
    package static let usualBounds: [Int64] = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        10_000_000,
    ]

    /// Nothing seen yet.
    package init(bounds: [Int64] = Self.usualBounds) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "the bounds of a histogram rise")
        self.bounds = bounds
        counts = [Int64](repeating: 0, count: bounds.count + 1)
        sum = 0
    }

    /// What somebody else has seen; nil when the numbers can't be a histogram's.
    ///
    /// They may come from a peer: bounds that don't rise, a count too few or too many, and negative numbers are
    /// refused.
    package init?(bounds: [Int64], counts: [Int64], sum: Int64) {
        guard counts.count == bounds.count + 1, sum >= 0, counts.allSatisfy({ $0 >= 0 }),
            zip(bounds, bounds.dropFirst()).allSatisfy(<)
        else { return nil }
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }

    /// Observations in all.
    package var count: Int64 { counts.reduce(0, &+) }

    /// Takes in one observation, in microseconds; a negative one counts as zero.
    package mutating func observe(_ microseconds: Int64) {
        let value = max(0, microseconds)
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts[place] &+= 1
        sum = sum.addingReportingOverflow(value).overflow ? .max : sum + value
    }
}

/// How long something took, again and again, from any thread.
package final class Histogram: Sendable {
    private let seen: Mutex<HistogramValues>

    /// Nothing seen yet; the bounds are in microseconds.
    package init(bounds: [Int64] = HistogramValues.usualBounds) {
        seen = Mutex(HistogramValues(bounds: bounds))
    }

    /// What was seen so far.
    package var values: HistogramValues { seen.withLock { $0 } }

    /// Takes in one observation.
    package func observe(_ time: Duration) { seen.withLock { $0.observe(time.microseconds) } }
}

/// Histograms by what they are about, at most as many as are allowed; observations past that are left out.
package final class HistogramTable<Key: Hashable & Sendable>: Sendable {
    private let limit: Int
    private let bounds: [Int64]
    private let seen = Mutex<[Key: HistogramValues]>([:])

    /// Begins empty, for at most `limit` keys; the bounds are in microseconds.
    package init(limit: Int, bounds: [Int64] = HistogramValues.usualBounds) {
        precondition(limit > 0, "a table of histograms holds something")
        self.limit = limit
        self.bounds = bounds
    }

    /// Takes in one observation about a key.
    package func observe(_ key: Key, _ time: Duration) {
        seen.withLock { seen in
            guard seen[key] != nil || seen.count < limit else { return }
            seen[key, default: HistogramValues(bounds: bounds)].observe(time.microseconds)
        }
    }

    /// What was seen of every key.
    package var values: [Key: HistogramValues] { seen.withLock { $0 } }
}

extension Duration {
    /// Whole microseconds; what doesn't fit is the greatest or least number that does.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isTooMuch) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, isOver) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return isTooMuch || isOver ? (seconds < 0 ? .min : .max) : sum
    }
}
