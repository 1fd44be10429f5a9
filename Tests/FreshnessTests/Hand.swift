import Freshness
import Synchronization

/// A clock in ms that stands still until a test moves it, also backwards.
final class Hand: Sendable {
    private let time = Mutex<Int64>(1_000_000)

    var now: Int64 { time.withLock { $0 } }

    func move(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }

    /// A cache that reads this clock.
    func cache<Value: Sendable>(
        of type: Value.Type = Int.self, _ adjust: (inout FreshnessConfiguration) -> Void = { _ in }
    ) throws -> FreshnessCache<String, Value> {
        var configuration = FreshnessConfiguration()
        adjust(&configuration)
        return try FreshnessCache(configuration) { self.now }
    }
}

/// Counts calls from any thread.
final class Counter: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    @discardableResult
    func add() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}

/// A door that everybody waits at until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var waiting: Int { state.withLock { $0.waiting.count } }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state -> Bool in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }
}
