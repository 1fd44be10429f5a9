internal import JSON
internal import Testing

extension `A real fleet` {
    /// B13: a log as `docker logs` shows it, byte for byte, each stream where it belongs, with and without a terminal.
    @Test func `shows logs as docker does`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        let script =
            "i=0; while [ $i -lt 300 ]; do echo line $i; echo problem $i >&2; i=$((i+1)); done; sleep 600"
        try await lab.docker("h1", "run", "-d", "--name", "talker", "bb:1", "sh", "-c", script)
        try await lab.docker("h2", "run", "-d", "-t", "--name", "screen", "bb:1", "sh", "-c", script)
        try await lab.docker(
            "h3", "run", "-d", "--name", "mute", "--log-driver", "none", "bb:1", "sleep", "600")
        try await fleet.parity("three containers with logs")
        for (host, name) in [("h1", "talker"), ("h2", "screen")] {
            try await wait(for: "\(name) to have written all", within: .seconds(20)) {
                try await docker(lab, host, ["--tail", "1", name]).text.contains("299")
            }
            for options in [
                [], ["--tail", "7"], ["-t", "--tail", "3"], ["--tail", "all"], ["--since", "1h"],
            ] {
                let theirs = try await docker(
                    lab, host, (options.isEmpty ? ["--tail", "100"] : options) + [name])
                let tail = options.contains("--since") ? ["--tail", "all"] : []
                let ours = try await fleet.station.bayplan(["logs"] + options + tail + ["\(host)/\(name)"])
                #expect(ours.text == theirs.text, "\(name) \(options)")
                #expect(ours.errors == theirs.errors, "\(name) \(options)")
                #expect(ours.status == 0)
                #expect(!ours.text.isEmpty)
            }
        }
        let mute = try await fleet.station.bayplan("logs", "mute")
        #expect(mute.status == 1)
        #expect(mute.errors.contains("can't be read"))
    }

    /// B4, B17: with one Engine frozen its cached copy is shown with a warning and status 3, and others are asked as before.
    @Test func `falls back to the cached copy of a host whose Engine is frozen`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.docker("h1", "run", "-d", "--name", "still", "bb:1", "sleep", "600")
        try await lab.docker("h2", "run", "-d", "--name", "quick", "bb:1", "sh", "-c", "echo here; sleep 600")
        try await fleet.parity("two containers")
        let before = try await fleet.station.bayplan("inspect", "--fresh", "still")
        #expect(before.status == 0)
        try await lab.run("engine", "pause", "h1")
        let frozen = try await fleet.station.bayplan("inspect", "--fresh", "-o", "json", "h1/still")
        #expect(frozen.status == 3)
        #expect(frozen.errors.contains("h1"))
        #expect(try JSONValue.parse(frozen.text)["name"]?.string == "still")
        let log = try await fleet.station.bayplan("logs", "h1/still")
        #expect(log.status != 0)
        #expect(log.errors.contains("h1"))
        let began = ContinuousClock.now
        #expect(try await fleet.station.bayplan("logs", "quick").text == "here\n")
        #expect(try await fleet.station.bayplan("inspect", "--fresh", "quick").status == 0)
        let took = ContinuousClock.now - began
        #expect(took < .seconds(2))
        print("two questions to another host took \(took.formatted) while an Engine was frozen")
        try await lab.run("engine", "resume", "h1")
        try await wait(for: "h1 to be asked again", within: .seconds(20)) {
            try await fleet.station.bayplan("inspect", "--fresh", "h1/still").status == 0
        }
    }

    /// What `docker logs` prints.
    private func docker(_ lab: Lab, _ host: String, _ arguments: [String]) async throws -> Command {
        try await Command.run(Lab.docker, ["-H", "unix://\(lab[host].socket)", "logs"] + arguments)
    }
}
