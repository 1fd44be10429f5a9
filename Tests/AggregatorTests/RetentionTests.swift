import HTTP
import Inventory
import JSON
import Log
import OS
import TestSupport
import Testing
import Wire

/// Requirements B2 and B17: how long what a host said is kept after it was last heard.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `A host that is not heard any more` {
    private var short: Station.Options {
        Station.Options(
            heartbeat: "200ms",
            arguments: ["--memory-retention", "1s", "--memory-cleanup-interval", "1s"])
    }

    /// Lets a host report three containers and go.
    private func visit(_ station: Station, _ who: Who, _ log: HostLog) async throws {
        let agent = try await RawAgent.synchronized(station, as: who, log)
        try await agent.waitForDurable(log.version)
        agent.stream.close()
    }

    private func waitForOffline(_ station: Station) async throws {
        try await eventually(within: .seconds(10), "the host left memory") {
            try await station.client.state(of: "web") == "offline"
        }
    }

    @Test func `leaves memory, stays listed with its count, and is read from disk`() async throws {
        try await Station.with(short) { station in
            let client = station.client
            let who = try Who("web")
            let other = try Who("other")
            try await visit(station, who, Sample.log(who, 1...3))
            try await LiveAgent(other, to: station.agents).reporting { agent in
                agent.report([(Sample.id(9), Sample.container(9))])
                try await waitForOffline(station)
                let host = try await client.json("/hosts/web")
                #expect(host["containers"]?.integer == 3 && host["running"]?.integer == 3)
                // Gone from memory, and the other host is untouched.
                #expect(try await client.names("/containers") == ["c9"])
                let list = try await client.json("/containers?retained=1")
                #expect(list["source"]?.string == "disk" && list["total"]?.integer == 3)
                #expect(Set(try await client.names("/containers?retained=1")) == ["c1", "c2", "c3"])
                #expect(try await client.names("/containers?retained=1&q=c2&fields=name") == ["c2"])
                #expect(try await client.names("/containers?retained=1&host=other") == [])
                // One container by its id, with everything.
                let record = try await client.json("/containers/web/\(Sample.id(2))")
                #expect(record["config"]?["name"]?.string == "c2" && record["name"]?.string == "c2")
                #expect(record["hostState"]?.string == "offline")
                #expect(record["ages"]?["config"]?["source"]?.string == "disk")
                #expect(try await client.get("/containers/web/\(Sample.id(7))").status == 404)
                let cleaned = station.sink.records.first { $0.message == "memory cleaned" }
                let facts = Dictionary(
                    (cleaned?.facts ?? []).map { ($0.key, $0.value) }
                ) { one, _ in one }
                #expect(facts["hosts"] == "1" && facts["containers"] == "3")
            }
        }
    }

    @Test func `is whole again when it comes back, also what it lost meanwhile`() async throws {
        try await Station.with(short) { station in
            let client = station.client
            let who = try Who("web")
            var log = Sample.log(who, 1...3)
            try await visit(station, who, log)
            try await waitForOffline(station)
            // One went and one came while nobody heard the host.
            let durable = log.version
            log.remove(Sample.id(2))
            log.put(Sample.id(4), Sample.container(4))
            let (agent, answer) = try await RawAgent.greeting(station, who.hello(log.offer))
            guard case .welcome(let welcome) = answer else { throw Unexpected("\(answer)") }
            #expect(welcome.opening == .resume(from: durable))
            try await agent.send(
                .delta(
                    Delta(sequence: 1, from: durable, to: log.version, changes: log.changes(after: durable))))
            try await agent.waitForDurable(log.version)
            #expect(Set(try await client.names("/containers")) == ["c1", "c3", "c4"])
            #expect(try await client.state(of: "web") == "live")
            #expect(try await client.names("/containers?retained=1") == [])
            try await agent.send(RawAgent.heartbeat(log, sequence: 1))
            try await eventually("a heartbeat that agrees") {
                let host = try await client.json("/hosts/web")
                return host["ages"]?["status"]?["source"]?.string == "memory"
                    && host["containers"]?.integer == 3
            }
        }
    }

    /// Also over the aggregator's restart, however the fleet is read: by its image or from the database.
    @Test func `stays offline over a restart, and comes back whole after it`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let log = Sample.log(who, 1...3)
            try await Station.with(folder, short) { station in
                try await visit(station, who, log)
                try await waitForOffline(station)
            }
            for _ in 0..<2 {
                try await Station.with(folder, short) { station in
                    let client = station.client
                    let seen1 = try await client.state(of: "web")
                    #expect(seen1 == "offline")
                    let seen2 = try await client.json("/hosts/web")["containers"]?.integer
                    #expect(seen2 == 3)
                    let seen3 = try await client.names("/containers")
                    #expect(seen3 == [])
                    let seen4 = try await client.names("/containers?retained=1").count
                    #expect(seen4 == 3)
                }
            }
            try await Station.with(folder, short) { station in
                let (agent, answer) = try await RawAgent.greeting(station, who.hello(log.offer))
                guard case .welcome(let welcome) = answer else { throw Unexpected("\(answer)") }
                #expect(welcome.opening == .resume(from: log.version))
                try await agent.send(RawAgent.heartbeat(log, sequence: 0))
                try await eventually { try await station.client.names("/containers").count == 3 }
            }
            // An image of before it came back lacks its rows.
            try await Station.with(folder) { station in
                let seen5 = try await station.client.names("/containers").count
                #expect(seen5 == 3)
                let seen6 = try await station.client.state(of: "web")
                #expect(seen6 == "restored")
            }
        }
    }

    @Test func `leaves memory at the start, when its time came while the aggregator was away`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let time = TestTime()
            var options = Station.Options()
            options.clock = time
            try await Station.with(folder, options) { station in
                try await visit(station, who, Sample.log(who, 1...3))
            }
            time.advance(by: .seconds(3_590))
            try await Station.with(folder, options) { station in
                let seen7 = try await station.client.state(of: "web")
                #expect(seen7 == "restored")
                let seen8 = try await station.client.names("/containers").count
                #expect(seen8 == 3)
            }
            time.advance(by: .seconds(20))
            try await Station.with(folder, options) { station in
                #expect(try await station.client.state(of: "web") == "offline")
                let age = try await station.client.json("/hosts/web")["ageMs"]?.integer ?? 0
                #expect((3_600_000...3_700_000).contains(age))
            }
        }
    }

    @Test func `is gone after its time on disk, and is let in again all the same`() async throws {
        var options = short
        options.arguments += ["--disk-retention", "3s", "--disk-cleanup-interval", "1s"]
        try await Station.with(options) { station in
            let client = station.client
            let who = try Who("web")
            let log = Sample.log(who, 1...3)
            try await visit(station, who, log)
            try await eventually(within: .seconds(15), "it is gone") {
                try await client.state(of: "web") == nil
            }
            #expect(try await client.names("/containers?retained=1") == [])
            #expect(try await client.get("/containers/web/\(Sample.id(2))").status == 404)
            #expect(station.sink.records.contains { $0.message == "host gone after its retention" })
            _ = try await RawAgent.synchronized(station, as: who, log)
            try await eventually("it is whole") { try await client.names("/containers").count == 3 }
        }
    }

    @Test func `stays in memory as long as disk doesn't have everything`() async throws {
        let disk = Disk()
        var options = disk.options
        options.arguments = ["--memory-retention", "1s", "--memory-cleanup-interval", "1s"]
        try await Station.with(options) { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...2)
            disk.fail()
            let agent = try await RawAgent.synchronized(station, as: who, log)
            agent.stream.close()
            try await eventually(within: .seconds(20), "a clean-up was put off") {
                station.sink.records.contains {
                    $0.message == "hosts past their retention stay in memory: not everything is on disk yet"
                }
            }
            #expect(try await station.client.names("/containers").count == 2)
            disk.recover()
            try await waitForOffline(station)
            #expect(try await station.client.names("/containers?retained=1").count == 2)
        }
    }

    @Test func `can't be asked for in ways that make no sense`() async throws {
        try await Station.with { station in
            let seen9 = try await station.client.get("/containers?retained=1&watch=1").status
            #expect(seen9 == 400)
            let seen10 = try await station.client.get("/containers?retained=perhaps").status
            #expect(seen10 == 400)
        }
        await #expect(throws: (any Error).self) {
            var options = Station.Options()
            options.arguments = ["--memory-retention", "2h", "--disk-retention", "1h"]
            try await Station.with(options) { _ in }
        }
    }
}
