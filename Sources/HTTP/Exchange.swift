internal import OS
internal import Synchronization

/// One request and its response on one connection.
final class Exchange: Sendable {
    private struct State {
        var parser: ResponseParser
        var lease: Lease?
        var keepsAlive = false
        var hasReceived = false
    }

    private let request: HTTPRequest
    private let stream: any ByteStream
    private let state: Mutex<State>

    init(_ request: HTTPRequest, on stream: any ByteStream, _ lease: Lease, _ parser: ResponseParser) {
        self.request = request
        self.stream = stream
        state = Mutex(State(parser: parser, lease: lease))
    }

    /// Whether any byte of the response has come.
    var hasReceived: Bool { state.withLock { $0.hasReceived } }

    /// Waits for the next event; after an error other than a time-out the connection is gone.
    func next(deadline: Deadline) async throws(HTTPError) -> ResponseParser.Event? {
        do throws(HTTPError) {
            while true {
                if let event = try state.withLock({ state throws(HTTPError) in try state.parser.next() }) {
                    return noted(event)
                }
                if isOver { return nil }
                let bytes: [UInt8]
                do {
                    bytes = try await stream.read(atMost: 65_536, deadline: deadline)
                } catch {
                    throw .stream(error, request)
                }
                guard bytes.isEmpty else {
                    state.withLock { state in
                        state.hasReceived = true
                        state.parser.feed(bytes)
                    }
                    continue
                }
                if isOver { return nil }
                return try state.withLock { state throws(HTTPError) in try state.parser.finish() }.map(noted)
            }
        } catch {
            if error.kind != .stream(.timedOut) { abandon() }
            throw error
        }
    }

    /// Closes the connection, unless it went back to the pool.
    func abandon() {
        let lease = state.withLock { $0.lease.take() }
        if lease != nil { stream.close() }
    }

    private var isOver: Bool { state.withLock { $0.lease == nil } }

    private func noted(_ event: ResponseParser.Event) -> ResponseParser.Event {
        switch event {
        case .head(let head):
            state.withLock { $0.keepsAlive = head.keepsAlive }
        case .body: break
        case .end:
            let (lease, isReusable) = state.withLock { state in
                (state.lease.take(), state.keepsAlive && state.parser.isCleanlyDone)
            }
            if let lease, isReusable {
                lease.pool.keep(stream)
            } else if lease != nil {
                stream.close()
            }
        }
        return event
    }
}
