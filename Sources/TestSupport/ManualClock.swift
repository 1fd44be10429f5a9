internal import Synchronization

/// A clock that stands still until a test moves it.
package final class ManualClock: Clock {
    /// A point in the test's time, counted from the clock's start.
    package struct Instant: InstantProtocol {
        /// How far the test has moved the clock.
        package let sinceStart: Duration

        /// So long after the start.
        package init(sinceStart: Duration) {
            self.sinceStart = sinceStart
        }

        /// The instant so much later.
        package func advanced(by duration: Duration) -> Instant {
            Instant(sinceStart: sinceStart + duration)
        }

        /// The time from this instant to the other.
        package func duration(to other: Instant) -> Duration {
            other.sinceStart - sinceStart
        }

        /// The earlier one is the smaller one.
        package static func < (left: Instant, right: Instant) -> Bool {
            left.sinceStart < right.sinceStart
        }
    }

    private struct Sleeper {
        let id: Int
        let deadline: Instant
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now = Instant(sinceStart: .zero)
        var nextID = 0
        var sleepers: [Sleeper] = []
    }

    private let state = Mutex(State())

    /// Stands at zero.
    package init() {}

    /// Where the test has moved it.
    package var now: Instant { state.withLock { $0.now } }
    /// What the clock can tell apart.
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// How many tasks sleep on it now.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Moves the time on and wakes everyone whose time has come, the earliest first.
    package func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.now = state.now.advanced(by: duration)
            let now = state.now
            let due = state.sleepers.filter { $0.deadline <= now }
            state.sleepers.removeAll { $0.deadline <= now }
            return due.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in due { sleeper.continuation.resume(returning: true) }
    }

    /// Waits until `count` tasks sleep, so that moving the time on will wake them.
    ///
    /// - Throws: `NeverHappened` when they don't within five seconds of real time.
    package func waitForSleepers(_ count: Int = 1) async throws {
        try await eventually("\(count) sleepers on the clock") { sleeperCount >= count }
    }

    /// Waits until the test has moved the clock that far, or for cancellation.
    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isDue = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isPast = state.withLock { state -> Bool in
                    guard deadline > state.now else { return true }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return false
                }
                if isPast { continuation.resume(returning: true) }
                // The handler may have run before there was a sleeper.
                if Task.isCancelled { wake(id) }
            }
        } onCancel: {
            wake(id)
        }
        guard isDue, !Task.isCancelled else { throw CancellationError() }
    }

    private func wake(_ id: Int) {
        let sleeper = state.withLock { state -> Sleeper? in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(returning: false)
    }
}
