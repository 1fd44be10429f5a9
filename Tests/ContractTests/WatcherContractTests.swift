import Docker
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Watch
import Wire

/// What a watcher promises, on the simulated Engine and on a real one.
@Suite(.realEngine, .serialized, .timeLimit(.minutes(2)))
struct `A watcher` {
    /// Bytes of the giant label: an Engine takes ten seconds to store 50 MB, and code without optimisation to read 1 MB.
    private static var giant: Int {
        #if DEBUG
            40_000
        #else
            1_000_000
        #endif
    }

    /// B15: every operation is seen through its event, long before the next comparison.
    @Test(arguments: Backend.possible)
    func `follows every operation by its event`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            let driver = engine.driver
            try await engine.makeNetwork("side")
            try await Watching.run(engine) { watching in
                let id = try await driver.create("one", labels: ["a": "b"], environment: ["SECRET=hunter2"])
                try await watching.converges("create")
                #expect(try watching.status(id)?.state == .created)
                try await driver.act("start", id)
                try await watching.converges("start")
                try await driver.act("pause", id)
                try await watching.converges("pause")
                #expect(try watching.status(id)?.state == .paused)
                try await driver.act("unpause", id)
                try await watching.converges("unpause")
                try await driver.act("rename", id, ["name": "two"])
                try await watching.converges("rename")
                #expect(try watching.config(id)?.name == "two")
                try await driver.connect(id, to: "side")
                try await watching.converges("network connect")
                #expect(try watching.network(id)?.networks.map { $0.name }.contains("side") == true)
                try await driver.disconnect(id, from: "side")
                try await watching.converges("network disconnect")
                try await driver.act("restart", id, ["t": "0"])
                try await watching.converges("restart")
                try await driver.act("stop", id, ["t": "0"])
                try await watching.converges("stop")
                try await driver.act("start", id)
                try await driver.act("kill", id, ["signal": "KILL"])
                try await watching.converges("kill")
                #expect(try watching.status(id)?.exitCode == 137)
                #expect(watching.watcher.counters.reconciliations == 1)
                #expect(watching.sink.now.repetitions == 0)
            }
        }
    }

    /// B15: a destroyed container is gone at once; the design's rule that nothing waits for a comparison.
    @Test(arguments: Backend.possible)
    func `forgets a destroyed container at once`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            try await Watching.run(engine) { watching in
                let stays = try await engine.driver.create("stays")
                let goes = try await engine.driver.run("goes")
                try await eventually(within: .seconds(15), "both") { watching.sink.now.containers.count == 2 }
                try await engine.driver.remove(goes)
                try await eventually(within: .seconds(2), "the removal") {
                    Array(watching.sink.now.containers.keys) == [stays]
                }
                #expect(watching.watcher.counters.lists == 1)
            }
        }
    }

    /// the state decides, not the event's name.
    @Test(arguments: Backend.possible)
    func `is not misled by a signal that ends nothing`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            let id = try await engine.driver.run("daemon")
            try await Watching.run(engine) { watching in
                let before = watching.sink.now
                let events = watching.watcher.counters.events
                // A process 1 without a handler ignores SIGHUP.
                try await engine.driver.act("kill", id, ["signal": "HUP"])
                try await eventually(within: .seconds(15), "the event") {
                    watching.watcher.counters.events > events
                }
                try await eventually(within: .seconds(15), "its inspection") {
                    watching.watcher.counters.inspections > 1
                }
                try await watching.converges("kill -s HUP")
                #expect(watching.sink.now.containers == before.containers)
                #expect(try watching.status(id)?.state == .running)
                #expect(watching.sink.now.changes == before.changes)
            }
        }
    }

    /// B14, B15: bursts fall together, and what they leave is the truth.
    @Test(arguments: Backend.possible)
    func `converges after a storm past the Engine's memory of events`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            let driver = engine.driver
            try await Watching.run(engine, reconcile: .seconds(2)) { watching in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<12 {
                        let id = try await driver.create("storm-\(number)")
                        group.addTask {
                            for turn in 0..<40 {
                                try await driver.act("rename", id, ["name": "s-\(number)-\(turn)"])
                            }
                            if number % 3 == 0 { try await driver.remove(id) }
                        }
                    }
                    try await group.waitForAll()
                }
                try await watching.converges("the end of the storm")
                #expect(watching.sink.now.containers.count == 8)
                let counters = watching.watcher.counters
                #expect(counters.events >= 480)
                #expect(counters.inspections < counters.events)
            }
        }
    }

    /// B14, B17: what an Engine had stays known while it is away, and is compared when it is back.
    @Test(arguments: Backend.possible)
    func `keeps what it knows while the Engine is dead, and catches up`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            let stays = try await engine.driver.create("stays")
            let goes = try await engine.driver.create("goes")
            try await Watching.run(engine) { watching in
                try await engine.kill()
                try await eventually(within: .seconds(15), "the loss") {
                    watching.sink.now.states.last?.isReachable == false
                }
                #expect(Set(watching.sink.now.containers.keys) == [stays, goes])
                #expect(watching.sink.now.removals == 0)
                guard case .unreachable(let reason, let since) = watching.sink.now.states.last else {
                    Issue.record("not unreachable")
                    return
                }
                #expect(reason.contains(engine.socket))
                #expect(since > 1_600_000_000_000)
                let before = watching.sink.now.reconciliations
                try await engine.comeBack()
                try await engine.driver.remove(goes)
                try await eventually(within: .seconds(10), "contact") {
                    watching.sink.now.states.last?.isReachable == true
                        && watching.sink.now.reconciliations > before
                }
                try await watching.converges("the return")
                #expect(Array(watching.sink.now.containers.keys) == [stays])
                #expect(watching.watcher.counters.reconnects > 0)
            }
        }
    }

    /// H5 and the limits on content; whatever bytes a label holds arrive as they are, or noted as cut.
    @Test(arguments: Backend.possible)
    func `carries hostile labels unharmed and giant ones cut`(backend: Backend) async throws {
        let hostile = [
            "newline": "a\nb\r\n\"}", "nul": "a\u{0}b", "escape": "\u{1B}[2J\u{7}",
            "bidi": "\u{202E}txt.exe\u{2066}",
            "brace": "{{.}}</script>`$(x)`", "emoji": "👩‍👩‍👧", "snadboy.revp.80.domain": "a.example",
        ]
        try await withEngine(backend) { engine in
            let many = (0..<600).map { ("zz.\($0)", "1") }
            let labels = hostile.merging(
                many + [("giant", "x" + String(repeating: "é", count: Self.giant / 2))]
            ) { $1 }
            try await Watching.run(engine) { watching in
                let id = try await engine.driver.create(
                    "odd", labels: labels, environment: ["SECRET=hunter2", "EMPTY=", "PATH=/bin"])
                try await watching.converges("the container")
                let config = try #require(try watching.config(id))
                for (name, value) in hostile { #expect(config.labels[name] == value) }
                #expect(config.labels.count == 512)
                #expect(config.truncated["labels"]?.length == Int64(labels.count))
                let giant = try #require(config.labels["giant"])
                #expect(giant.utf8.count == 4_095)
                #expect(config.truncated["labels.giant"]?.length == Int64(Self.giant + 1))
                #expect(config.environment["SECRET"] != .value("hunter2"))
                let bytes = watching.sink.now.containers[id].map { container in
                    Facet.allCases.flatMap { container[$0] ?? [] }
                }
                #expect(String(decoding: bytes ?? [], as: UTF8.self).contains("hunter2") == false)
                try await engine.driver.act("start", id)
                try await watching.converges("its start")
            }
        }
    }

    /// B15: filtered by the Engine, health checks cost the watcher nothing.
    @Test(arguments: Backend.possible)
    func `hears nothing of health checks but their verdict`(backend: Backend) async throws {
        guard backend == .real else { return }
        try await withEngine(backend) { engine in
            try await Watching.run(engine) { watching in
                let check = JSONValue.object([
                    .init("Test", .array([.string("CMD"), .string("true")])),
                    .init("Interval", .integer(100_000_000)),
                ])
                let id = try await engine.driver.run("checked", other: [.init("Healthcheck", check)])
                try await eventually(within: .seconds(15), "health") {
                    try watching.status(id)?.health?.status == Health.healthy
                }
                let events = watching.watcher.counters.events
                let before = try await watching.client.inspect(id, deadline: .never)
                _ = before
                try await eventually(within: .seconds(15), "ten checks more") {
                    let log = try await engine.driver.get("/containers/\(id)/json")["State"]?["Health"]?[
                        "Log"]
                    return (log?.elements?.count ?? 0) >= 5
                }
                #expect(watching.watcher.counters.events == events)
                try await watching.converges("the health check")
            }
        }
    }

    /// The image is shown as `docker ps` shows it, and does not flap.
    @Test(.enabled(if: RealEngine.isPossible))
    func `shows an image by its id once its name means another`() async throws {
        try await withEngine(.real) { engine in
            let driver = engine.driver
            try await Watching.run(engine) { watching in
                _ = try await driver.post("/images/bb:1/tag", ["repo": "moving", "tag": "1"])
                let id = try await EngineDriver(socket: engine.socket, image: "moving:1").create("moved")
                try await watching.converges("the container")
                #expect(try watching.config(id)?.image == "moving:1")
                let other = try await driver.post(
                    "/commit", ["container": "\(id)", "repo": "other", "tag": "1"])
                _ = try await driver.post("/images/other:1/tag", ["repo": "moving", "tag": "1"])
                try await watching.converges("the moved name")
                #expect(try watching.config(id)?.image.hasPrefix("sha256:") == true)
                try await driver.act("rename", id, ["name": "moved-2"])
                try await watching.converges("another change")
                #expect(try watching.config(id)?.image.hasPrefix("sha256:") == true)
                _ = try await driver.post("/images/bb:1/tag", ["repo": "moving", "tag": "1"])
                try await watching.converges("the name's return")
                #expect(try watching.config(id)?.image == "moving:1")
                #expect(other["Id"]?.string != nil)
            }
        }
    }

    /// B13: ports are the ones that `docker ps` lists.
    @Test(arguments: Backend.possible)
    func `derives the ports that the Engine lists`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            let driver = engine.driver
            let none = JSONValue.array([.object([.init("HostPort", .string(""))])])
            let local = JSONValue.array([
                .object([.init("HostIp", .string("127.0.0.1")), .init("HostPort", .string("7070"))])
            ])
            let bindings = JSONValue.object([
                .init("80/tcp", none), .init("70/tcp", local), .init("53/udp", none),
            ])
            let exposed = JSONValue.object(
                ["80/tcp", "70/tcp", "53/udp", "99/tcp"].map { .init($0, .object([])) })
            let many = JSONValue.object((9_000..<9_030).map { .init("\($0)/tcp", none) })
            let manyExposed = JSONValue.object((9_000..<9_030).map { .init("\($0)/tcp", .object([])) })
            let running = try await driver.run(
                "published", host: [.init("PortBindings", bindings)], other: [.init("ExposedPorts", exposed)])
            _ = try await driver.run(
                "many", host: [.init("PortBindings", many)], other: [.init("ExposedPorts", manyExposed)])
            let stopped = try await driver.run(
                "stopped", host: [.init("PortBindings", .object([.init("80/tcp", none)]))],
                other: [.init("ExposedPorts", exposed)])
            try await driver.act("stop", stopped, ["t": "0"])
            _ = try await driver.run(
                "host", host: [.init("NetworkMode", .string("host"))], other: [.init("ExposedPorts", exposed)]
            )
            _ = try await driver.create("made", host: [.init("PortBindings", bindings)])
            try await Watching.run(engine) { watching in
                let entries = try #require(try await driver.get("/containers/json", ["all": "1"]).elements)
                #expect(entries.count == 5)
                for entry in entries {
                    let id = try #require(entry["Id"]?.string.flatMap { ContainerID($0) })
                    #expect(try watching.network(id)?.ports == Self.ports(of: entry))
                }
                #expect(try watching.network(running)?.ports.isEmpty == false)
            }
        }
    }

    /// The ports of one element of the Engine's list.
    private static func ports(of entry: JSONValue) -> [Port] {
        let listed = (entry["Ports"]?.elements ?? []).map { port in
            Port(
                privatePort: UInt16(port["PrivatePort"]?.integer ?? 0),
                publicPort: UInt16(port["PublicPort"]?.integer ?? 0), ip: port["IP"]?.string ?? "",
                type: port["Type"]?.string ?? "")
        }
        return listed.sorted()
    }
}
