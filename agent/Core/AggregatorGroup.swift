package import OS

/// Aggregators of which an agent reports to one at a time, in order of preference.
///
/// Asked anew before each attempt to connect, so that a token that was replaced counts from the next one on.
package struct AggregatorGroup: Sendable {
    /// One aggregator: how to reach it and what to show it.
    package struct Place: Sendable {
        package let address: SocketAddress
        package let connector: any Connector
        /// The text that goes into `hello`; nil over plain TCP.
        package let credential: String?

        package init(address: SocketAddress, connector: any Connector, credential: String? = nil) {
            self.address = address
            self.connector = connector
            self.credential = credential
        }
    }

    /// What to do about a refusal of the agent's token, for its log.
    package let remedy: String
    private let read: @Sendable () throws(AgentError) -> [Place]

    /// A group whose places never change.
    package init(_ places: [Place]) {
        remedy = ""
        read = { () throws(AgentError) in places }
    }

    /// A group whose places are found out each time, at least one.
    package init(remedy: String, read: @escaping @Sendable () throws(AgentError) -> [Place]) {
        self.remedy = remedy
        self.read = read
    }

    /// The places as they are now, at least one.
    ///
    /// - Throws: Why there is nothing to connect with, such as a token file that can't be read.
    package func places() throws(AgentError) -> [Place] { try read() }
}
