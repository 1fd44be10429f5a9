import Inventory
import JSON
import OS
import Simulation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A simulated Engine that fails` {
    private func withEngine(_ body: (SimulatedEngine, EngineDoor, String) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let engine = SimulatedEngine(seed: 5, now: { newYear })
            engine.populate(20, seed: 1)
            let path = directory + "/docker.sock"
            try await engine.serving(at: path) { door in try await body(engine, door, path) }
        }
    }

    @Test func `closes, cuts or spoils the answers it is told to, and then is well again`() async throws {
        try await withEngine { engine, _, path in
            let list = "GET /containers/json?all=1"
            engine.inject(.close, on: .list)
            #expect(try await RawClient.ask(path, list).text.isEmpty)
            engine.inject(.closeAfter(bytes: 100), on: .list)
            #expect(try await RawClient.ask(path, list).text.utf8.count == 100)
            engine.inject(.truncate, on: .list)
            let cut = try await RawClient.ask(path, list)
            #expect(cut.status == 200)
            #expect(!cut.isWhole)
            engine.inject(.status(503), on: .list, times: 2)
            #expect(try await RawClient.ask(path, "GET /info").status == 200)
            #expect(try await RawClient.ask(path, list).status == 503)
            #expect(try await RawClient.ask(path, list).status == 503)
            engine.inject(.notJSON, on: .any)
            #expect(throws: (any Error).self) { try cut.json() }
            #expect(try await RawClient.ask(path, list).text.hasSuffix("</html>\n"))
            let whole = try await RawClient.ask(path, list)
            #expect(whole.isWhole)
            #expect(try whole.json().elements?.count == 20)
        }
    }

    @Test func `sends without end, or not at all, until the client goes away`() async throws {
        try await withEngine { engine, _, path in
            engine.inject(.endless, on: .list)
            let greedy = try await RawClient(path)
            try await greedy.send("GET /containers/json")
            #expect(try await greedy.readToEnd(atMost: 4 << 20).count >= 4 << 20)
            greedy.stream.close()
            engine.inject(.hang, on: .info)
            let patient = try await RawClient(path)
            try await patient.send("GET /info")
            await #expect(throws: StreamError.self) {
                try await patient.stream.read(atMost: 1, deadline: .after(.milliseconds(50)))
            }
            patient.stream.close()
            #expect(try await RawClient.ask(path, "GET /info").status == 200)
        }
    }

    @Test func `knows a container in a list that inspect does not know`() async throws {
        try await withEngine { engine, _, path in
            let id = try #require(engine.containers.first).id
            engine.vanishAfterList([id])
            #expect(try await RawClient.ask(path, "GET /containers/json?all=1").text.contains(id.description))
            #expect(try await RawClient.ask(path, "GET /containers/\(id)/json").status == 404)
            engine.clearFaults()
            #expect(try await RawClient.ask(path, "GET /containers/\(id)/json").status == 200)
        }
    }

    @Test func `loses events without a word, and drops whole streams`() async throws {
        try await withEngine { engine, _, path in
            let running = try #require(engine.containers.first { $0.state == .running && $0.health == nil })
            let client = try await RawClient(path)
            try await client.send("GET /events")
            try await eventually { engine.listenerCount == 1 }
            engine.loseEvents(2)
            try engine.pause(running.id)
            try engine.unpause(running.id)
            try engine.kill(running.id, signal: 1)
            let seen = try await client.read(until: #""Action":"kill""#)
            #expect(!seen.contains(#""Action":"pause""#))
            engine.dropEventStreams()
            let rest = try await client.readToEnd()
            #expect(!String(decoding: rest, as: UTF8.self).hasSuffix("0\r\n\r\n"))
        }
    }

    /// The real Engine keeps 1,024 events for each client and drops the others in silence.
    @Test func `keeps no more than 1,024 events for a client that does not read`() async throws {
        try await withEngine { engine, _, path in
            let client = try await RawClient(path)
            try await client.send("GET /events")
            try await eventually { engine.listenerCount == 1 }
            let spec = ContainerSpec(name: "loud").withGiantLabel(bytes: 20_000)
            let id = try engine.create(spec)
            for round in 0..<1_200 { try engine.rename(id, to: "loud-\(round)") }
            try engine.rename(id, to: "last")
            client.stream.close()
            try await eventually { engine.listenerCount == 0 }
            #expect(engine.history.last?.attributes["name"] == "last")
        }
    }

    @Test func `refuses connections, loses its file, and comes back`() async throws {
        try await withEngine { _, door, path in
            door.refuseConnections()
            let refused = await #expect(throws: StreamError.self) { _ = try await RawClient(path) }
            #expect(refused?.kind == .refused)
            try door.open()
            #expect(try await RawClient.ask(path, "GET /_ping").status == 200)
            door.removeSocketFile()
            let missing = await #expect(throws: StreamError.self) { _ = try await RawClient(path) }
            #expect(missing?.kind == .missing)
            try door.open()
            try door.replaceSocketFile()
            #expect(try await RawClient.ask(path, "GET /_ping").status == 200)
        }
    }

    @Test func `serves a label of 4 MB`() async throws {
        try await withEngine { engine, _, path in
            try engine.create(ContainerSpec(name: "giant").withGiantLabel(bytes: 4 << 20))
            let client = try await RawClient(path)
            try await client.send("GET /containers/giant/json")
            #expect(try await client.readToEnd().count > 4 << 20)
        }
    }
}
