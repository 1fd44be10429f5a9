import Synchronization

extension FreshnessCache {
    /// A computation under way, with those who wait for it.
    struct Flight: Sendable {
        let number: UInt64
        let category: String
        /// The callers, by their numbers.
        var waiters: [UInt64: CheckedContinuation<Turn, any Error>] = [:]
        /// Nil for the moment until it has begun.
        var task: Task<Void, Never>?
    }

    /// What becomes of a caller.
    enum Turn: Sendable {
        /// It has its value.
        case value(Value)
        /// It computes for itself: the cache is shut down, or too many computations are under way.
        case alone
    }

    /// The value of a key, computed when it isn't there: once, however many ask for it at the same time.
    ///
    /// The computation runs apart from its callers: one that is cancelled leaves with `CancellationError` and takes
    /// nothing from the others; the last one that leaves takes the computation with it. An error reaches all who wait
    /// and is not kept. What was invalidated, deleted or set anew in the meantime is not overwritten. A cache that was
    /// shut down, or has as many computations under way as it may have entries, lets each caller compute for itself:
    /// nothing ever fails because of caching.
    ///
    /// - Parameters:
    ///   - key: What it is found by.
    ///   - lifetime: How long the value is fresh, in ms; nil for what its category or the configuration says.
    ///   - category: What it belongs to.
    ///   - metadata: Whatever is to be kept beside it.
    ///   - allowingStale: Whether a value past its lifetime will do, up to twice that.
    ///   - compute: Makes the value.
    /// - Returns: What is kept, or what `compute` gave.
    /// - Throws: A `FreshnessError` for a bad key or lifetime, `CancellationError`, or what `compute` throws.
    package func value(
        for key: Key, lifetime: Int64? = nil, category: String = FreshnessCache.defaultCategory,
        metadata: [String: String] = [:], allowingStale: Bool = false,
        compute: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let lifetime = try checked(key, lifetime, category)
        try Task.checkCancellation()
        let caller = state.withLock { $0.number() }
        let turn = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let decision = join(
                    key, category: category, allowingStale: allowingStale, as: caller, continuation)
                switch decision {
                case .now(let turn): continuation.resume(returning: turn)
                case .wait: break
                case .begin(let flight):
                    begin(flight, of: key) { [self] in
                        do {
                            let value = try await compute()
                            land(flight, of: key, .success(value), lifetime, category, metadata)
                        } catch {
                            land(flight, of: key, .failure(error), lifetime, category, metadata)
                        }
                    }
                }
                // The handler may have run before there was somebody to wake.
                if Task.isCancelled { leave(caller) }
            }
        } onCancel: {
            leave(caller)
        }
        guard case .value(let value) = turn else { return try await compute() }
        return value
    }

    private enum Decision {
        case now(Turn)
        case wait
        /// The caller waits too, for the computation of this number that it must begin.
        case begin(UInt64)
    }

    /// Finds a caller its value, its computation, or nothing.
    private func join(
        _ key: Key, category: String, allowingStale: Bool, as caller: UInt64,
        _ continuation: CheckedContinuation<Turn, any Error>
    ) -> Decision {
        let now = clock()
        return state.withLock { state in
            guard !state.isShutDown else { return .now(.alone) }
            if let entry = state.take(key, allowingStale: allowingStale, at: now) {
                return .now(.value(entry.data))
            }
            if let flight = state.flights[key] {
                state.flights[key]?.waiters[caller] = continuation
                state.waiters[caller] = (key, flight.number)
                state.counts.shared += 1
                return .wait
            }
            guard state.flights.count + state.outdated.count < configuration.capacity else {
                return .now(.alone)
            }
            let number = state.number()
            state.flights[key] = Flight(number: number, category: category, waiters: [caller: continuation])
            state.waiters[caller] = (key, number)
            state.counts.computations += 1
            return .begin(number)
        }
    }

    /// Starts the work of a computation, unless everybody has left it already.
    private func begin(_ number: UInt64, of key: Key, _ work: @escaping @Sendable () async -> Void) {
        // Not a child of whoever asked first, since the others must not go with it.
        let task = Task.detached(name: "computation of a cached value") { await work() }
        let isWanted = state.withLock { state in
            state.withFlight(number, of: key) { $0?.task = task }
        }
        // Over already, or nobody waits for it any more.
        if !isWanted { task.cancel() }
    }

    /// Ends a computation: its value is stored if it still may be, and everybody gets it.
    private func land(
        _ number: UInt64, of key: Key, _ result: Result<Value, any Error>, _ lifetime: Int64,
        _ category: String,
        _ metadata: [String: String]
    ) {
        let now = clock()
        let waiters = state.withLock { state -> [CheckedContinuation<Turn, any Error>] in
            var flight = state.outdated.removeValue(forKey: number)
            if state.flights[key]?.number == number {
                flight = state.flights.removeValue(forKey: key)
                if case .success(let value) = result, !state.isShutDown {
                    state.store(
                        key, value, lifetime: lifetime, category: category, metadata: metadata, at: now,
                        capacity: configuration.capacity)
                }
            }
            guard let flight else { return [] }
            if case .failure = result { state.counts.failures += 1 }
            for caller in flight.waiters.keys { state.waiters[caller] = nil }
            return Array(flight.waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result.map(Turn.value)) }
    }

    /// A caller was cancelled; the last one to go cancels the computation.
    private func leave(_ caller: UInt64) {
        let (waiter, task) = state.withLock {
            state -> (CheckedContinuation<Turn, any Error>?, Task<Void, Never>?) in
            guard let (key, number) = state.waiters.removeValue(forKey: caller) else { return (nil, nil) }
            var waiter: CheckedContinuation<Turn, any Error>?
            var task: Task<Void, Never>?
            state.withFlight(number, of: key) { flight in
                waiter = flight?.waiters.removeValue(forKey: caller)
                guard flight?.waiters.isEmpty == true else { return }
                task = flight?.task
                flight = nil
            }
            return (waiter, task)
        }
        task?.cancel()
        waiter?.resume(throwing: CancellationError())
    }
}

extension FreshnessCache.State {
    /// Changes a computation wherever it is kept; false when it is over.
    @discardableResult
    mutating func withFlight(
        _ number: UInt64, of key: Key, _ body: (inout FreshnessCache<Key, Value>.Flight?) -> Void
    ) -> Bool {
        if flights[key]?.number == number {
            body(&flights[key])
        } else if outdated[number] != nil {
            body(&outdated[number])
        } else {
            return false
        }
        return true
    }

    /// Lets what is being computed for a key reach its callers, and nobody else.
    mutating func outdate(_ key: Key) {
        guard let flight = flights.removeValue(forKey: key) else { return }
        outdated[flight.number] = flight
    }
}
