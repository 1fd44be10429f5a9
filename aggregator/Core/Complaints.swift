import Log
import OS
import Synchronization

/// Logs attempts that were refused: the first at once, then a line now and then with how many there were.
///
/// Anybody who reaches a door can be refused as often as they like; the log must not be theirs to fill.
package final class Complaints: Sendable {
    private struct State {
        /// When the last line was written.
        var last: BootClock.Instant?
        /// Attempts that no line has told of.
        var untold = 0
        var peer = ""
        var reason = ""
    }

    private let log: Log
    private let interval: Duration
    private let state = Mutex(State())

    init(every interval: Duration = .seconds(10), log: Log) {
        self.interval = interval
        self.log = log
    }

    /// An attempt was refused.
    package func note(from peer: String, _ reason: String) {
        let isFirst = state.withLock { state in
            if let last = state.last, last.duration(to: BootClock.now) < interval {
                state.untold += 1
                state.peer = peer
                state.reason = reason
                return false
            }
            state.last = BootClock.now
            return true
        }
        if isFirst { log(.warning, "an attempt was refused", ["peer": peer, "reason": reason]) }
    }

    /// Writes the line that is due, if any.
    package func tell() {
        let due = state.withLock { state -> State? in
            guard state.untold > 0, let last = state.last, last.duration(to: BootClock.now) >= interval else {
                return nil
            }
            let due = state
            state.last = BootClock.now
            state.untold = 0
            return due
        }
        guard let due else { return }
        log(
            .warning, "more attempts were refused",
            ["count": "\(due.untold)", "last_peer": due.peer, "last_reason": due.reason])
    }
}
