internal import JSON
internal import Testing

/// Real Engines, agents, an aggregator and the command line, one scenario after the other.
@Suite(.serialized, .realFleet, .failureLogs, .timeLimit(.minutes(20)))
struct `A real fleet` {
    /// A1, B14, B15: every step of a container's life is seen within two seconds, with all its fields.
    @Test func `shows a container's whole life`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.docker(
            "h1", "create", "--name", "web", "-p", "80", "-p", "5353:53/udp", "--expose", "9000", "-l",
            "role=front",
            "-e", "TOKEN=s3cret", "-v", "site:/www/site", "-v", "/tmp:/outside:ro", "--memory", "32m",
            "--restart", "on-failure:3", "--hostname", "bay", "bb:1", "httpd", "-f", "-p", "80")
        try await fleet.parity("create")
        try await lab.docker("h1", "start", "web")
        try await fleet.parity("start")
        try await lab.docker("h1", "stop", "web")
        try await fleet.parity("stop")
        try await lab.docker("h1", "start", "web")
        try await fleet.parity("start again")
        try await lab.docker("h1", "kill", "-s", "HUP", "web")
        try await fleet.parity("kill -s HUP")
        try await lab.docker("h1", "pause", "web")
        try await fleet.parity("pause")
        try await lab.docker("h1", "unpause", "web")
        try await fleet.parity("unpause")
        try await lab.docker("h1", "rename", "web", "front")
        try await fleet.parity("rename")
        let before = try await lab.docker("h1", "port", "front", "80")
        try await lab.docker("h1", "restart", "front")
        try await fleet.parity("restart")
        #expect(
            try await lab.docker("h1", "port", "front", "80") != before,
            "a restart gives a new ephemeral port")
        try await lab.docker(
            "h1", "update", "--restart", "always", "--memory", "48m", "--memory-swap", "96m", "front")
        try await fleet.parity("update")
        try await lab.docker("h1", "rm", "-f", "front")
        try await fleet.parity("destroy")
    }

    /// B15: containers that end by themselves, fail to start, or turn healthy and unhealthy.
    @Test func `shows what happens without anybody's command`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.docker("h2", "run", "-d", "--name", "short", "bb:1", "sh", "-c", "sleep 0.5; exit 3")
        try await fleet.parity(within: .seconds(3), "an exit by itself")
        _ = try? await lab.docker("h2", "run", "-d", "--name", "broken", "bb:1", "no-such-program")
        try await fleet.parity("a failed start")
        try await lab.docker(
            "h2", "run", "-d", "--name", "checked", "--health-cmd", "test ! -e /sick", "--health-interval",
            "300ms",
            "--health-retries", "2", "bb:1")
        try await fleet.parity("a health check's start")
        try await wait(for: "healthy", within: .seconds(10)) {
            try await lab.docker("h2", "inspect", "-f", "{{.State.Health.Status}}", "checked") == "healthy"
        }
        try await fleet.parity("turning healthy")
        try await lab.docker("h2", "exec", "checked", "busybox", "touch", "/sick")
        try await wait(for: "unhealthy", within: .seconds(10)) {
            try await lab.docker("h2", "inspect", "-f", "{{.State.Health.Status}}", "checked") == "unhealthy"
        }
        // The streak grows with every check and has no event; the status has one.
        try await wait(for: "shown as unhealthy", within: RealFleet.soon) {
            let shown = try await fleet.station.document("inspect", "h2/checked", "-o", "json")
            return shown["status"]?["health"]?["status"]?.string == "unhealthy"
        }
    }

    /// B15: a container's networks come and go while it runs.
    @Test func `shows networks that are connected and disconnected`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.docker("h3", "run", "-d", "--name", "node", "bb:1")
        try await lab.docker("h3", "network", "create", "second")
        try await lab.docker("h3", "network", "connect", "--alias", "other", "second", "node")
        try await fleet.parity("network connect")
        try await lab.docker("h3", "network", "disconnect", "second", "node")
        try await fleet.parity("network disconnect")
        try await lab.docker("h3", "network", "rm", "second")
        try await lab.docker("h3", "run", "-d", "--name", "bare", "--network", "host", "bb:1")
        try await lab.docker("h3", "run", "-d", "--name", "lone", "--network", "none", "bb:1")
        try await lab.docker("h3", "run", "-d", "--name", "guest", "--network", "container:node", "bb:1")
        try await fleet.parity(
            "host, none and shared networks")
    }

    /// A1: text from outside comes through as it is, however it looks.
    @Test func `shows hostile labels as they are`() async throws {
        let fleet = try await RealFleet.ready()
        let labels = [
            "newline=one\ntwo", "escape=\u{1b}[31mred\u{1b}[0m", "braces={{.ID}} ${HOME} `x`",
            "bidi=\u{202e}abc",
            "quotes=\"'\\", "empty=", "=", "equals=a=b=c", "unicode=Ünïcødé 🚢",
        ]
        var arguments = ["-H", "unix://\(fleet.lab["h1"].socket)", "run", "-d", "--name", "hostile"]
        for label in labels where label != "=" { arguments += ["--label", label] }
        try await Command.output(Lab.docker, arguments + ["bb:1"])
        try await fleet.parity("hostile labels")
        let table = try await fleet.station.bayplan("ps", "-a")
        #expect(!table.text.contains("\u{1b}"), "an escape sequence reached the terminal")
    }

    /// B5, A1: Compose brings a stack up, scales it and takes it down; one project over two hosts is one stack.
    @Test func `shows Compose stacks, also over two hosts`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.run("compose", "h1", "shop", "up", "-d")
        try await fleet.parity("compose up")
        try await lab.run("compose", "h2", "shop", "up", "-d", "--scale", "web=2")
        try await fleet.parity("compose up on another host")
        try await lab.run("compose", "h1", "shop", "up", "-d", "--scale", "web=3")
        try await fleet.parity("compose scale")
        try await lab.docker(
            "h3", "run", "-d", "--name", "stray", "-l", "com.docker.compose.project=shop", "bb:1")
        try await fleet.parity("a member without a service")

        var expected: Set<String> = []
        for host in lab.hosts {
            let ids = try await lab.docker(
                host.name, "ps", "-aq", "--no-trunc", "--filter", "label=com.docker.compose.project=shop")
            expected.formUnion(ids.split(separator: "\n").map(String.init))
        }
        #expect(expected.count == 8)
        let stack = try await fleet.station.document("stack", "ps", "shop", "-o", "json")
        #expect(Set(Stacks.members(of: stack)) == expected)
        #expect(Stacks.counts(of: stack) == ["web": 5, "store": 2, "unknown": 1])
        #expect(try await fleet.station.bayplan("stack", "ps", "no-such-stack").status == 1)

        for host in ["h1", "h2"] { try await lab.run("compose", host, "shop", "down", "-v") }
        try await fleet.parity("compose down")
    }
}
