import CLI
import Inventory
import JSON
import Testing

/// Issue 3, the everyday CLI: every list in every form (A3, B5, B13).
@Suite struct `A list` {
    private func ps(_ arguments: String..., terminal: Terminal? = nil) async throws -> Run {
        try await bayplanWith(["ps", "-a"] + arguments, terminal: terminal)
    }

    private func bayplanWith(_ arguments: [String], terminal: Terminal? = nil) async throws -> Run {
        try await bayplan(words: arguments, terminal: terminal, answer: routes(FleetFixture.all))
    }

    @Test func `shows more columns when there is room`() async throws {
        let run = try await ps("-o", "wide")
        #expect(run.code == .ok)
        for word in ["HOST ADDRESS", "HEALTH", "RESTARTS", "NETWORKS", "STACK", "SERVICE"] {
            #expect(run.lines[0].contains(word))
        }
        #expect(run.lines[2].contains("10.0.0.1") && run.lines[2].contains("shop"))
        #expect(run.requests.last?.contains("compose.project") == true)
    }

    @Test func `is names, one a line`() async throws {
        #expect(try await ps("-o", "name").lines == ["h2/db", "h1/web", "h1/old"])
        #expect(try await bayplanWith(["host", "ls", "-o", "name"]).lines == ["h1", "h2"])
        #expect(try await bayplanWith(["stack", "ls", "-o", "name"]).lines == ["shop"])
        #expect(try await bayplanWith(["stack", "ps", "shop", "-o", "name"]).lines == ["h2/db", "h1/web"])
    }

    /// RFC 4180.
    @Test func `is CSV with quotes where they belong`() async throws {
        let run = try await ps("-o", "csv")
        let start = "HOST,FRESHNESS,HOST ADDRESS,CONTAINER ID,IMAGE,COMMAND,CREATED AT,STATE,"
        #expect(run.output.hasPrefix(start))
        #expect(run.output.contains("\r\nnode1,,10.0.0.1,\(FleetFixture.webID),nginx:1.25,"))
        #expect(run.output.contains(#","""/entry.sh nginx -g 'daemon off;'""","#))
        #expect(run.output.contains("\"app=web,evil=\u{1b}[31m\n\u{202e},tier=front\""))
        let screen = try await ps("-o", "csv", terminal: Terminal(width: 80, hasColour: true))
        #expect(!screen.output.contains("\u{1b}") && screen.output.contains(#"evil=\x1b[31m\n\u202e"#))
    }

    @Test func `is the aggregator's document as YAML`() async throws {
        let run = try await ps("-o", "yaml")
        #expect(run.output.hasPrefix("revision: r.7\ntotal: 3\nitems:\n- host: h1\n  hostName: node1\n"))
        #expect(run.output.contains(#"      evil: "\x1b[31m\n\u202e""#))
    }

    @Test(arguments: [
        ("name", ["db", "old", "web"]), ("-name", ["web", "old", "db"]), ("created", ["old", "web", "db"]),
        ("-created", ["db", "web", "old"]), ("host,-name", ["web", "old", "db"]),
        ("image", ["old", "web", "db"]),
        ("state,name", ["old", "db", "web"]), ("restarts", ["db", "web", "old"]),
        ("-health", ["web", "db", "old"]),
    ]) func `is sorted as it is asked for`(by: String, names: [String]) async throws {
        #expect(try await ps("--sort-by", by, "--format", "{{.Names}}").lines == names)
        let json = try JSONValue(parsing: Array(try await ps("--sort-by", by, "-o", "json").output.utf8))
        #expect(json["items"]?.elements?.compactMap { $0["name"]?.string } == names)
        #expect(json["total"]?.integer == 3)
        #expect(
            try await ps("--sort-by", by).lines.dropFirst().compactMap { $0.split(separator: " ").last }
                == names.map { $0[...] })
    }

    @Test(arguments: [
        ["--sort-by", "nope"], ["--sort-by", "name,"], ["--sort-by", "--name"], ["--format", "{{.Nope}}"],
        ["--format", "{{.ID"], ["--format", "table {{.Label}}"], ["-o", "json", "--format", "x"],
        ["-o", "wide", "-q"],
    ]) func `says what is wrong before anybody is asked`(arguments: [String]) async throws {
        let run = try await bayplanWith(["ps"] + arguments)
        #expect(run.code == .usage)
        #expect(run.requests.isEmpty && run.output.isEmpty && !run.notes.isEmpty)
    }

    @Test func `tells what it can be sorted by`() async throws {
        let run = try await bayplanWith(["stack", "ls", "--sort-by", "size"])
        #expect(run.notes.contains("name, kind, services, containers, running, hosts"))
    }
}

/// `--format`, as docker has it; what docker itself prints is compared in `FormatParityTests`.
@Suite struct `A template for a list` {
    private func run(
        _ format: String, _ more: String..., environment: [String: String] = [:], terminal: Terminal? = nil
    )
        async throws -> Run
    {
        try await bayplan(
            words: ["ps", "-a"] + (format.isEmpty ? [] : ["--format", format]) + more,
            environment: environment,
            terminal: terminal, answer: routes(FleetFixture.all))
    }

    @Test func `makes a line of each row`() async throws {
        #expect(
            try await run("{{.Host}}/{{.Names}} {{.Label \"app\"}}").lines == [
                "node2/db ", "node1/web web", "node1/old ",
            ])
        #expect(try await run("{{.ID}}\\t{{.State}}").lines[0] == "b2b2b2b2b2b2\trunning")
        #expect(try await run("{{.Stack}}{{.HostAddress}}").requests.last?.contains("labels") == false)
        #expect(
            try await run("table {{.Names}}\\t{{.Host}}").lines == [
                "NAMES     HOST", "db        node2", "web       node1", "old       node1",
            ])
        #expect(try await run("raw").lines[0] == "container_id: b2b2b2b2b2b2")
    }

    @Test func `wins over -q, as in docker, and its default does not`() async throws {
        #expect(try await run("{{.Names}}", "-q").lines == ["db", "web", "old"])
        #expect(try await run("table", "-q").lines[0] == "b2b2b2b2b2b2")
        let environment = ["BAYPLAN_PS_FORMAT": "{{.Names}}!"]
        #expect(try await run("", environment: environment).lines == ["db!", "web!", "old!"])
        #expect(try await run("", "-q", environment: environment).lines[0] == "b2b2b2b2b2b2")
        #expect(try await run("table", environment: environment).lines[0].hasPrefix("HOST"))
        #expect(try await run("", "-o", "name", environment: environment).lines[0] == "h2/db")
    }

    @Test func `fails with its place when a row doesn't fit`() async throws {
        let run = try await run("{{index (split .Names \"b\") 1}}")
        #expect(run.code == .failed && run.output.isEmpty)
        #expect(run.notes.contains("template: :1:2: executing") && run.notes.contains("error calling index"))
    }

    /// B13: raw into a pipe, as docker; on a terminal nothing that it obeys.
    @Test(arguments: [
        "{{.Labels}}", "table {{.Names}}\\t{{.Labels}}", "{{json .Labels}}",
        "{{range split .Labels \",\"}}{{.}}\n{{end}}",
    ])
    func `is safe on a terminal`(format: String) async throws {
        let screen = try await run(format, terminal: Terminal(width: 80, hasColour: true))
        #expect(
            screen.output.contains("31m") && !screen.output.contains("\u{1b}")
                && !screen.output.contains("\u{202e}"))
        #expect(try await run("{{.Labels}}").output.contains("evil=\u{1b}[31m\n\u{202e}"))
    }

    @Test func `of a table is made to fit a terminal`() async throws {
        for width in [20, 30, 60] {
            let run = try await run(
                "table {{.Names}}\\t{{.Image}}\\t{{.Status}}\\t{{.Labels}}",
                terminal: Terminal(width: width, hasColour: true))
            #expect(run.lines.count == 4)
            for line in run.lines { #expect(DisplayWidth.of(line) <= width, "\(line)") }
        }
    }

    @Test func `is known to hosts, stacks, inspect and version`() async throws {
        func line(_ words: String...) async throws -> String {
            try await bayplan(words: words, answer: routes(FleetFixture.all)).output
        }
        #expect(
            try await line("host", "ls", "--format", "{{.ID}} {{.Name}} {{.State}}")
                == "h1 node1 live\nh2 node2 silent\n")
        #expect(
            try await line("stack", "ls", "--format", "{{.Name}} {{.Services}} {{.Orchestrator}}")
                == "shop 2 Compose\n")
        #expect(
            try await line("version", "--format", "{{.Client.Version}} {{.Server.Version}}")
                == "\(bayplanVersion) 0.1.0\n")
    }
}

@Suite struct `A template for a container` {
    private func inspect(_ format: String) async throws -> Run {
        try await bayplan(words: ["inspect", "-f", format, "web"]) { request in
            request.hasPrefix("GET /api/v1/containers?")
                ? .init(body: #"{"items":[\#(FleetFixture.web)]}"#) : routes(FleetFixture.all)(request)
        }
    }

    @Test(arguments: [
        ("{{.Name}} {{.State.Status}} {{.State.Running}}", "/web running true"),
        (
            "{{index .Config.Labels \"app\"}}|{{index .Config.Labels \"x\"}}|{{.Config.Labels.x}}",
            "web||<no value>"
        ),
        (
            "{{range $p, $c := .NetworkSettings.Ports}}{{$p}}={{if $c}}{{(index $c 0).HostPort}}{{end}} {{end}}",
            "443/tcp= 80/tcp=8080 "
        ),
        ("{{range .NetworkSettings.Networks}}[{{.IPAddress}}]{{end}}", "[][172.18.0.2]"),
        ("{{json .Config.Env}} {{.State.Health.Status}}", #"["SECRET","MODE=prod"] healthy"#),
        ("{{.status.state}} {{.config.image}} {{.Host}}", "running nginx:1.25 node1"),
        (
            "{{range .Mounts}}{{.Destination}} {{end}}{{.State.FinishedAt}}",
            "/data /conf 0001-01-01T00:00:00Z"
        ), ("a\\tb", "a\\tb"),
    ]) func `reads docker's fields, and Bayplan's own`(format: String, text: String) async throws {
        #expect(try await inspect(format).output == text + "\n")
    }

    @Test(arguments: ["{{.Nope}}", "{{.State.Nope}}", "{{.Config.Nope.X}}"])
    func `refuses what isn't known, as docker does`(format: String) async throws {
        let run = try await inspect(format)
        #expect(run.code == .failed && run.output.isEmpty)
        #expect(run.notes.contains("map has no entry for key \"Nope\""))
    }
}
