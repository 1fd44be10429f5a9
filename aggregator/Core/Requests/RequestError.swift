import Inventory
import Wire

/// Why a host's agent gave no answer, or no whole one (requirement C5).
package struct RequestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program may decide by; people read the sentence.
    package enum Kind: Hashable, Sendable {
        /// No agent speaks for the host now, or it went while the answer came.
        case away
        /// The agent's settings don't allow it.
        case notAllowed
        /// The agent is older than this, or knows no such option.
        case unsupported
        /// No answer, or no further piece of it, in time.
        case timedOut
        /// The answer has more bytes than were asked for.
        case tooLarge
        /// The host has no such container or file.
        case notFound
        /// Too much is being asked at once.
        case busy
        /// The host's Engine can't be reached by its agent.
        case unreachable
        /// The Engine or the agent answered with an error.
        case failed
        /// The agent didn't keep to the protocol.
        case broken
        /// Whoever asked gave up.
        case cancelled
    }

    package let kind: Kind
    /// Which host, what did not happen, and what to do.
    package let sentence: String

    package init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    package var description: String { sentence }

    /// What an agent answered in place of what it was asked for.
    init(_ failure: AgentReply.Failure, from host: HostID) {
        let kind: Kind =
            switch failure.code {
            case AgentReply.Failure.notFound: .notFound
            case AgentReply.Failure.notAllowed: .notAllowed
            case AgentReply.Failure.unsupported: .unsupported
            case AgentReply.Failure.unreachable: .unreachable
            case AgentReply.Failure.timeout: .timedOut
            case AgentReply.Failure.tooLarge: .tooLarge
            case AgentReply.Failure.busy: .busy
            default: .failed
            }
        let said = String(decoding: failure.message.utf8.prefix(1_024), as: UTF8.self)
        self.init(kind, "host \(host) says: \(said)")
    }

    static func away(_ host: HostID, _ reason: String) -> RequestError {
        RequestError(
            .away,
            "host \(host) can't be asked now: \(reason); look at its agent, or at what is cached of the host")
    }

    static func notOffered(_ operation: String, by host: HostID, _ offered: Set<String>) -> RequestError {
        offered.isEmpty
            ? RequestError(
                .unsupported,
                "the agent of host \(host) answers no requests, so not `\(operation)`: it is older than this "
                    + "aggregator, or its setting `allow` is empty; update it or allow it there")
            : RequestError(
                .notAllowed,
                "host \(host) doesn't allow `\(operation)`; add it to `allow` in /etc/bayplan/agent.yaml there, if it "
                    + "should")
    }

    static func busy(_ host: HostID, _ count: Int) -> RequestError {
        RequestError(
            .busy,
            "host \(host) was not asked: \(count) requests are under way already; try again in a moment")
    }

    static func timedOut(_ host: HostID, _ seconds: Double) -> RequestError {
        RequestError(
            .timedOut,
            "host \(host) gave no answer within \(seconds) s; check that its Engine isn't stopped or overloaded"
        )
    }

    static func broken(_ host: HostID, _ what: String) -> RequestError {
        RequestError(.broken, "the agent of host \(host) doesn't answer as agreed: \(what); update it")
    }

    static func tooLarge(_ host: HostID, _ limit: Int64) -> RequestError {
        RequestError(
            .tooLarge, "the answer of host \(host) has more than the \(limit) bytes that were asked for")
    }
}
