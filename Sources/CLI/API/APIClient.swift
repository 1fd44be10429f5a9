import HTTP
package import OS

/// Asks one aggregator over its HTTP API and turns whatever goes wrong into a ``Failure``.
package struct APIClient: Sendable {
    /// Where the aggregator is.
    package let place: Place

    /// How long one answer may take.
    package let timeout: Duration

    private let client: HTTPClient

    /// A client; nothing is connected before the first question.
    package init(place: Place, timeout: Duration, connector: any Connector) {
        self.place = place
        self.timeout = timeout
        client = HTTPClient(
            connector: connector, host: place.authority, limits: HTTPLimits(body: 256 << 20),
            maxConnections: 2)
    }

    /// The body of a successful answer to a GET.
    func get(_ query: Query) async throws(Failure) -> [UInt8] {
        try await send(HTTPRequest(.get, query.target, headers: ["Accept": "application/json"]))
    }

    /// Removes what the path names.
    func delete(_ query: Query) async throws(Failure) {
        _ = try await send(HTTPRequest(.delete, query.target, headers: ["Accept": "application/json"]))
    }

    /// How long an aggregator that lives lets a watch wait: it says where it is every ten seconds.
    private static let longestSilence = Duration.seconds(60)

    /// Hands on each line of an endless answer; returns when the aggregator ends it.
    ///
    /// The line is at most 16 MiB, without its end. A minute of silence counts as a broken connection.
    func lines(_ query: Query, each: ([UInt8]) throws(Failure) -> Void) async throws(Failure) {
        let request = HTTPRequest(.get, query.target, headers: ["Accept": "application/x-ndjson"])
        let body: HTTPBody
        do {
            body = try await client.open(request, deadline: .after(timeout))
        } catch {
            throw failure(error)
        }
        defer { body.close() }
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
                throw failure(error)
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
        let response: HTTPResponse
        do {
            response = try await client.send(request, deadline: .after(timeout))
        } catch {
            throw failure(error)
        }
        guard response.isSuccess else {
            throw ProblemDocument(response.body).failure(status: response.status, target: request.target)
        }
        return response.body
    }

    private func failure(_ error: HTTPError) -> Failure {
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
        case .stream(.timedOut), .busy:
            return Failure(
                .timedOut,
                "\(place) gave no answer within \(text(timeout)). Try again, or wait longer with --timeout.",
                isBroken: true)
        case .stream(.unknownHost), .stream(.unreachable):
            return Failure(.unreachable, error.sentence, isBroken: true)
        case .stream, .truncated, .closed:
            return Failure(
                .unreachable, "The connection to \(place) broke: \(error.sentence)", isBroken: true)
        case .malformed, .overLimit, .invalidRequest:
            return Failure(.failed, "\(place) gave no usable answer: \(error.sentence)")
        }
    }

    private func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
