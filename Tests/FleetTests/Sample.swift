import Fleet
import Inventory
import Testing
import Wire

/// Containers, changes and queries drawn from few words, so that they often meet.
struct Sample {
    var random: SplitMix
    /// How many different ids a host draws from.
    var idsPerHost = 16

    init(seed: UInt64) {
        random = SplitMix(state: seed)
    }

    /// Known mathematics (Steele, Lea and Flood, 2014), so that a failing seed fails again.
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }

    static let words = [
        "", "web", "db", "cache", "a b", "é", "\"quoted\"", "tab\there", "日本", "nul\u{0}", "tcp",
    ]
    static let paths = [
        "/", "/srv", "/srv/www", "/srv/www/a", "/srv-2", "/srv0", "/srv/", "/srvx/y", "/é", "/data/é/x",
        "srv/www",
    ]
    static let states = ["created", "running", "paused", "restarting", "exited", "dead", "running", "moving"]
    static let keys = ["tier", "env", "com.example/x", "canary", "é", "a=b"]

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    mutating func pick<Element>(_ list: [Element]) -> Element {
        list[Int.random(in: 0..<list.count, using: &random)]
    }
    mutating func word() -> String { pick(Self.words) }
    mutating func name() -> String { pick(["web", "db", "web-1", "abc", "cache", "00"]) }

    /// One of a small number of ids; several hosts have the same ones, as cloned machines do.
    mutating func id() -> ContainerID {
        var ids = SplitMix(state: UInt64(Int.random(in: 0..<idsPerHost, using: &random)))
        return ContainerID(words: (ids.next(), ids.next(), ids.next(), ids.next()))
    }

    mutating func status() -> Status {
        var status = Status(state: ContainerState(rawValue: pick(Self.states)))
        if chance(50) { status.pid = Int64(Int32.random(in: 0...Int32.max, using: &random)) }
        if chance(50) { status.startedAt = Int64.random(in: 0...(1 << 53), using: &random) }
        if chance(30) { status.finishedAt = Int64.random(in: Int64.min...Int64.max, using: &random) }
        if chance(30) { status.exitCode = pick([1, 137, -1, .max, .min]) }
        if chance(20) { status.error = word() }
        status.isOOMKilled = chance(10)
        status.isDead = chance(10)
        if chance(20) { status.restartCount = 3 }
        if chance(40) {
            status.health = Health(
                status: pick(["healthy", "unhealthy", "starting", ""]), failingStreak: pick([0, 2]))
        }
        return status
    }

    mutating func network() -> Network {
        var network = Network()
        network.mode = word()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            network.ports.append(
                Port(
                    privatePort: pick([80, 443, 65_535, 0]), publicPort: pick([0, 8_080, 8_443]),
                    ip: pick(["", "0.0.0.0", "::", "10.0.0.1"]), type: pick(["tcp", "tcp", "udp", "", "odd"]))
            )
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            var endpoint = Endpoint(name: word())
            endpoint.ip = pick([
                "", "172.18.0.2", "172.18.0.255", "0.0.0.0", "01.2.3.4", "256.1.1.1", "1.2.3", "x",
            ])
            endpoint.ipv6 = pick(["", "fd00::1"])
            endpoint.mac = word()
            endpoint.id = pick(["", "abcdef", "f00d", "abc123"])
            endpoint.aliases = [word()]
            network.networks.append(endpoint)
        }
        return network
    }

    mutating func config() -> Config {
        var config = Config(name: name())
        config.image = word()
        config.imageID = pick([word(), "sha256:abc", "sha256:a12", "sha256:00"])
        if chance(50) { config.created = Int64.random(in: 0...(1 << 42), using: &random) }
        if chance(30) { config.entrypoint = [word(), word()] }
        if chance(30) { config.command = [word()] }
        for key in Self.keys where chance(40) { config.labels[key] = word() }
        if chance(2) { for number in 0..<512 { config.labels["many-\(number)"] = "\(number % 7)" } }
        config.environment = ["PATH": .digest("0123"), "SHOWN": .value(word())]
        if chance(40) {
            config.restartPolicy = RestartPolicy(
                name: pick(["always", ""]), maximumRetryCount: pick([0, 3]))
        }
        for _ in 0..<(chance(3) ? 70 : Int.random(in: 0...2, using: &random)) {
            var mount = Mount(type: pick(["bind", "volume"]), destination: word())
            mount.source = chance(60) ? pick(Self.paths) : word()
            mount.name = word()
            mount.isWritable = chance(50)
            mount.mode = "z"
            config.mounts.append(mount)
        }
        for _ in 0..<(chance(20) ? Int.random(in: 1...3, using: &random) : 0) {
            config.portBindings.append(
                Port(
                    privatePort: pick([80, 443]), publicPort: pick([8_080, 8_443, 53]),
                    ip: pick(["", "0.0.0.0", "::", "10.0.0.1", "fd00::1", "odd"]),
                    type: pick(["tcp", "udp", "odd", ""])
                ))
        }
        if chance(5) { config.labels[ContainerFilters.taskLabel] = word() }
        if chance(5) { for number in 0..<40 { config.environment["V\(number)"] = .value("\(number % 3)") } }
        config.truncated = chance(10) ? ["labels.x": Truncation(length: 5_000, digest: "00")] : [:]
        return config
    }

    mutating func compose() -> Compose {
        var compose = Compose(
            kind: pick([Compose.compose, Compose.swarm]), project: pick(["shop", "blog", "é"]))
        compose.service = pick(["", "web", "db"])
        compose.number = pick([0, 1, .max])
        compose.configFiles = pick([[], ["/srv/a.yml", "/srv/b.yml"]])
        compose.workingDirectory = word()
        compose.dependsOn = [word()]
        compose.isOneOff = chance(20)
        return compose
    }

    /// Sometimes whole, sometimes a part, sometimes a removal.
    mutating func change() -> ContainerChange {
        let id = id()
        if chance(20) { return .removed(id) }
        let whole = EncodedContainer(
            Container(
                id: id, status: status(), network: network(), config: config(),
                compose: chance(60) ? compose() : nil))
        var changes = FacetChanges(whole: whole)
        if chance(60) {
            for facet in Facet.allCases where chance(50) { changes[facet] = .untouched }
            for facet in [Facet.network, .compose] where chance(10) { changes[facet] = .deleted }
            if chance(3) { changes[.status] = .deleted }
        }
        return ContainerChange(id: id, kind: .put(changes))
    }

    mutating func selector() -> Selector {
        var requirements: [Selector.Requirement] = []
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let condition: Selector.Condition =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: .exists
                case 1: .isMissing
                case 2: .isAny(of: [word(), pick([word(), "nowhere"])])
                default: .isNone(of: [word(), pick([word(), "nowhere"])])
                }
            requirements.append(Selector.Requirement(pick(Self.keys + ["many-3", "absent"]), condition))
        }
        return Selector(requirements)
    }

    mutating func query(hosts: [HostKey]) -> Query {
        var query = Query()
        if chance(30) { query.hosts = Set(hosts.filter { _ in chance(50) }) }
        if chance(20) { query.stack = pick(["shop", "blog", "é", "none"]) }
        if chance(10) { query.stackKind = pick([Compose.compose, Compose.swarm]) }
        if chance(10) { query.service = pick(["", "web", "none"]) }
        if chance(50) { query.selector = selector() }
        if chance(20) { query.states = [ContainerState(rawValue: pick(Self.states)), .exited] }
        query.liveOnly = chance(20)
        if chance(20) { query.health = [pick(["healthy", "none", "", "unhealthy"]), "starting"] }
        if chance(10) { query.name = name() }
        if chance(10) { query.namePart = pick(["we", "b", "", "xyz"]) }
        if chance(10) {
            query.idPrefix = String(id().description.prefix(Int.random(in: 0...64, using: &random)))
        }
        if chance(10) {
            query.nameOrPrefix = pick([name(), String(id().short.prefix(2)), id().description, "", "zz"])
        }
        if chance(10) { query.image = word() }
        if chance(10) { query.network = word() }
        if chance(10) { query.publicPort = pick([8_080, 8_443, 0, 1]) }
        if chance(40) { query.filters = filters() }
        if chance(10) { query.createdBefore = Int64.random(in: 0...(1 << 42), using: &random) }
        if chance(10) { query.createdSince = Int64.random(in: 0...(1 << 42), using: &random) }
        return query
    }

    mutating func filters() -> ContainerFilters {
        var filters = ContainerFilters()
        func add(_ key: String, _ value: String) {
            do { try filters.add(key: key, value: value) } catch { Issue.record("\(key)=\(value): \(error)") }
        }
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let id = id().description
            switch Int.random(in: 0..<15, using: &random) {
            case 0: add("name", pick(["we", "^/w", "b$", "^(web|db)", "[a-z]{3}", "", "xyz"]))
            case 1: add("id", String(id.prefix(Int.random(in: 1...64, using: &random))))
            case 2: add("label", pick(Self.keys + ["absent"]) + (chance(50) ? "=" + word() : ""))
            case 3:
                add(
                    "env",
                    pick(["PATH", "SHOWN", "V7", "ABSENT"]) + (chance(50) ? "=" + pick([word(), "1"]) : ""))
            case 4: if let image = Optional(word()), !image.isEmpty { add("ancestor", image) }
            case 5: add("ancestor", pick(["sha256:a", "a", "0"]))
            case 6: add("exited", pick(["0", "-1", "137"]))
            case 7: add("publish", pick(["8080", "1-9000", "8443/udp"]))
            case 8: add("expose", pick(["80", "443/udp", "0-9000/udp"]))
            case 9: add("health", pick(["healthy", "none", "unhealthy", "starting"]))
            case 10: add("status", pick(["running", "exited", "paused", "dead"]))
            case 11: if filters.isTask == nil { add("is-task", pick(["true", "false"])) }
            case 12: add("network", pick([word(), "abc", "f"]))
            case 13: add("mount", pick(Self.paths.filter { $0.hasPrefix("/") }))
            default: add("volume", chance(50) ? word() : pick(Self.paths))
            }
        }
        return filters
    }
}
