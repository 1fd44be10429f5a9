internal import HTTP
package import Inventory
internal import JSON
package import OS

/// What is wanted of a container's log.
package struct LogQuestion: Hashable, Sendable {
    /// Lines from the end; nil for all.
    package var tail: Int?
    /// Only what was written from this time on and before that one, in seconds since 1970 with a fraction; empty for any.
    package var since = ""
    package var until = ""
    /// Each line begins with its time.
    package var hasTimes = false
    /// Goes on with what is written from now on.
    package var follows = false
    package var hasOutput = true
    package var hasErrors = true

    package init(tail: Int?) {
        self.tail = tail
    }

    fileprivate var query: KeyValuePairs<String, String> {
        [
            "stdout": hasOutput ? "1" : "0", "stderr": hasErrors ? "1" : "0", "follow": follows ? "1" : "0",
            "timestamps": hasTimes ? "1" : "0", "tail": tail.map { "\($0)" } ?? "all",
            "since": since.isEmpty ? "0" : since, "until": until.isEmpty ? "0" : until,
        ]
    }
}

/// A container's log as the Engine gives it; one reader, at whose pace the Engine reads it.
package final class LogStream: Sendable {
    /// Whether the container has a terminal: then there is one stream, without heads.
    package let isTerminal: Bool
    private let client: EngineClient
    private let body: HTTPBody

    init(_ client: EngineClient, _ body: HTTPBody, isTerminal: Bool) {
        self.client = client
        self.body = body
        self.isTerminal = isTerminal
    }

    /// Waits for bytes as they come; nil at the end.
    package func next(deadline: Deadline) async throws(DockerError) -> [UInt8]? {
        try await client.next(of: body, deadline)
    }

    /// Ends the connection; a pending `next` ends with it.
    package func close() {
        body.close()
    }
}

extension EngineClient {
    /// Begins to read a container's log.
    ///
    /// - Throws: `.notFound`, or `.status` where the logging driver can't be read, with the Engine's own words.
    package func logs(
        of id: ContainerID, _ question: LogQuestion, deadline: Deadline
    ) async throws(DockerError) -> LogStream {
        // Only an inspection tells it of every Engine: the type of the answer says so since 1.42.
        let isTerminal = try await hasTerminal(id, deadline: deadline)
        let body = try await open("/containers/\(id)/logs", query: question.query, deadline: deadline)
        guard body.head.isSuccess else {
            defer { body.close() }
            try check(body.head, (try? await body.rest(limit: 65_536, deadline: deadline)) ?? [])
            throw broken("it gives no log", "Nothing was read of it.")
        }
        return LogStream(self, body, isTerminal: isTerminal)
    }

    private func hasTerminal(_ id: ContainerID, deadline: Deadline) async throws(DockerError) -> Bool {
        let body = try await get("/containers/\(id)/json", deadline: deadline)
        return try decoded("container \(id.short)") { () throws(JSONError) in
            var reader = JSONReader(body)
            var isTerminal = false
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "Config":
                    try reader.beginObject()
                    while let key = try reader.nextKey() {
                        switch key {
                        case "Tty": isTerminal = try reader.readBool()
                        default: try reader.skip()
                        }
                    }
                default: try reader.skip()
                }
            }
            try reader.finish()
            return isTerminal
        }
    }
}
