package import Inventory
package import OS

/// Why the Engine did not give what it was asked for (requirement C5).
package struct DockerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program may decide by; people read the sentence.
    package enum Kind: Hashable, Sendable {
        /// No connection, or it broke off.
        case unreachable(StreamError)
        /// There is no such container (any more).
        case notFound
        /// The answer is not what the Engine API promises: not HTTP, not JSON, cut short, or of another shape.
        case brokenAnswer
        /// The Engine answered with another status than 2xx or 404, and this message.
        case status(Int, message: String)
        /// The answer is larger than its limit; it was not kept.
        case tooLarge
        /// No whole answer within the time limit.
        case timedOut
        /// The Engine knows no version of the API that this program knows.
        case wrongVersion
        /// The task was cancelled while it waited.
        case cancelled
    }

    package let kind: Kind
    /// Which Engine, what happened, what did not happen, and what to do.
    package let sentence: String

    package init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    package var description: String { sentence }

    /// Whether the trouble is one container's, so that the rest may go on.
    package var concernsOneContainer: Bool {
        switch kind {
        case .notFound, .brokenAnswer, .status, .tooLarge: true
        case .unreachable, .timedOut, .wrongVersion, .cancelled: false
        }
    }

    /// What kind of trouble it is, in the word that programs go by; nil when the question was only given up.
    package var errorKind: ErrorKind? {
        switch kind {
        case .unreachable(let stream):
            switch stream.kind {
            case .insecure, .notPermitted: .authentication
            case .timedOut: .timeout
            case .cancelled: nil
            default: .connection
            }
        case .notFound: .containerNotFound
        case .status(401, _), .status(403, _): .authentication
        case .brokenAnswer, .status, .tooLarge, .wrongVersion: .protocol
        case .timedOut: .timeout
        case .cancelled: nil
        }
    }
}
