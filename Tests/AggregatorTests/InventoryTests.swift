import AgentCore
import Docker
import HTTP
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Watch
import Wire

/// Requirements B4, B5, B6, B9, B10, B12, C2 and H9 as the API gives them.
@Suite(.timeLimit(.minutes(2)), .serialized) struct `An inventory over the API` {
    /// A container with mounts, ports and a health check.
    static func container(
        _ number: Int, _ name: String, state: ContainerState = .running, mounts: [String] = [],
        ports: [Port] = [],
        health: String? = nil, compose: Compose? = nil, environment: [String: EnvironmentValue] = [:]
    ) -> EncodedContainer {
        var status = Status(state: state)
        status.health = health.map { Health(status: $0, failingStreak: $0 == Health.unhealthy ? 3 : 0) }
        var network = Network()
        network.mode = "bridge"
        if state == .running {
            network.ports = ports
            var endpoint = Inventory.Endpoint(name: "bridge")
            endpoint.ip = "172.17.0.\(number)"
            var first = Inventory.Endpoint(name: "aaa")
            first.ip = "10.9.9.9"
            network.networks = [first, endpoint]
        }
        var config = Config(name: name)
        config.image = "app:1"
        config.created = 1_700_000_000_000
        config.environment = environment
        config.portBindings = ports
        config.mounts = mounts.map { source in
            let isVolume = !source.hasPrefix("/")
            var mount = Mount(type: isVolume ? "volume" : "bind", destination: "/data")
            mount.name = isVolume ? source : ""
            mount.source = isVolume ? "/var/lib/docker/volumes/\(source)/_data" : source
            mount.driver = isVolume ? "local" : ""
            mount.isWritable = isVolume
            return mount
        }
        return EncodedContainer(
            Container(
                id: Sample.id(number), status: status, network: network, config: config, compose: compose))
    }

    static func fleet(_ body: (Station, Client) async throws -> Void) async throws {
        try await Station.with { station in
            let attic = try Who("attic")
            var log = attic.log
            var shop = Sample.compose("shop", "web")
            shop.configFiles = ["/srv/shop/compose.yaml"]
            let web = Port(privatePort: 80, publicPort: 8_080, ip: "0.0.0.0")
            log.put(
                Sample.id(1),
                container(
                    1, "web", mounts: ["/srv/appdata/web", "/etc/web"],
                    ports: [web, Port(privatePort: 80, publicPort: 8_080, ip: "::")], health: Health.healthy,
                    compose: shop, environment: ["MODE": .value("prod"), "KEY": .digest("0123456789abcdef")]))
            log.put(
                Sample.id(2),
                container(
                    2, "web-old", state: .exited, mounts: ["cache"],
                    ports: [Port(privatePort: 80, publicPort: 8_080, ip: "10.0.0.1")], compose: shop))
            log.put(
                Sample.id(3),
                container(
                    3, "dns", mounts: ["/srv/appdata2"],
                    ports: [Port(privatePort: 53, publicPort: 8_080, ip: "0.0.0.0", type: "udp")],
                    health: Health.unhealthy))
            log.completed()
            _ = try await RawAgent.synchronized(station, as: attic, log)
            let cellar = try Who("cellar")
            log = cellar.log
            log.put(
                Sample.id(4),
                container(
                    4, "web", mounts: ["/srv/appdata/web"], ports: [web], health: Health.starting,
                    compose: Sample.compose("shop", "")))
            log.completed()
            _ = try await RawAgent.synchronized(station, as: cellar, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 4 }
            try await body(station, client)
        }
    }

    private static func rows(_ document: JSONValue, _ row: (JSONValue) -> String) -> [String] {
        (document["items"]?.elements ?? []).map(row)
    }

    /// B9.
    @Test func `tells who mounts what at or under a path`() async throws {
        try await Self.fleet { _, client in
            func mounts(_ query: String) async throws -> [String] {
                Self.rows(try await client.json("/mounts" + query)) { mount in
                    func text(_ name: String) -> String { mount[name]?.string ?? "" }
                    let name = mount["container"]?["name"]?.string ?? ""
                    return
                        "\(text("host"))/\(name) \(text("type")) \(text("source")) \(mount["rw"]?.bool == true)"
                }.sorted()
            }
            let both = [
                "attic/web bind /srv/appdata/web false", "cellar/web bind /srv/appdata/web false",
            ]
            #expect(try await mounts("?path=/srv/appdata") == both)
            #expect(try await mounts("?path=/srv/appdata/web/") == both)
            #expect(try await mounts("?path=/srv/appdata&host=cellar") == [both[1]])
            #expect(try await mounts("?path=/srv").count == 3)
            let volume = "attic/web-old volume /var/lib/docker/volumes/cache/_data true"
            #expect(try await mounts("?path=/var/lib/docker/volumes") == [volume])
            #expect(try await mounts("?path=/var/lib/docker/volumes&all=0") == [])
            #expect(try await mounts("?path=/etc&path=/var") == ["attic/web bind /etc/web false", volume])
            #expect(try await mounts("").count == 5)
            #expect(try await mounts("?path=/nothing") == [])
            let page = try await client.json("/mounts?path=/srv&limit=1")
            #expect(page["containers"]?.integer == 3 && page["continue"]?.string != nil)
            #expect(try await client.names("/containers?filter=mount=/srv/appdata").count == 2)
            #expect(try await client.names("/containers?filter=volume=cache") == ["web-old"])
        }
    }

    /// H9.
    @Test func `tells which ports are taken, and which are claimed twice`() async throws {
        try await Self.fleet { _, client in
            func ports(_ query: String) async throws -> [String] {
                Self.rows(try await client.json("/ports" + query)) { port in
                    let number = "\(port["publicPort"]?.integer ?? 0)/\(port["type"]?.string ?? "")"
                    let name = port["container"]?["name"]?.string ?? ""
                    return
                        "\(port["host"]?.string ?? "") \(port["ip"]?.string ?? "*"):\(number) \(name) \(port["published"]?.bool == true)"
                }
            }
            let published = [
                "attic 0.0.0.0:8080/tcp web true", "attic :::8080/tcp web true",
                "attic 0.0.0.0:8080/udp dns true",
                "cellar 0.0.0.0:8080/tcp web true",
            ]
            #expect(try await ports("") == published)
            #expect(try await ports("?host=attic&protocol=udp") == [published[2]])
            #expect(
                try await ports("?port=8080&all=1").sorted()
                    == (published + ["attic 10.0.0.1:8080/tcp web-old false"]).sorted())
            #expect(try await ports("?port=8081") == [])
            // The one for IPv6 is in nobody's way, nor is the one of UDP.
            let clashes = try await client.json("/ports?clashes=1")
            #expect(clashes["clashes"]?.integer == 1)
            #expect(
                try await ports("?clashes=1").sorted() == [
                    "attic 0.0.0.0:8080/tcp web true", "attic 10.0.0.1:8080/tcp web-old false",
                ])
            #expect(try await ports("?clashes=1&host=cellar") == [])
        }
    }

    /// B10, C2: counts and members.
    @Test func `counts containers by health`() async throws {
        try await Self.fleet { _, client in
            func counts(_ value: JSONValue?) -> [Int64] {
                ["total", "healthy", "unhealthy", "starting", "none"].map { value?[$0]?.integer ?? -1 }
            }
            #expect(counts(try await client.json("/health")) == [4, 1, 1, 1, 1])
            let byHost = try await client.json("/health?by=host")
            #expect(counts(byHost["items"]?[0]) == [3, 1, 1, 0, 1])
            #expect(counts(byHost["items"]?[1]) == [1, 0, 0, 1, 0])
            #expect(counts(try await client.json("/health?host=cellar")) == [1, 0, 0, 1, 0])
            #expect(try await client.names("/health/unhealthy") == ["dns"])
            #expect(try await client.names("/health/none") == ["web-old"])
            #expect(try await client.names("/health/starting?host=attic") == [])
            let record = try await client.json("/containers/attic/dns")
            #expect(record["health"]?.text == #"{"status":"unhealthy","source":"check","failingStreak":3}"#)
            let stopped = try await client.json("/containers/attic/web-old")
            #expect(stopped["health"]?.text == #"{"status":"exited","source":"state"}"#)
        }
    }

    /// B5, B13: counts by service and host; where a container stands among others.
    @Test func `counts a stack's services by host, and names siblings`() async throws {
        try await Self.fleet { _, client in
            let services = try await client.json("/stacks/shop")["services"]
            #expect(
                services?[0]?["hosts"]?.text
                    == #"[{"host":"attic","containers":2,"running":1,"healthy":1}]"#)
            #expect(services?[1]?["name"]?.string == "unknown")
            #expect(
                services?[1]?["hosts"]?.text == #"[{"host":"cellar","containers":1,"running":1,"healthy":0}]"#
            )
            let record = try await client.json("/containers/attic/web")
            #expect(record["siblingCount"]?.integer == 2)
            #expect(record["siblings"]?.elements?.compactMap { $0["host"]?.string } == ["attic", "cellar"])
            #expect(record["primaryIp"]?.string == "172.17.0.1")
        }
    }

    /// B12.
    @Test func `discovers what lies on hosts`() async throws {
        try await Self.fleet { _, client in
            let found = try await client.json("/discovery")
            #expect(found["total"]?.integer == 2)
            let attic = try #require(found["items"]?[0])
            #expect(attic["containers"]?.integer == 3 && attic["running"]?.integer == 2)
            #expect(attic["source"]?.string == "memory")
            #expect(attic["composeFiles"]?.text == #"["/srv/shop/compose.yaml"]"#)
            #expect(attic["dataPaths"]?.text == #"["/srv/appdata/web","/srv/appdata2"]"#)
            #expect(attic["projects"]?[0]?["services"]?.text == #"["web"]"#)
            let page = try await client.json("/discovery?limit=1")
            #expect(page["continue"]?.string == "attic" && page["items"]?.elements?.count == 1)
            let next = try await client.json("/discovery?limit=1&continue=attic")
            #expect(next["items"]?[0]?["host"]?.string == "cellar" && next["continue"] == nil)
            #expect(next["items"]?[0]?["projects"]?[0]?["services"]?.text == #"["unknown"]"#)
        }
    }

    /// B12: a host of which nothing is known is asked; one that can't be is told about, and delays nobody else.
    @Test func `asks a host of which nothing is known`() async throws {
        try await Station.with { station in
            let who = try Who("new")
            // It says hello and nothing of its containers.
            let agent = try await RawAgent.welcomed(station, as: who)
            defer { agent.stream.close() }
            let client = station.client
            try await eventually { try await client.state(of: "new") != nil }
            let began = BootClock.now
            let item = try await client.json("/discovery")["items"]?[0]
            #expect(began.duration(to: BootClock.now) < .seconds(9))
            #expect(item?["host"]?.string == "new" && item?["source"]?.string == "memory")
            #expect(
                item?["warning"]?.string?.contains("what is cached is shown") == true, "\(item?.text ?? "")")
        }
    }

    /// B12: what counts as an application's data is a setting.
    @Test func `takes an administrator's word for where data lies`() async throws {
        var options = Station.Options()
        options.arguments = ["--app-data", "/etc"]
        try await Station.with(options) { station in
            let who = try Who("attic")
            var log = who.log
            log.put(Sample.id(1), Self.container(1, "web", mounts: ["/srv/appdata/web", "/etc/web"]))
            log.completed()
            _ = try await RawAgent.synchronized(station, as: who, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 1 }
            #expect(try await client.json("/discovery")["items"]?[0]?["dataPaths"]?.text == #"["/etc/web"]"#)
        }
    }

    /// B6: a value that its host hides can't be found, and the answer says so.
    @Test func `says when values are hidden`() async throws {
        try await Self.fleet { _, client in
            let hidden = try await client.json("/containers?filter=env=KEY=secret")
            #expect(hidden["total"]?.integer == 0 && hidden["hiddenValues"]?.text == #"{"KEY":1}"#)
            let shown = try await client.json("/containers?filter=env=MODE=test")
            #expect(shown["total"]?.integer == 0 && shown["hiddenValues"] == nil)
        }
    }

    /// B4, bad input: a name, the beginning of an id, several that begin so.
    @Test func `finds one container of a host by what docker takes`() async throws {
        try await Self.fleet { _, client in
            let id = Sample.id(1).description
            for name in [id, "web", String(id.prefix(12))] {
                let seen1 = try await client.json("/containers/attic/\(name)")["id"]?.string
                #expect(seen1 == id, "\(name)")
            }
            let seen2 = try await client.get("/containers/attic/absent").status
            #expect(seen2 == 404)
            let seen3 = try await client.get("/containers/nobody/web").status
            #expect(seen3 == 404)
        }
        try await Station.with { station in
            let who = try Who("attic")
            let log = Sample.log(who, 1...40)
            _ = try await RawAgent.synchronized(station, as: who, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 40 }
            let ids = (1...40).map { Sample.id($0).description }
            let prefix = try #require(
                ids.map { String($0.prefix(1)) }.first { prefix in ids.count { $0.hasPrefix(prefix) } > 1 })
            let answer = try await client.get("/containers/attic/\(prefix)")
            #expect(answer.status == 409)
            let count = ids.count { $0.hasPrefix(prefix) }
            #expect(answer.text.contains("\(prefix) means \(count) containers: attic/c"), "\(answer.text)")
        }
    }

    static let refused: [`A list`.Refused] = [
        .init("/mounts?path=srv", "path", "/"), .init("/mounts?paths=/srv", "path"),
        .init("/ports?port=0", "port"),
        .init("/ports?port=70000", "65535"), .init("/ports?protocol=icmp", "tcp, udp or sctp"),
        .init("/ports?continue=x", "continue"), .init("/health?by=name", "host"), .init("/health?q=1", "by"),
        .init("/containers?filter=mount=srv", "mount=srv", "begins with /"),
        .init("/discovery?continue=/", "continue"),
        .init("/health/healthy?hostSelector=a%3D(", "hostSelector"),
    ]

    @Test func `refuses what it can't understand, and says what is known`() async throws {
        try await Self.fleet { _, client in
            for refused in Self.refused {
                let response = try await client.get(refused.target)
                #expect(response.status == 400, "\(refused.target): \(response.text)")
                for word in refused.says {
                    #expect(response.text.contains(word), "\(refused.target): \(response.text)")
                }
            }
            for target in [
                "/mounts?host=nobody", "/ports?host=nobody", "/health?host=nobody", "/discovery?host=nobody",
                "/hosts/nobody/health", "/health/other", "/health/fine",
            ] { #expect(try await client.get(target).status == 404, "\(target)") }
        }
    }

    /// C2: what the agent says of its Engine and how it hears it.
    @Test func `tells how a host and its Engine fare`() async throws {
        try await Station.with(Station.Options(heartbeat: "200ms")) { station in
            let agent = try LiveAgent(Who("web"), to: station.agents)
            agent.report([(Sample.id(1), Sample.container(1))])
            var vitals = EngineVitals()
            (vitals.roundTrip, vitals.eventsSince, vitals.lastEvent) = (
                1_250, 1_700_000_000_000, 1_700_000_000_500
            )
            vitals.lastError = "the Engine hung up"
            agent.host.hear { [vitals] in vitals }
            var info = EngineInfo()
            (info.name, info.cpuCount, info.memory, info.serverVersion) = ("machine", 8, 16 << 30, "20.10.24")
            let facts = EngineFacts(info: info, apiVersion: APIVersion(1, 41))
            agent.host.engine(.reachable(facts, since: 7))
            let client = station.client
            try await agent.reporting { agent in
                try await eventually("a heartbeat") {
                    guard try await client.state(of: "web") == "live" else { return false }
                    return try await client.json("/hosts/web/health")["engine"]?["cpus"]?.integer == 8
                }
                let health = try await client.json("/hosts/web/health")
                let engine = health["engine"]
                #expect(engine?["name"]?.string == "machine" && engine?["memory"]?.integer == 16 << 30)
                #expect(engine?["version"]?.string == "20.10.24" && engine?["apiVersion"]?.string == "1.41")
                #expect(engine?["lastError"]?.string == "the Engine hung up")
                #expect(engine?["eventsSince"]?.integer == 1_700_000_000_000)
                #expect(engine?["lastEvent"]?.integer == 1_700_000_000_500)
                #expect(health["updates"]?.string == "events" && health["state"]?.string == "live")
                #expect(health.text.contains(#""roundTripMs":1.25"#))
                #expect(
                    health["containers"]?["total"]?.integer == 1
                        && health["containers"]?["none"]?.integer == 1)
                // Before the first event stream, and after the last, the agent only polls.
                agent.host.hear { EngineVitals() }
                try await eventually("polling") {
                    try await client.json("/hosts/web/health")["updates"]?.string == "polling"
                }
            }
        }
    }
}
