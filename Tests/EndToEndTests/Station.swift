internal import Glibc
internal import JSON
internal import OS
internal import TestSupport

/// The programs under test: one aggregator outside, an agent inside the network of each of some hosts.
actor Station {
    let lab: Lab
    /// Where the aggregator keeps its database; the full-disk test mounts something small here.
    let data: String
    let socket: String
    private let directory: String
    private let port: Int
    private var aggregator: Program?
    private var agents: [String: Program] = [:]

    /// A place for one aggregator and its agents; nothing is started.
    init(_ lab: Lab, name: String) throws {
        self.lab = lab
        directory = "\(Self.root)/\(name)"
        data = "\(directory)/data"
        socket = "\(directory)/api.sock"
        // Below the ephemeral range, and apart from another run's.
        port = 20_000 + Int(getpid()) % 4_000 * 2 + (name == "main" ? 0 : 8_192)
        try makeDirectories(data)
    }

    /// Where all stations keep their files; the lab's own directory is left to the lab.
    static let root = "/var/tmp/\(Lab.prefix)-stations"

    /// Where `swift build` put the programs: beside this one, unless BAYPLAN_BIN says otherwise.
    static let programs = ThisProcess.environment("BAYPLAN_BIN") ?? Places.binaries

    func startAggregator() async throws {
        guard await aggregator?.isRunning != true else { return }
        aggregator = try Program(
            "\(Self.programs)/bayplan-aggregator",
            [
                "--data", data, "--agents", "0.0.0.0:\(port)", "--http", "127.0.0.1:\(port + 1)",
                "--socket", socket, "--advertise", "127.0.0.1",
            ], output: "\(directory)/aggregator.out", errors: "\(directory)/aggregator.log")
    }

    /// Where the API answers over TCP.
    var httpAddress: String { "127.0.0.1:\(port + 1)" }

    /// Waits until the aggregator answers a query.
    @discardableResult
    func answering(within limit: Duration = .seconds(5)) async throws -> Duration {
        try await wait(for: "the aggregator answers", within: limit) {
            try await self.bayplan("ps", "-a", "-q").status == 0
        }
    }

    /// Sends a signal to the aggregator.
    func signalAggregator(_ number: Int32) { aggregator?.signal(number) }

    /// Ends the aggregator with a signal and answers its exit status; nil when it had to be killed.
    func endAggregator(_ number: Int32, within limit: Duration = .seconds(10)) async -> Int32? {
        guard let program = aggregator else { return nil }
        program.signal(number)
        aggregator = nil
        return await program.ended(within: limit)
    }

    func startAgent(_ host: String) async throws {
        guard await agents[host]?.isRunning != true else { return }
        let place = lab[host]
        let token = try await token(of: host)
        agents[host] = try Program(
            Lab.script,
            lab.inside(
                host,
                [
                    "\(Self.programs)/bayplan-agent", "--docker", "unix://\(place.socket)",
                    "--token-file", token, "--host-name", host, "--address", place.address,
                    "--state", "\(directory)/\(host)",
                ]), output: "\(directory)/\(host).out", errors: "\(directory)/\(host).log")
    }

    /// The file of a host's token; made at the first call, by the aggregator, which must run then.
    private func token(of host: String) async throws -> String {
        let file = "\(directory)/\(host).token"
        guard !fileExists(file) else { return file }
        try await answering(within: .seconds(10))
        let answer = try await bayplan(
            "token", "create", "--host", host, "--address", "\(lab[host].gateway):\(port)")
        guard answer.status == 0 else { throw Command.Failure(description: answer.errors) }
        try writeFileAtomically(file, Array(answer.text.utf8))
        return file
    }

    func signalAgent(_ host: String, _ number: Int32) { agents[host]?.signal(number) }

    func endAgent(_ host: String, _ number: Int32, within limit: Duration = .seconds(10)) async -> Int32? {
        guard let program = agents.removeValue(forKey: host) else { return nil }
        program.signal(number)
        return await program.ended(within: limit)
    }

    /// Ends everything, graceful or not.
    func end() async {
        for host in agents.keys { _ = await endAgent(host, SIGKILL) }
        _ = await endAggregator(SIGKILL)
    }

    /// Runs `bayplan` against this aggregator.
    func bayplan(_ arguments: String..., within limit: Duration = .seconds(20)) async throws -> Command {
        try await bayplan(arguments, within: limit)
    }

    /// The same with the arguments in a list.
    func bayplan(_ arguments: [String], within limit: Duration = .seconds(20)) async throws -> Command {
        try await Command.run(
            "\(Self.programs)/bayplan", ["--socket", socket] + arguments, within: limit)
    }

    /// Runs `bayplan` and parses its answer, which must be one JSON document.
    func document(_ arguments: String...) async throws -> JSONValue {
        let answer = try await Command.run(
            "\(Self.programs)/bayplan", ["--socket", socket] + arguments, within: .seconds(20))
        // 3 is an answer too: some of it may be missing or stale, and standard error says what.
        guard answer.status == 0 || answer.status == 3 else {
            let question = arguments.joined(separator: " ")
            throw Command.Failure(
                description: "bayplan \(question): exit status \(answer.status)\n\(answer.errors)")
        }
        return try JSONValue.parse(answer.text)
    }

    /// Follows the fleet from a revision in a process of its own.
    func watch(from revision: String, into name: String) throws -> Program {
        try Program(
            "\(Self.programs)/bayplan",
            ["--socket", socket, "watch", "--from-revision", revision, "-o", "json"],
            output: "\(directory)/\(name).out", errors: "\(directory)/\(name).log")
    }

    /// Runs `bayplan` in a process of its own.
    func follow(_ arguments: [String], into name: String) throws -> Program {
        try Program(
            "\(Self.programs)/bayplan", ["--socket", socket] + arguments, output: "\(directory)/\(name).out",
            errors: "\(directory)/\(name).log")
    }

    /// Starts simulated Engines `sim-1` … with an agent for each; answers the programs, which the caller ends.
    func startSimulated(_ count: Int, containers: Int) async throws -> [Program] {
        let sockets = (1...count).map { "\(directory)/sim-\($0).sock" }
        let simulator = try Program(
            "\(Self.programs)/bayplan-simulator",
            ["engine", "--containers", "\(containers)"] + sockets.flatMap { ["--socket", $0] },
            output: "\(directory)/simulator.out", errors: "\(directory)/simulator.log")
        var programs = [simulator]
        for (index, socket) in sockets.enumerated() {
            let name = "sim-\(index + 1)"
            let file = "\(directory)/\(name).token"
            let answer = try await bayplan(
                "token", "create", "--host", name, "--address", "127.0.0.1:\(port)")
            guard answer.status == 0 else { throw Command.Failure(description: answer.errors) }
            try writeFileAtomically(file, Array(answer.text.utf8))
            programs.append(
                try Program(
                    "\(Self.programs)/bayplan-agent",
                    [
                        "--docker", "unix://\(socket)", "--token-file", file,
                        "--state", "\(directory)/\(name)-\(ThisProcess.id)",
                    ], output: "\(directory)/\(name).out", errors: "\(directory)/\(name).log"))
        }
        return programs.reversed()
    }

    /// The state that `host ls` shows for a host.
    func state(_ host: String) async throws -> String {
        let hosts = try await document("host", "ls", "-o", "json")["items"]?.elements ?? []
        let found = hosts.first { $0["id"]?.string == host || $0["host"]?.string == host }
        return found?["state"]?.string ?? "unknown"
    }

    /// Status code and body of an HTTP path, through curl on the Unix socket.
    func http(_ path: String) async throws -> (status: Int, body: String) {
        let text = try await Command.output(
            "/usr/bin/curl",
            [
                "-sS", "--max-time", "5", "--unix-socket", socket, "-w", "\n%{http_code}",
                "http://localhost\(path)",
            ])
        guard let newline = text.lastIndex(of: "\n") else { return (0, text) }
        return (Int(text[text.index(after: newline)...]) ?? 0, String(text[..<newline]))
    }

    /// Bayplan's answers about all hosts but some.
    ///
    /// A container that goes between two questions makes this fail; the caller asks again.
    func answer(without others: Set<String>) async throws -> Parity.BayplanAnswer {
        let rows = try await bayplan("ps", "-a", "--no-trunc", "--format", "json")
        guard rows.status == 0 else { throw Command.Failure(description: "bayplan ps: \(rows.errors)") }
        let items = try await document("ps", "-a", "-o", "json")["items"]?.elements ?? []
        let compared = items.filter { !others.contains($0["host"]?.string ?? "") }
        return Parity.BayplanAnswer(
            rows: try JSONValue.lines(rows.text).filter { !others.contains($0["Host"]?.string ?? "") },
            items: compared, inspected: try await inspected(compared))
    }

    /// Everything about the containers of a list, at most 64 at a time.
    private func inspected(_ items: [JSONValue]) async throws -> [JSONValue] {
        let names = items.map { "\($0["host"]?.string ?? "")/\($0["id"]?.string ?? "")" }
        var found: [JSONValue] = []
        for start in stride(from: 0, to: names.count, by: 64) {
            let some = Array(names[start..<min(start + 64, names.count)])
            let text = try await Command.output(
                "\(Self.programs)/bayplan", ["--socket", socket, "inspect", "-o", "json"] + some,
                within: .seconds(20))
            let value = try JSONValue.parse(text)
            found += value.elements ?? [value]
        }
        return found
    }

    /// The end of each program's log, for a failure's report.
    func logs() -> String {
        (["aggregator"] + lab.hosts.map(\.name)).map { name in
            let bytes = (try? readFile("\(directory)/\(name).log", limit: 64 << 20)) ?? []
            return "== \(name)\n\(String(decoding: bytes.suffix(2_000), as: UTF8.self))"
        }.joined(separator: "\n")
    }
}
