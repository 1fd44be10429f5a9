package import OS
package import TLS

/// Where an HTTP server listens, and the bounds it keeps.
package struct HTTPServerConfiguration: Sendable {
    /// TCP addresses; port 0 lets the system choose.
    package var addresses: [SocketAddress] = []
    /// The certificate for the TCP addresses, which then speak HTTPS only; nil for plain HTTP.
    ///
    /// The Unix socket is always plain: it does not leave the machine.
    package var tls: TLSServerContext?
    /// The path of a Unix socket, if any (requirement A3).
    package var socketPath: String?
    /// The permissions of the socket file.
    package var socketMode: UInt16 = 0o660
    /// Names that a `Host` header may hold on TCP, besides this machine's own and the addresses above.
    ///
    /// A web page can make its own name mean 127.0.0.1 (DNS rebinding) and then ask us from a user's browser;
    /// its requests carry that name. Not looked at on the Unix socket, which no browser reaches.
    package var allowedHosts: [String] = []
    /// Sizes and counts.
    package var limits = Limits()
    /// Times.
    package var timeouts = Timeouts()
    /// Told on the service thread what an operator should know.
    package var report: @Sendable (HTTPServerNotice) -> Void = { _ in }

    package init() {}

    /// What a peer may make the server keep.
    package struct Limits: Hashable, Sendable {
        /// Connections at once; one more is answered 503 and closed, or with TLS just closed.
        ///
        /// The Unix socket has 16 of its own besides.
        package var connections = 1_024
        /// Bytes of a request line and its headers together (431).
        package var head = 16_384
        /// Bytes of a request's target (414).
        package var target = 8_192
        /// Header lines (431).
        package var fields = 100
        /// Bytes of a request's body (413).
        package var body = 1_048_576
        /// Bytes of one streamed answer that may wait for a slow reader.
        package var streamBuffer = 262_144

        package init() {}
    }

    /// How long a peer may take.
    package struct Timeouts: Hashable, Sendable {
        /// From a request's first byte (or the connection's start) to the end of its headers (408).
        ///
        /// A TLS handshake must end within it too, or the connection is dropped without a word.
        package var head = Duration.seconds(10)
        /// From the end of the headers to the end of the body (408).
        package var body = Duration.seconds(30)
        /// Without a request on an open connection.
        package var idle = Duration.seconds(75)
        /// Without reading a byte of an answer that waits (requirement C8).
        package var stall = Duration.seconds(30)
        /// For the peer to read a last answer before the connection is dropped.
        package var linger = Duration.seconds(2)
        /// For requests to end when the task that runs the server is cancelled (requirement B20).
        package var stop = Duration.seconds(5)

        package init() {}
    }
}

/// Something about the server that an operator should know.
package enum HTTPServerNotice: Hashable, Sendable {
    /// So many connections were refused since the last notice, because the limit was reached.
    case connectionsRefused(Int)
    /// So many TLS handshakes failed since the last notice, the last one for this reason.
    case handshakesFailed(Int, last: TLSError)
    /// No connection can be accepted now; tried again after a moment.
    case acceptFailed(Errno)
    /// A peer read nothing for the stall time-out and was cut off.
    case stalledPeerCutOff
    /// The service loop ended because epoll_wait(2) failed.
    case pollFailed(Errno)
}
