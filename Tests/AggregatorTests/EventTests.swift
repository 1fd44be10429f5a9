import HTTP
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Wire

/// B15: events that agents tell are kept and can be asked for.
@Suite(.timeLimit(.minutes(1))) struct `Events over the API` {
    private static let base: Int64 = 1_795_172_694_000

    private static func event(
        _ at: Int64, _ action: String, _ name: String = "web", type: String = "container"
    ) -> EventReport.Event {
        var event = EventReport.Event(at: base + at, type: type, action: action, actor: "aa\(name)")
        event.nanoseconds = 123_456
        event.attributes = ["name": name, "image": "nginx:1", "app": name]
        return event
    }

    private static func report(_ events: [EventReport.Event], missed: Int64 = 0) -> Message {
        .events(EventReport(now: base, missed: missed, events: events))
    }

    private static func actions(_ list: JSONValue) -> [String] {
        (list["items"]?.elements ?? []).map {
            "\($0["host"]?.string ?? "") \($0["actor"]?["attributes"]?["name"]?.string ?? "") \($0["action"]?.string ?? "")"
        }
    }

    /// A follower's next line of a kind.
    private static func line(_ watch: WatchReader, _ type: String) async throws -> JSONValue {
        try #require(try await watch.events(to: type).last)
    }

    private static func follow(_ station: Station, _ query: String) async throws -> WatchReader {
        WatchReader(
            try await station.client.http.open(
                HTTPRequest(.get, "/api/v1/events?watch=1\(query)"), deadline: .after(.seconds(10))))
    }

    @Test func `come in the order of time, with docker's filters and times`() async throws {
        try await Station.with { station in
            let attic = try await RawAgent.welcomed(station, as: try Who("attic"))
            let barn = try await RawAgent.welcomed(station, as: try Who("barn"))
            try await attic.send(Self.report([Self.event(0, "create"), Self.event(20, "start")]))
            try await barn.send(
                Self.report([Self.event(10, "die", "db"), Self.event(30, "pull", "x", type: "image")]))
            try await eventually(within: .seconds(10), "four events") {
                Self.actions(try await station.client.json("/events")).count == 4
            }
            let all = try await station.client.json("/events")
            #expect(
                Self.actions(all) == ["attic web create", "barn db die", "attic web start", "barn x pull"])
            let first = try #require(all["items"]?.elements?.first)
            #expect(first["timeNano"]?.integer == Self.base * 1_000_000 + 123_456)
            #expect(first["time"]?.integer == Self.base / 1_000)
            for (query, expected) in [
                ("filter=event=start", ["attic web start"]),
                ("filters=%7B%22type%22%3A%5B%22image%22%5D%7D", ["barn x pull"]),
                ("host=barn", ["barn db die", "barn x pull"]),
                ("filter=host=attic&filter=event=create", ["attic web create"]),
                ("filter=label=app=db", ["barn db die"]),
                ("since=\(Self.base / 1_000).015&until=2026-11-20T11:04:54.025Z", ["attic web start"]),
            ] {
                #expect(
                    Self.actions(try await station.client.json("/events?\(query)")) == expected, "\(query)")
            }
            let page = try await station.client.json("/events?limit=3")
            #expect(Self.actions(page).count == 3)
            let next = try #require(page["continue"]?.string)
            #expect(
                Self.actions(try await station.client.json("/events?limit=3&continue=\(next)")) == [
                    "barn x pull"
                ])
        }
    }

    @Test func `are not taken twice when an agent repeats them, and gaps are told`() async throws {
        try await Station.with { station in
            let who = try Who("attic")
            let agent = try await RawAgent.welcomed(station, as: who)
            try await agent.send(Self.report([Self.event(0, "create"), Self.event(20, "start")]))
            let again = try await RawAgent.welcomed(station, as: who)
            try await again.send(
                Self.report(
                    [Self.event(0, "create"), Self.event(20, "start"), Self.event(40, "die")], missed: 3))
            try await eventually(within: .seconds(10), "the last one") {
                Self.actions(try await station.client.json("/events")).last == "attic web die"
            }
            let all = try await station.client.json("/events")
            #expect(Self.actions(all) == ["attic web create", "attic web start", "attic web die"])
            // A gap lies where the aggregator's clock was when it came.
            let gap = try #require(all["missed"]?.elements?.first)
            #expect(gap["count"]?.integer == 3 && gap["host"]?.string == "attic")
        }
    }

    /// C8 in shape: each reader goes on where it was, whatever came meanwhile.
    @Test func `are followed live, from the past on, and from a cursor on`() async throws {
        try await Station.with { station in
            let agent = try await RawAgent.welcomed(station, as: try Who("attic"))
            try await agent.send(Self.report([Self.event(0, "create")]))
            try await eventually(within: .seconds(10), "the first event") {
                Self.actions(try await station.client.json("/events")).count == 1
            }
            let live = try await Self.follow(station, "")
            _ = try await Self.line(live, "bookmark")
            let past = try await Self.follow(station, "&since=0&filter=event=create&filter=event=start")
            #expect(try await Self.line(past, "event")["event"]?["action"]?.string == "create")
            _ = try await Self.line(past, "bookmark")
            try await agent.send(Self.report([Self.event(20, "start"), Self.event(30, "die")]))
            #expect(try await Self.line(live, "event")["event"]?["action"]?.string == "start")
            let die = try await Self.line(live, "event")
            #expect(die["event"]?["action"]?.string == "die")
            let start = try await Self.line(past, "event")
            #expect(start["event"]?["action"]?.string == "start")
            let cursor = try #require(start["cursor"]?.string)
            let resumed = try await Self.follow(station, "&after=\(cursor)")
            let first = try #require(try await resumed.next())
            #expect(first["cursor"] == die["cursor"])
            let strange = try await Self.follow(station, "&after=abc.17")
            #expect(try #require(try await strange.next())["type"]?.string == "missed")
        }
    }

    @Test func `end when their time is over`() async throws {
        try await Station.with { station in
            let past = try await Self.follow(station, "&since=0&until=1s")
            #expect(try await past.events(to: "end").map { $0["type"]?.string } == ["bookmark", "end"])
            #expect(try await past.next() == nil)
            let soon = try await Self.follow(station, "&until=-200ms")
            #expect(try await soon.events(to: "end").last != nil)
        }
    }

    @Test(arguments: [
        "since=yesterday", "until=x", "filter=nothing", "filter=daemon=x", "filters=[]", "limit=0",
        "watch=maybe",
        "after=5f.1", "continue=x", "since=2&until=1", "since=1&since=2", "after=x&watch=1", "nonsense=1",
    ])
    func `are refused with a reason when the question is wrong`(query: String) async throws {
        try await Station.with { station in
            let response = try await station.client.get("/events?\(query)")
            #expect(response.status == 400, "\(query): \(response.text)")
            #expect(try JSONValue(parsing: response.body)["code"]?.string == "bad-request")
        }
    }

    @Test func `of a host that nobody knows are a 404`() async throws {
        try await Station.with { station in
            let response = try await station.client.get("/events?host=nobody")
            #expect(response.status == 404)
            #expect(try JSONValue(parsing: response.body)["code"]?.string == "host-not-found")
        }
    }

    /// C9: events survive a restart of the aggregator; what the agent repeats then is known.
    @Test func `are kept over a restart`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("attic")
            try await Station.with(folder) { station in
                let agent = try await RawAgent.welcomed(station, as: who)
                try await agent.send(Self.report([Self.event(0, "create"), Self.event(20, "start")]))
                try await eventually(within: .seconds(10), "two events") {
                    Self.actions(try await station.client.json("/events")).count == 2
                }
            }
            try await Station.with(folder) { station in
                #expect(Self.actions(try await station.client.json("/events")).count == 2)
                let agent = try await RawAgent.welcomed(station, as: who.restarted)
                try await agent.send(Self.report([Self.event(20, "start"), Self.event(30, "die")]))
                try await eventually(within: .seconds(10), "one more") {
                    Self.actions(try await station.client.json("/events")).count == 3
                }
            }
        }
    }
}
