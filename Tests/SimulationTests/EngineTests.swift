import Inventory
import Simulation
import Testing

/// The time at which the simulated engines of these tests live: 2026-01-01T00:00:00Z.
let newYear: Int64 = 1_767_225_600_000_000_000

@Suite struct `A simulated Engine` {
    let engine = SimulatedEngine(seed: 1, now: { newYear })

    private func actions(_ type: String = "container") -> [String] {
        engine.history.filter { $0.type == type }.map(\.action)
    }

    @Test func `tells of a start, a stop and a restart in the Engine's order`() throws {
        let id = try engine.run(ContainerSpec(name: "web", publishing: [PortRequest(80)]))
        try engine.stop(id)
        try engine.restart("web")
        try engine.restart("web")
        let all = engine.history.map { "\($0.type) \($0.action)" }
        #expect(
            all == [
                "container create", "network connect", "container start",
                "container kill", "container die", "network disconnect", "container stop",
                "network connect", "container start", "container restart",
                "container kill", "container die", "network disconnect", "container stop",
                "network connect", "container start", "container restart",
            ])
        #expect(zip(engine.history, engine.history.dropFirst()).allSatisfy { $0.time < $1.time })
    }

    /// a signal that does not end the process changes nothing.
    @Test func `runs on after a SIGHUP and ends by a SIGTERM`() throws {
        let id = try engine.run(ContainerSpec(name: "web"))
        try engine.kill(id, signal: 1)
        #expect(try engine.container(id).state == .running)
        #expect(actions().last == "kill")
        try engine.kill(id, signal: 15)
        let ended = try engine.container(id)
        #expect(ended.state == .exited)
        #expect(ended.exitCode == 143)
        #expect(ended.pid == 0)
    }

    /// a published port without a number is a new one at every start.
    @Test func `gives another host port and the lowest free address at each start`() throws {
        let id = try engine.run(ContainerSpec(name: "one", publishing: [PortRequest(80)]))
        #expect(try engine.container(id).bindings.map(\.publicPort) == [32_768, 32_768])
        #expect(try engine.container(id).bindings.map(\.ip) == ["0.0.0.0", "::"])
        try engine.run(ContainerSpec(name: "two"))
        try engine.stop(id)
        #expect(try engine.container(id).bindings.isEmpty)
        try engine.run(ContainerSpec(name: "three"))
        try engine.start(id)
        #expect(try engine.container(id).bindings.map(\.publicPort) == [32_769, 32_769])
        #expect(try engine.container("three").endpoints["bridge"]?.ip == "172.17.0.2")
        #expect(try engine.container(id).endpoints["bridge"]?.ip == "172.17.0.4")
    }

    /// a freed host port may go to another application at once.
    @Test func `hands a freed port on when its range is small`() throws {
        let engine = SimulatedEngine(seed: 1, ephemeralPorts: 40_000...40_000, now: { newYear })
        let first = try engine.run(ContainerSpec(name: "one", publishing: [PortRequest(80)]))
        let second = try engine.create(ContainerSpec(name: "two", publishing: [PortRequest(80)]))
        #expect(throws: EngineRefusal.self) { try engine.start(second) }
        #expect(try engine.container(second).error.contains("all ports are allocated"))
        try engine.remove(first, force: true)
        try engine.start(second)
        #expect(try engine.container(second).bindings.first?.publicPort == 40_000)
    }

    @Test func `leaves a container that could not get its port as the Engine does`() throws {
        try engine.run(ContainerSpec(name: "one", publishing: [PortRequest(80, on: 8_080)]))
        let late = try engine.create(ContainerSpec(name: "two", publishing: [PortRequest(80, on: 8_080)]))
        let refusal = #expect(throws: EngineRefusal.self) { try engine.start(late) }
        #expect(refusal?.status == 500)
        #expect(refusal?.message.hasSuffix("Bind for 0.0.0.0:8080 failed: port is already allocated") == true)
        let left = try engine.container(late)
        #expect(left.state == .created)
        #expect(left.exitCode == 128)
        #expect(!left.error.isEmpty)
    }

    @Test func `starts a crashed container again as its policy says`() throws {
        var spec = ContainerSpec(name: "always")
        spec.restartPolicy = RestartPolicy(name: "always")
        let id = try engine.run(spec)
        try engine.crash(id, exitCode: 137, isOOM: true)
        #expect(try engine.container(id).state == .restarting)
        #expect(try engine.container(id).isOOMKilled)
        try engine.comeBack(id)
        #expect(try engine.container(id).state == .running)
        #expect(try engine.container(id).restartCount == 1)
        #expect(actions() == ["create", "start", "oom", "die", "start"])
        let once = try engine.run(ContainerSpec(name: "once"))
        try engine.crash(once, exitCode: 3)
        #expect(try engine.container(once).state == .exited)
    }

    @Test func `tells a verdict of a health check once, and each run of it`() throws {
        var spec = ContainerSpec(name: "web")
        spec.healthCheck = "true"
        let id = try engine.run(spec)
        #expect(try engine.container(id).health?.status == Health.starting)
        try engine.check(id, as: Health.healthy)
        try engine.check(id, as: Health.healthy)
        try engine.check(id, as: Health.unhealthy)
        let verdicts = actions().filter { $0.hasPrefix("health_status") }
        #expect(verdicts == ["health_status: healthy", "health_status: unhealthy"])
        #expect(actions().filter { $0.hasPrefix("exec_") }.count == 9)
        #expect(try engine.container(id).health?.failingStreak == 1)
    }

    @Test func `knows containers by id, name and the start of an id`() throws {
        let id = try engine.create(ContainerSpec(name: "web"))
        #expect(try engine.container("web").id == id)
        #expect(try engine.container("/web").id == id)
        #expect(try engine.container(id.short).id == id)
        #expect(throws: EngineRefusal(404, "No such container: nope")) { try engine.container("nope") }
        try engine.rename(id, to: "shop")
        #expect(throws: EngineRefusal(404, "No such container: web")) { try engine.container("web") }
        #expect(engine.history.last?.attributes["oldName"] == "/web")
        #expect(engine.history.last?.attributes["name"] == "shop")
    }

    @Test func `draws the same fleet and the same events from the same seed`() throws {
        func life(_ seed: UInt64) -> [EngineEvent] {
            let engine = SimulatedEngine(seed: seed, now: { newYear })
            engine.populate(30, seed: seed)
            var churn = Churn(seed: seed)
            for _ in 0..<150 { _ = churn.step(on: engine) }
            return engine.history
        }
        #expect(life(7) == life(7))
        #expect(life(7) != life(8))
    }

    @Test func `holds together under long churn`() throws {
        engine.populate(40, seed: 3)
        let names = Set(engine.containers.map(\.name))
        var churn = Churn(seed: 3)
        for _ in 0..<600 { _ = churn.step(on: engine) }
        #expect(Set(engine.containers.map(\.name)) == names)
        let addresses = engine.containers.flatMap { $0.endpoints.values.map(\.ip) }.filter { !$0.isEmpty }
        #expect(Set(addresses).count == addresses.count)
        let ports = engine.containers.flatMap { $0.bindings.filter { $0.ip != "::" }.map(\.publicPort) }
        #expect(Set(ports).count == ports.count)
        for container in engine.containers {
            #expect(container.isRunningConsistently, "\(container.name) is \(container.state.rawValue)")
        }
    }

    @Test func `makes stacks with the labels of Compose, old and new`() {
        var workload = Workload(seed: 11)
        let specs = workload.containers(200)
        #expect(specs.count == 200)
        #expect(Set(specs.map(\.name)).count == 200)
        let stacks = specs.compactMap { Compose(labels: $0.labels) }
        #expect(stacks.count > 100)
        #expect(Set(specs.compactMap { $0.labels["com.docker.compose.version"] }) == ["1.29.2", "2.27.1"])
        #expect(specs.contains { $0.labels.keys.contains { $0.hasPrefix("snadboy.revp.80.") } })
        #expect(specs.contains { $0.labels["snadboy.revp.backend-port"] != nil })
        let secrets: [String] = specs.flatMap(\.environment).filter { $0.contains("PASSWORD=") }
        #expect(!secrets.isEmpty)
        #expect(secrets.allSatisfy { $0.contains("=simulated-") })
    }
}

extension SimulatedContainer {
    /// Whether what belongs to a state is there, and nothing else.
    fileprivate var isRunningConsistently: Bool {
        let hasProcess = state == .running || state == .paused
        let isConnected = endpoints.values.contains { !$0.id.isEmpty }
        return (pid != 0) == hasProcess && isConnected == hasProcess && (hasProcess || bindings.isEmpty)
    }
}
