import Synchronization

extension FreshnessCache {
    /// Declares an entry invalid: it stays until the next clean-up, and is not handed out any more.
    ///
    /// What is being computed for the key goes to those who wait for it and is not stored: it may have begun before
    /// whatever made the entry invalid.
    ///
    /// - Returns: Whether there was such an entry, valid until now.
    @discardableResult
    package func invalidate(_ key: Key) -> Bool {
        state.withLock { state in
            state.outdate(key)
            return state.invalidate([key]) == 1
        }
    }

    /// Declares all entries of a category invalid; gives how many were valid until now.
    @discardableResult
    package func invalidate(category: String) -> Int {
        state.withLock { state in
            for (key, flight) in state.flights where flight.category == category { state.outdate(key) }
            return state.invalidate(state.keys(of: category))
        }
    }

    /// Takes an entry out; whether there was one.
    @discardableResult
    package func delete(_ key: Key) -> Bool {
        state.withLock { state in
            state.outdate(key)
            guard state.entries.remove(key) != nil else { return false }
            state.counts.deletions += 1
            return true
        }
    }

    /// Takes out all entries, or those of one category; gives how many there were.
    @discardableResult
    package func clear(category: String? = nil) -> Int {
        // What is freed takes its time, so that happens after the lock.
        let (count, freed) = state.withLock { state -> (Int, EntryTable<Key, Value>?) in
            for (key, flight) in state.flights where category.map({ $0 == flight.category }) ?? true {
                state.outdate(key)
            }
            guard let category else {
                let old = state.entries
                state.entries = EntryTable()
                state.counts.deletions += old.count
                return (old.count, old)
            }
            let keys = state.keys(of: category)
            for key in keys { state.entries.remove(key) }
            state.counts.deletions += keys.count
            return (keys.count, nil)
        }
        _ = freed
        return count
    }

    /// Takes out what is expired or invalid; gives how many entries that were.
    @discardableResult
    package func cleanUp() -> Int {
        let now = clock()
        return state.withLock { $0.cleanUp(at: now) }
    }
}

extension FreshnessCache where Key == String {
    /// Declares all entries invalid whose keys match a pattern; gives how many were valid until now.
    ///
    /// `*` stands for any characters, `?` for one, `[a-z]` for one of a set, and `\` takes the next as it is.
    @discardableResult
    package func invalidate(matching pattern: String) -> Int {
        let glob = Glob(pattern)
        return state.withLock { state in
            for key in Array(state.flights.keys) where glob.matches(key) { state.outdate(key) }
            return state.invalidate(state.entries.keys.filter(glob.matches))
        }
    }
}

extension FreshnessCache.State {
    func keys(of category: String) -> [Key] {
        var keys: [Key] = []
        entries.forEach { if $1.category == category { keys.append($0) } }
        return keys
    }

    mutating func invalidate(_ keys: [Key]) -> Int {
        var count = 0
        for key in keys where entries[key]?.isInvalid == false {
            entries.update(key) { $0.isInvalid = true }
            count += 1
        }
        counts.invalidations += count
        return count
    }

    mutating func cleanUp(at now: Int64) -> Int {
        var gone: [Key] = []
        entries.forEach { key, entry in
            switch entry.status(at: now) {
            case .fresh, .stale: break
            case .expired, .invalid: gone.append(key)
            }
        }
        for key in gone { entries.remove(key) }
        counts.cleanUps += 1
        counts.cleanedUp += gone.count
        return gone.count
    }
}
