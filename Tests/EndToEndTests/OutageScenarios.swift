internal import Glibc
internal import JSON
internal import Testing

extension `A real fleet` {
    /// How long an agent may take to find its way back after an outage.
    ///
    /// Two seconds, and as much again for a connection attempt whose first packet fell into the end of the outage.
    private static let retry = Duration.seconds(4)
    /// How long an Engine that was down for some time may be unnoticed: its start, and the two seconds.
    private static let engineRetry = Duration.seconds(4)

    /// A7, B17: a host that is cut off keeps its rows, marked silent, and slows nobody; healed it is true again.
    ///
    /// `BAYPLAN_CUT` sets the seconds of the outage (12).
    @Test func `keeps a host that is cut off, and heals`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        for host in lab.hosts { try await lab.run("seed", host.name, "3") }
        try await fleet.parity("three containers each")
        let before = Replica(listing: try await fleet.settled()).facts(host: "h2")
        let began = ContinuousClock.now
        try await lab.run("cut", "h2")
        try await lab.docker("h2", "rm", "-f", "seed-1")
        try await lab.docker("h2", "restart", "seed-2")
        try await lab.docker("h1", "run", "-d", "--name", "beside", "bb:1")
        try await fleet.parity("a change beside a host that is cut off", hosts: ["h1", "h3"])
        let silent = try await wait(for: "h2 is shown silent", within: .seconds(10)) {
            try await fleet.station.state("h2") == "silent"
        }
        print("silent after \(silent.formatted)")
        let listing = try await fleet.station.document("ps", "-a", "-o", "json")
        #expect(Replica(listing: listing).facts(host: "h2") == before)
        let outage = Duration.seconds(RealFleet.setting("BAYPLAN_CUT", default: 12))
        while ContinuousClock.now - began < outage {
            try await lab.docker("h3", "restart", "seed-1")
            try await fleet.parity("a restart during the outage", hosts: ["h1", "h3"])
            try await Task.sleep(for: .milliseconds(500))
        }
        try await lab.run("heal", "h2")
        try await fleet.parity(within: Self.retry, "the outage")
        #expect(try await fleet.station.state("h2") == "live")

        try await lab.run("cut", "h3", "--link")
        try await lab.docker("h3", "rm", "-f", "seed-1")
        try await Task.sleep(for: .seconds(1))
        try await lab.run("heal", "h3")
        try await fleet.parity(within: Self.retry, "a cable pulled for a second")
    }

    /// B14, B17: an Engine that restarts or dies takes nothing with it but its own truth.
    @Test func `follows an Engine through restart and death`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.docker("h1", "run", "-d", "--name", "steady", "--restart", "always", "-p", "80", "bb:1")
        try await lab.run("seed", "h1", "3")
        try await fleet.parity("four containers")
        try await lab.run("engine", "restart", "h1")
        try await fleet.parity("the Engine's restart")
        try await lab.run("engine", "kill", "h1")
        try await wait(for: "h1's Engine is shown unreachable", within: .seconds(10)) {
            try await fleet.engineState("h1") == "unreachable"
        }
        try await lab.docker("h2", "run", "-d", "--name", "beside", "bb:1")
        try await fleet.parity("a change beside a dead Engine", hosts: ["h2", "h3"])
        #expect(try await fleet.names("h1").count == 4, "the rows of a dead Engine stay")
        try await lab.run("engine", "start", "h1")
        try await lab.docker("h1", "start", "seed-1")
        try await fleet.parity(within: Self.engineRetry, "the Engine's death")
    }

    /// B14: an agent that starts before its Engine waits for it.
    @Test func `waits for an Engine that is down when the agent starts`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.run("seed", "h3", "3")
        try await fleet.parity("three containers")
        _ = await fleet.station.endAgent("h3", SIGKILL)
        try await lab.run("engine", "stop", "h3")
        try await fleet.station.startAgent("h3")
        try await wait(for: "h3's Engine is shown unreachable", within: .seconds(10)) {
            try await fleet.engineState("h3") == "unreachable"
        }
        #expect(try await fleet.names("h3") == ["seed-1", "seed-2", "seed-3"], "unknown is not empty")
        try await lab.run("engine", "start", "h3")
        try await lab.docker("h3", "start", "seed-2")
        try await fleet.parity(within: Self.engineRetry, "the Engine's late start")
    }

    /// B17: an Engine that hangs is noticed, and nobody waits for it.
    @Test func `is not held up by an Engine that hangs`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.run("seed", "h3", "2")
        try await fleet.parity("two containers")
        try await lab.run("engine", "pause", "h3")
        for turn in 1...3 {
            try await lab.docker("h1", "run", "-d", "--name", "beside-\(turn)", "bb:1")
            try await fleet.parity("a change beside an Engine that hangs", hosts: ["h1", "h2"])
        }
        try await lab.run("engine", "resume", "h3")
        try await lab.docker("h3", "rm", "-f", "seed-1")
        try await fleet.parity(within: .seconds(8), "the Engine's recovery")
    }

    /// B20: on SIGTERM both programs end in order with status 0; the host is stopped, not silent.
    @Test func `says goodbye on SIGTERM`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.run("seed", "h2", "2")
        try await fleet.parity("two containers")
        #expect(await fleet.station.endAgent("h2", SIGTERM, within: .seconds(5)) == 0)
        try await wait(for: "h2 is shown stopped", within: .seconds(2)) {
            try await fleet.station.state("h2") == "stopped"
        }
        #expect(try await fleet.names("h2") == ["seed-1", "seed-2"])
        #expect(await fleet.station.endAggregator(SIGTERM, within: .seconds(5)) == 0)
        try await fleet.station.startAggregator()
        try await fleet.station.answering()
        #expect(try await fleet.names("h2") == ["seed-1", "seed-2"])
        try await fleet.station.startAgent("h2")
        try await fleet.parity(within: .seconds(10), "both programs' return")
    }
}

extension RealFleet {
    /// `reachable` or `unreachable`, as `host ls` says.
    func engineState(_ host: String) async throws -> String {
        let hosts = try await station.document("host", "ls", "-o", "json")["items"]?.elements ?? []
        return hosts.first { $0["id"]?.string == host }?["engine"]?["state"]?.string ?? ""
    }

    /// The names of a host's containers as Bayplan shows them.
    func names(_ host: String) async throws -> [String] {
        let items = try await station.document("ps", "-a", "-o", "json")["items"]?.elements ?? []
        return items.filter { $0["host"]?.string == host }.compactMap { $0["name"]?.string }.sorted()
    }
}
