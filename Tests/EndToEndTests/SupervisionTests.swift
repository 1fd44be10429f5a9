import OS
import TestSupport
import Testing

/// Requirement B17 and issue 3: what a service manager hears of the real programs.
@Suite(.serialized, .timeLimit(.minutes(3))) struct `A supervised program` {
    /// Short enough for a test: systemd would be told every second.
    private static let watchdog = Duration.seconds(2)

    /// A folder, and an aggregator in it that believes to be systemd's.
    private func withAggregator(
        _ body: (String, [String], ProcessFixture, NotifySocket) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { folder in
            let ports = [try Places.freePort(), try Places.freePort()]
            let options = ["--data", "\(folder)/data", "--socket", "\(folder)/api.sock"]
            try makeDirectories("\(folder)/aggregator")
            let socket = try NotifySocket(in: "\(folder)/aggregator")
            let program = try ProcessFixture(
                "bayplan-aggregator",
                options + [
                    "--agents", "127.0.0.1:\(ports[0])", "--http", "127.0.0.1:\(ports[1])", "--advertise",
                    "127.0.0.1",
                ], environment: socket.environment(watchdog: Self.watchdog))
            try await eventually(within: .seconds(20), "readiness") { socket.messages.contains("READY=1") }
            // Ready means that whoever comes now is let in.
            for port in ports {
                let address = try SocketAddress("127.0.0.1:\(port)")
                try await SocketConnector(address).connect(deadline: .after(.seconds(2))).close()
            }
            try await body(folder, options, program, socket)
        }
    }

    private func health(_ program: String, _ options: [String]) async throws -> Command {
        try await Command.run(Places.binary(program), ["healthcheck"] + options)
    }

    @Test func `beats while it makes progress, and no longer`() async throws {
        try await withAggregator { _, options, program, socket in
            try await eventually { socket.beats >= 3 }
            #expect(socket.messages.contains { $0.hasPrefix("STATUS=0 of 0 hosts live") })
            let well = try await health("bayplan-aggregator", options)
            #expect(well.status == 0 && well.text == "The aggregator is ready.\n")

            program.signal(19)
            try await BootClock().sleep(for: .milliseconds(100))
            let beats = socket.beats
            let ill = try await health("bayplan-aggregator", options)
            #expect(ill.status == 1 && !ill.errors.isEmpty)
            #expect(socket.beats == beats)
            program.signal(18)
            try await eventually { socket.beats > beats }
            #expect(try await health("bayplan-aggregator", options).status == 0)

            program.signal(15)
            #expect(try await program.waitForExit() == .exited(0))
            #expect(socket.messages.contains("STOPPING=1"))
            #expect(try await health("bayplan-aggregator", options).status == 1)
        }
    }

    @Test func `is not stuck because nobody answers it`() async throws {
        try await withAggregator { folder, options, aggregator, _ in
            let token = try await Command.output(
                Places.binary("bayplan"),
                ["token", "create", "--host", "attic", "--socket", "\(folder)/api.sock"])
            try writeFileAtomically("\(folder)/token", Array(token.utf8))
            try makeDirectories("\(folder)/agent")
            let socket = try NotifySocket(in: "\(folder)/agent")
            let state = ["--state", "\(folder)/state"]
            let agent = try ProcessFixture(
                "bayplan-agent",
                state + ["--docker", "unix://\(folder)/no-engine.sock", "--token-file", "\(folder)/token"],
                environment: socket.environment(watchdog: Self.watchdog))
            try await eventually(within: .seconds(10), "readiness") { socket.messages.contains("READY=1") }
            try await eventually(within: .seconds(10), "a session") {
                try await health("bayplan-agent", state).text.contains(", reporting.")
            }
            aggregator.signal(9)
            try await aggregator.waitForExit()
            try await eventually(within: .seconds(10), "the loss") {
                try await health("bayplan-agent", state).text.contains(", not reporting.")
            }
            // Neither Engine nor aggregator, and yet it makes progress.
            let beats = socket.beats
            try await eventually(within: .seconds(10)) { socket.beats >= beats + 3 }
            #expect(try await health("bayplan-agent", state).status == 0)

            agent.signal(19)
            let ill = try await health("bayplan-agent", state)
            #expect(ill.status == 1 && !ill.errors.isEmpty)
            agent.signal(18)
            agent.signal(15)
            #expect(try await agent.waitForExit() == .exited(0))
            let gone = try await health("bayplan-agent", state)
            #expect(gone.status == 1 && gone.errors.contains("There is no socket at"))
        }
    }
}
