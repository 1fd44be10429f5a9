package import Inventory
import OS
import Synchronization
import Wire

/// Asks hosts for what they don't report by themselves: logs, files, a look at the Engine now (requirement B4).
///
/// Each session with an agent has its ledger; an answer is read by one task. What waits here is bounded by the credit
/// of each request and by the number of requests, of one host and in all. A host that is slow, stuck or gone keeps
/// nobody waiting longer than the question says.
package final class Broker: Sendable {
    private struct Line: Sendable {
        let connection: Int
        var ledger: RequestLedger
        var answers: [Int64: WeakAnswer] = [:]
    }

    private struct WeakAnswer: Sendable {
        weak let answer: Answer?
    }

    private struct State: Sendable {
        var lines: [HostID: Line] = [:]
        var carry: (@Sendable (Int, Message) -> Void)?
        var confirm: (@Sendable (HostID, Int64) async -> Void)?
    }

    /// What is to be done once the lock is free.
    private struct Deeds: Sendable {
        var messages: [(connection: Int, message: Message)] = []
        var deliveries: [(answer: Answer?, bytes: [UInt8])] = []
        var ends: [(answer: Answer?, error: RequestError?)] = []
    }

    /// Requests under way of all hosts together, each with as much memory as its credit.
    package static let limit = 128

    private let state = Mutex(State())
    private let limits: RequestLedger.Limits
    private let now: @Sendable () -> Int64
    /// Whole looks at an Engine that somebody waits for.
    let refreshes = RefreshLines()

    /// Nobody can be asked yet.
    init(
        limits: RequestLedger.Limits = RequestLedger.Limits(),
        now: @escaping @Sendable () -> Int64 = { BootClock.now.milliseconds }
    ) {
        self.limits = limits
        self.now = now
    }

    /// Asks a host's agent; what it answers comes through the answer.
    ///
    /// - Throws: Why it can't be asked: it is away, doesn't allow it, or too much is being asked already.
    package func ask(_ host: HostID, _ question: Question) throws(RequestError) -> Answer {
        let now = now()
        let (answer, connection, message, carry) = try state.withLock {
            (state) throws(RequestError) -> (Answer, Int, Message, (@Sendable (Int, Message) -> Void)?) in
            guard var line = state.lines[host] else { throw .away(host, "no agent reports it") }
            let count = state.lines.values.reduce(0) { $0 + $1.ledger.count }
            guard count < Self.limit else { throw .busy(host, count) }
            let (id, message) = try line.ledger.ask(question, now: now)
            let connection = line.connection
            let answer = Answer(
                took: { [weak self] bytes in self?.took(bytes, of: id, host, connection) },
                cancelled: { [weak self] in self?.cancel(id, host, connection) })
            line.answers[id] = WeakAnswer(answer: answer)
            state.lines[host] = line
            return (answer, connection, message, state.carry)
        }
        carry?(connection, message)
        return answer
    }

    /// Whether no agent speaks for the host now.
    package func isAway(_ host: HostID) -> Bool {
        state.withLock { $0.lines[host] == nil }
    }

    // MARK: From the door

    /// Says how frames reach agents, and who keeps when a whole host was looked at.
    func open(
        _ carry: @escaping @Sendable (Int, Message) -> Void,
        confirm: @escaping @Sendable (HostID, Int64) async -> Void
    ) {
        state.withLock { state in
            state.carry = carry
            state.confirm = confirm
        }
    }

    /// All of a host was looked at after this time, in ms of the steady clock.
    func confirm(_ host: HostID, since asked: Int64) async {
        await state.withLock { $0.confirm }?(host, asked)
    }

    /// A session began.
    func began(_ host: HostID, on connection: Int, operations: [String]) {
        state.withLock { state in
            // The session before it was ended before.
            let ledger = RequestLedger(host: host, operations: Set(operations.prefix(64)), limits: limits)
            state.lines[host] = Line(connection: connection, ledger: ledger)
        }
    }

    /// A session is over.
    func ended(_ host: HostID, on connection: Int, reason: String) {
        change(host, connection) { $0.end(reason) }
        state.withLock { state in
            if state.lines[host]?.connection == connection { state.lines[host] = nil }
        }
    }

    /// A piece of an answer came.
    func received(_ reply: AgentReply, from host: HostID, on connection: Int) {
        let now = now()
        change(host, connection) { $0.received(reply, now: now) }
    }

    /// Gives up what is too late.
    func expire() {
        let now = now()
        let busy = state.withLock { state in
            state.lines.compactMap { $0.value.ledger.count > 0 ? ($0.key, $0.value.connection) : nil }
        }
        for (host, connection) in busy { change(host, connection) { $0.expire(now: now) } }
    }

    // MARK: From readers

    private func took(_ bytes: Int, of id: Int64, _ host: HostID, _ connection: Int) {
        let now = now()
        change(host, connection) { $0.took(bytes, of: id, now: now) }
    }

    private func cancel(_ id: Int64, _ host: HostID, _ connection: Int) {
        change(host, connection) { $0.cancel(id) }
    }

    /// Decides under the lock, acts outside it: an answer that is let go calls back.
    private func change(
        _ host: HostID, _ connection: Int, _ body: (inout RequestLedger) -> [RequestLedger.Action]
    ) {
        let (deeds, carry) = state.withLock { state -> (Deeds, (@Sendable (Int, Message) -> Void)?) in
            var deeds = Deeds()
            guard var line = state.lines[host], line.connection == connection else { return (deeds, nil) }
            for action in body(&line.ledger) {
                switch action {
                case .send(let message): deeds.messages.append((connection, message))
                case .deliver(let id, let bytes): deeds.deliveries.append((line.answers[id]?.answer, bytes))
                case .end(let id, let error):
                    deeds.ends.append((line.answers.removeValue(forKey: id)?.answer, error))
                }
            }
            // Those that their readers cancelled.
            if line.ledger.count < line.answers.count {
                let ledger = line.ledger
                line.answers = line.answers.filter { ledger.isUnderWay($0.key) }
            }
            state.lines[host] = line
            return (deeds, state.carry)
        }
        for (answer, bytes) in deeds.deliveries { answer?.deliver(bytes) }
        for (answer, error) in deeds.ends { answer?.note(end: error.map(Result.failure) ?? .success(())) }
        for (connection, message) in deeds.messages { carry?(connection, message) }
    }
}
