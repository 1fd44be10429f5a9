import HTTP
import Inventory
import JSON
import OS

/// Changes what an Engine has, through its own API: the same calls for a real Engine and the simulated one.
struct EngineDriver: Sendable {
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private let http: HTTPClient
    /// The image that containers are made from.
    let image: String

    init(socket: String, image: String) {
        http = HTTPClient(connector: SocketConnector(.unix(socket)), limits: HTTPLimits(body: 256 << 20))
        self.image = image
    }

    /// Creates a container and returns its id.
    func create(
        _ name: String, labels: [String: String] = [:], environment: [String] = [],
        host: [JSONValue.Member] = [],
        other: [JSONValue.Member] = []
    ) async throws -> ContainerID {
        let body = JSONValue.object(
            [
                .init("Image", .string(image)),
                .init("Cmd", .array([.string("sleep"), .string("1000000")])),
                .init("Env", .array(environment.map { .string($0) })),
                .init("Labels", .object(labels.map { .init($0.key, .string($0.value)) })),
                .init("HostConfig", .object(host)),
            ] + other)
        let answer = try await post("/containers/create", ["name": name], body)
        guard let text = answer["Id"]?.string, let id = ContainerID(text) else {
            throw Refused(description: "create answered without an id")
        }
        return id
    }

    /// Creates a container and starts it.
    func run(
        _ name: String, labels: [String: String] = [:], environment: [String] = [],
        host: [JSONValue.Member] = [],
        other: [JSONValue.Member] = []
    ) async throws -> ContainerID {
        let id = try await create(name, labels: labels, environment: environment, host: host, other: other)
        try await act("start", id)
        return id
    }

    /// One of the verbs of `POST /containers/{id}/…`.
    func act(_ verb: String, _ id: ContainerID, _ query: KeyValuePairs<String, String> = [:]) async throws {
        _ = try await post("/containers/\(id)/\(verb)", query)
    }

    func remove(_ id: ContainerID) async throws {
        let target = HTTPRequest.target("/containers/\(id)", query: ["force": "1"])
        try await check(HTTPRequest(.delete, target))
    }

    func createNetwork(_ name: String) async throws {
        _ = try await post("/networks/create", [:], .object([.init("Name", .string(name))]))
    }

    func connect(_ id: ContainerID, to network: String) async throws {
        _ = try await post(
            "/networks/\(network)/connect", [:], .object([.init("Container", .string("\(id)"))]))
    }

    func disconnect(_ id: ContainerID, from network: String) async throws {
        _ = try await post(
            "/networks/\(network)/disconnect", [:], .object([.init("Container", .string("\(id)"))]))
    }

    func post(
        _ path: String, _ query: KeyValuePairs<String, String> = [:], _ body: JSONValue? = nil
    ) async throws -> JSONValue {
        let request = HTTPRequest(
            .post, HTTPRequest.target(path, query: query), headers: ["Content-Type": "application/json"],
            body: body?.encoded ?? [])
        return try await check(request)
    }

    func get(_ path: String, _ query: KeyValuePairs<String, String> = [:]) async throws -> JSONValue {
        try await check(.get(path, query: query))
    }

    func delete(_ path: String) async throws {
        try await check(HTTPRequest(.delete, path))
    }

    @discardableResult
    private func check(_ request: HTTPRequest) async throws -> JSONValue {
        let response = try await http.send(request, deadline: .after(.seconds(60)))
        guard response.isSuccess || response.status == 304 else {
            throw Refused(description: "\(request.method.rawValue) \(request.target): \(response.text)")
        }
        return (try? JSONValue(parsing: response.body)) ?? .null
    }
}
