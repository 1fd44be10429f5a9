internal import Dispatch
internal import Synchronization

/// One answer that another thread gives later: awaited once, with a deadline, abandoned on cancellation.
package final class Reply<Value: Sendable>: Sendable {
    /// How the wait ended.
    package enum Outcome: Sendable {
        /// The answer came.
        case value(Value)
        /// The deadline passed first; an answer is no longer taken.
        case timedOut
        /// The task was cancelled first; an answer is no longer taken.
        case cancelled
    }

    private struct State {
        var outcome: Outcome?
        var waiter: CheckedContinuation<Outcome, Never>?
    }

    private let state = Mutex(State())

    /// Nothing was answered yet.
    package init() {}

    /// Gives the answer, unless one was given or the wait is over.
    ///
    /// - Returns: Whether the waiter gets it, now or when it begins to wait.
    @discardableResult
    package func send(_ value: Value) -> Bool {
        settle(.value(value))
    }

    /// Waits for the answer.
    package func wait(until deadline: Deadline) async -> Outcome {
        let timer = alarm(deadline)
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let already = state.withLock { state -> Outcome? in
                    if state.outcome == nil { state.waiter = waiter }
                    return state.outcome
                }
                if let already { waiter.resume(returning: already) }
            }
        } onCancel: {
            settle(.cancelled)
        }
    }

    @discardableResult
    private func settle(_ outcome: Outcome) -> Bool {
        let (isFirst, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Outcome, Never>?) in
            guard state.outcome == nil else { return (false, nil) }
            state.outcome = outcome
            return (true, state.waiter.take())
        }
        waiter?.resume(returning: outcome)
        return isFirst
    }

    private func alarm(_ deadline: Deadline) -> (any DispatchSourceTimer)? {
        guard let remaining = deadline.remaining() else { return nil }
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.setEventHandler { [weak self] in self?.settle(.timedOut) }
        let nanoseconds = min(Int(clamping: remaining.saturatedNanoseconds), Int.max / 4)
        timer.schedule(deadline: .now() + .nanoseconds(nanoseconds))
        timer.activate()
        return timer
    }
}
