internal import Dispatch
internal import Synchronization

/// Waits for one descriptor to become readable or writable, without a thread of its own.
///
/// One Dispatch source and one timer, made when first needed; both are asleep between waits. All share one
/// queue whose handlers only look at a lock and resume a task.
final class Readiness: Sendable {
    enum Direction { case reading, writing }
    /// Why a wait ended.
    enum Wake { case ready, timedOut, cancelled, closed }

    private struct State {
        var source: (any DispatchSourceProtocol)?
        var isArmed = false
        var timer: (any DispatchSourceTimer)?
        var timerDeadline = Deadline.never
        var waiter: CheckedContinuation<Wake, Never>?
        var deadline = Deadline.never
        var isClosed = false
    }

    private static let queue = DispatchQueue(label: "bayplan.readiness")

    private let direction: Direction
    private let descriptor: SharedDescriptor
    private let state = Mutex(State())

    /// The descriptor stays open until `close` was called and Dispatch has let go of it.
    init(_ descriptor: SharedDescriptor, _ direction: Direction) {
        self.descriptor = descriptor
        self.direction = direction
    }

    deinit {
        close()
    }

    /// Waits until the descriptor is ready, the deadline passes, the task is cancelled, or `close` is called.
    func wait(until deadline: Deadline) async -> Wake {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if let already = begin(waiter, deadline) { waiter.resume(returning: already) }
                // The handler may have run before there was a waiter.
                if Task.isCancelled { end(.cancelled) }
            }
        } onCancel: {
            end(.cancelled)
        }
    }

    /// Ends a pending wait and all later ones with `.closed`.
    func close() {
        let waiter = state.withLock { state -> CheckedContinuation<Wake, Never>? in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            if let source = state.source.take() {
                source.cancel()
                // A source must not be released while it sleeps.
                if !state.isArmed { source.resume() }
            }
            state.timer.take()?.cancel()
            return state.waiter.take()
        }
        waiter?.resume(returning: .closed)
    }

    /// Notes the waiter and wakes source and timer; answers at once if there is nothing to wait for.
    private func begin(_ waiter: CheckedContinuation<Wake, Never>, _ deadline: Deadline) -> Wake? {
        state.withLock { state -> Wake? in
            guard !state.isClosed else { return .closed }
            guard !deadline.hasPassed() else { return .timedOut }
            precondition(state.waiter == nil, "one waiter at a time")
            state.waiter = waiter
            state.deadline = deadline
            if state.source == nil { state.source = makeSource() }
            if !state.isArmed {
                state.isArmed = true
                state.source?.resume()
            }
            if deadline < state.timerDeadline { schedule(&state) }
            return nil
        }
    }

    private func end(_ wake: Wake) {
        let waiter = state.withLock { $0.waiter.take() }
        waiter?.resume(returning: wake)
    }

    private func fired() {
        let waiter = state.withLock { state -> CheckedContinuation<Wake, Never>? in
            if !state.isClosed, state.isArmed {
                state.isArmed = false
                state.source?.suspend()
            }
            return state.waiter.take()
        }
        waiter?.resume(returning: .ready)
    }

    private func ticked() {
        let waiter = state.withLock { state -> CheckedContinuation<Wake, Never>? in
            state.timerDeadline = .never
            guard state.waiter != nil, !state.isClosed else { return nil }
            if state.deadline.hasPassed() { return state.waiter.take() }
            schedule(&state)
            return nil
        }
        waiter?.resume(returning: .timedOut)
    }

    /// Sets the timer to the present waiter's deadline.
    private func schedule(_ state: inout State) {
        guard let remaining = state.deadline.remaining() else { return }
        state.timerDeadline = state.deadline
        if state.timer == nil {
            let timer = DispatchSource.makeTimerSource(queue: Self.queue)
            timer.setEventHandler { [weak self] in self?.ticked() }
            timer.activate()
            state.timer = timer
        }
        let nanoseconds = Int(clamping: remaining.saturatedNanoseconds)
        state.timer?.schedule(deadline: .now() + .nanoseconds(min(nanoseconds, Int.max / 4)))
    }

    private func makeSource() -> any DispatchSourceProtocol {
        let source: any DispatchSourceProtocol =
            switch direction {
            case .reading:
                DispatchSource.makeReadSource(fileDescriptor: descriptor.number, queue: Self.queue)
            case .writing:
                DispatchSource.makeWriteSource(fileDescriptor: descriptor.number, queue: Self.queue)
            }
        source.setEventHandler { [weak self] in self?.fired() }
        // Keeps the descriptor open until Dispatch no longer watches it.
        source.setCancelHandler { [descriptor] in descriptor.kept() }
        return source
    }
}

/// A descriptor with several users; the last one to let go closes it.
final class SharedDescriptor: Sendable {
    let descriptor: Descriptor
    var number: Int32 { descriptor.number }

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Does nothing; a closure that calls it keeps the descriptor open.
    func kept() {}
}
