import Inventory
import JSON
import OS
import Simulation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A simulated Engine's socket` {
    /// Serves an Engine with one container `web` and closes the door afterwards.
    private func withEngine(_ body: (SimulatedEngine, EngineDoor, String) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let engine = SimulatedEngine(name: "box", seed: 5, now: { newYear })
            try engine.run(ContainerSpec(name: "web", labels: ["a": "b"], publishing: [PortRequest(80)]))
            let path = directory + "/docker.sock"
            try await engine.serving(at: path) { door in try await body(engine, door, path) }
        }
    }

    @Test func `answers as an Engine does, with and without a version in front`() async throws {
        try await withEngine { engine, _, path in
            let ping = try await RawClient.ask(path, "GET /_ping")
            #expect(ping.head.contains("Api-Version: 1.41"))
            #expect(String(decoding: ping.body, as: UTF8.self) == "OK")
            #expect(try await RawClient.ask(path, "HEAD /_ping").body.isEmpty)
            let info = try await RawClient.ask(path, "GET /v1.41/info").json()
            #expect(info["Name"]?.string == "box")
            #expect(info["ContainersRunning"]?.integer == 1)
            let tooNew = try await RawClient.ask(path, "GET /v1.50/info")
            #expect(tooNew.status == 400)
            #expect(tooNew.message == "client version 1.50 is too new. Maximum supported API version is 1.41")
            let list = try await RawClient.ask(path, "GET /containers/json?all=1").json()
            #expect(list[0]?["Names"]?[0]?.string == "/web")
            #expect(list[0]?["Ports"]?[0]?["PublicPort"]?.integer == 32_768)
            #expect(list[0]?["Status"]?.string == "Up Less than a second")
            let inspection = try await RawClient.ask(path, "GET /containers/web/json")
            #expect(inspection.head.contains("Transfer-Encoding: chunked"))
            #expect(inspection.isWhole)
            #expect(
                try inspection.json()["State"]?["StartedAt"]?.string?.hasPrefix("2026-01-01T00:00:00.0000000")
                    == true)
            #expect(try inspection.json()["Config"]?["Labels"]?["a"]?.string == "b")
            #expect(try await RawClient.ask(path, "GET /nothing").status == 404)
            #expect(engine.containers.count == 1)
        }
    }

    @Test(arguments: [
        ("GET", "/containers/nope/json", 404, "No such container: nope"),
        ("POST", "/containers/web/start", 304, ""),
        ("POST", "/containers/nope/start", 404, "No such container: nope"),
        ("POST", "/containers/web/kill?signal=FOO", 400, "Invalid signal: FOO"),
        ("POST", "/containers/web/rename", 400, "Neither old nor new names may be empty"),
        ("GET", "/containers/json?filters=%7B%22x%22%3A%5B%22y%22%5D%7D", 400, "Invalid filter 'x'"),
        ("GET", "/events?since=abc", 500, "strconv.ParseInt: parsing \"abc\": invalid syntax"),
        ("POST", "/networks/nope/connect", 404, "network nope not found"),
    ])
    func `refuses with the Engine's status and words`(
        method: String, target: String, status: Int, message: String
    )
        async throws
    {
        try await withEngine { _, _, path in
            let answer = try await RawClient.ask(path, "\(method) \(target)")
            #expect(answer.status == status)
            #expect(answer.message == message)
        }
    }

    @Test func `makes, changes and removes containers over HTTP`() async throws {
        try await withEngine { engine, _, path in
            let body = """
                {"Image":"nginx:1","Cmd":["nginx"],"Env":["A=b"],"Labels":{"x":"y"},"HostConfig":{"NetworkMode":"own",
                "PortBindings":{"80/tcp":[{"HostPort":"8080"}]},"Binds":["/srv:/data:ro","v:/v"],
                "RestartPolicy":{"Name":"always"},"Memory":1048576}}
                """
            let made = try await RawClient.ask(path, "POST /containers/create?name=new", body: body)
            #expect(made.status == 201)
            let again = try await RawClient.ask(path, "POST /containers/create?name=new", body: body)
            #expect(again.status == 409)
            let verbs = ["start", "pause", "unpause", "restart", "kill?signal=HUP", "rename?name=newer"]
            for verb in verbs {
                let name = "new"
                #expect(try await RawClient.ask(path, "POST /containers/\(name)/\(verb)").status == 204)
            }
            let seen = try engine.container("newer")
            #expect(seen.bindings.first?.publicPort == 8_080)
            #expect(seen.endpoints.keys.sorted() == ["own"])
            #expect(seen.spec.mounts.map(\.type) == ["bind", "volume"])
            #expect(try await RawClient.ask(path, "DELETE /containers/newer").status == 409)
            #expect(try await RawClient.ask(path, "DELETE /containers/newer?force=1").status == 204)
            #expect(engine.containers.map(\.name) == ["web"])
        }
    }

    @Test func `replays events, follows them, and filters both`() async throws {
        try await withEngine { engine, _, path in
            let until = newYear / 1_000_000_000
            let old = try await RawClient.ask(path, "GET /events?since=1&until=\(until).5")
            #expect(try old.lines().map { $0["Action"]?.string ?? "" } == ["create", "connect", "start"])
            #expect(old.isWhole)
            let client = try await RawClient(path)
            try await client.send("GET /events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D")
            try await eventually { engine.listenerCount == 1 }
            try engine.stop("web")
            let seen = try await client.read(until: #""Action":"stop""#)
            #expect(!seen.contains(#""Type":"network""#))
            #expect(seen.contains(#""status":"die""#))
            client.stream.close()
            try await eventually("the end of the stream to be noticed") { engine.listenerCount == 0 }
        }
    }

    @Test func `lists all, only those that run, or what filters allow`() async throws {
        try await withEngine { engine, _, path in
            try engine.create(ContainerSpec(name: "made", labels: ["a": "c"]))
            func names(_ query: String) async throws -> [String] {
                let list = try await RawClient.ask(path, "GET /containers/json" + query).json()
                return list.elements?.compactMap { $0["Names"]?[0]?.string } ?? []
            }
            #expect(try await names("") == ["/web"])
            #expect(try await names("?all=1") == ["/made", "/web"])
            #expect(try await names("?limit=1") == ["/made"])
            #expect(try await names("?filters={%22status%22:{%22created%22:true}}") == ["/made"])
            #expect(try await names("?all=1&filters={%22label%22:[%22a=b%22]}") == ["/web"])
            engine.hideFromLists(engine.containers.map(\.id).prefix(1))
            #expect(try await names("?all=1") == ["/web"])
        }
    }
}
