import Access
import HTTP
package import OS
import Synchronization

/// Asks one aggregator over its HTTP API and turns whatever goes wrong into a ``Failure``.
///
/// With several ways to it, or several aggregators that stand in for each other, the next is tried when one can't be
/// reached, and the one that answered is kept.
package struct APIClient: Sendable {
    /// How long one answer may take.
    package let timeout: Duration

    /// Connections at a time: an answer, and streams beside it.
    static let connections = 12

    private let ways: [Way]
    private let chosen = Chosen()

    struct Way: Sendable {
        let endpoint: Endpoint
        let client: HTTPClient
    }

    /// Which way was good last.
    private final class Chosen: Sendable {
        let index = Mutex(0)
    }

    /// A client; nothing is connected before the first question.
    ///
    /// - Parameters:
    ///   - endpoints: The ways, the best first; at least one.
    ///   - timeout: How long one answer may take.
    ///   - connector: What connects to an address, without TLS.
    /// - Throws: Exit code 2 when what is to be trusted can't be read.
    package init(
        _ endpoints: [Endpoint], timeout: Duration, connector: (SocketAddress) -> any Connector
    ) throws(Failure) {
        precondition(!endpoints.isEmpty, "a client without a way to anything")
        self.timeout = timeout
        var ways: [Way] = []
        for (index, endpoint) in endpoints.enumerated() {
            let own = try endpoint.connector(connector)
            // One that drops everything must not cost a user seconds each time, where another may answer.
            let isLast = index == endpoints.count - 1
            let client = HTTPClient(
                connector: isLast ? own : ImpatientConnector(inner: own, place: endpoint.place),
                host: endpoint.place.authority,
                limits: HTTPLimits(body: 256 << 20), maxConnections: Self.connections)
            ways.append(Way(endpoint: endpoint, client: client))
        }
        self.ways = ways
    }

    /// All ways, the best first.
    var endpoints: [Endpoint] { ways.map(\.endpoint) }

    /// Where the aggregator is that answered last, or will be asked first.
    package var place: Place { ways[chosen.index.withLock { $0 }].endpoint.place }

    /// The body of a successful answer to a GET.
    func get(_ query: Query) async throws(Failure) -> [UInt8] {
        try await send(HTTPRequest(.get, query.target, headers: ["Accept": "application/json"]))
    }

    /// Removes what the path names, and gives the answer's body.
    @discardableResult
    func delete(_ query: Query) async throws(Failure) -> [UInt8] {
        try await send(HTTPRequest(.delete, query.target, headers: ["Accept": "application/json"]))
    }

    /// Has something made, and gives the answer's body.
    func post(_ query: Query, _ body: [UInt8]) async throws(Failure) -> [UInt8] {
        try await send(
            HTTPRequest(
                .post, query.target,
                headers: ["Accept": "application/json", "Content-Type": "application/json"], body: body))
    }

    /// How long an aggregator that lives lets a watch wait: it says where it is every ten seconds.
    private static let longestSilence = Duration.seconds(60)

    /// Hands on each line of an endless answer; returns when the aggregator ends it.
    ///
    /// The line is at most 16 MiB, without its end. A minute of silence counts as a broken connection.
    func lines(_ query: Query, each: ([UInt8]) throws(Failure) -> Void) async throws(Failure) {
        let request = HTTPRequest(.get, query.target, headers: ["Accept": "application/x-ndjson"])
        let body = try await anyWay(request) { way, request, deadline throws(HTTPError) in
            try await way.client.open(request, deadline: deadline)
        }
        defer { body.close() }
        let place = place
        guard body.head.isSuccess else {
            let text = try? await body.rest(limit: 65_536, deadline: .after(timeout))
            throw ProblemDocument(text ?? []).failure(status: body.head.status, target: request.target)
        }
        var rest: [UInt8] = []
        while true {
            let piece: [UInt8]
            do {
                guard let next = try await body.next(deadline: .after(Self.longestSilence)) else { return }
                piece = next
            } catch  where error.kind == .stream(.timedOut) {
                throw Failure(.timedOut, "\(place) has said nothing for a minute.", isBroken: true)
            } catch {
                throw failure(error, place)
            }
            var start = piece.startIndex
            while let end = piece[start...].firstIndex(of: 0x0A) {
                let line = rest + piece[start..<end]
                rest = []
                start = end + 1
                if !line.isEmpty { try each(line) }
            }
            rest += piece[start...]
            guard rest.count <= 16 << 20 else {
                throw Failure(.failed, "\(place) sent a line of more than 16 MiB; the watch was given up.")
            }
        }
    }

    private func send(_ request: HTTPRequest) async throws(Failure) -> [UInt8] {
        let response = try await anyWay(request) { way, request, deadline throws(HTTPError) in
            try await way.client.send(request, deadline: deadline)
        }
        guard response.isSuccess else {
            throw ProblemDocument(response.body).failure(status: response.status, target: request.target)
        }
        return response.body
    }

    /// Asks by the way that was good last, and by the others in turn while one can't be reached.
    func anyWay<Answer>(
        _ request: HTTPRequest, _ ask: (Way, HTTPRequest, Deadline) async throws(HTTPError) -> Answer
    ) async throws(Failure) -> Answer {
        let first = chosen.index.withLock { $0 }
        let deadline = Deadline.after(timeout)
        var failures: [Failure] = []
        for turn in ways.indices {
            let index = (first + turn) % ways.count
            let way = ways[index]
            var request = request
            if let credential = way.endpoint.credential {
                request.headers.append("Authorization", "Bearer \(credential.text)")
            }
            // A dead first address must not use up the time of the others.
            let share = deadline.remaining().map { Deadline.after($0 / (ways.count - turn)) } ?? .never
            do throws(HTTPError) {
                let answer = try await ask(way, request, share)
                chosen.index.withLock { $0 = index }
                return answer
            } catch {
                failures.append(failure(error, way.endpoint.place))
                guard error.kind.isElsewhereBetter(for: request.method) else { break }
            }
        }
        // That somebody is there and isn't who they should be says more than that others aren't there.
        let worst = failures.first { $0.isSuspicious } ?? failures.last
        guard let worst else { throw Failure(.unreachable, "There is no way to an aggregator.") }
        guard failures.count > 1 else { throw worst }
        throw Failure(
            worst.code,
            "\(worst.sentence) The other \(failures.count - 1) addresses of the token didn't answer either.",
            isBroken: worst.isBroken)
    }

    func failure(_ error: HTTPError, _ place: Place) -> Failure {
        switch error.kind {
        case .stream(.missing):
            return Failure(
                .unreachable,
                """
                No aggregator answers at \(place): there is no such socket. Start bayplan-aggregator, or say \
                where it is with --socket PATH, --url URL or BAYPLAN_URL.
                """, isBroken: true)
        case .stream(.refused):
            return Failure(
                .unreachable,
                """
                No aggregator answers at \(place): nobody listens there. Start bayplan-aggregator, or say \
                where it is with --socket PATH, --url URL or BAYPLAN_URL.
                """, isBroken: true)
        case .stream(.notPermitted):
            return Failure(
                .notAllowed,
                "This user may not open \(place). Run as a user of the socket's group, which `ls -l` shows."
            )
        case .stream(.insecure):
            return Failure(
                .unreachable, "Nothing was asked of \(place): \(error.sentence)", isSuspicious: true)
        case .stream(.timedOut), .busy:
            return Failure(
                .timedOut,
                "\(place) gave no answer within \(text(timeout)). Try again, or wait longer with --timeout.",
                isBroken: true)
        case .stream(.unknownHost), .stream(.unreachable):
            return Failure(.unreachable, error.sentence, isBroken: true)
        case .stream, .truncated, .closed:
            let hint = place.address.port != nil && !place.isSecure ? " If it speaks TLS, say https://." : ""
            return Failure(
                .unreachable, "The connection to \(place) broke: \(error.sentence)\(hint)", isBroken: true)
        case .malformed, .overLimit, .invalidRequest:
            return Failure(.failed, "\(place) gave no usable answer: \(error.sentence)")
        }
    }

    private func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}

extension HTTPError.Kind {
    /// Whether the same request may be sent another way: nothing of it arrived, or it does no harm twice.
    fileprivate func isElsewhereBetter(for method: HTTPRequest.Method) -> Bool {
        switch self {
        case .stream(.missing), .stream(.refused), .stream(.notPermitted), .stream(.insecure),
            .stream(.unknownHost), .stream(.unreachable):
            true
        case .stream(.cancelled), .malformed, .overLimit, .invalidRequest, .busy, .closed: false
        case .stream, .truncated: method.isSafe
        }
    }
}

/// Connects within a few seconds or not at all.
private struct ImpatientConnector: Connector {
    let inner: any Connector
    let place: Place

    private static let patience = Duration.seconds(3)

    func connect(deadline: Deadline) async throws(StreamError) -> any ByteStream {
        let own = Deadline.after(min(Self.patience, deadline.remaining() ?? Self.patience))
        do {
            return try await inner.connect(deadline: own)
        } catch  where error.kind == .timedOut {
            throw StreamError(
                .unreachable,
                "\(place) did not answer within \(Self.patience.components.seconds) s; nothing was sent.")
        }
    }
}
