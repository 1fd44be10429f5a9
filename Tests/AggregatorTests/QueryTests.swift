import AgentCore
import AggregatorCore
import HTTP
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Watch
import Wire

/// Requirements B6 and B7 as the API gives them.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `A question to the API` {
    /// Two labelled hosts with containers to tell apart.
    static func fleet(_ body: (Client) async throws -> Void) async throws {
        try await Station.with(Station.Options(heartbeat: "200ms")) { station in
            var attic = try Who("attic")
            attic.labels = ["room": "roof", "rack": "7"]
            var log = attic.log
            log.put(
                Sample.id(1), Sample.container(1, name: "web-1", labels: ["tier": "front", "com.x/y": "1"]))
            log.put(Sample.id(2), Sample.container(2, name: "db", state: .exited, labels: ["tier": "back"]))
            log.put(
                Sample.id(3),
                Sample.container(
                    3, name: "env", environment: ["MODE": .value("prod"), "KEY": .digest("0123456789abcdef")])
            )
            log.completed()
            _ = try await RawAgent.synchronized(station, as: attic, log)
            var cellar = try Who("cellar")
            cellar.labels = ["room": "ground"]
            log = cellar.log
            log.put(Sample.id(4), Sample.container(4, name: "web-1", labels: ["tier": "front"]))
            log.completed()
            _ = try await RawAgent.synchronized(station, as: cellar, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 4 }
            try await body(client)
        }
    }

    static let questions: [(String, [String])] = [
        ("/containers?filter=name=web", ["web-1", "web-1"]), ("/containers?filter=name%3D%5Edb%24", ["db"]),
        ("/containers?filter=status=exited&all=0", ["db"]),
        ("/containers?filter=status=exited&filter=status=running&host=attic", ["web-1", "db", "env"]),
        ("/containers?filters=%7B%22status%22:%5B%22exited%22%5D%7D", ["db"]),
        (
            "/containers?filters=%7B%22label%22:%7B%22tier=front%22:true,%22x%22:false%7D%7D",
            ["web-1", "web-1"]
        ),
        ("/containers?filter=env=MODE", ["env"]),
        ("/containers?filter=env=MODE=prod&filter=env=KEY", ["env"]),
        ("/containers?filter=env=MODE=test", []), ("/containers?filter=env=KEY=0123456789abcdef", []),
        ("/containers?filter=exited=137", ["db"]),
        ("/containers?filter=ancestor=nginx:1.25&all=0&host=cellar", ["web-1"]),
        ("/containers?hostSelector=room=roof", ["web-1", "db", "env"]),
        ("/containers?hostSelector=room%20in%20(roof,ground),!rack", ["web-1"]),
        ("/containers?hostSelector=rack&host=cellar", []),
        // Two hosts have a web-1; one of them is asked about.
        ("/containers?host=cellar&filter=since=web-1", []), ("/containers?filter=before=db", []),
        ("/containers?filter=since=attic/web-1", []),
        ("/search?q=WEB", ["web-1", "web-1"]), ("/search?q=nothing", []),
    ]

    /// B6, B7.
    @Test func `is answered with what it asks for`() async throws {
        try await Self.fleet { client in
            for (target, names) in Self.questions {
                #expect(try await client.names(target).sorted() == names.sorted(), "\(target)")
            }
            let found = try await client.json("/search?q=EB-&limit=1&fields=name")
            #expect(found["hosts"]?.integer == 2 && found["hostsWithMatches"]?.integer == 2)
            #expect(found["total"]?.integer == 2 && found["items"]?.text == #"[{"name":"web-1"}]"#)
            // Also what has ended, as with docker.
            #expect(try await client.names("/containers?last=4&all=0").count == 4)
            #expect(try await client.names("/containers?last=2").count == 2)
            let hosts = try await client.json("/hosts?hostSelector=room!=roof")
            #expect(hosts["items"]?.elements?.compactMap { $0["id"]?.string } == ["cellar"])
            #expect(hosts["heartbeatMs"]?.integer == 200)
        }
    }

    /// B6: keys and values with counts, in pages.
    @Test func `about labels is answered with counts`() async throws {
        try await Self.fleet { client in
            #expect(
                try await client.json("/labels")["items"]?.text
                    == #"[{"key":"com.x/y","containers":1,"values":1},{"key":"tier","containers":3,"values":2}]"#
            )
            let page = try await client.json("/labels?limit=1")
            #expect(page["total"]?.integer == 2 && page["continue"]?.string == "com.x/y")
            let next = try await client.json("/labels?limit=1&continue=com.x%2Fy")
            #expect(
                next["items"]?.elements?.compactMap { $0["key"]?.string } == ["tier"]
                    && next["continue"] == nil)
            #expect(try await client.json("/labels?prefix=ti")["total"]?.integer == 1)
            #expect(
                try await client.json("/labels/tier")["items"]?.text
                    == #"[{"value":"back","containers":1},{"value":"front","containers":2}]"#)
            #expect(try await client.json("/labels/com.x%2Fy")["total"]?.integer == 1)
            #expect(
                try await client.json("/labels/tier?limit=1&continue=back")["items"]?.elements?.count == 1)
            #expect(try await client.get("/labels/absent").status == 404)
        }
    }

    static let refused: [`A list`.Refused] = [
        .init("/containers?filter=colour=red", "colour", "ancestor", "volume"),
        .init("/containers?filter=status=gone", "status=gone", "paused"),
        .init("/containers?filter=nothing", "KEY=VALUE"),
        .init("/containers?filter=name=a(", "name=a(", "character"),
        .init("/containers?filters=5", "JSON object"),
        .init("/containers?filters=%7B%22status%22:%5B1%5D%7D", "JSON object"),
        .init("/containers?last=0", "last"),
        .init("/containers?last=1&limit=1", "last"),
        .init("/containers?hostSelector=a%3D(", "hostSelector", "character 3"),
        .init("/containers?filter=before=web-1", "2 containers", "attic/web-1", "cellar/web-1"),
        .init("/containers?filter=since=absent", "no host has"), .init("/search", "q=TEXT"),
        .init("/search?q=", "q=TEXT"),
        .init("/search?q=a&host=b", "host"), .init("/labels?q=a", "prefix"),
        .init("/hosts?filter=name=a", "hostSelector"),
    ]

    /// B6, bad input: what is wrong, and what is known.
    @Test func `is refused with a reason when it is wrong`() async throws {
        try await Self.fleet { client in
            for refused in Self.refused {
                let response = try await client.get(refused.target)
                #expect(response.status == 400, "\(refused.target): \(response.text)")
                let detail = try JSONValue(parsing: response.body)["detail"]?.string ?? ""
                for word in refused.says { #expect(detail.contains(word), "\(refused.target): \(detail)") }
            }
            let near = try await client.get("/containers?host=attik")
            #expect(near.status == 404 && near.text.contains("did you mean attic?"))
        }
    }

    /// B17: how old a host's rows are follows from heartbeats that agree, and from no others.
    @Test func `about a host is answered with the age of its rows`() async throws {
        try await Station.with(Station.Options(heartbeat: "200ms")) { station in
            let agent = try LiveAgent(Who("web"), to: station.agents)
            agent.report([(Sample.id(1), Sample.container(1))])
            let client = station.client
            func age() async throws -> Int64? {
                let hosts = try await client.json("/hosts")["items"]
                return hosts?[0]?["confirmedAgeMs"]?.integer
            }
            try await agent.reporting { agent in
                try await eventually("confirmed by a heartbeat") {
                    let confirmed = try await age() ?? 1_000
                    return try await client.state(of: "web") == "live" && confirmed < 400
                }
                agent.host.engine(.unreachable(reason: "stopped", since: 5))
                // Heartbeats go on, and confirm nothing.
                try await eventually("no longer confirmed") { try await age() ?? 0 > 1_000 }
                let heard = try await client.json("/hosts/web")["ageMs"]?.integer ?? .max
                #expect(heard < 1_000)
            }
        }
    }
}
