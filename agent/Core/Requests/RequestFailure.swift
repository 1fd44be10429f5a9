package import Docker
import Wire

/// Why a request has no answer, or no whole one, as the aggregator is told.
package struct RequestFailure: Error, Hashable, Sendable {
    package let code: String
    package let message: String

    /// One of the codes of `AgentReply.Failure`, and a sentence that says what did not happen and what to do.
    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What the Engine had to say.
    package init(_ error: DockerError) {
        let code =
            switch error.kind {
            case .unreachable: AgentReply.Failure.unreachable
            case .notFound: AgentReply.Failure.notFound
            case .timedOut: AgentReply.Failure.timeout
            case .tooLarge: AgentReply.Failure.tooLarge
            case .brokenAnswer, .status, .wrongVersion, .cancelled: AgentReply.Failure.failed
            }
        self.init(code, error.sentence)
    }

    /// The Engine took longer than the request allows.
    static func timedOut(_ milliseconds: Int64) -> RequestFailure {
        RequestFailure(
            AgentReply.Failure.timeout,
            "its Engine gave no answer within \(milliseconds) ms; check that it isn't stopped or overloaded")
    }
}
