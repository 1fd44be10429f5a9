package import Inventory
import OS
package import Wire

/// The requests of one session with a host's agent, as the aggregator keeps them: takes what happens, says what to do.
///
/// No I/O, no clock. What an agent may make the aggregator keep is bounded by the credit that was given to it: whoever
/// reads an answer slowly gives no more of it, and then the agent reads no more from its Engine.
package struct RequestLedger: Sendable {
    /// How much may be under way.
    package struct Limits: Hashable, Sendable {
        /// Requests of one host at a time.
        package var inFlight = 8
        /// Of these, answers without an end, so that followed logs leave room for others.
        package var endless = 6
        /// Bytes of one answer that may wait here for its reader.
        package var credit: Int64 = 256 << 10
        /// What an answer may take on its way besides its own time, in ms.
        package var grace: Int64 = 2_000

        package init() {}
    }

    /// What the shell has to do.
    package enum Action: Hashable, Sendable {
        /// Say this to the agent.
        case send(Message)
        /// Give these bytes to whoever asked.
        case deliver(Int64, [UInt8])
        /// The answer is over: whole, or for this reason not.
        case end(Int64, RequestError?)
    }

    private struct Flight: Sendable {
        let question: Question
        /// Bytes that came, that may come, and that were taken from here.
        var received: Int64 = 0
        var granted: Int64
        var taken: Int64 = 0
        /// When it is too late; nil while there is nothing to wait for.
        var deadline: Int64?
    }

    private let host: HostID
    private let operations: Set<String>
    private let limits: Limits
    private var flights: [Int64: Flight] = [:]
    private var lastID: Int64 = 0

    /// A session with the agent of `host`, which lets these operations be asked for.
    package init(host: HostID, operations: Set<String>, limits: Limits = Limits()) {
        self.host = host
        self.operations = operations
        self.limits = limits
    }

    /// How many requests are under way.
    package var count: Int { flights.count }

    /// Whether an answer may still come.
    package func isUnderWay(_ id: Int64) -> Bool { flights[id] != nil }

    /// Begins a request, and gives its number and what is to be said to the agent.
    package mutating func ask(_ question: Question, now: Int64) throws(RequestError) -> (
        id: Int64, message: Message
    ) {
        guard operations.contains(question.operation) else {
            throw .notOffered(question.operation, by: host, operations)
        }
        let endless = flights.values.count { $0.question.isEndless }
        guard flights.count < limits.inFlight, !question.isEndless || endless < limits.endless else {
            throw .busy(host, flights.count)
        }
        lastID += 1
        let timeout = question.timeout.wholeMilliseconds
        flights[lastID] = Flight(
            question: question, granted: limits.credit, deadline: now + timeout + limits.grace)
        let request = AgentRequest(
            id: lastID, operation: question.operation, container: question.container, timeout: timeout,
            limit: question.limit, credit: limits.credit, options: question.options)
        return (lastID, .request(request))
    }

    /// A piece of an answer came; one that nobody waits for is passed over.
    package mutating func received(_ reply: AgentReply, now: Int64) -> [Action] {
        guard var flight = flights[reply.id] else { return [] }
        flight.received += Int64(reply.data.count)
        guard flight.received <= flight.granted else {
            let what = "it sent more than it was allowed to"
            return give(up: reply.id, .broken(host, what))
        }
        guard flight.received <= flight.question.limit else {
            return give(up: reply.id, .tooLarge(host, flight.question.limit))
        }
        // One without data says that the answer has begun.
        var actions: [Action] = [.deliver(reply.id, reply.data)]
        if reply.isLast || reply.error != nil {
            flights[reply.id] = nil
            actions.append(.end(reply.id, reply.error.map { RequestError($0, from: host) }))
        } else {
            flight.deadline = deadline(of: flight, now: now)
            flights[reply.id] = flight
        }
        return actions
    }

    /// Whoever asked took so many bytes.
    package mutating func took(_ bytes: Int, of id: Int64, now: Int64) -> [Action] {
        guard var flight = flights[id] else { return [] }
        flight.taken += Int64(bytes)
        defer { flights[id] = flight }
        // In halves, so that a frame of credit goes with many of data.
        let open = flight.taken + limits.credit - flight.granted
        guard open >= limits.credit / 2 else { return [] }
        flight.granted += open
        flight.deadline = deadline(of: flight, now: now)
        return [.send(.credit(Credit(id: id, bytes: open)))]
    }

    /// Nobody waits for the answer any more.
    package mutating func cancel(_ id: Int64) -> [Action] {
        flights.removeValue(forKey: id) == nil ? [] : [.send(.cancel(Cancel(id: id)))]
    }

    /// Gives up what is too late.
    package mutating func expire(now: Int64) -> [Action] {
        let late = flights.filter { $0.value.deadline.map { $0 <= now } ?? false }
        return late.sorted { $0.key < $1.key }.flatMap { id, flight in
            give(up: id, .timedOut(host, Double(flight.question.timeout.wholeMilliseconds) / 1_000))
        }
    }

    /// The session is over, and with it every answer.
    package mutating func end(_ reason: String) -> [Action] {
        defer { flights = [:] }
        return flights.keys.sorted().map { .end($0, .away(host, reason)) }
    }

    private mutating func give(up id: Int64, _ error: RequestError) -> [Action] {
        cancel(id) + [.end(id, error)]
    }

    /// Only a piece that the agent may send is waited for; before the first, everything was allowed.
    private func deadline(of flight: Flight, now: Int64) -> Int64? {
        guard !flight.question.isEndless, flight.received < flight.granted else { return nil }
        return now + flight.question.timeout.wholeMilliseconds + limits.grace
    }
}
