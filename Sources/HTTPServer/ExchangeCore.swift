import Synchronization

/// One request's answer on its way from whoever makes it to the service thread.
///
/// Everything under one lock, decided there and acted upon outside. The service thread hears of news through the
/// inbox, at most one post waiting per exchange, so the inbox is bounded by the connections.
final class ExchangeCore: Sendable {
    /// The connection that the answer goes to.
    let connection: UInt64
    private let inbox: ServiceInbox
    private let limit: Int
    private let state = Mutex(State())

    /// How far the answer is.
    enum Stage {
        /// Nothing was answered yet.
        case open
        /// A complete answer waits for the service thread, or was taken.
        case answered
        /// The head of a streamed answer was given; pieces may follow.
        case streaming
        /// The last piece was given.
        case finished
        /// The one who streamed let go before the last piece: the connection must be cut.
        case abandoned
        /// The connection is gone.
        case closed(HTTPServerError)
    }

    fileprivate struct State {
        var stage = Stage.open
        var answer: HTTPServerResponse?
        /// Told the status of the answer, once.
        var observer: (@Sendable (Int) -> Void)?
        var chunks: [[UInt8]] = []
        /// Bytes in `chunks`.
        var queued = 0
        /// Bytes that the service thread took and the system did not yet.
        var inFlight = 0
        /// False while `handle` runs: what it answers is picked up right after, without a wake.
        var isAttached = false
        var isPosted = false
        /// The peer has closed its half: it may not be there any more.
        var peerLeft = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
    }

    /// What the service thread finds.
    struct News {
        /// A whole answer, or the head of a streamed one.
        var answer: HTTPServerResponse?
        var chunks: [[UInt8]] = []
        var stage = Stage.open
    }

    init(connection: UInt64, inbox: ServiceInbox, limit: Int) {
        self.connection = connection
        self.inbox = inbox
        self.limit = limit
    }

    // MARK: From the one who answers

    /// Has somebody told the status of the answer, when it is given.
    func observe(_ observer: @escaping @Sendable (Int) -> Void) {
        state.withLock { $0.observer = observer }
    }

    /// Gives the complete answer; later ones are ignored.
    func answer(_ response: HTTPServerResponse) {
        let (mustPost, observer) = state.withLock { state in
            guard case .open = state.stage else { return (false, state.noObserver) }
            state.stage = .answered
            state.answer = response
            return (state.mustPost(), state.observer.take())
        }
        observer?(response.status)
        if mustPost { inbox.post(self) }
    }

    /// Gives the head of a streamed answer; false when something was answered before.
    func start(_ head: HTTPServerResponse) -> Bool {
        let (isStarted, mustPost, observer) = state.withLock { state in
            guard case .open = state.stage else { return (false, false, state.noObserver) }
            state.stage = .streaming
            state.answer = head
            return (true, state.mustPost(), state.observer.take())
        }
        observer?(head.status)
        if mustPost { inbox.post(self) }
        return isStarted
    }

    /// Adds a piece once there is room.
    func send(_ bytes: [UInt8]) async throws(HTTPServerError) {
        while true {
            let (isQueued, mustPost) = try state.withLock { state throws(HTTPServerError) in
                switch state.stage {
                case .streaming: break
                case .closed(let error): throw error
                default: throw .peerGone
                }
                guard state.queued + state.inFlight <= limit else { return (false, false) }
                if !bytes.isEmpty { state.chunks.append(bytes) }
                state.queued += bytes.count
                return (true, !bytes.isEmpty && state.mustPost())
            }
            if mustPost { inbox.post(self) }
            if isQueued { return }
            await waitForRoom()
            if Task.isCancelled { throw .cancelled }
        }
    }

    /// Ends a streamed answer, completely or not.
    func end(isComplete: Bool) {
        let (mustPost, waiters) = state.withLock { state in
            guard case .streaming = state.stage else { return (false, state.noWaiters) }
            state.stage = isComplete ? .finished : .abandoned
            return (state.mustPost(), state.takeWaiters())
        }
        for waiter in waiters { waiter.resume() }
        if mustPost { inbox.post(self) }
    }

    /// Whether the answer probably reaches nobody.
    var isClosed: Bool {
        state.withLock { state in
            if case .closed = state.stage { true } else { state.peerLeft }
        }
    }

    private func waitForRoom() async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard case .streaming = state.stage, state.queued + state.inFlight > limit,
                        !Task.isCancelled
                    else { return false }
                    state.waiters[number] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.resume()
        }
    }

    // MARK: From the service thread

    /// Takes what is new; from now on news are posted.
    func take() -> News {
        state.withLock { state in
            state.isAttached = true
            state.isPosted = false
            let news = News(answer: state.answer, chunks: state.chunks, stage: state.stage)
            state.answer = nil
            if !state.chunks.isEmpty { state.chunks = [] }
            state.inFlight += state.queued
            state.queued = 0
            return news
        }
    }

    /// Says how many bytes the system has not taken yet.
    func waiting(_ bytes: Int) {
        let waiters = state.withLock { state in
            state.inFlight = bytes
            return state.queued + bytes <= limit ? state.takeWaiters() : state.noWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Says that the peer has closed its half.
    func noticePeerLeft() {
        state.withLock { $0.peerLeft = true }
    }

    /// Says that the connection is gone; senders that wait are told.
    func close(_ error: HTTPServerError) {
        let waiters = state.withLock { state in
            if case .closed = state.stage { return state.noWaiters }
            state.stage = .closed(error)
            state.answer = nil
            state.chunks = []
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }
}

fileprivate extension ExchangeCore.State {
    var noWaiters: [CheckedContinuation<Void, Never>] { [] }
    var noObserver: (@Sendable (Int) -> Void)? { nil }

    mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        if waiters.isEmpty { return [] }
        defer { waiters = [:] }
        return Array(waiters.values)
    }

    mutating func mustPost() -> Bool {
        guard isAttached, !isPosted else { return false }
        isPosted = true
        return true
    }
}
