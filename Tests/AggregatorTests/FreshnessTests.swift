import AggregatorCore
import Freshness
import HTTP
import Inventory
import JSON
import Log
import OS
import TestSupport
import Testing
import Wire

/// Requirement B3: how old each facet is, and what that means.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `The age of a facet` {
    private func status(_ station: Station, _ number: Int = 1) async throws -> JSONValue? {
        try await station.client.json("/containers/web/\(Sample.id(number))")["ages"]?["status"]
    }

    @Test func `runs from the last confirmation, and says what it means`() async throws {
        let options = Station.Options(
            heartbeat: "200ms", arguments: ["--status-lifetime", "1s", "--config-lifetime", "1h"])
        try await Station.with(options) { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...2)
            let begin = WallClock.now()
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
            try await agent.send(RawAgent.heartbeat(log, sequence: 3))
            try await eventually("it is fresh") { try await status(station)?["state"]?.string == "fresh" }
            let changed = try await status(station)?["changedAt"]?.integer ?? 0
            #expect(changed >= begin && changed <= WallClock.now())
            agent.stream.close()
            var seen: [String] = []
            try await eventually(within: .seconds(10), "it expires") {
                let part = try await status(station)
                let (age, state) = (part?["age"]?.integer ?? -1, part?["state"]?.string ?? "")
                #expect(state == FreshnessStatus(age: age, lifetime: 1_000).rawValue)
                if seen.last != state { seen.append(state) }
                return state == "expired"
            }
            #expect(seen == ["fresh", "stale", "expired"])
            // Each by its own lifetime, and a change is older by then.
            let record = try await station.client.json("/containers/web/\(Sample.id(1))")
            #expect(record["ages"]?["config"]?["state"]?.string == "fresh")
            #expect(record["ages"]?["status"]?["source"]?.string == "memory")
            // Lists say the same for each host that is in them.
            let list = try await station.client.json("/containers?q=c1")
            #expect(list["ages"]?["web"]?["status"]?["state"]?.string == "expired")
            #expect(list["source"]?.string == "memory" && list["total"]?.integer == 1)
            #expect(try await station.client.json("/containers?fields=id")["ages"] == nil)
            #expect(try await station.client.json("/containers?fields=id,ages")["ages"] != nil)
            #expect(try await station.client.json("/containers?q=none")["ages"]?.members?.count == 0)
            let host = try await station.client.json("/hosts/web")
            #expect(host["ages"]?["status"]?["state"]?.string == "expired")
        }
    }

    /// A clock that is set to another time makes nothing older or younger.
    @Test func `doesn't follow the wall clock`() async throws {
        var options = Station.Options(heartbeat: "200ms")
        let time = TestTime()
        options.clock = time
        try await Station.with(options) { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...1)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
            try await agent.send(RawAgent.heartbeat(log, sequence: 2))
            try await eventually { try await status(station) != nil }
            for jump in [86_400, -200_000] {
                time.advance(by: .seconds(jump))
                let host = try await station.client.json("/hosts/web")
                #expect((0...30_000).contains(host["ageMs"]?.integer ?? -1))
                #expect((0...30_000).contains(host["ages"]?["config"]?["age"]?.integer ?? -1))
            }
        }
    }

    @Test func `is a difference of wall clocks after a restart, and a clock that was turned back is told`()
        async throws
    {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            var options = Station.Options()
            let time = TestTime()
            options.clock = time
            try await Station.with(folder, options) { station in
                let log = Sample.log(who, 1...1)
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
            }
            time.advance(by: .seconds(500))
            try await Station.with(folder, options) { station in
                let part = try await status(station)
                #expect(part?["state"]?.string == "stale" && part?["source"]?.string == "disk")
                #expect((500_000...560_000).contains(part?["age"]?.integer ?? 0))
                #expect(try await station.client.json("/hosts/web")["clockMoved"] == nil)
            }
            time.advance(by: .seconds(-5_000))
            try await Station.with(folder, options) { station in
                let host = try await station.client.json("/hosts/web")
                #expect(host["clockMoved"]?.bool == true)
                #expect((0...60_000).contains(host["ageMs"]?.integer ?? -1))
            }
        }
    }

    /// An agent that can't hear its Engine is heard, and confirms nothing; that outlives a restart.
    @Test func `is what it was when the Engine was last heard, also after a restart`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let options = Station.Options(heartbeat: "200ms")
            try await Station.with(folder, options) { station in
                let log = Sample.log(who, 1...1)
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
                try await agent.send(RawAgent.heartbeat(log, sequence: 2))
                try await eventually { try await status(station)?["age"] != nil }
                let before = try await status(station)?["age"]?.integer ?? 0
                try await eventually("it ages") {
                    try await status(station)?["age"]?.integer ?? 0 > before + 1_500
                }
                // Heard again, without a word of what was confirmed.
                try await agent.send(.goodbye(Goodbye(reason: "test")))
            }
            try await Station.with(folder, options) { station in
                let seen1 = try await status(station)?["age"]?.integer ?? 0
                #expect(seen1 > 1_500)
            }
        }
    }

    /// Requirement B1.
    @Test func `is compared with lifetimes that are settings`() async throws {
        try await Station.with { station in
            let lifetimes = try await station.client.json("/cache/stats")["fleet"]?["lifetimes"]
            let numbers = (lifetimes?.members ?? []).map { "\($0.name) \($0.value.integer ?? 0)" }
            #expect(
                numbers == [
                    "status 300000", "network 300000", "config 3600000", "compose 7200000", "stats 120000",
                ])
        }
    }
}

/// Requirement B11.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `The cache of the fleet` {
    @Test func `counts what it holds and how well it answers`() async throws {
        try await Station.with { station in
            let client = station.client
            let who = try Who("web")
            let log = Sample.log(who, 1...3)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
            let empty = try await client.json("/cache/stats")["fleet"]
            #expect(empty?["hits"]?.integer ?? 0 == 0 && empty?["hitRate"] == nil)
            _ = try await client.json("/containers")
            _ = try await client.json("/containers/web/\(Sample.id(1))")
            _ = try await client.json("/containers?q=c1")
            _ = try await client.get("/containers/web/\(Sample.id(8))")
            let fleet = try await client.json("/cache/stats")["fleet"]
            #expect(fleet?["hosts"]?.integer == 1 && fleet?["containers"]?.integer == 3)
            #expect(fleet?["hits"]?.integer == 3 && fleet?["misses"]?.integer == 1)
            #expect(fleet?["updateInterval"]?.integer == 1_000)
            #expect(fleet?["retention"]?["memory"]?.integer == 3_600_000)
            #expect(fleet?["retention"]?["disk"]?.integer == 604_800_000)
            let host = fleet?["items"]?[0]
            #expect(host?["id"]?.string == "web" && host?["containers"]?.integer == 3)
        }
    }

    @Test func `is cleared by hand: invalid until the agent has sent everything again`() async throws {
        try await Station.with { station in
            let client = station.client
            let who = try Who("web")
            func state() async throws -> String? {
                try await client.json("/hosts/web")["ages"]?["status"]?["state"]?.string
            }
            try await LiveAgent(who, to: station.agents).reporting { agent in
                agent.report((1...3).map { (Sample.id($0), Sample.container($0)) })
                try await eventually("it is fresh") { (try? await state()) == "fresh" }
                let begun = station.sink.records.count { $0.message == "agent connected" }
                let answer = try await client.send(.post, "/api/v1/hosts/web/clear")
                let told = try JSONValue(parsing: answer.body)
                #expect(answer.status == 200 && told["containers"]?.integer == 3)
                #expect(told["connected"]?.bool == true)
                // Nothing leaves the answers meanwhile.
                #expect(try await client.names("/containers").count == 3)
                try await eventually("it comes again, and sends all") {
                    let connected = station.sink.records.filter { $0.message == "agent connected" }
                    let opening = connected.last?.facts.first { $0.key == "opening" }?.value
                    return connected.count > begun && opening == "manifest"
                }
                try await eventually(within: .seconds(10), "it is fresh again") {
                    try await state() == "fresh"
                }
            }
            // A host that is away stays invalid, also over what comes in between.
            #expect(try await client.send(.post, "/api/v1/hosts/web/clear").status == 200)
            #expect(try await state() == "invalid")
            let record = try await client.json("/containers/web/\(Sample.id(1))")
            #expect(record["warning"]?.string?.contains("declared invalid") == true)
            #expect(try await client.send(.post, "/api/v1/hosts/none/clear").status == 404)
            #expect(try await client.get("/hosts/web/clear").status == 405)
        }
    }

    @Test func `stays invalid over a restart`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let log = Sample.log(who, 1...2)
            try await Station.with(folder) { station in
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
                agent.stream.close()
                #expect(try await station.client.send(.post, "/api/v1/hosts/web/clear").status == 200)
            }
            try await Station.with(folder) { station in
                let host = try await station.client.json("/hosts/web")
                #expect(host["ages"]?["status"]?["state"]?.string == "invalid")
                let (_, answer) = try await RawAgent.greeting(station, who.hello(log.offer))
                guard case .welcome(let welcome) = answer, case .manifest = welcome.opening else {
                    throw Unexpected("\(answer)")
                }
            }
        }
    }
}
