internal import Dispatch
internal import OS
internal import Synchronization

/// A bounded number of connections to one place; those between two requests are kept for a while, then closed
/// (requirement C3).
final class ConnectionPool: Sendable {
    private struct Idle {
        let stream: any ByteStream
        let since: BootClock.Instant
    }

    private struct State {
        var free: Int
        var idle: [Idle] = []
        var waiting: [Reply<Void>] = []
        var isClosed = false
        /// Whether a look at what is too old is planned.
        var isLooking = false
    }

    private let limit: Int
    private let idleTimeout: Duration
    private let state: Mutex<State>

    init(limit: Int, idleTimeout: Duration) {
        precondition(limit > 0, "a pool without connections serves nobody")
        self.limit = limit
        self.idleTimeout = idleTimeout
        state = Mutex(State(free: limit))
    }

    /// Waits for one of the places; the lease gives it back when it goes away.
    func lease(for request: HTTPRequest, deadline: Deadline) async throws(HTTPError) -> Lease {
        let reply = Reply<Void>()
        let answer = state.withLock { state -> Bool? in
            guard !state.isClosed else { return nil }
            guard state.free == 0 else {
                state.free -= 1
                return true
            }
            state.waiting.append(reply)
            return false
        }
        guard let answer else {
            throw HTTPError(.closed, "\(request.title) was not sent: the client is closed.")
        }
        if answer { return Lease(self) }
        switch await reply.wait(until: deadline) {
        case .value:
            return Lease(self)
        case .cancelled:
            forget(reply)
            throw HTTPError(.stream(.cancelled), "\(request.title) was not sent: its task was cancelled.")
        case .timedOut:
            forget(reply)
            throw HTTPError(
                .busy, "\(request.title) was not sent: all \(limit) connections were busy until now.")
        }
    }

    /// The connection that was used last, if it is not too old.
    func takeIdle() -> (any ByteStream)? {
        let now = BootClock.now
        let (taken, expired) = state.withLock { state -> (Idle?, [Idle]) in
            let expired = state.idle.filter { $0.since.duration(to: now) >= idleTimeout }
            state.idle.removeAll { $0.since.duration(to: now) >= idleTimeout }
            return (state.idle.popLast(), expired)
        }
        for old in expired { old.stream.close() }
        return taken?.stream
    }

    /// Makes room before a new connection, so that used and idle ones together stay within the limit.
    func makeRoom() {
        let surplus = state.withLock { state -> Idle? in
            let used = limit - state.free
            return used + state.idle.count > limit && !state.idle.isEmpty ? state.idle.removeFirst() : nil
        }
        surplus?.stream.close()
    }

    func keep(_ stream: any ByteStream) {
        let (isKept, isFirst) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed, state.idle.count < limit else { return (false, false) }
            state.idle.append(Idle(stream: stream, since: BootClock.now))
            defer { state.isLooking = true }
            return (true, !state.isLooking)
        }
        if !isKept { stream.close() }
        if isFirst { look(after: idleTimeout) }
    }

    /// Closes what has been idle for too long, also when nobody asks anything more.
    private func look(after pause: Duration) {
        let milliseconds = Int(clamping: pause.saturatedNanoseconds / 1_000_000) + 1
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            guard let self else { return }
            let now = BootClock.now
            let (old, next) = state.withLock { state -> ([Idle], Duration?) in
                let old = state.idle.filter { $0.since.duration(to: now) >= self.idleTimeout }
                state.idle.removeAll { $0.since.duration(to: now) >= self.idleTimeout }
                state.isLooking = !state.idle.isEmpty
                return (old, state.idle.first.map { self.idleTimeout - $0.since.duration(to: now) })
            }
            for one in old { one.stream.close() }
            if let next { look(after: max(.milliseconds(1), next)) }
        }
    }

    func close() {
        let idle = state.withLock { state -> [Idle] in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for old in idle { old.stream.close() }
    }

    fileprivate func release() {
        while true {
            let next = state.withLock { state -> Reply<Void>? in
                guard !state.waiting.isEmpty else {
                    state.free += 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            // Whoever gave up in the meantime does not take it.
            guard let next, !next.send(()) else { return }
        }
    }

    private func forget(_ reply: Reply<Void>) {
        state.withLock { state in state.waiting.removeAll { $0 === reply } }
    }
}

/// The right to use one connection.
final class Lease: Sendable {
    let pool: ConnectionPool

    fileprivate init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    deinit {
        pool.release()
    }
}
