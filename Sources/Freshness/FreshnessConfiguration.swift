/// A cache's bounds and lifetimes; times are in ms.
package struct FreshnessConfiguration: Hashable, Sendable {
    /// The most entries that are kept; the least recently used goes first (requirement G4).
    package var capacity = 1_000
    /// How long an entry is fresh when neither it nor its category says otherwise (requirement G1).
    package var lifetime: Int64 = 300_000
    /// Lifetimes of categories that have their own.
    package var categoryLifetimes: [String: Int64] = [:]
    /// Between clean-ups in the background.
    package var cleanUpInterval: Int64 = 60_000

    package init() {}

    /// How long an entry of a category is fresh.
    package func lifetime(of category: String) -> Int64 { categoryLifetimes[category] ?? lifetime }

    func check() throws(FreshnessError) {
        guard capacity > 0 else { throw .noCapacity(capacity) }
        guard cleanUpInterval > 0 else { throw .badInterval(cleanUpInterval) }
        for lifetime in [lifetime] + categoryLifetimes.values where lifetime < 0 {
            throw .negativeLifetime(lifetime)
        }
    }
}
