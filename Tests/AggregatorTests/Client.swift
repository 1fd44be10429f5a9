import HTTP
import JSON
import OS
import TLS
import TestSupport
import Wire

/// Asks the API as a user's program does.
struct Client {
    let http: HTTPClient
    /// `Authorization`, if anything.
    var authorization: String?

    init(_ address: SocketAddress, secure: TLSClientContext? = nil) {
        let socket = SocketConnector(address)
        let connector: any Connector = secure.map { TLSConnector(socket, $0) } ?? socket
        http = HTTPClient(connector: connector, host: "localhost", idleTimeout: .seconds(60))
    }

    func send(
        _ method: HTTPRequest.Method, _ target: String, headers: HTTPHeaders = [:], body: String = ""
    ) async throws -> HTTPResponse {
        try await http.send(
            HTTPRequest(method, target, headers: proving(headers), body: Array(body.utf8)),
            deadline: .after(.seconds(10)))
    }

    private func proving(_ headers: HTTPHeaders) -> HTTPHeaders {
        var headers = headers
        if let authorization { headers.append("Authorization", authorization) }
        return headers
    }

    func get(_ target: String, headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        try await send(.get, "/api/v1" + target, headers: headers)
    }

    /// The document at a path that answers 200.
    func json(_ target: String) async throws -> JSONValue {
        let response = try await get(target)
        guard response.status == 200 else {
            throw Unexpected("\(target) answered \(response.status): \(response.text)")
        }
        return try JSONValue(parsing: response.body)
    }

    /// The names of a list's items.
    func names(_ target: String) async throws -> [String] {
        try await json(target)["items"]?.elements?.compactMap { $0["name"]?.string } ?? []
    }

    /// The state of a host; nil when there is no such host.
    func state(of host: String) async throws -> String? {
        let response = try await get("/hosts/\(host)")
        return response.status == 200 ? try JSONValue(parsing: response.body)["state"]?.string : nil
    }

    /// Follows the fleet from a revision, or from the start.
    func watch(_ query: String = "") async throws -> WatchReader {
        let request = HTTPRequest(.get, "/api/v1/containers?watch=1" + query, headers: proving([:]))
        return WatchReader(try await http.open(request, deadline: .after(.seconds(10))))
    }
}

extension Station {
    /// A client on the Unix socket.
    var client: Client { Client(socket) }
}

/// Reads a watch, one event after the other.
final class WatchReader {
    let body: HTTPBody
    private var buffer: [UInt8] = []
    /// No line ends before this place in the buffer.
    private var looked = 0

    init(_ body: HTTPBody) {
        self.body = body
    }

    deinit {
        body.close()
    }

    /// The next event; nil at the end.
    func next(within limit: Duration = .seconds(10)) async throws -> JSONValue? {
        while true {
            if let end = buffer[looked...].firstIndex(of: 0x0A) {
                let line = Array(buffer[..<end])
                buffer.removeFirst(end + 1)
                looked = 0
                return try JSONValue(parsing: line)
            }
            looked = buffer.count
            guard let more = try await body.next(deadline: .after(limit)) else { return nil }
            buffer += more
        }
    }

    /// The events up to the next of a type, that one included.
    func events(to type: String) async throws -> [JSONValue] {
        var events: [JSONValue] = []
        while let event = try await next() {
            events.append(event)
            if event["type"]?.string == type { return events }
        }
        throw Unexpected("the watch ended before \(type): \(events.map(\.text))")
    }
}

extension JSONValue {
    /// For messages and comparison.
    var text: String { String(decoding: encoded, as: UTF8.self) }
}

/// What somebody who follows a watch knows.
struct Replica {
    /// The facets of each container, by host and id.
    private(set) var containers: [String: [String: JSONValue]] = [:]
    private(set) var revision: String?
    private(set) var resets: [String] = []

    mutating func take(_ event: JSONValue) {
        if event["type"]?.string != "reset" { revision = event["revision"]?.string }
        let key = "\(event["host"]?.string ?? "")/\(event["id"]?.string ?? "")"
        switch event["type"]?.string {
        case "put":
            for change in event["changes"]?.members ?? [] {
                containers[key, default: [:]][change.name] = change.value == .null ? nil : change.value
            }
        case "delete": containers[key] = nil
        case "reset":
            containers = [:]
            resets.append(event["reason"]?.string ?? "")
        default: break
        }
    }

    /// The containers that are not as they should be.
    func difference(from expected: [String: [String: JSONValue]]) -> [String] {
        Set(containers.keys).union(expected.keys).filter { containers[$0] != expected[$0] }.sorted()
    }

    /// Follows a watch until it has reached a revision, or one after it.
    mutating func follow(_ watch: WatchReader, to revision: String) async throws {
        let goal = Revision(revision)?.number ?? .max
        while let event = try await watch.next() {
            take(event)
            guard event["type"]?.string == "bookmark" else { continue }
            if (self.revision.flatMap { Revision($0) }?.number ?? -1) >= goal { return }
        }
        throw Unexpected("the watch ended at \(self.revision ?? "nothing"), before \(revision)")
    }
}
