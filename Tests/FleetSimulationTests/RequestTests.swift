import AggregatorCore
import Docker
import Fleet
import Glibc
import HTTP
import Inventory
import JSON
import OS
import Simulation
import TestSupport
import Testing

/// Requirements B4 and B13: what a host is asked for, from the API through a real session to an Engine.
@Suite struct `A host that is asked` {
    private struct Bench {
        let station: Station
        let engine: SimulatedEngine
        let http: HTTPClient
        let id: ContainerID

        func get(_ target: String) async throws -> HTTPResponse {
            try await http.send(.get("/api/v1" + target), deadline: .after(.seconds(30)))
        }

        var path: String { "/containers/attic/\(id)" }
    }

    private static func bench(
        _ log: SimulatedLog? = nil, driver: String = "json-file", _ arguments: [String] = [],
        labels: [String: String] = [:], _ body: @escaping (Bench) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { folder in
            let engine = SimulatedEngine(name: "attic", seed: 5)
            var spec = ContainerSpec(name: "web", labels: labels)
            spec.log = log
            spec.logDriver = driver
            let id = try engine.run(spec)
            let socket = folder + "/engine.sock"
            try await engine.serving(at: socket) { _ in
                try await Station.with(folder) { station in
                    try await WholeAgent.reporting(
                        "attic", engine: socket, to: station.agents, folder: folder, arguments
                    ) {
                        try await eventually(within: .seconds(20)) {
                            station.aggregator.fleet.read().count > 0
                        }
                        let http = HTTPClient(
                            connector: SocketConnector(station.socket), host: "localhost",
                            limits: HTTPLimits(body: 64 << 20))
                        try await body(Bench(station: station, engine: engine, http: http, id: id))
                    }
                }
            }
        }
    }

    private static func lines(_ log: SimulatedLog, _ range: Range<Int>, errors: Bool? = nil) -> [UInt8] {
        range.filter { errors == nil || log.isError($0) == errors }.flatMap(log.line)
    }

    @Test(arguments: [false, true])
    func `shows the last hundred lines of a log, whatever its format`(hasTerminal: Bool) async throws {
        var log = SimulatedLog(lines: 250)
        log.hasTerminal = hasTerminal
        try await Self.bench(log) { bench in
            let all = try await bench.get(bench.path + "/logs")
            #expect(all.status == 200)
            #expect(all.body == Self.lines(log, 150..<250))
            let few = try await bench.get(bench.path + "/logs?tail=3&format=ndjson")
            let streams = few.text.split(separator: "\n").map {
                try? JSONValue(parsing: Array($0.utf8))["stream"]?.string
            }
            #expect(
                streams
                    == (hasTerminal ? ["stdout", "stdout", "stdout"] : ["stdout", "stderr", "stdout"]).map {
                        $0
                    })
            let limited = try await bench.get(bench.path + "/logs?tail=all&limitBytes=1000")
            #expect(limited.body == Array(Self.lines(log, 0..<250).prefix(1_000)))
        }
    }

    @Test func `keeps both streams apart in docker's own format`() async throws {
        let log = SimulatedLog(lines: 40)
        try await Self.bench(log) { bench in
            let body = try await bench.get(bench.path + "/logs?format=multiplexed").body
            var frames = LogFrames()
            let pieces = try frames.read(body)
            #expect(
                pieces.filter { $0.stream == .error }.flatMap(\.bytes)
                    == Self.lines(log, 0..<40, errors: true))
            #expect(
                pieces.filter { $0.stream == .output }.flatMap(\.bytes)
                    == Self.lines(log, 0..<40, errors: false))
        }
    }

    @Test func `says why a log can't be read`() async throws {
        try await Self.bench(driver: "none") { bench in
            let response = try await bench.get(bench.path + "/logs")
            #expect(response.status == 502)
            #expect(response.text.contains("host attic"))
            #expect(response.text.contains("logging driver can't be read"))
        }
    }

    @Test func `refuses a log that is none, in the middle of it`() async throws {
        var log = SimulatedLog(lines: 1)
        log.bytes = [1, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69, 9, 9, 9, 9, 0, 0, 0, 1, 0]
        try await Self.bench(log) { bench in
            let response = try await bench.get(bench.path + "/logs?format=ndjson")
            #expect(response.text.contains("sent a log that is none"))
        }
    }

    @Test func `gives a log of ten gigabytes at the reader's pace, and stops with him`() async throws {
        let log = SimulatedLog(lines: 100_000_000, width: 100)
        try await Self.bench(log) { bench in
            let body = try await bench.http.open(
                .get("/api/v1\(bench.path)/logs?tail=all"), deadline: .after(.seconds(20)))
            try await eventually { bench.engine.logReaderCount == 1 }
            let before = try ProcessMemory.current().resident
            var read: [UInt8] = []
            while read.count < 20_000_000 {
                read += try #require(try await body.next(deadline: .after(.seconds(20))))
            }
            #expect(Array(read.prefix(5_000)) == Array(Self.lines(log, 0..<50)))
            #expect(try ProcessMemory.current().resident - before < 120_000_000)
            body.close()
            try await eventually(within: .seconds(20)) { bench.engine.logReaderCount == 0 }
        }
    }

    @Test func `stops reading a log that is followed when the reader goes`() async throws {
        try await Self.bench(SimulatedLog(lines: 5)) { bench in
            let body = try await bench.http.open(
                .get("/api/v1\(bench.path)/logs?follow=1"), deadline: .after(.seconds(20)))
            _ = try await body.next(deadline: .after(.seconds(20)))
            try await eventually { bench.engine.logReaderCount == 1 }
            body.close()
            try await eventually(within: .seconds(20)) { bench.engine.logReaderCount == 0 }
        }
    }

    @Test func `lets nobody read logs where its settings don't allow it`() async throws {
        try await Self.bench(SimulatedLog(lines: 5), ["--allow", "refresh"]) { bench in
            let response = try await bench.get(bench.path + "/logs")
            #expect(response.status == 403)
            #expect(response.text.contains("attic"))
            #expect(bench.engine.logReaderCount == 0)
        }
    }

    @Test func `looks at its Engine when it is asked to, before it answers`() async throws {
        try await Self.bench { bench in
            // No event tells of this: only a look does.
            bench.engine.loseEvents(10)
            try bench.engine.rename(bench.id, to: "renamed")
            let record = try await bench.get(bench.path + "?refresh=1")
            #expect(try JSONValue(parsing: record.body)["name"]?.string == "renamed")
            bench.engine.loseEvents(10)
            _ = try bench.engine.run(ContainerSpec(name: "other"))
            let list = try JSONValue(parsing: try await bench.get("/containers?host=attic&refresh=1").body)
            #expect(list["total"]?.integer == 2)
            #expect(list["warnings"] == nil)
        }
    }

    @Test func `is shown as it was, with a warning, when its Engine doesn't answer`() async throws {
        try await Self.bench { bench in
            bench.engine.inject(.hang, on: .inspect, times: 100)
            bench.engine.inject(.hang, on: .list, times: 100)
            let started = BootClock.now
            let record = try JSONValue(
                parsing: try await bench.get(bench.path + "?refresh=1&timeout=700").body)
            #expect(record["name"]?.string == "web")
            #expect(record["warning"]?.string?.contains("attic") == true)
            let list = try JSONValue(
                parsing: try await bench.get("/containers?host=attic&refresh=1&timeout=700").body)
            #expect(list["total"]?.integer == 1)
            #expect(list["warnings"]?.elements?.count == 1)
            #expect(started.duration(to: BootClock.now) < .seconds(10))
        }
    }

    @Test func `shows Compose files below the folders that it names, and nothing else`() async throws {
        try await TemporaryDirectory.with { folder in
            let project = folder + "/stacks/shop"
            try makeDirectories(project)
            try writeFileAtomically(project + "/compose.yaml", Array("services: {}\n".utf8))
            try writeFileAtomically(folder + "/secret", Array("secret".utf8))
            #expect(unsafe symlink(folder + "/secret", project + "/link.yaml") == 0)
            let files = [
                "\(project)/compose.yaml", "\(project)/link.yaml", "\(folder)/secret", "../../secret",
            ]
            let labels = [
                "com.docker.compose.project": "shop", "com.docker.compose.service": "web",
                "com.docker.compose.project.config_files": files.joined(separator: ","),
                "com.docker.compose.project.working_dir": project,
            ]
            try await Self.bench(nil, ["--compose-folder", folder + "/stacks"], labels: labels) { bench in
                let response = try await bench.get("/stacks/shop/compose-file")
                let shown =
                    try JSONValue(parsing: response.body)["items"]?.elements?.first?["files"]?.elements ?? []
                #expect(shown.map { $0["content"]?.string } == ["services: {}\n", nil, nil, nil])
                #expect(shown.map { $0["error"] == nil } == [true, false, false, false])
                #expect(!response.text.contains("\"secret\""))
            }
            try await Self.bench(labels: labels) { bench in
                let denied = try await bench.get("/stacks/shop/compose-file")
                #expect(denied.status == 403)
            }
        }
    }
}
