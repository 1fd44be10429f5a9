import Fleet
import Inventory
import JSON
import Wire

/// Memory and time of the fleet in memory, beside the figures that its design was chosen for.
///
/// Goals: a few hundred bytes a container, 1 µs for the nine fields of `ps`, no lock held for a millisecond.
package struct FleetBenchmark {
    private static let key = SipHash.Key(low: 1, high: 2)
    private static let perHost = 100
    private let fleet = Fleet()
    private let hosts: Int
    private let report: (String) -> Void
    private let now: () -> Duration

    /// Prepares a run over so many containers, 100 on each host; `report` gets a line per figure.
    ///
    /// `now` is best the time that this process has had a processor, so that a busy machine tells the same as
    /// an idle one.
    package init(containers: Int, now: @escaping () -> Duration, report: @escaping (String) -> Void) {
        hosts = max(1, containers / Self.perHost)
        self.now = now
        self.report = report
    }

    private func measure(_ body: () throws -> Void) rethrows -> Duration {
        let start = now()
        try body()
        return now() - start
    }

    /// Fills the fleet and asks it; `resident` gives the process's memory in bytes.
    package func run(resident: () -> Int) throws {
        let start = resident()
        var preparing = Duration.zero
        var applying = Duration.zero
        var times: [Duration] = []
        for host in 0..<hosts {
            guard let id = HostID("host-\(host)") else { continue }
            fleet.add(host: HostKey(rawValue: UInt32(host)), id: id, name: "Host \(host)")
            let changes = (0..<Self.perHost).map { Self.put(Self.container($0, on: host)) }
            for half in [changes[..<50], changes[50...]] {
                var set = PreparedSet(key: Self.key)
                preparing += try measure { for change in half { try set.add(change) } }
                let one = measure { _ = fleet.apply(set, to: HostKey(rawValue: UInt32(host)), at: 1) }
                applying += one
                times.append(one)
            }
        }
        let count = hosts * Self.perHost
        report("\(count) containers on \(hosts) hosts")
        report("memory: \((resident() - start) / count) B a container")
        report("prepare: \(micros(preparing, count)) µs, apply in sets of 50: \(micros(applying, count)) µs")
        times.sort()
        let (median, late) = (times[times.count / 2], times[times.count * 99 / 100])
        report("a set of 50: median \(micros(median, 1)) µs, one in a hundred over \(micros(late, 1)) µs")
        try writes()
        try lists()
        try queries()
    }

    // MARK: Parts

    private func writes() throws {
        var changes: [PreparedSet] = []
        for number in 0..<20_000 {
            var facets = FacetChanges()
            facets.status = .value(
                Array("{\"state\":\"\(number % 2 == 0 ? "exited" : "running")\",\"pid\":\(number + 7)}".utf8))
            let id = Self.id(number * 7 % Self.perHost, on: number * 7_919 % hosts)
            changes.append(try Fleet.prepare([ContainerChange(id: id, kind: .put(facets))], key: Self.key))
        }
        var longest = Duration.zero
        var time = measure {
            for (number, set) in changes.enumerated() {
                fleet.apply(set, to: HostKey(rawValue: UInt32(number * 7_919 % hosts)), at: 2)
            }
        }
        report("apply one status: \(micros(time, changes.count)) µs")
        time = .zero
        for (number, set) in changes.prefix(500).enumerated() {
            let view = fleet.read()
            let one = measure {
                _ = fleet.apply(
                    set, to: HostKey(rawValue: UInt32(number * 7_919 % hosts)),
                    at: 3 + Int64(truncatingIfNeeded: view.generation))
            }
            time += one
            longest = max(longest, one)
        }
        report(
            "the same while a reader holds a view: \(micros(time, 500)) µs, longest \(micros(longest, 1)) µs")
        time = try resyncs()
        report(
            "resync a host of \(Self.perHost), beside the readers: \(micros(time, 10 * Self.perHost)) µs a container"
        )
        time = measure { for _ in 0..<100_000 { _ = fleet.read() } }
        report("read(): \(micros(time, 100_000)) µs")
    }

    /// Ten hosts lose all their containers and get them back, in a copy of the tables.
    private func resyncs() throws -> Duration {
        var time = Duration.zero
        for host in 0..<min(10, hosts) {
            let key = HostKey(rawValue: UInt32(host))
            let set = try Fleet.prepare(
                (0..<Self.perHost).map { Self.put(Self.container($0, on: host)) }, key: Self.key)
            fleet.replace(host: key, keeping: [:], applying: set, at: 4)
            fleet.replace(host: key, keeping: [:], applying: try Fleet.prepare([], key: Self.key), at: 4)
            time += measure { fleet.replace(host: key, keeping: [:], applying: set, at: 4) }
        }
        return time
    }

    private func lists() throws {
        let view = fleet.read()
        var query = Query()
        query.limit = 10_000
        let slots = view.containers(matching: query).slots
        let ps = try FieldSet(
            parsing:
                "host,id,name,status.state,status.startedAt,status.health,config.image,config.created,network.ports"
        )
        for (name, fields) in [("ps' nine fields", ps), ("everything", FieldSet.all)] {
            var bytes = 0
            let rounds = 10
            let time = measure {
                for _ in 0..<rounds {
                    for chunk in stride(from: 0, to: slots.count, by: 500) {
                        var writer = JSONWriter(capacity: 1 << 18)
                        writer.array { writer in
                            for slot in slots[chunk..<min(chunk + 500, slots.count)] {
                                view.write(slot, fields, into: &writer)
                            }
                        }
                        bytes += writer.bytes.count
                    }
                }
            }
            let written = slots.count * rounds
            report("write \(name): \(micros(time, written)) µs, \(bytes / written) B a container")
        }
    }

    private func queries() throws {
        let view = fleet.read()
        func ask(_ name: String, _ runs: Int, _ query: Query) {
            var total = 0
            let time = measure { for _ in 0..<runs { total = view.containers(matching: query).total } }
            report("query \(name): \(micros(time, runs)) µs, \(total) found")
        }
        var query = Query()
        query.limit = 500
        ask("first page of all", 20, query)
        query.liveOnly = true
        ask("first page of live ones", 3, query)
        query.liveOnly = false
        query.selector = try Selector(parsing: "com.example.team=team-5,com.docker.compose.service=web")
        ask("two labels", 20, query)
        query.selector = try Selector(parsing: "com.docker.compose.config-hash=hash-3-5")
        ask("a rare label", 200, query)
        query = Query()
        query.stack = "stack-5-on-3"
        ask("a stack", 200, query)
        query = Query()
        query.nameOrPrefix = Self.id(3, on: 4).short
        ask("an id prefix", 200, query)
        query.nameOrPrefix = "stack-5-on-3-web-55"
        ask("a name", 200, query)
        var stacks = 0
        let time = measure { stacks = view.stacks().count }
        report("all stacks: \(micros(time, 1)) µs, \(stacks) found")
        try QueryBenchmark(view: view, now: now, report: report).run()
    }

    private func micros(_ time: Duration, _ count: Int) -> Double {
        let nanoseconds = time / .nanoseconds(1) / Double(max(1, count))
        return (nanoseconds / 10).rounded() / 100
    }

    // MARK: Containers

    private static func id(_ number: Int, on host: Int) -> ContainerID {
        var random = Mixed(state: UInt64(host * 1_000 + number))
        return ContainerID(words: (random.next(), random.next(), random.next(), random.next()))
    }

    private static func put(_ container: Container) -> ContainerChange {
        ContainerChange(id: container.id, kind: .put(FacetChanges(whole: EncodedContainer(container))))
    }

    /// Much as Compose makes them: ten labels, two of which nobody else has; a port, a network, two mounts.
    private static func container(_ number: Int, on host: Int) -> Container {
        let stack = "stack-\(number / 10)-on-\(host)"
        let service = ["web", "db", "cache", "worker", "queue"][number % 5]
        var status = Status(state: number % 10 == 9 ? .exited : .running)
        status.pid = Int64(number + 1_000)
        status.startedAt = 1_700_000_000_000 + Int64(number)
        if number % 3 == 0 { status.health = Health(status: Health.healthy) }
        var network = Network()
        network.mode = "\(stack)_default"
        network.ports = [Port(privatePort: 80, publicPort: UInt16(20_000 + number), ip: "0.0.0.0")]
        var endpoint = Endpoint(name: network.mode)
        endpoint.ip = "172.\(16 + number / 10).0.\(number % 10 + 2)"
        endpoint.gateway = "172.\(16 + number / 10).0.1"
        endpoint.mac = "02:42:ac:12:00:02"
        endpoint.aliases = [service, "0123456789ab"]
        network.networks = [endpoint]
        var config = Config(name: "\(stack)-\(service)-\(number)")
        config.image = "registry.example.com/team/\(service):\(host % 20)"
        config.imageID = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        config.created = 1_690_000_000_000 + Int64(number)
        config.entrypoint = ["/entrypoint.sh"]
        config.command = ["serve", "--port", "80"]
        config.labels = [
            "com.docker.compose.project": stack, "com.docker.compose.service": service,
            "com.docker.compose.container-number": "\(number)", "com.docker.compose.oneoff": "False",
            "com.docker.compose.version": "2.29.1",
            "com.docker.compose.config-hash": "hash-\(host)-\(number)",
            "com.docker.compose.project.working_dir": "/srv/\(stack)",
            "com.example.team": "team-\(number % 40)",
            "org.opencontainers.image.version": "1.\(host % 20)", "maintainer": "somebody@example.com",
        ]
        for name in ["PATH", "HOME", "LANG", "TZ", "DATABASE_URL"] {
            config.environment[name] = .digest("0123456789abcdef")
        }
        var data = Mount(type: "volume", destination: "/data")
        data.name = "\(stack)_data"
        data.driver = "local"
        data.isWritable = true
        var settings = Mount(type: "bind", destination: "/etc/app")
        settings.source = "/srv/\(stack)/settings"
        config.mounts = [data, settings]
        config.restartPolicy = RestartPolicy(name: "unless-stopped")
        var compose = Compose(kind: Compose.compose, project: stack)
        compose.service = service
        compose.number = Int64(number)
        compose.workingDirectory = "/srv/\(stack)"
        compose.configFiles = ["/srv/\(stack)/compose.yml"]
        return Container(
            id: Self.id(number, on: host), status: status, network: network, config: config, compose: compose)
    }

    private struct Mixed: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }
}
