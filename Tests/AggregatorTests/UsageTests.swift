import AggregatorCore
import Fleet
import HTTP
import Inventory
import JSON
import Journal
import OS
import TestSupport
import Testing
import Wire

/// Requirements B8, B16, C10: what containers use, from frames `stats` to the API.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `What containers use` {
    static func stats(
        _ number: Int, cpu: Int64? = nil, memory: Int64? = nil, limit: Int64 = 0
    ) -> StatsReport.Sample {
        var stats = ContainerStats()
        stats.cpu = cpu
        stats.memory = memory
        stats.memoryLimit = limit
        stats.pids = 7
        return StatsReport.Sample(id: Sample.id(number), stats: stats)
    }

    static func report(_ samples: [StatsReport.Sample], age: Int64 = 0) -> Message {
        // The host's clock is far from ours, and only differences of it count.
        .stats(StatsReport(now: 5_000_000, at: 5_000_000 - age, interval: 30_000, samples: samples))
    }

    /// A host with a GiB of memory and containers 1 to 4, of which the last doesn't run, and its agent.
    static func agent(
        _ station: Station, as who: Who, operations: [String] = [], sending samples: [Message] = []
    ) async throws -> RawAgent {
        var log = Sample.log(who, 1...3)
        log.put(Sample.id(4), Sample.container(4, state: .exited))
        log.completed()
        var hello = who.hello(log.offer)
        hello.engine.memory = 1 << 30
        hello.operations = operations
        let (agent, answer) = try await RawAgent.greeting(station, hello)
        guard case .welcome(let welcome) = answer else { throw Unexpected("not welcome: \(answer)") }
        #expect(welcome.features.contains(Feature.stats))
        if case .manifest(let resync) = welcome.opening {
            try await agent.synchronize(log, resync: resync, from: 1)
        }
        for sample in samples { try await agent.send(sample) }
        return agent
    }

    static func path(_ number: Int, host: String = "attic") -> String {
        "/containers/\(host)/\(Sample.id(number))/stats"
    }

    static let samples: [StatsReport.Sample] = [
        stats(1, cpu: 9_050, memory: 256 << 20), stats(2, cpu: 100, memory: 95, limit: 100),
        stats(3, cpu: nil, memory: 1 << 20), stats(4, cpu: 99_999), stats(77, cpu: 99_999),
    ]

    /// B13, B16, C10.
    @Test func `is shown with its age, and changes nothing that a record's change would`() async throws {
        try await Station.with { station in
            let who = try Who("attic")
            let agent = try await Self.agent(station, as: who)
            let client = station.client
            let tag = try await client.get("/containers").headers["etag"]
            let revision = station.aggregator.journal.current
            let none = try await client.json(Self.path(1))
            #expect(none["stats"] == nil && none["reason"]?.string?.contains("no samples") == true)
            try await agent.send(Self.report(Self.samples, age: 130_000))
            try await eventually { try await client.json(Self.path(1))["stats"] != nil }
            let shown = try await client.json(Self.path(1))
            #expect(shown["host"]?.string == "attic" && shown["name"]?.string == "c1")
            let stats = try #require(shown["stats"])
            #expect(stats["cpuPercent"]?.number == 90.5)
            #expect(stats["memory"]?.integer == 256 << 20)
            #expect(stats["memoryLimit"]?.integer == 0)
            #expect(stats["memoryAvailable"]?.integer == 1 << 30)
            #expect(stats["memoryPercent"]?.number == 25)
            #expect(stats["pids"]?.integer == 7)
            #expect(stats["networkReceived"] == nil)
            #expect(stats["state"]?.string == "stale")
            let age = try #require(stats["age"]?.integer)
            #expect((130_000..<150_000).contains(age))
            // One that doesn't run uses nothing, whatever its host says.
            let stopped = try await client.json(Self.path(4))
            #expect(stopped["stats"] == nil)
            #expect(stopped["reason"]?.string?.contains("exited") == true)
            // Nothing of the state has changed.
            #expect(try await client.get("/containers").headers["etag"] == tag)
            #expect(station.aggregator.journal.current == revision)
            let known = try await client.get("/containers", headers: ["If-None-Match": tag ?? ""])
            #expect(known.status == 304)
            // Where samples are in the answer, or decide what is, there is no tag that would outlive them.
            for target in ["/containers?fields=id,stats", "/containers?filter=cpu%3E80"] {
                #expect(try await client.get(target).headers["etag"] == nil, "\(target)")
                let again = try await client.get(target, headers: ["If-None-Match": tag ?? ""])
                #expect(again.status == 200, "\(target)")
            }
            let list = try await client.json("/containers?fields=name,stats&name=c2")
            #expect(list["items"]?.elements?.first?["stats"]?["memoryPercent"]?.number == 95)
            #expect(try await client.json("/containers").text.contains("cpuPercent") == false)
            let record = try await client.json("/containers/attic/\(Sample.id(1))")
            #expect(record["stats"]?["cpuPercent"]?.number == 90.5)
            let tally = try #require(station.aggregator.hosts[who.host]?.stats)
            #expect(tally.reports == 1 && tally.samples == 5 && tally.unknown == 1 && tally.stopped == 1)
        }
    }

    /// B8.
    @Test func `ranks containers and is asked for by thresholds`() async throws {
        try await Station.with { station in
            let attic = try await Self.agent(
                station, as: try Who("attic"), sending: [Self.report(Self.samples)])
            let cellar = try await Self.agent(
                station, as: try Who("cellar"),
                sending: [Self.report([Self.stats(1, cpu: 20_000, memory: 5, limit: 100)], age: 200_000)])
            let client = station.client
            try await eventually { try await client.json("/usage/top")["sampled"]?.integer == 4 }
            let questions: [(String, [String])] = [
                ("/usage/top", ["cellar/c1", "attic/c1", "attic/c2"]),
                ("/usage/top?limit=1", ["cellar/c1"]),
                ("/usage/top?by=memory", ["attic/c1", "attic/c3", "attic/c2", "cellar/c1"]),
                ("/usage/top?by=memoryPercent&limit=2", ["attic/c2", "attic/c1"]),
                ("/usage/top?host=attic", ["attic/c1", "attic/c2"]),
                ("/usage/top?filter=memory%3C90", ["cellar/c1", "attic/c1"]),
                ("/usage/top?labelSelector=tier=front", []),
                ("/containers?filter=cpu%3E80", ["attic/c1", "cellar/c1"]),
                ("/containers?filter=cpu%3E%3D90.5&filter=cpu%3C100", ["attic/c1"]),
                ("/containers?filter=memory%3E90&filter=memory%3C%3D95", ["attic/c2"]),
                ("/containers?filters=%7B%22memory%22:%5B%22%3E90%22%5D%7D", ["attic/c2"]),
                ("/containers?filter=restarts%3E0", []),
            ]
            for (target, expected) in questions {
                let items = try await client.json(target)["items"]?.elements ?? []
                let names = items.map { "\($0["host"]?.string ?? "")/\($0["name"]?.string ?? "")" }
                #expect(names == expected, "\(target)")
            }
            let first = try await client.json("/usage/top?fields=name&limit=1")["items"]?.elements?.first
            #expect(first?["stats"]?["cpuPercent"]?.number == 200)
            #expect(first?["id"] == nil)
            let refused = [
                ("/usage/top?by=size", "memoryPercent"), ("/usage/top?limit=1001", "1000"),
                ("/usage/top?limit=0", "limit"), ("/containers?filter=cpu%3Ehigh", ">="),
                ("/containers?filter=restarts%3E1.5", "whole number"),
                ("/containers?filter=disk%3E5", "restarts"),
                ("/containers/attic/\(Sample.id(1))/stats?live=1", "watch"),
            ]
            for (target, word) in refused {
                let response = try await client.get(target)
                #expect(response.status == 400, "\(target)")
                #expect(response.text.contains(word), "\(target): \(response.text)")
            }
            withExtendedLifetime((attic, cellar)) {}
        }
    }

    /// C10.
    @Test func `is told to those who watch as it comes`() async throws {
        try await Station.with(Station.Options(quiet: .milliseconds(200))) { station in
            let who = try Who("attic")
            let agent = try await Self.agent(station, as: who, sending: [Self.report(Self.samples)])
            let client = station.client
            try await eventually { try await client.json(Self.path(1))["stats"] != nil }
            let request = HTTPRequest(.get, "/api/v1" + Self.path(1) + "?watch=1")
            let reader = WatchReader(try await client.http.open(request, deadline: .after(.seconds(10))))
            let first = try #require(try await reader.next())
            #expect(first["type"]?.string == "stats" && first["stats"]?["cpuPercent"]?.number == 90.5)
            // Also while nothing comes, with the age that it has by then.
            let ages = [first, try await reader.next(), try await reader.next(), try await reader.next()]
            let last = try #require(ages.last??["stats"]?["age"]?.integer)
            #expect(last > first["stats"]?["age"]?.integer ?? .max)
            try await agent.send(Self.report([Self.stats(1, cpu: 4_200)]))
            while let line = try await reader.next(), line["stats"]?["cpuPercent"]?.number != 42 {}
            agent.stream.close()
            while let line = try await reader.next(), line["hostState"]?.string != "silent" {}
            // A container that goes ends what is told of it.
            _ = try await station.aggregator.door.forget(who.host)
            var end: JSONValue?
            while let line = try await reader.next() { end = line }
            #expect(end?["type"]?.string == "end")
            #expect(try await client.get(Self.path(1)).status == 404)
        }
    }

    /// C10: one demand for all who watch, which ends with the last of them.
    @Test func `is sampled each second while somebody watches`() async throws {
        try await Station.with(Station.Options(quiet: .milliseconds(200))) { station in
            let agent = try await Self.agent(
                station, as: try Who("attic"), operations: [Operation.stats])
            let client = station.client
            let request = HTTPRequest(.get, "/api/v1" + Self.path(1) + "?watch=1")
            let one = WatchReader(try await client.http.open(request, deadline: .after(.seconds(10))))
            let asked = try await agent.expect("a demand") { message -> AgentRequest? in
                if case .request(let request) = message { request } else { nil }
            }
            #expect(asked.operation == Operation.stats && asked.container == Sample.id(1))
            let other = WatchReader(try await client.http.open(request, deadline: .after(.seconds(10))))
            try await agent.send(.reply(AgentReply(id: asked.id)))
            try await agent.send(Self.report([Self.stats(1, cpu: 700)]))
            for reader in [one, other] {
                while let line = try await reader.next(),
                    line["live"]?.bool != true || line["stats"]?["cpuPercent"]?.number != 7
                {}
            }
            one.body.close()
            // The other one goes on, without another demand.
            try await agent.send(Self.report([Self.stats(1, cpu: 800)]))
            while let line = try await other.next(), line["stats"]?["cpuPercent"]?.number != 8 {}
            other.body.close()
            let next = try await agent.expect("the end of the demand") { message -> Message? in
                switch message {
                case .request, .cancel: message
                default: nil
                }
            }
            #expect(next == .cancel(Cancel(id: asked.id)))
        }
    }

    /// C10: who can't be asked says so, and samples come as they do anyway.
    @Test func `says why it is not sampled each second`() async throws {
        try await Station.with(Station.Options(quiet: .milliseconds(200))) { station in
            let agent = try await Self.agent(station, as: try Who("attic"))
            let request = HTTPRequest(.get, "/api/v1" + Self.path(1) + "?watch=1")
            let reader = WatchReader(
                try await station.client.http.open(request, deadline: .after(.seconds(10))))
            var reason: String?
            while reason == nil, let line = try await reader.next() { reason = line["liveReason"]?.string }
            #expect(reason?.contains("attic") == true)
            withExtendedLifetime(agent) {}
        }
    }

    /// B16: the last sample is there after a restart, as old as it is.
    @Test func `survives a restart of the aggregator, with its true age`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("attic")
            let started = WallClock.now()
            try await Station.with(folder) { station in
                let agent = try await Self.agent(
                    station, as: who, sending: [Self.report(Self.samples, age: 60_000)])
                try await eventually { try await station.client.json(Self.path(1))["stats"] != nil }
                agent.stream.close()
                try await eventually { try await station.client.state(of: "attic") == "silent" }
                try await eventually { await station.aggregator.door.hasArchivedSamples }
                try await station.settle()
            }
            try await Station.with(folder) { station in
                let stats = try #require(try await station.client.json(Self.path(1))["stats"])
                #expect(stats["cpuPercent"]?.number == 90.5)
                let age = try #require(stats["age"]?.integer)
                #expect((60_000...60_000 + WallClock.now() - started + 100).contains(age))
                let top = try await station.client.json("/usage/top?by=memoryPercent")
                #expect(top["items"]?.elements?.compactMap { $0["name"]?.string } == ["c2", "c1", "c3"])
                _ = try await station.aggregator.door.forget(who.host)
                try await station.settle()
            }
            try await Station.with(folder) { station in
                let sampled = try await station.client.json("/usage/top")["sampled"]?.integer
                #expect(sampled == 0)
            }
        }
    }

    /// B16.
    @Test func `is written down and read back`() throws {
        var whole = ContainerStats()
        whole.cpu = 1
        whole.cpuTime = .max - 1
        whole.memory = 0
        whole.memoryLimit = 127
        whole.pids = 128
        whole.received = 1 << 40
        whole.sent = 4
        whole.read = 5
        whole.written = 6
        let samples = [
            StatsSample(id: Sample.id(1), stats: whole, at: 1_000),
            StatsSample(id: Sample.id(2), stats: ContainerStats(), at: -5),
        ]
        let bytes = SampleArchive.encoded(samples, now: 2_000)
        let back = SampleArchive.samples(bytes, elapsed: 100, now: 10_000)
        #expect(back.map(\.stats) == samples.map(\.stats) && back.map(\.id) == samples.map(\.id))
        #expect(back.map(\.at) == [8_900, 7_895])
        // Whatever the file holds, nothing traps, and only whole samples come back.
        for end in 0..<bytes.count {
            #expect(SampleArchive.samples(Array(bytes[..<end]), elapsed: 0, now: 0).count <= 1)
        }
        for place in bytes.indices {
            var broken = bytes
            broken[place] ^= 0xFF
            #expect(SampleArchive.samples(broken, elapsed: .max, now: .min / 4).count <= 2)
        }
        #expect(SampleArchive.samples([1] + Array(repeating: 0xFF, count: 200), elapsed: 0, now: 0).isEmpty)
    }
}

extension JSONValue {
    /// A number, whole or not.
    fileprivate var number: Double? {
        switch self {
        case .double(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}
