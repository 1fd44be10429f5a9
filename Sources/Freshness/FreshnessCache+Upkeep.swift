import Synchronization

extension FreshnessCache {
    /// Cleans up at each interval of the configuration, until the cache is shut down or the task is cancelled.
    ///
    /// - Parameter sleep: Waits so long, and throws when cancelled; how, is the owner's matter.
    package func run(sleep: @escaping @Sendable (Duration) async throws -> Void) async {
        let interval = Duration.milliseconds(configuration.cleanUpInterval)
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "clean-ups of a cache") {
                while !Task.isCancelled {
                    do { try await sleep(interval) } catch { return }
                    guard !self.isShutDown else { return }
                    self.cleanUp()
                }
            }
            group.addTask(name: "end of a cache") { await self.untilShutDown() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Whether the cache was shut down.
    package var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// Lets go of all entries, and ends `run`; from now on nothing is found and nothing stored.
    ///
    /// What is being computed goes on for those who wait for it.
    package func shutDown() {
        let (runners, freed) = state.withLock {
            state -> ([CheckedContinuation<Void, Never>], EntryTable<Key, Value>) in
            state.isShutDown = true
            for key in Array(state.flights.keys) { state.outdate(key) }
            defer {
                state.runners = [:]
                state.entries = EntryTable()
            }
            return (Array(state.runners.values), state.entries)
        }
        _ = freed
        for runner in runners { runner.resume() }
    }

    private func untilShutDown() async {
        let number = state.withLock { $0.number() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state -> Bool in
                    guard !state.isShutDown else { return true }
                    state.runners[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
                // The handler may have run before there was somebody to wake.
                if Task.isCancelled { release(number) }
            }
        } onCancel: {
            release(number)
        }
    }

    private func release(_ runner: UInt64) {
        let continuation = state.withLock { $0.runners.removeValue(forKey: runner) }
        continuation?.resume()
    }
}
