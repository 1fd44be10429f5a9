/// How old an entry is against its lifetime (requirement G2).
package enum FreshnessStatus: String, Hashable, Sendable, CaseIterable {
    /// Within its lifetime.
    case fresh
    /// Past its lifetime, not past twice as much.
    case stale
    /// Past twice its lifetime.
    case expired
    /// Declared so by hand.
    case invalid
}
