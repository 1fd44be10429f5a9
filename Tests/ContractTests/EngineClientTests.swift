import Docker
import Inventory
import OS
import Simulation
import Synchronization
import TestSupport
import Testing

/// The client alone, against answers that no sound Engine gives.
@Suite(.timeLimit(.minutes(1)))
struct `An Engine client` {
    private static let id = String(repeating: "0123456789abcdef", count: 4)

    private static func client(_ engine: SimulatedUnderTest) -> EngineClient {
        EngineClient(connector: SocketConnector(.unix(engine.socket)), name: "unix://\(engine.socket)")
    }

    private static func answer(_ body: String) -> EngineFault {
        let bytes = Array(body.utf8)
        return .raw(
            Array(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(bytes.count)\r\n\r\n"
                    .utf8)
                + bytes)
    }

    private static var soon: Deadline { .after(.seconds(5)) }

    /// The lower of both versions, at every connect: Docker 20.10 ends at 1.41, 29 begins at 1.44.
    @Test(arguments: [("1.41", APIVersion(1, 41)), ("1.99", .newest), ("1.24", APIVersion(1, 24))])
    func `agrees on a version`(theirs: String, agreed: APIVersion) async throws {
        try await withSimulatedEngine { engine in
            engine.engine.facts.apiVersion = theirs
            let client = Self.client(engine)
            let first = try await client.negotiate(deadline: Self.soon)
            #expect(first == agreed)
            #expect(client.negotiated == agreed)
            let info = try await client.info(deadline: Self.soon)
            #expect(info.containers == 0)
            engine.engine.facts.apiVersion = "1.30"
            let second = try await client.negotiate(deadline: Self.soon)
            #expect(second == APIVersion(1, 30))
        }
    }

    /// C7: how long each question took, and whether it failed.
    @Test func `tells an observer of every question`() async throws {
        try await withSimulatedEngine { engine in
            let calls = Mutex<[EngineCall]>([])
            let client = EngineClient(
                connector: SocketConnector(.unix(engine.socket)), name: "observed"
            ) { call in
                calls.withLock { $0.append(call) }
            }
            try await client.negotiate(deadline: Self.soon)
            _ = try await client.info(deadline: Self.soon)
            _ = try await client.version(deadline: Self.soon)
            _ = try await client.list(deadline: Self.soon)
            _ = try await client.events(since: nil, deadline: Self.soon)
            let id = try #require(ContainerID(Self.id))
            await #expect(throws: DockerError.self) { _ = try await client.inspect(id, deadline: Self.soon) }
            let seen = calls.withLock { $0 }
            #expect(seen.map(\.operation) == [.ping, .info, .version, .list, .events, .inspect])
            // That a container isn't there is an answer.
            #expect(seen.allSatisfy { !$0.isFailure && $0.duration > .zero && $0.duration < .seconds(5) })

            let nobody = EngineClient(
                connector: SocketConnector(.unix(engine.socket + ".gone")), name: "gone"
            ) { call in
                calls.withLock { $0 = [call] }
            }
            await #expect(throws: DockerError.self) { try await nobody.ping(deadline: Self.soon) }
            #expect(calls.withLock { $0 }.map(\.isFailure) == [true])
        }
    }

    @Test(arguments: ["", "1", "1.", ".1", "1.2.3", "-1.2", "1.x", "1.99999"])
    func `takes no nonsense for a version`(text: String) {
        #expect(APIVersion(text) == nil)
    }

    /// C5.
    @Test func `says what it can't do with an Engine that is too old`() async throws {
        try await withSimulatedEngine { engine in
            engine.engine.facts.apiVersion = "1.20"
            let client = Self.client(engine)
            let error = await #expect(throws: DockerError.self) {
                try await client.negotiate(deadline: Self.soon)
            }
            #expect(error?.kind == .wrongVersion)
            #expect(error?.sentence.contains("Update the Engine") == true)
        }
    }

    /// C5: a typed reason, the Engine's name in the sentence.
    @Test func `tells reasons apart`() async throws {
        try await withSimulatedEngine { engine in
            let client = Self.client(engine)
            let id = try engine.engine.create(ContainerSpec(name: "one"))
            let other = try #require(ContainerID(Self.id))
            var error = await #expect(throws: DockerError.self) {
                try await client.inspect(other, deadline: Self.soon)
            }
            #expect(error?.kind == .notFound)
            engine.engine.inject(.status(503), on: .inspect)
            error = await #expect(throws: DockerError.self) {
                try await client.inspect(id, deadline: Self.soon)
            }
            guard case .status(503, _) = error?.kind else {
                Issue.record("\(String(describing: error))")
                return
            }
            engine.engine.inject(.notJSON, on: .inspect)
            error = await #expect(throws: DockerError.self) {
                try await client.inspect(id, deadline: Self.soon)
            }
            #expect(error?.kind == .brokenAnswer)
            engine.engine.inject(.hang, on: .inspect)
            error = await #expect(throws: DockerError.self) {
                try await client.inspect(id, deadline: .after(.milliseconds(50)))
            }
            #expect(error?.kind == .timedOut)
            engine.engine.inject(.truncate, on: .inspect)
            error = await #expect(throws: DockerError.self) {
                try await client.inspect(id, deadline: Self.soon)
            }
            #expect(error?.sentence.contains(engine.socket) == true)
            engine.door.removeSocketFile()
            error = await #expect(throws: DockerError.self) {
                try await Self.client(engine).ping(deadline: Self.soon)
            }
            guard case .unreachable(let reason) = error?.kind else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.kind == .missing)
        }
    }

    /// The list is read element by element: brackets and quotes inside texts are no boundaries.
    @Test func `finds the elements of a list`() async throws {
        try await withSimulatedEngine { engine in
            let tricky = "{\"Id\":\"\(Self.id)\",\"Labels\":{\"a\":\"]},{\\\\\\\"[\"},\"State\":\"running\"}"
            engine.engine.inject(Self.answer(" [ \(tricky) ,\n\(tricky)] \n"), on: .list)
            let list = try await Self.client(engine).list(deadline: Self.soon)
            #expect(list.containers.map { $0.id.description } == [Self.id, Self.id])
            #expect(list.unreadable.isEmpty)
        }
    }

    /// An entry that can't be read is still there, and so is its container.
    @Test func `keeps the id of an entry that it can't read`() async throws {
        try await withSimulatedEngine { engine in
            engine.engine.inject(Self.answer("[{\"Id\":\"\(Self.id)\",\"Image\":7}]"), on: .list)
            let list = try await Self.client(engine).list(deadline: Self.soon)
            #expect(list.unreadable.map { $0.description } == [Self.id])
        }
    }

    ///
    @Test(arguments: [
        "", "{}", "[", "[{}]", "[] x", "[7]", "null", "[{\"Id\":\"zz\"}]", "[{\"Image\":\"i\"}",
        "{\"message\":\"no\"}",
    ])
    func `refuses a list that is not whole`(body: String) async throws {
        try await withSimulatedEngine { engine in
            engine.engine.inject(Self.answer(body), on: .list)
            await #expect(throws: DockerError.self) {
                try await Self.client(engine).list(deadline: Self.soon)
            }
        }
    }

    /// B15: the Engine filters; what isn't asked for doesn't come.
    @Test func `hears the events it asked for`() async throws {
        try await withSimulatedEngine { engine in
            let client = Self.client(engine)
            let id = try engine.engine.run(ContainerSpec(name: "one"))
            let stream = try await client.events(since: "1.000000000", deadline: Self.soon)
            let seen = Mailbox<EngineEventSeen>(limit: 100, whenFull: .refuse)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await stream.forEach { event in
                        _ = seen.post(EngineEventSeen(action: event?.action ?? "", actor: event?.actor ?? ""))
                    }
                    seen.finish()
                }
                try engine.engine.remove(id, force: true)
                var actions: [String] = []
                while let event = await seen.next() {
                    actions.append(event.action)
                    if event.action == "destroy" { stream.close() }
                }
                #expect(actions.contains("create"))
                #expect(actions.last == "destroy")
                try await group.waitForAll()
            }
        }
    }

    struct EngineEventSeen: Sendable {
        let action: String
        let actor: String
    }
}
