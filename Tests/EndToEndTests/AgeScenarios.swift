internal import Glibc
internal import JSON
internal import Testing

extension `A real fleet` {
    /// B3, B4, B11, B17, C2: while an Engine, an agent or a link stands still, its rows stay and show their true age; all counts and
    /// totals are the Engines' own.
    @Test func `shows true ages and the Engines' own counts`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        for (host, count) in [("h1", "3"), ("h2", "2"), ("h3", "4")] {
            try await lab.run("seed", host, count)
        }
        try await lab.docker("h3", "stop", "-t", "0", "seed-1")
        try await lab.docker("h3", "pause", "seed-2")
        try await fleet.parity("nine containers")
        try await fleet.agreesInNumber()

        try await fleet.standsStill("h1", "its Engine stopped") {
            try await lab.run("engine", "pause", "h1")
        } end: {
            try await lab.run("engine", "resume", "h1")
        }
        try await fleet.standsStill("h2", "its agent stopped") {
            await fleet.station.signalAgent("h2", SIGSTOP)
        } end: {
            await fleet.station.signalAgent("h2", SIGCONT)
        }
        try await fleet.standsStill("h3", "its link cut") {
            try await lab.run("cut", "h3")
        } end: {
            try await lab.run("heal", "h3")
        }
        try await fleet.parity(within: .seconds(10), "everything goes on")
        try await fleet.agreesInNumber()
    }
}

extension RealFleet {
    /// Compares the numbers of `host ls`, `ps` and `health` with what each Engine says of itself (`docker info`).
    fileprivate func agreesInNumber(at location: SourceLocation = #_sourceLocation) async throws {
        var all = 0
        var running = 0
        let hosts = try await station.document("host", "ls", "-o", "json")["items"]?.elements ?? []
        for host in lab.hosts {
            let said = try await lab.docker(
                host.name, "info", "--format",
                "{{.Containers}} {{.ContainersRunning}} {{.NCPU}} {{.MemTotal}}")
            let numbers = said.split(separator: " ").compactMap { Int64($0) }
            try #require(numbers.count == 4, "docker info of \(host.name) said \(said)")
            let shown = hosts.first { $0["id"]?.string == host.name }
            #expect(shown?["containers"]?.integer == numbers[0], "\(host.name)", sourceLocation: location)
            #expect(shown?["running"]?.integer == numbers[1], "\(host.name)", sourceLocation: location)
            #expect(shown?["engine"]?["cpus"]?.integer == numbers[2], sourceLocation: location)
            #expect(shown?["engine"]?["memory"]?.integer == numbers[3], sourceLocation: location)
            all += Int(numbers[0])
            running += Int(numbers[1])
        }
        #expect(hosts.count == lab.hosts.count, sourceLocation: location)
        let list = try await station.document("ps", "-a", "-o", "json")
        #expect(list["items"]?.elements?.count == all, sourceLocation: location)
        let live = try await station.document("ps", "-f", "status=running", "-o", "json")
        #expect(live["items"]?.elements?.count == running, sourceLocation: location)
        let health = try await station.document("health", "-o", "json")
        #expect(health["total"]?.integer == Int64(all), "\(health)", sourceLocation: location)
    }

    /// Lets a part of a host stand still for some seconds, and compares the age that is shown with a clock of its own.
    fileprivate func standsStill(
        _ host: String, _ what: String, begin: () async throws -> Void, end: () async throws -> Void
    ) async throws {
        let names = try await names(host)
        try await begin()
        let clock = ContinuousClock.now
        // What was under way when it stopped may still confirm for a moment.
        try await wait(for: "two heartbeats", within: .seconds(10)) {
            ContinuousClock.now - clock > .seconds(4)
        }
        let (start, began) = (try #require(try await age(host)), ContinuousClock.now)
        try await wait(for: "the age of \(host) to grow, \(what)", within: .seconds(20)) {
            try await self.age(host) ?? 0 >= start + 5_000
        }
        let (grown, passed) = (try #require(try await age(host)), ContinuousClock.now - began)
        // It ages as fast as time passes: nothing confirms it any more.
        #expect(abs(Double(grown - start) - passed / .milliseconds(1)) < 1_500, "\(host), \(what)")
        #expect(try await self.names(host) == names, "nothing leaves, \(what)")
        for other in lab.hosts where other.name != host {
            let theirs = try #require(try await self.age(other.name))
            #expect(theirs < Self.oldestConfirmation, "\(other.name): \(theirs) while \(what)")
        }
        try await end()
        // Asked to look now, it is as young as the answer.
        try await wait(for: "\(host) looks at its Engine", within: .seconds(30)) {
            let isLive = try await self.station.state(host) == "live"
            let run = try await self.station.bayplan("cache", "refresh", host)
            return isLive && run.status == 0
        }
        #expect(try await self.age(host) ?? .max < 3_000, "\(host) after \(what)")
    }

    /// A reconcile each minute, and the heartbeat after it, in ms.
    private static let oldestConfirmation: Int64 = 70_000

    /// How old the status of a host's containers is, in ms, as `host ls` says.
    private func age(_ host: String) async throws -> Int64? {
        let hosts = try await station.document("host", "ls", "-o", "json")["items"]?.elements ?? []
        return hosts.first { $0["id"]?.string == host }?["ages"]?["status"]?["age"]?.integer
    }
}
