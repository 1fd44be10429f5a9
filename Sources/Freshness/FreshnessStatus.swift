/// How old something is against its lifetime (requirement G2).
package enum FreshnessStatus: String, Hashable, Sendable, CaseIterable {
    /// Within its lifetime.
    case fresh
    /// Past its lifetime, not past twice as much.
    case stale
    /// Past twice its lifetime.
    case expired
    /// Declared so by hand.
    case invalid

    /// What an age means; both in ms, and neither below zero.
    package init(age: Int64, lifetime: Int64) {
        // Not twice the lifetime, which might not fit.
        self = age <= lifetime ? .fresh : age - lifetime <= lifetime ? .stale : .expired
    }
}
