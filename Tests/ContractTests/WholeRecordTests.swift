import Docker
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Watch
import Wire

/// Requirements B13, C2 and H9 on the simulated Engine and on a real one.
@Suite(.realEngine, .serialized, .timeLimit(.minutes(2))) struct `A record of an Engine's container` {
    /// The first column of the table in `docs/record.md`.
    private static func table() throws -> Set<String> {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let bytes = try readFile(parts.joined(separator: "/") + "/docs/record.md", limit: 1 << 20)
        return Set(
            String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
                String($0.dropFirst(3).prefix { $0 != "`" })
            })
    }

    /// Every path of a facet: `[]` for elements, `*` for the keys of maps.
    private static func paths(_ value: JSONValue, at path: String) -> Set<String> {
        if let members = value.members {
            let isMap = ["config.labels", "config.env", "config.truncated"].contains(path)
            return members.reduce(into: []) {
                $0.formUnion(paths($1.value, at: path + (isMap ? ".*" : ".\($1.name)")))
            }
        }
        guard let elements = value.elements else { return [path] }
        return elements.reduce(into: []) { $0.formUnion(paths($1, at: path + "[]")) }
    }

    /// What every Engine fills, whatever it is; the rest depends on errors, on IPv6, on what was cut.
    private static let always: Set<String> = [
        "status.state", "status.pid", "status.startedAt", "status.health.status", "network.mode",
        "network.ports[].privatePort", "network.ports[].publicPort", "network.ports[].ip",
        "network.networks[].name", "network.networks[].id", "network.networks[].ip",
        "network.networks[].prefix",
        "network.networks[].gateway", "network.networks[].mac", "config.name", "config.image",
        "config.imageId",
        "config.created", "config.command[]", "config.labels.*", "config.env.*.digest", "config.env.*.value",
        "config.hostname", "config.user", "config.workingDir", "config.restartPolicy.name",
        "config.restartPolicy.maximumRetryCount", "config.mounts[].type", "config.mounts[].source",
        "config.mounts[].destination", "config.mounts[].mode", "config.mounts[].rw", "config.mounts[].name",
        "config.mounts[].driver", "config.mounts[].propagation", "config.portBindings[].privatePort",
        "config.portBindings[].publicPort", "config.portBindings[].ip", "config.logDriver",
        "config.memoryLimit",
        "compose.kind", "compose.project", "compose.service", "compose.number", "compose.configFiles[]",
        "compose.workingDir", "compose.dependsOn[]",
    ]

    private static func text(_ name: String, _ value: String) -> JSONValue.Member {
        .init(name, .string(value))
    }

    private static func make(_ engine: any EngineUnderTest) async throws -> ContainerID {
        let bindings = JSONValue.array([.object([text("HostIp", "127.0.0.1"), text("HostPort", "18099")])])
        return try await engine.driver.run(
            "whole",
            labels: [
                "com.docker.compose.project": "shop", "com.docker.compose.service": "web",
                "com.docker.compose.container-number": "1",
                "com.docker.compose.project.config_files": "/srv/compose.yaml",
                "com.docker.compose.project.working_dir": "/srv",
                "com.docker.compose.depends_on": "db:service_started:false",
            ], environment: ["SECRET=hunter2", "MODE=prod"],
            host: [
                .init("Binds", .array([.string("/tmp:/t:ro"), .string("whole:/v")])),
                .init("PortBindings", .object([.init("80/tcp", bindings)])),
                .init(
                    "RestartPolicy",
                    .object([text("Name", "on-failure"), .init("MaximumRetryCount", .integer(3))])),
                .init("Memory", .integer(64 << 20)),
            ],
            other: [
                text("User", "0"), text("WorkingDir", "/tmp"),
                .init("ExposedPorts", .object([.init("80/tcp", .object([]))])),
                .init(
                    "Healthcheck",
                    .object([.init("Test", .array([.string("CMD-SHELL"), .string("true")]))])),
            ])
    }

    /// B13: every member that an Engine fills is there, and each that is there is in the table.
    @Test(arguments: Backend.possible)
    func `has what the table says`(backend: Backend) async throws {
        let table = try Self.table()
        try await withEngine(backend) { engine in
            let redaction = Redaction(environment: .allow([Watch.Pattern("MODE")]))
            try await Watching.run(engine, redaction: redaction) { watching in
                let id = try await Self.make(engine)
                var paths: Set<String> = []
                try await eventually(within: .seconds(20), "the whole record") {
                    guard let encoded = watching.sink.now.containers[id] else { return false }
                    paths = []
                    for facet in Facet.allCases {
                        guard let bytes = encoded[facet] else { continue }
                        paths.formUnion(Self.paths(try JSONValue(parsing: bytes), at: facet.rawValue))
                    }
                    return Self.always.isSubset(of: paths)
                }
                #expect(Self.always.subtracting(paths).sorted() == [])
                for path in paths.sorted() { #expect(table.contains(path), "docs/record.md lacks \(path)") }
                #expect(Self.always.subtracting(table).sorted() == [])
            }
        }
    }

    /// H9: a container that has stopped still says which ports it will take.
    @Test(arguments: Backend.possible)
    func `keeps the ports that it will be published at`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            try await Watching.run(engine) { watching in
                let id = try await Self.make(engine)
                let binding = Port(privatePort: 80, publicPort: 18_099, ip: "127.0.0.1")
                try await eventually(within: .seconds(15), "published") {
                    try watching.network(id)?.ports == [binding]
                }
                try await engine.driver.act("stop", id, ["t": "0"])
                try await eventually(within: .seconds(15), "stopped") {
                    try watching.status(id)?.state == .exited
                        && watching.network(id)?.ports.allSatisfy { $0.publicPort == 0 } == true
                }
                #expect(try watching.config(id)?.portBindings == [binding])
            }
        }
    }

    /// C2: what is measured while an Engine is watched.
    @Test(arguments: Backend.possible)
    func `comes with how the Engine is heard`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            try await Watching.run(engine) { watching in
                try await eventually(within: .seconds(15), "events") {
                    watching.watcher.vitals.eventsSince > 0
                }
                let before = watching.watcher.vitals
                #expect(before.roundTrip > 0 && before.roundTrip < 10_000_000)
                #expect(before.lastError.isEmpty)
                let started = WallClock.now()
                _ = try await engine.driver.create("one")
                try await eventually(within: .seconds(15), "an event") {
                    watching.watcher.vitals.lastEvent >= started
                }
                try await engine.kill()
                try await eventually(within: .seconds(20), "an error") {
                    !watching.watcher.vitals.lastError.isEmpty && watching.watcher.vitals.eventsSince == 0
                }
                try await engine.comeBack()
                try await eventually(within: .seconds(30), "events again") {
                    watching.watcher.vitals.eventsSince > 0
                }
            }
        }
    }
}
