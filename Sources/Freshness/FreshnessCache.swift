import Synchronization

/// Values that are kept for a while, each with its age: bounded, thread-safe, and ignorant of what they are.
///
/// An entry is *fresh* within its lifetime, *stale* up to twice that, then *expired*; by hand it becomes *invalid*.
/// `get` hands out fresh ones, and stale ones when asked to; the others stay, countable and listable, until a clean-up
/// takes them. All calls may come from any thread. Nothing reads a clock but the closure that the owner gives, and
/// nothing runs by itself: the owner runs `run(sleep:)`, or calls `cleanUp` now and then.
///
/// ```swift
/// let cache = try FreshnessCache<String, Int>(clock: { BootClock.now.milliseconds })
/// try cache.set("fleet:hosts", 12, category: "counts")
/// let hosts = cache.data("fleet:hosts")
/// let total = try await cache.value(for: "fleet:total") { try await count() }
/// cache.invalidate(matching: "fleet:*")
/// ```
///
/// Values need only be `Sendable`: the compiler refuses the others. They are never encoded, so nothing can fail there.
package final class FreshnessCache<Key: FreshnessKey, Value: Sendable>: Sendable {
    /// The category of entries that name none.
    package static var defaultCategory: String { "default" }

    /// The bounds and lifetimes that it was made with.
    package let configuration: FreshnessConfiguration

    let state = Mutex(State())
    let clock: @Sendable () -> Int64

    struct State: Sendable {
        var entries = EntryTable<Key, Value>()
        var counts = FreshnessCounts()
        /// Computations that will store what they give, by their keys.
        var flights: [Key: Flight] = [:]
        /// Those whose outcome is too old to be stored, by their numbers; their callers still get it.
        var outdated: [UInt64: Flight] = [:]
        /// Which computation a caller waits for.
        var waiters: [UInt64: (key: Key, flight: UInt64)] = [:]
        /// The last number that was given to a computation or a caller.
        var lastNumber: UInt64 = 0
        /// Who runs clean-ups and is to be told of the end.
        var runners: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var isShutDown = false

        mutating func number() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }
    }

    /// An empty cache.
    ///
    /// - Parameters:
    ///   - configuration: Bounds and lifetimes.
    ///   - clock: The present time in ms, from any beginning; best one that nobody can turn back.
    /// - Throws: What in the configuration makes no sense.
    package init(
        _ configuration: FreshnessConfiguration = FreshnessConfiguration(),
        clock: @escaping @Sendable () -> Int64
    ) throws(FreshnessError) {
        try configuration.check()
        self.configuration = configuration
        self.clock = clock
    }

    /// Stores a value over what had this key; a computation under way for the key won't overwrite it.
    ///
    /// - Parameters:
    ///   - key: What it is found by.
    ///   - value: What is kept.
    ///   - lifetime: How long it is fresh, in ms; nil for what its category or the configuration says.
    ///   - category: What it belongs to.
    ///   - metadata: Whatever is to be kept beside it.
    /// - Throws: Why it was not stored.
    package func set(
        _ key: Key, _ value: Value, lifetime: Int64? = nil, category: String = FreshnessCache.defaultCategory,
        metadata: [String: String] = [:]
    ) throws(FreshnessError) {
        let lifetime = try checked(key, lifetime, category)
        let now = clock()
        let isStored = state.withLock { state in
            guard !state.isShutDown else { return false }
            state.outdate(key)
            state.store(
                key, value, lifetime: lifetime, category: category, metadata: metadata, at: now,
                capacity: configuration.capacity)
            return true
        }
        guard isStored else { throw .shutDown }
    }

    /// The lifetime that an entry is to have, if it may be stored at all.
    func checked(_ key: Key, _ lifetime: Int64?, _ category: String) throws(FreshnessError) -> Int64 {
        guard !key.isEmpty else { throw .emptyKey }
        let lifetime = lifetime ?? configuration.lifetime(of: category)
        guard lifetime >= 0 else { throw .negativeLifetime(lifetime) }
        return lifetime
    }
}

extension FreshnessCache.State {
    mutating func store(
        _ key: Key, _ value: Value, lifetime: Int64, category: String, metadata: [String: String],
        at now: Int64, capacity: Int
    ) {
        counts.sets += 1
        if entries[key] == nil, entries.count >= capacity, entries.removeOldest() != nil {
            counts.evictions += 1
        }
        entries.insert(
            key,
            StoredEntry(
                data: value, timestamp: now, lifetime: lifetime, category: category, metadata: metadata,
                lastAccess: now))
    }

    /// The entry, if it may be handed out; counts as a hit or as a miss.
    mutating func take(_ key: Key, allowingStale: Bool, at now: Int64) -> FreshnessEntry<Value>? {
        guard let entry = entries[key] else {
            counts.misses += 1
            return nil
        }
        switch entry.status(at: now) {
        case .fresh: counts.hits += 1
        case .stale where allowingStale:
            counts.hits += 1
            counts.staleHits += 1
        case .stale, .expired, .invalid:
            counts.misses += 1
            return nil
        }
        let shown = entry.shown(at: now)
        entries.update(key) { entry in
            entry.accessCount += 1
            entry.lastAccess = now
        }
        entries.use(key)
        return shown
    }
}
