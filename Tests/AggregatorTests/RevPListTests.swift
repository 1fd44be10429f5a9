import HTTP
import Inventory
import JSON
import TestSupport
import Testing
import Wire

/// Requirements D1, D6 and B13: what labels say to reverse proxies, over all hosts.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `A list of services from labels` {
    private static func fleet(_ body: (Client) async throws -> Void) async throws {
        try await Station.with { station in
            let attic = try Who("attic")
            var log = attic.log
            func put(
                _ number: Int, _ name: String, _ labels: [String: String], state: ContainerState = .running
            ) {
                log.put(Sample.id(number), Sample.container(number, name: name, state: state, labels: labels))
            }
            put(
                1, "web",
                ["snadboy.revp.8080.domain": "Web.Example.com,b\u{fc}cher.example", "tier": "front"])
            put(2, "plain", ["tier": "front", "snadboy.revpx.domain": "a.example.com"])
            put(3, "both", ["snadboy.revp.domain": "a.example.com", "snadboy.revp.9090.domain": "10.0.0.1"])
            put(4, "gone", ["snadboy.revp.domain": "old.example.com"], state: .exited)
            put(5, "odd", ["snadboy.revp.shoes": "\u{1b}[31m{$HOME}`"])
            log.completed()
            _ = try await RawAgent.synchronized(station, as: attic, log)
            let cellar = try Who("cellar")
            log = cellar.log
            var config = Config(name: "cut")
            config.labels = ["snadboy.revp.domain": "cut.example.com", "snadboy.revp.middleware": "auth"]
            config.truncated = ["labels.snadboy.revp.middleware": Truncation(length: 9_000, digest: "0")]
            log.put(
                Sample.id(6),
                EncodedContainer(
                    Container(
                        id: Sample.id(6), status: Status(state: .running), network: Network(), config: config)
                ))
            log.completed()
            _ = try await RawAgent.synchronized(station, as: cellar, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 6 }
            try await body(client)
        }
    }

    @Test func `holds every container with such a label, and no other`() async throws {
        try await Self.fleet { client in
            for (target, names) in [
                ("/revp/services", ["web", "both", "gone", "odd", "cut"]),
                ("/revp/services?all=0", ["web", "both", "odd", "cut"]),
                ("/revp/services?host=cellar", ["cut"]), ("/revp/services?labelSelector=tier", ["web"]),
                ("/revp/services?name=gone", ["gone"]), ("/revp/services?name=plain", []),
            ] {
                let list = try await client.json(target)
                #expect(Set(try await client.names(target)) == Set(names), "\(target)")
                #expect(list["total"]?.integer == Int64(names.count), "\(target)")
            }
            let page = try await client.json("/revp/services?limit=2")
            #expect(
                page["items"]?.elements?.count == 2 && page["continue"]?.string != nil
                    && page["total"]?.integer == 5)
            #expect(try await client.get("/revp/services?fields=id").status == 400)
            #expect(try await client.get("/revp").status == 404)
        }
    }

    @Test func `tells of each what its labels say and what is wrong`() async throws {
        try await Self.fleet { client in
            let items = try await client.json("/revp/services")["items"]?.elements ?? []
            func item(_ name: String) throws -> JSONValue {
                try #require(items.first { $0["name"]?.string == name })
            }
            let web = try item("web")
            let service = try #require(web["services"]?[0])
            #expect(web["host"]?.string == "attic" && web["status"]?["state"]?.string == "running")
            #expect(service["port"]?.integer == 8080 && service["key"]?.string == "8080")
            #expect(
                service["domains"]?.elements?.compactMap { $0["name"]?.string } == [
                    "web.example.com", "xn--bcher-kva.example",
                ])
            #expect(service["given"]?.elements?.compactMap(\.string) == ["domain"])
            #expect(web["diagnostics"] == nil && web["refused"] == nil)
            let both = try item("both")
            #expect(both["services"]?.elements?.count == 1 && both["refused"]?[0]?["key"]?.string == "9090")
            #expect(both["diagnostics"]?[0]?["code"]?.string == "ip-domain")
            #expect(both["diagnostics"]?[0]?["service"]?.string == "9090")
            let odd = try item("odd")
            #expect(odd["additional"]?[0]?["value"]?.string == "\u{1b}[31m{$HOME}`")
            #expect(odd["diagnostics"]?[0]?["value"]?.string == "\\u{1b}[31m{$HOME}`")
            let cut = try item("cut")
            #expect(cut["services"] == nil && cut["diagnostics"]?[0]?["code"]?.string == "label-cut")
        }
    }

    /// Requirement B13: the record holds the parsed services with their diagnostics.
    @Test func `stands in the record of one container too`() async throws {
        try await Self.fleet { client in
            let record = try await client.json("/containers/attic/\(Sample.id(3))")
            #expect(record["revp"]?["services"]?.elements?.count == 1)
            #expect(record["revp"]?["diagnostics"]?[0]?["code"]?.string == "ip-domain")
            #expect(try await client.json("/containers/attic/\(Sample.id(2))")["revp"] == nil)
        }
    }
}
