import Inventory
import OS
import Synchronization

/// Who waits for a look at an Engine: of many who ask at once, one asks for all that came before the asking.
///
/// A look that is under way may have begun before the question, so whoever comes meanwhile waits for the next one, and
/// there is one next one however many wait for it.
final class RefreshLines: Sendable {
    /// What is looked at.
    struct Subject: Hashable, Sendable {
        let host: HostID
        let container: ContainerID?
    }

    private enum Turn: Sendable {
        /// Ask, for all who wait with you.
        case ask
        case result(Result<Int64, RequestError>)
    }

    private struct Crowd: Sendable {
        var waiting: [Reply<Turn>] = []
        /// Those for whom somebody asks now.
        var served: [Reply<Turn>] = []
    }

    private let crowds = Mutex<[Subject: Crowd]>([:])
    /// How many may wait for one look.
    private static let limit = 1_024

    /// Asks, or waits for another who asks after this.
    func refresh(
        _ subject: Subject, deadline: Deadline,
        _ ask: () async -> Result<Int64, RequestError>
    ) async -> Result<Int64, RequestError> {
        let turn = Reply<Turn>()
        let isFirst = crowds.withLock { crowds -> Bool? in
            guard var crowd = crowds[subject] else {
                crowds[subject] = Crowd()
                return true
            }
            guard crowd.waiting.count < Self.limit else { return nil }
            crowd.waiting.append(turn)
            crowds[subject] = crowd
            return false
        }
        guard let isFirst else { return .failure(.busy(subject.host, Self.limit)) }
        if !isFirst {
            switch await turn.wait(until: deadline) {
            case .value(.result(let result)): return result
            case .value(.ask): break
            case .timedOut:
                leave(subject, turn)
                return .failure(
                    RequestError(
                        .timedOut, "host \(subject.host) was not asked in time: others wait for it already"))
            case .cancelled:
                leave(subject, turn)
                return .failure(RequestError(.cancelled, "the question was given up"))
            }
        }
        let result = await ask()
        finish(subject, result)
        return result
    }

    private func leave(_ subject: Subject, _ turn: Reply<Turn>) {
        crowds.withLock { $0[subject]?.waiting.removeAll { $0 === turn } }
    }

    /// Tells those for whom was asked, and lets the first of the others ask.
    private func finish(_ subject: Subject, _ result: Result<Int64, RequestError>) {
        let served = crowds.withLock { crowds -> [Reply<Turn>] in
            guard var crowd = crowds[subject] else { return [] }
            defer { crowds[subject] = crowd }
            defer { crowd.served = [] }
            guard case .failure(let error) = result, [.cancelled, .timedOut].contains(error.kind) else {
                return crowd.served
            }
            // Who asked for them had less patience than they have.
            crowd.waiting = crowd.served + crowd.waiting
            return []
        }
        for one in served { one.send(.result(result)) }
        while true {
            let next = crowds.withLock { crowds -> Reply<Turn>? in
                guard var crowd = crowds[subject], !crowd.waiting.isEmpty else {
                    crowds[subject] = nil
                    return nil
                }
                let next = crowd.waiting.removeFirst()
                crowd.served = crowd.waiting
                crowd.waiting = []
                crowds[subject] = crowd
                return next
            }
            // Whoever gave up meanwhile asks nothing: those that it was to ask for wait again.
            guard let next, !next.send(.ask) else { return }
            crowds.withLock { crowds in
                guard var crowd = crowds[subject] else { return }
                crowd.waiting = crowd.served + crowd.waiting
                crowd.served = []
                crowds[subject] = crowd
            }
        }
    }
}
