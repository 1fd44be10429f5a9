import Synchronization

extension FreshnessCache {
    /// An entry with everything that is known of it; nil when there is none that may be handed out.
    ///
    /// - Parameters:
    ///   - key: What it is found by.
    ///   - allowingStale: Whether one past its lifetime will do, up to twice that. Expired and invalid ones never do.
    /// - Returns: The entry as it was before it was handed out.
    package func get(_ key: Key, allowingStale: Bool = false) -> FreshnessEntry<Value>? {
        let now = clock()
        return state.withLock { $0.take(key, allowingStale: allowingStale, at: now) }
    }

    /// An entry's value alone; as `get`.
    package func data(_ key: Key, allowingStale: Bool = false) -> Value? {
        get(key, allowingStale: allowingStale)?.data
    }

    /// Whether there is a fresh entry, or with `freshOnly` false any; counts neither as a hit nor as a use.
    package func has(_ key: Key, freshOnly: Bool = true) -> Bool {
        let now = clock()
        return state.withLock { state in
            guard let entry = state.entries[key] else { return false }
            return !freshOnly || entry.status(at: now) == .fresh
        }
    }

    /// The keys of all entries, or of one category, from the least recently used to the most.
    package func keys(category: String? = nil) -> [Key] {
        state.withLock { state in
            guard let category else { return state.entries.keys }
            var keys: [Key] = []
            state.entries.forEach { if $1.category == category { keys.append($0) } }
            return keys
        }
    }

    /// All entries, or those of one category, whatever their status, in the order of `keys`; not counted as used.
    package func entries(category: String? = nil) -> [(key: Key, entry: FreshnessEntry<Value>)] {
        let now = clock()
        return state.withLock { state in
            var entries: [(key: Key, entry: FreshnessEntry<Value>)] = []
            state.entries.forEach { key, entry in
                guard category.map({ $0 == entry.category }) ?? true else { return }
                entries.append((key, entry.shown(at: now)))
            }
            return entries
        }
    }

    /// How many entries there are, whatever their status.
    package var count: Int { state.withLock { $0.entries.count } }
}
