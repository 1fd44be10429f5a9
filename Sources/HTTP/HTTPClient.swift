package import OS

/// Sends requests to one server over any kind of connection: Unix socket, TCP, TLS, later SSH.
///
/// HTTP/1.1 without pipelining. At most `maxConnections` at a time, streams included; more requests wait.
package final class HTTPClient: Sendable {
    private let connector: any Connector
    private let host: String
    private let limits: HTTPLimits
    private let pool: ConnectionPool

    /// Prepares; nothing is connected before the first request.
    ///
    /// - Parameters:
    ///   - connector: How to reach the server.
    ///   - host: What the Host header says; for a Unix socket any word does.
    ///   - limits: What is refused as too large.
    ///   - maxConnections: How many connections may exist, used and idle together.
    ///   - idleTimeout: How long an unused connection is kept.
    package init(
        connector: any Connector, host: String = "docker", limits: HTTPLimits = HTTPLimits(),
        maxConnections: Int = 5, idleTimeout: Duration = .seconds(30)
    ) {
        self.connector = connector
        self.host = host
        self.limits = limits
        pool = ConnectionPool(limit: maxConnections, idleTimeout: idleTimeout)
    }

    deinit {
        close()
    }

    /// Sends a request and collects the whole response.
    ///
    /// A safe request whose kept connection turns out to be closed is sent once more on a new one.
    ///
    /// - Throws: Anything that keeps the response from being complete before the deadline.
    package func send(_ request: HTTPRequest, deadline: Deadline) async throws(HTTPError) -> HTTPResponse {
        let body = try await exchange(request, isStream: false, deadline: deadline)
        return HTTPResponse(
            head: body.head, body: try await body.rest(limit: limits.body, deadline: deadline))
    }

    /// Sends a request and answers as soon as the response's head has come.
    ///
    /// The deadline is for the head only; each `HTTPBody.next` has its own.
    ///
    /// - Throws: Anything that keeps the head from coming.
    package func open(_ request: HTTPRequest, deadline: Deadline) async throws(HTTPError) -> HTTPBody {
        try await exchange(request, isStream: true, deadline: deadline)
    }

    /// Closes idle connections and sends nothing more; responses under way go on.
    package func close() {
        pool.close()
    }

    private func exchange(
        _ request: HTTPRequest, isStream: Bool, deadline: Deadline
    ) async throws(HTTPError) -> HTTPBody {
        let bytes = try request.encoded(host: host)
        let lease = try await pool.lease(for: request, deadline: deadline)
        let parser = ResponseParser(to: request.method, limits: limits, isStream: isStream)
        // What changes something must never be sent twice, so it gets no connection that may be dead.
        if request.method.isSafe, let kept = pool.takeIdle() {
            let exchange = Exchange(request, on: kept, lease, parser)
            do {
                return try await begin(exchange, bytes, on: kept, request, deadline)
            } catch  where !exchange.hasReceived && error.isDeadConnection {
                // The peer closed it while it was idle.
            }
        }
        pool.makeRoom()
        let stream: any ByteStream
        do {
            stream = try await connector.connect(deadline: deadline)
        } catch {
            throw .stream(error, request)
        }
        return try await begin(
            Exchange(request, on: stream, lease, parser), bytes, on: stream, request, deadline)
    }

    private func begin(
        _ exchange: Exchange, _ bytes: [UInt8], on stream: any ByteStream, _ request: HTTPRequest,
        _ deadline: Deadline
    ) async throws(HTTPError) -> HTTPBody {
        do throws(HTTPError) {
            do {
                try await stream.write(bytes, deadline: deadline)
            } catch {
                throw .stream(error, request)
            }
            guard case .head(let head) = try await exchange.next(deadline: deadline) else { throw .truncated }
            return HTTPBody(head, exchange)
        } catch {
            exchange.abandon()
            throw error
        }
    }
}

extension HTTPError {
    /// Whether the connection was gone before it carried anything.
    fileprivate var isDeadConnection: Bool {
        switch kind {
        case .truncated, .stream(.reset), .stream(.closed): true
        default: false
        }
    }
}
