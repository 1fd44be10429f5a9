package import Inventory
import OS
import Wire

/// What is asked of a host's agent.
package struct Question: Hashable, Sendable {
    /// One of `Wire.Operation`.
    package var operation: String
    /// The container that it is about; nil when it is about the host.
    package var container: ContainerID?
    /// What the operation's section of the protocol names.
    package var options: [String: String]
    /// How long the first piece of the answer may take, and then each further one that the agent may send.
    package var timeout: Duration
    /// Bytes that the answer may have in all.
    package var limit: Int64
    /// Whether the answer may be quiet for as long as it likes once it has begun, as a log is that is followed.
    package var isEndless = false

    /// The most bytes of an answer that no limit of its own stands for: more than any disk of these hosts holds.
    package static let unlimited: Int64 = 1 << 50

    package init(
        _ operation: String, of container: ContainerID? = nil, options: [String: String] = [:],
        timeout: Duration, limit: Int64
    ) {
        self.operation = operation
        self.container = container
        self.options = options
        self.timeout = timeout
        self.limit = limit
    }
}
