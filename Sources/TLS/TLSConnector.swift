package import OS

/// Makes connections that are encrypted, over those of another connector.
package struct TLSConnector: Connector {
    private let inner: any Connector
    private let context: TLSClientContext
    private let peer: String

    /// Remembers both; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - inner: How the server is reached.
    ///   - context: How it is known.
    ///   - peer: How it is called in sentences; a socket's address unless said otherwise.
    package init(_ inner: any Connector, _ context: TLSClientContext, peer: String? = nil) {
        self.inner = inner
        self.context = context
        self.peer = peer ?? (inner as? SocketConnector).map { "\($0.address)" } ?? "the server"
    }

    /// Connects and shakes hands, both before the deadline.
    ///
    /// - Throws: `insecure` with the sentence that says why the server is not trusted.
    package func connect(deadline: Deadline) async throws(StreamError) -> any ByteStream {
        try await connectSecurely(deadline: deadline)
    }

    /// Connects and shakes hands, and shows what was agreed on.
    package func connectSecurely(deadline: Deadline) async throws(StreamError) -> TLSStream {
        let stream = try await inner.connect(deadline: deadline)
        return try await TLSStream.connect(over: stream, context, peer: peer, deadline: deadline)
    }
}
