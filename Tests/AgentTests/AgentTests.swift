import AgentCore
import Inventory
import Lifecycle
import Log
import OS
import Settings
import TestSupport
import Testing
import Watch
import Wire

/// Settings as somebody wrote them on the command line.
func settings(_ arguments: String...) throws -> Configuration {
    try settings(arguments)
}

/// Settings as somebody wrote them on the command line.
func settings(_ arguments: [String]) throws -> Configuration {
    let input = SettingsInput(
        arguments: arguments, environment: { _ in nil },
        read: { (_, _) throws(SettingsInput.FileProblem) in throw .missing })
    guard case .run(let settings) = try AgentSettings.table.resolve(input) else {
        throw Unexpected("help was asked for")
    }
    return settings
}

@Suite(.timeLimit(.minutes(1))) struct `An agent` {
    @Test func `does not start without a token unless it is told to`() async throws {
        try await TemporaryDirectory.with { folder in
            let error = #expect(throws: AgentError.self) {
                try Agent(settings("--state", folder, "--host-id", "web"), version: "1", log: .none)
            }
            #expect(error?.sentence.contains("--token-file") == true)
            #expect(error?.sentence.contains("bayplan token create --host web") == true)
        }
    }

    /// Two agents with one identity would be clones.
    @Test func `does not share its state folder`() async throws {
        try await TemporaryDirectory.with { folder in
            let first = try Agent(
                settings("--state", folder, "--host-id", "web", "--insecure"), version: "1", log: .none)
            let error = #expect(throws: AgentError.self) {
                try Agent(
                    settings("--state", folder, "--host-id", "web", "--insecure"), version: "1", log: .none)
            }
            #expect(error?.sentence.contains(folder) == true)
            _ = first
        }
    }

    @Test func `may be started again after the first was let go`() async throws {
        try await TemporaryDirectory.with { folder in
            for _ in 0..<2 {
                _ = try Agent(
                    settings("--state", folder, "--host-id", "web", "--insecure"), version: "1", log: .none)
            }
        }
    }

    @Test func `refuses labels that would not fit into hello`() async throws {
        try await TemporaryDirectory.with { folder in
            let error = #expect(throws: AgentError.self) {
                try Agent(
                    settings(
                        "--state", folder, "--host-id", "web", "--insecure", "--label",
                        "a=" + String(repeating: "\u{1}", count: 6_000)), version: "1", log: .none)
            }
            #expect(error?.sentence.contains("--label") == true && error?.sentence.contains("32768") == true)
        }
    }

    /// Without an Engine it reports all the same, that it has nothing to report yet; SIGTERM ends it with goodbye.
    @Test func `reports while there is no Engine, and stops when it is told to`() async throws {
        try await TemporaryDirectory.with { folder in
            let aggregator = try ScriptedAggregator()
            let sink = MemorySink()
            let agent = try Agent(
                settings(
                    "--state", folder, "--host-id", "web", "--host-name", "The Web", "--label", "site=attic",
                    "--insecure",
                    "--address", "10.0.0.7", "--docker", "unix://\(folder)/no.sock", "--aggregator",
                    "\(aggregator.address)"),
                version: "9.8.7", log: Log(LogSettings(level: .info), to: sink))
            let program = Program(agent.services, log: .none)
            let signals = Mailbox<Signal>(limit: 1, whenFull: .dropNewest)
            try await withThrowingTaskGroup(of: Program.Outcome.self) { group in
                group.addTask { try await program.run(signals) }
                let (peer, hello) = try await aggregator.welcoming(.wait, heartbeat: 50)
                #expect(hello.host.id.rawValue == "web" && hello.host.name == "The Web")
                #expect(hello.host.labels == ["site": "attic"] && hello.host.address == "10.0.0.7")
                #expect(hello.agentVersion == "9.8.7" && hello.offer.digest == nil)
                #expect(hello.engine.state != EngineCondition.reachable)
                _ = try await peer.expect("heartbeat") { if case .heartbeat = $0 { true } else { nil } }
                _ = signals.post(.terminate)
                _ = try await peer.expect("goodbye") { if case .goodbye = $0 { true } else { nil } }
                #expect(try await group.next() == .signalled(.terminate))
            }
            #expect(sink.lines.contains { $0.contains("plain TCP") })
        }
    }

    /// H5: what the settings say is what the watcher does.
    @Test func `hands its rules for secrets to the watcher`() throws {
        #expect(Redaction(try settings()) == Redaction(environment: .keysOnly))
        #expect(Redaction(try settings("--environment", "all")) == Redaction(environment: .all))
        #expect(
            Redaction(try settings("--environment-allow", "TZ", "--environment-allow", "LC_*"))
                == Redaction(environment: .allow([Pattern("TZ"), Pattern("LC_*")])))
        #expect(
            Redaction(try settings("--hide-label", "*.password"))
                == Redaction(environment: .keysOnly, hiddenLabels: [Pattern("*.password")]))
    }
}

@Suite struct `An agent's settings` {
    @Test func `have these defaults`() throws {
        let rows = try settings().describe().map { "\($0.name)=\($0.value)" }
        #expect(
            rows == [
                "docker=unix:///var/run/docker.sock", "host-id=", "host-name=", "address=", "label=",
                "aggregator=", "token-file=", "ca-file=", "insecure=false", "state=/var/lib/bayplan-agent",
                "environment=keys",
                "environment-allow=", "hide-label=", "allow=refresh,logs,health-log", "compose-folder=",
                "profile=", "reconcile-interval=1m", "config-interval=10m", "coalesce=50ms",
                "engine-connections=5", "engine-timeout=30s", "engine-attempts=3", "engine-retry=2s",
                "engine-retry-max=10s", "event-buffer=1000", "event-rate=100", "stats=auto",
                "stats-interval=30s", "stats-calls=3", "cgroup-root=/sys/fs/cgroup", "proc-root=/proc",
                "log-level=info", "log-format=text",
            ])
    }

    @Test func `are all explained by help`() {
        let help = AgentSettings.table.help()
        for setting in AgentSettings.table.settings {
            #expect(help.contains("--\(setting.facts.name)"))
        }
        #expect(help.contains("bayplan-agent --token-file /etc/bayplan/agent.token"))
        #expect(help.split(separator: "\n").allSatisfy { $0.utf8.count <= 110 })
    }

    @Test(arguments: [
        ["--host-id", "no spaces"], ["--host-id", ""], ["--aggregator", "nowhere"], ["--aggregator", "a:1,"],
        ["--aggregator", ""],
        ["--environment", "some"],
        ["--reconcile-interval", "0s"], ["--coalesce", "1h"], ["--label", "novalue"], ["--colour", "red"],
        ["--docker"],
    ]) func `are refused with their name when they are wrong`(arguments: [String]) throws {
        let input = SettingsInput(
            arguments: arguments, environment: { _ in nil },
            read: { (_, _) throws(SettingsInput.FileProblem) in throw .missing })
        let error = #expect(throws: SettingsError.self) { try AgentSettings.table.resolve(input) }
        #expect(error.map { "\($0)".contains(arguments[0]) } == true)
        #expect(error?.isUsage == true)
    }
}
