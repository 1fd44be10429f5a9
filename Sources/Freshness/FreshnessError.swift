/// What a cache was asked for that makes no sense; nothing was stored or changed (requirement G6).
package enum FreshnessError: Error, Hashable, Sendable {
    /// A key that names nothing.
    case emptyKey
    /// A lifetime below zero, in ms.
    case negativeLifetime(Int64)
    /// Room for fewer entries than one.
    case noCapacity(Int)
    /// Clean-ups without a pause between them, in ms.
    case badInterval(Int64)
    /// The cache was shut down.
    case shutDown
}

extension FreshnessError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyKey: "an empty key names nothing, so nothing was stored; give the entry a name"
        case .negativeLifetime(let lifetime):
            "a lifetime of \(lifetime) ms lies below zero, so it was not taken; give 0 or more"
        case .noCapacity(let capacity):
            "a cache for \(capacity) entries can hold nothing, so it was not made; give it room for 1 at least"
        case .badInterval(let interval):
            "a clean-up every \(interval) ms would never rest, so the cache was not made; give 1 or more"
        case .shutDown: "the cache was shut down, so nothing was stored"
        }
    }
}
