package import Inventory

/// What an agent may let the aggregator ask for; `hello.operations` names what it lets (requirement B4).
package enum Operation {
    /// Ask the Engine now, and send what changed before the answer.
    package static let refresh = "refresh"
    /// A container's log.
    package static let logs = "logs"
    /// The Compose files of a container's project.
    package static let composeFile = "compose-file"
    /// The results of a container's last health checks.
    package static let healthLog = "health-log"
    /// Samples of a container each second, as `stats` frames, until the request ends.
    package static let stats = "stats"
}

/// The aggregator asks an agent for something: frame `request`.
package struct AgentRequest: Hashable, Sendable {
    /// Chosen by the aggregator, never used twice in a session.
    package var id: Int64
    /// One of `Operation`; open.
    package var operation: String
    /// The container that it is about; nil when it is about the host.
    package var container: ContainerID?
    /// Milliseconds after which nobody waits for an answer any more.
    package var timeout: Int64
    /// Bytes of data that the answer may have in all.
    package var limit: Int64
    /// Bytes of data that may be sent before a `credit` allows more.
    package var credit: Int64
    /// What the operation's section of the protocol names.
    package var options: [String: String]

    package init(
        id: Int64, operation: String, container: ContainerID? = nil, timeout: Int64, limit: Int64,
        credit: Int64, options: [String: String] = [:]
    ) {
        self.id = id
        self.operation = operation
        self.container = container
        self.timeout = timeout
        self.limit = limit
        self.credit = credit
        self.options = options
    }
}

/// A piece of the answer to a request: frame `reply`.
package struct AgentReply: Hashable, Sendable {
    package var id: Int64
    /// At most `dataLimit` bytes.
    package var data: [UInt8]
    /// Which of several streams the data belongs to: `stdout`, `stderr`, a file's path; empty for the only one.
    package var stream: String
    /// Nothing more follows for this request.
    package var isLast: Bool
    /// Why there is no answer, or no whole one; such a reply is the last.
    package var error: Failure?

    /// What went wrong with a request.
    package struct Failure: Hashable, Sendable {
        /// For programs; open.
        package var code: String
        /// For people: what did not happen and what to do.
        package var message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }

        /// The host has no such container, or no such file.
        package static let notFound = "not-found"
        /// The agent's settings don't allow it.
        package static let notAllowed = "not-allowed"
        /// This agent knows no such operation, or not with these options.
        package static let unsupported = "unsupported"
        /// The Engine can't be reached.
        package static let unreachable = "unreachable"
        package static let timeout = "timeout"
        /// The answer has more bytes than the request's limit; what fits was sent.
        package static let tooLarge = "too-large"
        /// Too many requests at once.
        package static let busy = "busy"
        /// The Engine answered with an error, or with something that is no answer.
        package static let failed = "failed"
    }

    /// The most bytes of data in one reply: in base64, 64 KiB.
    package static let dataLimit = 48 << 10

    package init(
        id: Int64, data: [UInt8] = [], stream: String = "", isLast: Bool = false, error: Failure? = nil
    ) {
        self.id = id
        self.data = data
        self.stream = stream
        self.isLast = isLast
        self.error = error
    }
}

/// The aggregator takes more of an answer: frame `credit`.
package struct Credit: Hashable, Sendable {
    package var id: Int64
    /// Bytes of data that may be sent besides those that were allowed before.
    package var bytes: Int64

    package init(id: Int64, bytes: Int64) {
        self.id = id
        self.bytes = bytes
    }
}

/// Nobody waits for this answer any more: frame `cancel`.
package struct Cancel: Hashable, Sendable {
    package var id: Int64

    package init(id: Int64) {
        self.id = id
    }
}
