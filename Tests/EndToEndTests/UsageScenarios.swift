internal import JSON
internal import Testing

extension `A real fleet` {
    /// Requirements B8, B16, C10: what containers use, beside `docker stats` on the same containers.
    @Test func `shows what containers use as docker stats does`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.docker(
            "h1", "run", "-d", "--name", "busy", "--memory", "64m", "--cpus", "0.3", "bb:1", "sh", "-c",
            "while :; do :; done")
        try await lab.docker("h2", "run", "-d", "--name", "calm", "bb:1", "sleep", "600")
        try await fleet.parity("a busy and a calm container")
        let format = "{{.Name}}|{{.MemUsage}}|{{.NetIO}}|{{.BlockIO}}|{{.PIDs}}|{{.CPUPerc}}"
        for (host, name) in [("h1", "busy"), ("h2", "calm")] {
            // Ours is from the last sweep, theirs from now: what grows is equal once nothing has grown between.
            try await wait(for: "\(name) to agree with docker stats", within: .seconds(75)) {
                let theirs = try await Command.run(
                    Lab.docker,
                    [
                        "-H", "unix://\(lab[host].socket)", "stats", "--no-stream", "--format", format, name,
                    ])
                let ours = try await fleet.station.bayplan(
                    "stats", "--no-stream", "--format", format, "\(host)/\(name)")
                let (one, other) = (Self.fields(ours.text), Self.fields(theirs.text))
                guard one.count == 6, other.count == 6, one[5] != "--" else { return false }
                // The limit to the letter, numbers of processes too; what moves within its sampling.
                let cpu = abs((Double(one[5].dropLast()) ?? -1_000) - (Double(other[5].dropLast()) ?? 0))
                return one[0] == other[0] && Self.limit(one[1]) == Self.limit(other[1]) && one[4] == other[4]
                    && one[2] == other[2] && one[3] == other[3] && cpu < 15
            }
        }
        let top = try await fleet.station.bayplan(
            "top", "-n", "1", "--no-stream", "--format", "{{.Host}} {{.Name}}")
        #expect(top.text == "h1 busy\n")
        let found = try await fleet.station.bayplan("ps", "-f", "cpu>10", "--format", "{{.Names}}")
        #expect(found.text == "busy\n")
        // One that has stopped uses nothing, and is written as docker writes it.
        try await lab.docker("h1", "stop", "-t", "0", "busy")
        try await wait(for: "busy to use nothing", within: .seconds(20)) {
            let theirs = try await Command.run(
                Lab.docker,
                [
                    "-H", "unix://\(lab["h1"].socket)", "stats", "-a", "--no-stream", "--format", format,
                    "busy",
                ])
            let ours = try await fleet.station.bayplan(
                "stats", "-a", "--no-stream", "--format", format, "h1/busy")
            return ours.text == theirs.text && !ours.text.isEmpty
        }
    }

    private static func fields(_ line: String) -> [String] {
        line.split(separator: "\n").first.map { $0.split(separator: "|").map(String.init) } ?? []
    }

    private static func limit(_ text: String) -> String {
        text.split(separator: " / ").last.map(String.init) ?? ""
    }
}
