import Synchronization

/// What a cache has done since it was made.
package struct FreshnessCounts: Hashable, Sendable {
    /// Questions that were answered, also with stale entries.
    package internal(set) var hits = 0
    /// Those of them that were answered with a stale entry.
    package internal(set) var staleHits = 0
    /// Questions that were not answered from what was there.
    package internal(set) var misses = 0
    package internal(set) var sets = 0
    /// Entries that were declared invalid.
    package internal(set) var invalidations = 0
    /// Entries that were taken out by hand.
    package internal(set) var deletions = 0
    /// Entries that gave way to others.
    package internal(set) var evictions = 0
    package internal(set) var cleanUps = 0
    /// Entries that went in clean-ups.
    package internal(set) var cleanedUp = 0
    /// Computations that were begun.
    package internal(set) var computations = 0
    /// Misses that waited for the computation of another one.
    package internal(set) var shared = 0
    /// Computations that ended in an error.
    package internal(set) var failures = 0

    /// Hits among all questions, from 0 to 1; 0 before the first.
    package var hitRate: Double {
        let (asked, isOver) = hits.addingReportingOverflow(misses)
        return isOver || asked == 0 ? 0 : Double(hits) / Double(asked)
    }
}

/// How a cache stands (requirement G5); ages in ms.
package struct FreshnessStatistics: Hashable, Sendable {
    /// What somebody should know.
    package enum Hint: String, Hashable, Sendable, CaseIterable {
        /// More than 80 % of the capacity is used: entries may soon give way to others.
        case nearlyFull = "nearly-full"
        /// Fewer than half of the questions were answered: lifetimes may be too short, or the cache too small.
        case lowHitRate = "low-hit-rate"
        /// More than 25 % of the entries are not fresh any more; a clean-up was made at once.
        case manyStale = "many-stale"

        /// What it means and what to do, in a sentence.
        package var sentence: String {
            switch self {
            case .nearlyFull:
                "More than 80 % of the cache is used; entries may soon give way to others. Give it more room."
            case .lowHitRate:
                "Fewer than half of the questions were answered from the cache; longer lifetimes or more room may help."
            case .manyStale:
                "More than a quarter of the entries were not fresh any more, so a clean-up was made."
            }
        }
    }

    package let capacity: Int
    /// All entries, before the clean-up that `manyStale` speaks of.
    package let entries: Int
    /// Entries by status; every status is there.
    package let byStatus: [FreshnessStatus: Int]
    /// Entries by category.
    package let byCategory: [String: Int]
    package let counts: FreshnessCounts
    /// The age of the entry that was stored first; nil when there is none.
    package let oldestAge: Int64?
    /// The age of the entry that was stored last; nil when there is none.
    package let newestAge: Int64?
    /// In the order of `Hint`.
    package let hints: [Hint]
}

extension FreshnessCache {
    /// How the cache stands; when more than a quarter of its entries are not fresh any more, it is cleaned up too.
    package func statistics() -> FreshnessStatistics {
        let now = clock()
        return state.withLock { state in
            var byStatus = Dictionary(uniqueKeysWithValues: FreshnessStatus.allCases.map { ($0, 0) })
            var byCategory: [String: Int] = [:]
            var (oldest, newest) = (Int64?.none, Int64?.none)
            state.entries.forEach { _, entry in
                byStatus[entry.status(at: now), default: 0] += 1
                byCategory[entry.category, default: 0] += 1
                let age = entry.age(at: now)
                oldest = max(oldest ?? age, age)
                newest = min(newest ?? age, age)
            }
            let entries = state.entries.count
            var hints: [FreshnessStatistics.Hint] = []
            if Self.isMore(entries, thanPercent: 80, of: configuration.capacity) { hints.append(.nearlyFull) }
            if state.counts.hits < state.counts.misses { hints.append(.lowHitRate) }
            let old = entries - (byStatus[.fresh] ?? 0)
            if Self.isMore(old, thanPercent: 25, of: entries) {
                hints.append(.manyStale)
                _ = state.cleanUp(at: now)
            }
            return FreshnessStatistics(
                capacity: configuration.capacity, entries: entries, byStatus: byStatus,
                byCategory: byCategory, counts: state.counts, oldestAge: oldest, newestAge: newest,
                hints: hints)
        }
    }

    private static func isMore(_ part: Int, thanPercent percent: Double, of whole: Int) -> Bool {
        Double(part) * 100 > Double(whole) * percent
    }
}
