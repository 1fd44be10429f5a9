import OS
import Synchronization

/// An agent's answer as it comes; one reader, who bounds by reading how much is kept here.
///
/// Let go or cancelled before its end, it tells the agent that nobody waits for the rest.
package final class Answer: Sendable {
    private struct State: Sendable {
        var bytes: [UInt8] = []
        var hasBegun = false
        /// Whole, or for this reason not; nil before the end.
        var end: Result<Void, RequestError>?
    }

    private let state = Mutex(State())
    private let bell = Mailbox<Void>(limit: 1, whenFull: .dropNewest)
    private let took: @Sendable (Int) -> Void
    private let cancelled: @Sendable () -> Void

    init(took: @escaping @Sendable (Int) -> Void, cancelled: @escaping @Sendable () -> Void) {
        self.took = took
        self.cancelled = cancelled
    }

    deinit {
        cancelled()
    }

    /// Waits until the agent has begun to answer, be it with nothing yet.
    ///
    /// - Throws: Why it will not.
    package func begin() async throws(RequestError) {
        while true {
            let isReady = try state.withLock { state throws(RequestError) in
                if case .failure(let error) = state.end, state.bytes.isEmpty { throw error }
                return state.hasBegun
            }
            if isReady { return }
            try await wait()
        }
    }

    /// Waits for what comes next, all of it that has come; nil when the answer is whole.
    ///
    /// - Throws: Why it will not become whole, or `cancelled` with the task, which ends the request.
    package func next() async throws(RequestError) -> [UInt8]? {
        while true {
            let (bytes, isOver) = try state.withLock { state throws(RequestError) -> ([UInt8], Bool) in
                guard state.bytes.isEmpty else {
                    defer { state.bytes = [] }
                    return (state.bytes, false)
                }
                try state.end?.get()
                return ([], state.end != nil)
            }
            if isOver { return nil }
            guard bytes.isEmpty else {
                took(bytes.count)
                return bytes
            }
            try await wait()
        }
    }

    /// The whole answer.
    package func rest() async throws(RequestError) -> [UInt8] {
        var whole: [UInt8] = []
        while let piece = try await next() { whole += piece }
        return whole
    }

    func deliver(_ bytes: [UInt8]) {
        state.withLock { state in
            state.hasBegun = true
            state.bytes += bytes
        }
        _ = bell.post(())
    }

    /// The agent said that it has begun, or is done.
    func note(end: Result<Void, RequestError>?) {
        state.withLock { state in
            state.hasBegun = true
            if state.end == nil { state.end = end }
        }
        _ = bell.post(())
    }

    private func wait() async throws(RequestError) {
        guard await bell.next() == nil else { return }
        cancelled()
        throw RequestError(.cancelled, "the question was given up")
    }
}
