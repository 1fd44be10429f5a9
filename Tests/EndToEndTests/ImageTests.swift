import JSON
import OS
import TestSupport
import Testing

private let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

/// Issue 3, point 3: both images, started from their compose files by a real Engine, report live over TLS.
@Suite(.serialized, .timeLimit(.minutes(30))) struct `The container images` {
    private static let lab = ["--prefix", "bayplan-images"]

    /// One Engine with both images on it.
    private struct Place {
        let folder: String
        let engine: String

        var socket: String { "\(engine)/docker.sock" }

        func docker(_ arguments: String...) async throws -> String {
            try await Command.output(Lab.docker, ["-H", "unix://\(socket)"] + arguments)
        }

        /// Calls docker-compose for one of the compose files, with both programs in one network.
        func compose(_ part: String, _ arguments: String...) async throws -> String {
            ToolUse.record("docker-compose")
            let network = "\(folder)/\(part).yaml"
            let isExternal = part == "agent" ? ", external: true" : ""
            try writeFileAtomically(
                network, Array("version: \"3.8\"\nnetworks: {default: {name: fleet\(isExternal)}}\n".utf8),
                mode: 0o644)
            let finished = try await ProcessFixture.run(
                "/usr/bin/docker-compose",
                [
                    "-p", part, "-f", "\(repository)/\(part)/packaging/compose.yaml", "-f", network,
                ] + arguments,
                environment: [
                    "DOCKER_HOST": "unix://\(socket)", "TAG": "test", "BAYPLAN_ADVERTISE": "aggregator",
                    "DOCKER_SOCKET_DIR": engine, "BAYPLAN_TOKEN": "\(folder)/agent.token",
                ], within: .seconds(120))
            guard finished.status == 0 else { throw Command.Failure(description: finished.errors) }
            return finished.output
        }

        func bayplan(_ arguments: String...) async throws -> JSONValue {
            let command = try await Command.run(
                Lab.docker,
                ["-H", "unix://\(socket)", "exec", "aggregator_aggregator_1", "bayplan"] + arguments)
            return try JSONValue.parse(command.text)
        }

        /// What doctor finds, as `subject code`.
        func findings() async throws -> [String] {
            (try await bayplan("doctor", "-o", "json")["checks"]?.elements ?? [])
                .flatMap { $0["findings"]?.elements ?? [] }
                .map { "\($0["subject"]?.string ?? "") \($0["code"]?.string ?? "")" }
        }
    }

    private func withImages(_ body: (Place) async throws -> Void) async throws {
        let up = try await Command.output(
            Lab.script, ["up", "1", "--json"] + Self.lab, within: .seconds(120))
        for tool in ["dockerd", "containerd", "docker"] { ToolUse.record(tool) }
        let socket = try JSONValue.parse(up)["hosts"]?.elements?.first?["socket"]?.string ?? ""
        let engine = String(socket.dropLast("/docker.sock".count))
        let outcome: Result<Void, any Error>
        do {
            try await TemporaryDirectory.with { folder in
                let place = Place(folder: folder, engine: engine)
                let built = try await ProcessFixture.run(
                    "\(repository)/scripts/images", [],
                    environment: ["DOCKER_HOST": "unix://\(socket)", "TAG": "test", "DOCKER": Lab.docker],
                    within: .seconds(1_200))
                guard built.status == 0 else { throw Command.Failure(description: built.errors) }
                print(built.output)
                try await body(place)
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await Command.output(Lab.script, ["down"] + Self.lab, within: .seconds(120))
        try outcome.get()
    }

    @Test func `start from their compose files, report live, and say what a container lacks`() async throws {
        try await withImages { place in
            _ = try await place.compose("aggregator", "up", "-d")
            try await wait(for: "a healthy aggregator", within: .seconds(60)) {
                try await place.docker("ps", "--filter", "health=healthy", "--format", "{{.Names}}")
                    == "aggregator_aggregator_1\n"
            }
            let token = try await place.compose(
                "aggregator", "exec", "-T", "aggregator", "bayplan", "token", "create", "--host", "attic")
            try writeFileAtomically("\(place.folder)/agent.token", Array(token.utf8))
            _ = try await place.compose("agent", "up", "-d")
            // The name `aggregator` is looked up by the static program in Docker's own DNS.
            try await wait(for: "a live host", within: .seconds(60)) {
                let host = try await place.bayplan("host", "ls", "-o", "json")["items"]?.elements?.first
                return host?["state"]?.string == "live" && host?["id"]?.string == "attic"
                    && host?["containers"]?.integer == 2
            }
            try await wait(for: "a healthy agent", within: .seconds(60)) {
                try await place.docker("ps", "--filter", "health=healthy", "-q").split(separator: "\n").count
                    == 2
            }
            #expect(try await place.findings().filter { $0.hasPrefix("host ") } == [])
            // Nothing but the programs and their folders is in there, and nobody needs to be root.
            let files = try await Command.output(
                "/bin/sh",
                [
                    "-c",
                    "\(Lab.docker) -H unix://\(place.socket) export aggregator_aggregator_1 | tar -t | grep -E '^bayplan|bin/'",
                ])
            #expect(files == "bayplan\nbayplan-aggregator\n")
            #expect(
                try await place.docker("inspect", "-f", "{{.Config.User}}", "aggregator_aggregator_1")
                    == "65532:65532\n")

            try await lacking(place)
            _ = try await place.compose("agent", "down", "-v")
            _ = try await place.compose("aggregator", "down", "-v")
        }
    }

    /// As people start it before they have read anything.
    private func lacking(_ place: Place) async throws {
        let token = try await place.compose(
            "aggregator", "exec", "-T", "aggregator", "bayplan", "token", "create", "--host", "cellar")
        try writeFileAtomically("\(place.folder)/cellar.token", Array(token.utf8))
        _ = try await place.docker(
            "run", "-d", "--name", "cellar", "--network", "fleet", "-v",
            "\(place.socket):/var/run/docker.sock",
            "-e", "BAYPLAN_DOCKER=unix:///var/run/docker.sock", "-v", "\(place.folder)/cellar.token:/token",
            "-e", "BAYPLAN_TOKEN_FILE=/token", "bayplan-agent:test")
        try await wait(for: "what it lacks", within: .seconds(30)) {
            try await place.findings().filter { $0 == "host cellar agent-lacks" }.count == 4
        }
        _ = try await place.docker("rm", "-f", "-v", "cellar")
    }
}
