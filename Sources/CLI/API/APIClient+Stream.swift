import HTTP
import OS

extension APIClient {
    /// How long the aggregator may wait for a host before it answers without: what leaves its answer time to come here.
    var hostPatience: String {
        let own = timeout.wholeMilliseconds
        return "\(min(10_000, max(own / 2, own - 3_000), 120_000))"
    }

    /// Hands on the bytes of an answer as they come, however long that takes; returns at its end.
    ///
    /// - Parameters:
    ///   - query: What is asked.
    ///   - accept: The form in which the answer is wanted.
    ///   - silence: How long nothing may come; nil for any time, as of a log that is followed.
    ///   - each: Takes the bytes; nothing more is read before it returns.
    /// - Throws: As `get`, what `each` throws, and that the answer broke off.
    func stream(
        _ query: Query, accept: String, silence: Duration?, each: ([UInt8]) throws(Failure) -> Void
    ) async throws(Failure) {
        let request = HTTPRequest(.get, query.target, headers: ["Accept": accept])
        let body = try await anyWay(request) { way, request, deadline throws(HTTPError) in
            try await way.client.open(request, deadline: deadline)
        }
        defer { body.close() }
        let place = place
        guard body.head.isSuccess else {
            let text = try? await body.rest(limit: 65_536, deadline: .after(timeout))
            throw ProblemDocument(text ?? []).failure(status: body.head.status, target: request.target)
        }
        while true {
            let piece: [UInt8]?
            do {
                piece = try await body.next(deadline: silence.map { .after($0) } ?? .never)
            } catch {
                throw failure(error, place)
            }
            guard let piece else { return }
            try each(piece)
        }
    }
}
