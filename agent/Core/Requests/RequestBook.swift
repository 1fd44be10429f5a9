import Inventory
package import Wire

/// The requests of one session as the agent keeps them: takes what happens, says what to do.
///
/// No I/O, no clock. Numbers only grow within a session, so that what comes twice is seen by its number alone.
package struct RequestBook: Sendable {
    /// What the shell has to do.
    package enum Action: Hashable, Sendable {
        /// Carry this out.
        case start(AgentRequest)
        /// Answer so.
        case reply(AgentReply)
        /// So many bytes more may be sent for this one.
        case credit(Int64, Int64)
        /// Stop this one; nothing more is said of it.
        case stop(Int64)
    }

    /// What is under way.
    private var running: [Int64: Bool] = [:]
    private var lastID: Int64 = 0
    private let known: Set<String>
    private let allowed: Set<String>
    private let limits: Limits

    /// How much may be under way for one aggregator.
    package struct Limits: Hashable, Sendable {
        /// Requests at a time.
        package var running = 8
        /// Of these, logs that are followed, so that others find a place.
        package var followed = 6
        /// Bytes that one request may be allowed to send ahead; an aggregator that allows more is not taken at its word.
        package var credit: Int64 = 16 << 20
        /// How long a request may take at most, in ms.
        package var timeout: Int64 = 600_000

        package init() {}
    }

    /// A session with an aggregator that may ask for some of the operations that this agent knows.
    package init(known: Set<String>, allowed: Set<String>, limits: Limits = Limits()) {
        self.known = known
        self.allowed = allowed
        self.limits = limits
    }

    /// How many requests are under way.
    package var count: Int { running.count }

    /// The aggregator asks for something.
    package mutating func asked(_ request: AgentRequest) -> [Action] {
        // What comes twice is not done twice, and its first answer stands.
        guard request.id > lastID else { return [] }
        lastID = request.id
        guard known.contains(request.operation) else {
            return refuse(
                request, AgentReply.Failure.unsupported,
                "this agent knows no operation \(request.operation.prefix(64)); update it")
        }
        guard allowed.contains(request.operation) else {
            return refuse(
                request, AgentReply.Failure.notAllowed,
                "its settings don't allow \(request.operation); add it to `allow` in /etc/bayplan/agent.yaml")
        }
        guard request.timeout > 0, request.limit > 0, request.credit > 0 else {
            return refuse(
                request, AgentReply.Failure.unsupported,
                "a request needs a time, a limit and a credit above 0")
        }
        let follows = request.options["follow"] == "1"
        guard running.count < limits.running,
            !follows || running.values.count(where: { $0 }) < limits.followed
        else {
            return refuse(
                request, AgentReply.Failure.busy,
                "\(running.count) requests are under way already; try again in a moment")
        }
        running[request.id] = follows
        var request = request
        request.timeout = min(request.timeout, limits.timeout)
        request.credit = min(request.credit, limits.credit)
        return [.start(request)]
    }

    /// The aggregator takes more of an answer.
    package mutating func allowed(_ credit: Credit) -> [Action] {
        guard running[credit.id] != nil, credit.bytes > 0 else { return [] }
        return [.credit(credit.id, min(credit.bytes, limits.credit))]
    }

    /// Nobody waits for an answer any more.
    package mutating func cancelled(_ id: Int64) -> [Action] {
        running.removeValue(forKey: id) == nil ? [] : [.stop(id)]
    }

    /// Part of an answer is ready; nil when nobody waits for it any more.
    package mutating func answered(_ reply: AgentReply) -> [Action] {
        guard running[reply.id] != nil else { return [] }
        if reply.isLast || reply.error != nil { running[reply.id] = nil }
        return [.reply(reply)]
    }

    /// The session is over.
    package mutating func end() -> [Action] {
        defer { running = [:] }
        return running.keys.sorted().map { .stop($0) }
    }

    private func refuse(_ request: AgentRequest, _ code: String, _ message: String) -> [Action] {
        [
            .reply(
                AgentReply(
                    id: request.id, isLast: true, error: AgentReply.Failure(code: code, message: message)))
        ]
    }
}
