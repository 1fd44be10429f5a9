import Inventory
import JSON
import OS
import Simulation
import TestSupport
import Testing

/// Which Engine a contract test runs on.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case simulated, real

    /// Those that this machine can run.
    static var possible: [Backend] { RealEngine.isPossible ? [.simulated, .real] : [.simulated] }

    var testDescription: String { "\(rawValue) Engine" }
}

/// One Engine, real or simulated, and what tests do to it besides its API.
protocol EngineUnderTest: Sendable {
    var socket: String { get }
    var driver: EngineDriver { get }
    /// Makes a network, unless there is one of this name.
    func makeNetwork(_ name: String) async throws
    /// The Engine dies: no farewell, nobody listens.
    func kill() async throws
    /// A killed Engine is back with the same containers.
    func comeBack() async throws
}

struct SimulatedUnderTest: EngineUnderTest {
    let engine: SimulatedEngine
    let door: EngineDoor
    var socket: String { door.path }
    var driver: EngineDriver { EngineDriver(socket: socket, image: "busybox:1.36") }

    func makeNetwork(_ name: String) async throws {
        // It makes networks as they are needed, and keeps them.
        var spec = ContainerSpec(name: "maker")
        spec.networkMode = name
        try engine.run(spec)
        try engine.remove("maker", force: true)
    }

    func kill() async throws {
        door.removeSocketFile()
        engine.dropEventStreams()
    }

    func comeBack() async throws {
        try door.open()
    }
}

struct RealUnderTest: EngineUnderTest {
    let running: RealEngine.Running
    var socket: String { running.socket }
    var driver: EngineDriver { EngineDriver(socket: socket, image: "bb:1") }

    func makeNetwork(_ name: String) async throws {
        try? await driver.createNetwork(name)
    }

    func kill() async throws {
        try await running.lab("engine", "kill", "h1")
    }

    func comeBack() async throws {
        try await running.lab("engine", "start", "h1")
    }
}

/// Gives `body` an Engine without containers.
func withEngine(_ backend: Backend, _ body: (any EngineUnderTest) async throws -> Void) async throws {
    switch backend {
    case .simulated:
        try await withSimulatedEngine { try await body($0) }
    case .real:
        let engine = RealUnderTest(running: try #require(RealEngine.current))
        for container in try await engine.driver.get("/containers/json", ["all": "1"]).elements ?? [] {
            if let id = container["Id"]?.string.flatMap({ ContainerID($0) }) {
                try await engine.driver.remove(id)
            }
        }
        try await body(engine)
    }
}

/// Gives `body` a simulated Engine without containers.
func withSimulatedEngine(_ body: (SimulatedUnderTest) async throws -> Void) async throws {
    try await TemporaryDirectory.with { folder in
        let engine = SimulatedEngine(seed: 7)
        try await engine.serving(at: "\(folder)/docker.sock") { door in
            try await body(SimulatedUnderTest(engine: engine, door: door))
        }
    }
}
