internal import Synchronization

/// A bell for one sleeper: rung while he sleeps it wakes him, rung before it lets him not sleep at all.
package final class Wake: Sendable {
    private struct State {
        var isRung = false
        var sleeper: Reply<Void>?
    }

    private let state = Mutex(State())

    /// Nobody sleeps, and it hasn't been rung.
    package init() {}

    /// Wakes the sleeper, now or at his next `wait`.
    package func ring() {
        let sleeper = state.withLock { state -> Reply<Void>? in
            guard let sleeper = state.sleeper.take() else {
                state.isRung = true
                return nil
            }
            return sleeper
        }
        sleeper?.send(())
    }

    /// Sleeps until it is rung, the deadline passes, or the task is cancelled.
    package func wait(until deadline: Deadline) async {
        let sleeper = Reply<Void>()
        let isRung = state.withLock { state -> Bool in
            if state.isRung {
                state.isRung = false
                return true
            }
            state.sleeper = sleeper
            return false
        }
        if isRung { return }
        _ = await sleeper.wait(until: deadline)
        state.withLock { state in
            if state.sleeper === sleeper { state.sleeper = nil }
        }
    }
}
