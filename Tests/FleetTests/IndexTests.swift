import Fleet
import Inventory
import Testing
import Wire

/// Requirements B5, B6, B9, B10, B12, H9: over 100,000 containers no question goes through all of them.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `A fleet of 100,000` {
    static let hosts = 100
    static let perHost = 1_000

    /// Containers that differ in what is asked for; every tenth mounts something of its own.
    static func container(_ number: Int) -> Container {
        var status = Status(state: number % 50 == 1 ? .exited : .running)
        status.startedAt = 1
        status.exitCode = number % 50 == 1 ? 137 : 0
        if number % 4 == 0 { status.health = Health(status: Health.healthy) }
        if number % 5_000 == 3 { status.health = Health(status: Health.unhealthy, failingStreak: 2) }
        var network = Network()
        let port = Port(
            privatePort: number % 1_000 == 9 ? 9_000 : 80, publicPort: UInt16(20_000 + number % 1_000),
            ip: "0.0.0.0")
        if status.state == .running { network.ports = [port] }
        var config = Config(name: "c\(number)")
        config.image = "app:\(number % 100)"
        config.imageID = "sha256:\(number % 100)"
        config.portBindings = [port]
        // On each tenth host two containers share a port.
        if number % 1_000 == 1, number / 1_000 % 10 == 0 { config.portBindings[0].publicPort = 20_000 }
        config.environment = [
            "PATH": .digest("0"), "SHARD": number % 1_000 == 7 ? .value("seven") : .digest("1"),
        ]
        if number % 1_000 == 8 { config.environment["RARE"] = .value("\(number / 1_000)") }
        if number % 10 == 5 {
            var mount = Mount(type: "bind", destination: "/data")
            mount.source = "/srv/appdata/\(number)/data"
            mount.isWritable = true
            config.mounts = [mount]
        }
        if number % 1_000 == 6 {
            var mount = Mount(type: "volume", destination: "/cache")
            mount.source = "/var/lib/docker/volumes/cache/_data"
            mount.name = "cache"
            mount.driver = "local"
            config.mounts = [mount]
        }
        var compose = Compose(kind: Compose.compose, project: "p\(number % 2_000)")
        compose.service = "web"
        compose.configFiles = ["/srv/p\(number % 2_000)/compose.yaml"]
        let id = ContainerID(words: (UInt64(number) &* 0x9e37_79b9_7f4a_7c15, UInt64(number), 0, 0))
        return Container(id: id, status: status, network: network, config: config, compose: compose)
    }

    static func fleet() throws -> FleetView {
        let fleet = Fleet()
        for host in 0..<hosts {
            let key = HostKey(rawValue: UInt32(host + 1))
            fleet.add(host: key, id: try #require(HostID("h\(1_000 + host)")), name: "")
            let changes = (0..<perHost).map { index in
                let container = container(host * perHost + index)
                return ContainerChange(
                    id: container.id, kind: .put(FacetChanges(whole: EncodedContainer(container))))
            }
            fleet.apply(try Fleet.prepare(changes, key: SipHash.Key(low: 1, high: 2)), to: key, at: 1)
        }
        return fleet.read()
    }

    private static func query(_ filters: String..., change: (inout Query) -> Void = { _ in }) throws -> Query
    {
        var query = Query()
        for filter in filters { try query.filters.add(filter) }
        change(&query)
        return query
    }

    @Test func `is asked without being gone through`() throws {
        let view = try Self.fleet()
        #expect(view.count == 100_000)
        /// What is found, and how much is looked at for it at most.
        func check(_ query: Query, total: Int, looked most: Int, line: Int = #line) {
            let found = view.containers(matching: query)
            #expect(found.total == total, "line \(line): \(found.total)")
            #expect(found.looked <= most, "line \(line): \(found.looked)")
        }
        // B9
        check(try Self.query("mount=/srv/appdata/12345"), total: 1, looked: 1)
        check(try Self.query("mount=/srv/appdata"), total: 10_000, looked: 10_000)
        check(
            try Self.query("mount=/srv/appdata/12345", "mount=/var/lib/docker/volumes"), total: 101,
            looked: 101)
        check(try Self.query("mount=/srv/app"), total: 0, looked: 0)
        check(try Self.query("volume=cache"), total: 100, looked: 100)
        check(try Self.query("volume=/srv/appdata/12345/data"), total: 1, looked: 1)
        // B6
        check(try Self.query("env=RARE"), total: 100, looked: 100)
        check(try Self.query("env=RARE=7"), total: 1, looked: 1)
        check(try Self.query("env=SHARD=seven"), total: 100, looked: 100)
        check(try Self.query("env=SHARD=1"), total: 0, looked: 0)
        #expect(view.hiddenValues(of: "SHARD") == 99_900 && view.hiddenValues(of: "RARE") == 0)
        // B5
        check(try Self.query { $0.stack = "p77" }, total: 50, looked: 50)
        // What docker's filters ask for besides.
        check(try Self.query("ancestor=app:7"), total: 1_000, looked: 1_000)
        check(try Self.query("publish=20007"), total: 100, looked: 100)
        check(try Self.query("expose=9000"), total: 100, looked: 100)
        check(try Self.query("exited=137"), total: 2_000, looked: 2_000)
        // B10
        #expect(view.health.healthy == 25_000 && view.health.unhealthy == 20 && view.health.none == 74_980)
        check(try Self.query { $0.health = ["unhealthy"] }, total: 20, looked: 20)
        check(try Self.query("health=unhealthy"), total: 20, looked: 20)
        for word in ["healthy", "none"] {
            check(
                try Self.query { query in
                    query.health = [word]
                    query.limit = 100
                }, total: word == "none" ? 74_980 : 25_000, looked: 2_000)
        }
        // H9
        var ports = PortQuery()
        ports.limit = 100
        let page = view.ports(ports)
        #expect(page.total == 98_000 && page.ports.count == 100 && page.looked <= 2_000)
        (ports.port, ports.limit) = (20_007, nil)
        #expect(view.ports(ports).total == 100 && view.ports(ports).looked == 100)
        let clashes = view.portClashes(PortQuery())
        #expect(clashes.clashes.count == 10 && clashes.looked == 20)
        #expect(clashes.clashes.allSatisfy { $0.claims.count == 2 && $0.claims[0].port == 20_000 })
        // B12
        let found = try #require(
            view.discovery(on: HostKey(rawValue: 3), dataPatterns: ["/appdata", "/data"]))
        #expect(
            found.projects.count == 1_000 && found.composeFiles.count == 1_000 && found.containers == 1_000)
        #expect(found.dataPaths.count == 100 && found.dataPaths.allSatisfy { $0.hasPrefix("/srv/appdata/") })
        #expect(view.discovery(on: HostKey(rawValue: 3), dataPatterns: [])?.dataPaths == [])
        #expect(view.discovery(on: HostKey(rawValue: 999), dataPatterns: []) == nil)
        // B13
        let slot = try #require(view.containers(matching: try Self.query { $0.name = "c77" }).slots.first)
        let siblings = view.siblings(slot, limit: 10)
        #expect(siblings.total == 49 && siblings.slots.count == 10 && !siblings.slots.contains(slot))
    }
}
