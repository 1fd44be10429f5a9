package import OS

/// A response whose body comes piece by piece: Docker's events, a watch, a log.
///
/// One consumer. Holds one of the client's connections until its end was read, or it is closed or let go.
package final class HTTPBody: Sendable {
    /// The response's head, which has come already.
    package let head: HTTPResponseHead

    private let exchange: Exchange

    init(_ head: HTTPResponseHead, _ exchange: Exchange) {
        self.head = head
        self.exchange = exchange
    }

    deinit {
        exchange.abandon()
    }

    /// Waits for the next piece, never empty; nil when the body is complete.
    ///
    /// - Throws: `.truncated` when the connection ended before the body did; `.stream(.timedOut)` when nothing came
    ///   before the deadline, after which one may call again.
    package func next(deadline: Deadline) async throws(HTTPError) -> [UInt8]? {
        switch try await exchange.next(deadline: deadline) {
        case .body(let bytes): return bytes
        case .end, nil: return nil
        case .head: preconditionFailure("a response has one head")
        }
    }

    /// Reads the whole rest.
    ///
    /// - Throws: `.overLimit` when it is more than `limit` bytes.
    package func rest(limit: Int, deadline: Deadline) async throws(HTTPError) -> [UInt8] {
        var whole: [UInt8] = []
        while let piece = try await next(deadline: deadline) {
            guard piece.count <= limit - whole.count else { throw .overLimit("body", limit) }
            if whole.isEmpty {
                whole = piece
                // What is longer than it says grows as it comes.
                let length = head.headers.values(of: "Content-Length").first.flatMap { Int($0) } ?? 0
                whole.reserveCapacity(min(length, limit, 16 << 20))
            } else {
                whole += piece
            }
        }
        return whole
    }

    /// Ends the connection; a pending `next` ends with it.
    package func close() {
        exchange.abandon()
    }
}
