internal import OS
internal import Synchronization
package import Wire

/// Where the answer to one request goes, as fast as whoever asked takes it.
///
/// One task writes. What it holds back is the bytes of one call of `send`: whoever reads a log from the Engine piece by
/// piece reads no more of it while the aggregator takes nothing.
package final class ReplyWriter: Sendable {
    private struct State: Sendable {
        /// Bytes that may be sent, and bytes that the answer may still have.
        var credit: Int64
        var left: Int64
        var isStopped = false
    }

    private let id: Int64
    private let limit: Int64
    private let state: Mutex<State>
    /// Rings when there is more credit.
    private let bell = Mailbox<Void>(limit: 1, whenFull: .dropNewest)
    private let stopping = Mailbox<Void>(limit: 1, whenFull: .dropNewest)
    private let say: @Sendable (AgentReply) -> Void

    /// `say` gives a piece to the session that the request came from, if that is still there.
    package init(_ request: AgentRequest, say: @escaping @Sendable (AgentReply) -> Void) {
        id = request.id
        limit = request.limit
        state = Mutex(State(credit: request.credit, left: request.limit))
        self.say = say
    }

    /// Tells that the answer begins, where its first bytes may be long in coming.
    package func begin() {
        say(AgentReply(id: id))
    }

    /// Sends bytes, in as many pieces as they need, as credit comes for them.
    ///
    /// - Throws: `too-large` once the answer's limit is reached; what fits was sent. `failed` when nobody waits any more.
    package func send(_ bytes: [UInt8]) async throws(RequestFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let (count, isStopped, isFull) = state.withLock { state -> (Int, Bool, Bool) in
                guard !state.isStopped else { return (0, true, false) }
                let count = Int(min(Int64(rest.count), state.credit, state.left, Int64(AgentReply.dataLimit)))
                state.credit -= Int64(count)
                state.left -= Int64(count)
                return (count, false, count == 0 && state.left == 0)
            }
            if isStopped || Task.isCancelled { throw Self.stopped }
            if isFull {
                throw RequestFailure(
                    AgentReply.Failure.tooLarge,
                    "the answer has more than the \(limit) bytes that were asked for")
            }
            guard count > 0 else {
                guard await bell.next() != nil else { throw Self.stopped }
                continue
            }
            say(AgentReply(id: id, data: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
    }

    /// Ends the answer.
    func finish(_ failure: RequestFailure?) {
        let error = failure.map { AgentReply.Failure(code: $0.code, message: $0.message) }
        say(AgentReply(id: id, isLast: true, error: error))
    }

    /// The aggregator takes so many bytes more.
    func allow(_ bytes: Int64) {
        state.withLock { state in state.credit = min(state.credit + bytes, 1 << 40) }
        _ = bell.post(())
    }

    /// Nobody waits for the answer any more.
    func stop() {
        state.withLock { $0.isStopped = true }
        _ = bell.post(())
        _ = stopping.post(())
    }

    /// Waits until nobody waits for the answer any more, or the task is cancelled.
    func waitForStop() async {
        _ = await stopping.next()
    }

    private static let stopped = RequestFailure(AgentReply.Failure.failed, "nobody waits for it any more")
}
