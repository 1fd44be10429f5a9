internal import HTTP
package import Inventory
internal import JSON
package import OS
internal import Synchronization

/// Asks one Docker Engine (or Podman, which serves the same API) over any kind of connection; changes nothing there.
///
/// Nothing an Engine or a label holds can make it keep more than its limits: 64 MiB for one container that is
/// inspected, 1 MiB for one element of a list (a list is never in memory as a whole), 256 KiB for an event.
package final class EngineClient: Sendable {
    /// The most bytes of one container's description.
    package static let containerLimit = 64 << 20
    /// The most bytes of one element of a list; of a larger one only the id is taken.
    package static let entryLimit = 1 << 20
    /// The most bytes of a list; it is read element by element.
    package static let listLimit = 512 << 20
    /// The most elements of a list.
    package static let listCount = 100_000
    /// The most that is kept of one event's line.
    package static let eventLimit = 256 << 10

    /// What the Engine is called in messages: `unix:///run/docker.sock`, or a host's name.
    package let name: String
    private let http: HTTPClient
    private let observe: @Sendable (EngineCall) -> Void
    private let version = Mutex<APIVersion?>(nil)

    /// Prepares; nothing is connected before the first call.
    ///
    /// - Parameters:
    ///   - connector: How to reach the Engine; it is asked anew for each connection, so a replaced socket is found.
    ///   - name: What the Engine is called in messages.
    ///   - maxConnections: How many connections may exist (requirement C3); the event stream takes one.
    ///   - idleTimeout: How long an unused connection is kept.
    ///   - observe: Told of every question when it is answered; must return at once.
    package init(
        connector: any Connector, name: String, maxConnections: Int = 5, idleTimeout: Duration = .seconds(30),
        observe: @escaping @Sendable (EngineCall) -> Void = { _ in }
    ) {
        precondition(maxConnections > 1, "the event stream takes a connection for itself")
        self.name = name
        self.observe = observe
        http = HTTPClient(
            connector: connector, limits: HTTPLimits(body: Self.containerLimit),
            maxConnections: maxConnections, idleTimeout: idleTimeout)
    }

    /// The version that was agreed on last; nil before the first `negotiate`.
    package var negotiated: APIVersion? { version.withLock { $0 } }

    /// Agrees on a version: the lower one of the Engine's newest and ours.
    ///
    /// To be called at every (re)connect, since the Engine may have been replaced by another one.
    @discardableResult
    package func negotiate(deadline: Deadline) async throws(DockerError) -> APIVersion {
        let response = try await send("/_ping", deadline: deadline)
        try check(response.head, response.body)
        guard let text = response.headers["Api-Version"], let theirs = APIVersion(text) else {
            throw broken(
                "it answers /_ping without an Api-Version", "Check that a Docker Engine or Podman serves it.")
        }
        guard theirs >= APIVersion.oldest else {
            throw DockerError(
                .wrongVersion,
                "\(name) knows the Engine API only up to \(theirs), and \(APIVersion.oldest) is needed; it is not watched. "
                    + "Update the Engine.")
        }
        let agreed = min(theirs, .newest)
        version.withLock { $0 = agreed }
        return agreed
    }

    /// Whether the Engine answers at all.
    package func ping(deadline: Deadline) async throws(DockerError) {
        let response = try await send("/_ping", deadline: deadline)
        try check(response.head, response.body)
    }

    /// What the Engine says about itself and its machine.
    package func info(deadline: Deadline) async throws(DockerError) -> EngineInfo {
        let body = try await get("/info", deadline: deadline)
        return try decoded("/info") { () throws(JSONError) in try EngineInfo(parsing: body) }
    }

    /// What the Engine says about its version.
    package func version(deadline: Deadline) async throws(DockerError) -> EngineVersion {
        let body = try await get("/version", deadline: deadline)
        return try decoded("/version") { () throws(JSONError) in try EngineVersion(parsing: body) }
    }

    /// One container in full; `.notFound` when there is none (any more).
    package func inspect(_ id: ContainerID, deadline: Deadline) async throws(DockerError) -> Inspection {
        let body = try await get("/containers/\(id)/json", deadline: deadline)
        return try decoded("container \(id.short)") { () throws(JSONError) in try Inspection(parsing: body) }
    }

    // MARK: Steps that the other files share

    func send(_ path: String, deadline: Deadline) async throws(DockerError) -> HTTPResponse {
        let begun = BootClock.now
        do {
            let response = try await http.send(.get(path), deadline: deadline)
            note(path, begun, response.head)
            return response
        } catch {
            note(path, begun, nil)
            throw explained(error)
        }
    }

    /// Tells the observer of a question that was answered, or wasn't.
    private func note(_ path: String, _ begun: BootClock.Instant, _ head: HTTPResponseHead?) {
        let isFailure = head.map { !$0.isSuccess && $0.status != 404 } ?? true
        observe(EngineCall(.init(path: path), begun.duration(to: BootClock.now), isFailure: isFailure))
    }

    func open(
        _ path: String, query: KeyValuePairs<String, String>, deadline: Deadline
    ) async throws(DockerError) -> HTTPBody {
        let prefix = try await prefix(deadline: deadline)
        let begun = BootClock.now
        do {
            let body = try await http.open(.get(prefix + path, query: query), deadline: deadline)
            note(path, begun, body.head)
            return body
        } catch {
            note(path, begun, nil)
            throw explained(error)
        }
    }

    func get(_ path: String, deadline: Deadline) async throws(DockerError) -> [UInt8] {
        let response = try await send(try await prefix(deadline: deadline) + path, deadline: deadline)
        try check(response.head, response.body)
        return response.body
    }

    private func prefix(deadline: Deadline) async throws(DockerError) -> String {
        if let negotiated { return "/v\(negotiated)" }
        return "/v\(try await negotiate(deadline: deadline))"
    }
}
