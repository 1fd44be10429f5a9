internal import HTTP
package import OS

/// An Engine's events as they happen; one reader.
///
/// The Engine waits for slow readers in every one of its operations, so the reader does nothing but note down what
/// came. What was lost is found by comparing lists.
package final class EventStream: Sendable {
    private let client: EngineClient
    private let body: HTTPBody

    init(_ client: EngineClient, _ body: HTTPBody) {
        self.client = client
        self.body = body
    }

    /// Hands all events to `body` until the stream ends, as it does when the Engine stops.
    ///
    /// - Parameter onEvent: Called in order and must return at once. A line that is no event gives nil.
    /// - Throws: When the connection broke, the task was cancelled, or somebody called `close`.
    package func forEach(_ onEvent: (EngineEvent?) -> Void) async throws(DockerError) {
        var lines = LineSplitter(limit: EngineClient.eventLimit)
        while let piece = try await client.next(of: body, .never) {
            for line in lines.append(piece) {
                onEvent(try? EngineEvent(parsing: line.bytes, isCut: line.isCut))
            }
        }
    }

    /// Ends the stream; a `forEach` under way ends with it.
    package func close() {
        body.close()
    }
}

extension EngineClient {
    /// Subscribes to the events that `EventFilter` names.
    ///
    /// - Parameters:
    ///   - since: Also those since then, as far as the Engine remembers (256): seconds since 1970 and a fraction. An
    ///     Engine answers *before* it subscribes, so without it the first events could be missed.
    ///   - deadline: For the beginning; the stream itself has no end.
    /// - Returns: The stream, to be read with `forEach` without delay.
    /// - Throws: Why there are no events; `.status` when something forbids them.
    package func events(since: String?, deadline: Deadline) async throws(DockerError) -> EventStream {
        let query: KeyValuePairs<String, String> =
            if let since { ["since": since, "filters": EventFilter.json] } else {
                ["filters": EventFilter.json]
            }
        let body = try await open("/events", query: query, deadline: deadline)
        guard body.head.isSuccess else {
            defer { body.close() }
            try check(body.head, (try? await body.rest(limit: 65_536, deadline: deadline)) ?? [])
            throw broken("it gives no events", "Its containers are only listed now and then.")
        }
        return EventStream(self, body)
    }
}
