internal import Synchronization

/// Level and format of a program's log; shared by all its `Log` values and changed while it runs (row B18).
package final class LogSettings: Sendable {
    private struct State {
        var level: Log.Level
        var format: Log.Format
    }

    private let state: Mutex<State>

    /// Begins with these, until `change`.
    package init(level: Log.Level = .info, format: Log.Format = .text) {
        state = Mutex(State(level: level, format: format))
    }

    /// Lines below it are not written.
    package var level: Log.Level { state.withLock { $0.level } }

    /// How lines look.
    package var format: Log.Format { state.withLock { $0.format } }

    /// Changes both at once, for all lines from now on.
    package func change(level: Log.Level, format: Log.Format) {
        state.withLock { $0 = State(level: level, format: format) }
    }
}
