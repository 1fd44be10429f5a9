import OS
import Synchronization

/// How other threads reach the service thread.
final class ServiceInbox: Sendable {
    fileprivate struct State {
        var exchanges: [ExchangeCore] = []
        var stopWithin: Duration?
        /// Who wants to know that the service comes round.
        var turns: [Reply<Void>] = []
        var isWoken = false
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup

    init() throws(Errno) {
        wakeup = try Wakeup()
    }

    /// The descriptor that is readable when something was posted.
    var number: Int32 { wakeup.number }

    /// Says that an exchange has news.
    func post(_ exchange: ExchangeCore) {
        let mustWake = state.withLock { state in
            state.exchanges.append(exchange)
            return state.mustWake()
        }
        if mustWake { wakeup.ring() }
    }

    /// Asks the service to end; the shortest time asked for counts.
    func stop(within limit: Duration) {
        let mustWake = state.withLock { state in
            state.stopWithin = min(limit, state.stopWithin ?? limit)
            return state.mustWake()
        }
        if mustWake { wakeup.ring() }
    }

    /// Asks the service to send the reply when it comes round.
    func answerTurn(_ reply: Reply<Void>) {
        let mustWake = state.withLock { state in
            state.turns.append(reply)
            return state.mustWake()
        }
        if mustWake { wakeup.ring() }
    }

    /// Takes everything, and answers who wants to know that the service comes round; on the service thread.
    func take() -> (exchanges: [ExchangeCore], stopWithin: Duration?) {
        wakeup.silence()
        let (exchanges, stopWithin, turns) = state.withLock { state in
            defer {
                state.exchanges.removeAll(keepingCapacity: true)
                state.stopWithin = nil
                state.turns = []
                state.isWoken = false
            }
            return (state.exchanges, state.stopWithin, state.turns)
        }
        for turn in turns { turn.send(()) }
        return (exchanges, stopWithin)
    }
}

fileprivate extension ServiceInbox.State {
    mutating func mustWake() -> Bool {
        defer { isWoken = true }
        return !isWoken
    }
}
