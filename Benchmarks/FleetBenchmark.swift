import Fleet
import Inventory
import JSON
import Wire

/// Memory and time of the fleet in memory, beside the figures that its design was chosen for.
///
/// Goals: a few hundred bytes a container, 1 µs for the nine fields of `ps`, no lock held for a millisecond.
package struct FleetBenchmark {
    private static let key = SipHash.Key(low: 1, high: 2)
    private let fleet = Fleet()
    private let hosts: Int
    private let report: (String) -> Void
    private let now: () -> Duration

    /// Prepares a run over so many containers, 100 on each host; `report` gets a line per figure.
    ///
    /// `now` is best the time that this process has had a processor, so that a busy machine tells the same as
    /// an idle one.
    package init(containers: Int, now: @escaping () -> Duration, report: @escaping (String) -> Void) {
        hosts = max(1, containers / SampleFleet.perHost)
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
            let changes = (0..<SampleFleet.perHost).map {
                SampleFleet.put(SampleFleet.container($0, on: host))
            }
            for half in [changes[..<50], changes[50...]] {
                var set = PreparedSet(key: Self.key)
                preparing += try measure { for change in half { try set.add(change) } }
                let one = measure { _ = fleet.apply(set, to: HostKey(rawValue: UInt32(host)), at: 1) }
                applying += one
                times.append(one)
            }
        }
        let count = hosts * SampleFleet.perHost
        report("\(count) containers on \(hosts) hosts")
        for (table, bytes) in fleet.read().memory { report("\(table): \(bytes / count) B a container") }
        report("memory: \((resident() - start) / count) B a container")
        report("prepare: \(micros(preparing, count)) µs, apply in sets of 50: \(micros(applying, count)) µs")
        times.sort()
        let (median, late) = (times[times.count / 2], times[times.count * 99 / 100])
        report("a set of 50: median \(micros(median, 1)) µs, one in a hundred over \(micros(late, 1)) µs")
        try image()
        try top()
        try writes()
        try lists()
        try queries()
    }

    // MARK: Parts

    /// How long it takes to write the image, and to make a fleet of it on one thread.
    private func image() throws {
        let image = fleet.image()
        var blocks: [(FleetImage.Section, ImageBytes)] = []
        var bytes = 0
        var time = measure {
            for section in FleetImage.Section.allCases {
                for block in 0..<image.blockCount(of: section) {
                    var out = ImageBytes()
                    image.write(block, of: section, into: &out)
                    bytes += out.bytes.count
                    blocks.append((section, out))
                }
            }
        }
        report("write the image: \(micros(time, image.count)) µs a container, \(bytes / image.count) B")
        time = try measure {
            var reader = FleetImageReader()
            for (section, block) in blocks {
                var scan = ImageScan(block.bytes, count: block.bytes.count)
                try reader.take(&scan, of: section)
            }
            try reader.finishTexts()
            let again = try reader.fleet()
            guard again.read().count == image.count else { return }
        }
        report("read the image: \(micros(time, image.count)) µs a container")
    }

    /// What the greediest ten are, when every running container has a sample.
    private func top() throws {
        for host in 0..<hosts {
            let samples = (0..<SampleFleet.perHost).map { number in
                var stats = ContainerStats()
                stats.cpu = Int64((host * 7_919 + number * 104_729) % 100_003)
                stats.memory = Int64(number) << 20
                return StatsSample(id: SampleFleet.id(number, on: host), stats: stats, at: 1)
            }
            fleet.record(samples, of: HostKey(rawValue: UInt32(host)), memory: 1 << 34)
        }
        let view = fleet.read()
        var sampled = 0
        let time = measure { for _ in 0..<50 { sampled = view.top(10, by: .cpu).sampled } }
        report("top ten by CPU: \(micros(time, 50)) µs, of \(sampled)")
    }

    private func writes() throws {
        var changes: [PreparedSet] = []
        for number in 0..<20_000 {
            var facets = FacetChanges()
            facets.status = .value(
                Array("{\"state\":\"\(number % 2 == 0 ? "exited" : "running")\",\"pid\":\(number + 7)}".utf8))
            let id = SampleFleet.id(number * 7 % SampleFleet.perHost, on: number * 7_919 % hosts)
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
            "resync a host of \(SampleFleet.perHost), beside the readers: \(micros(time, 10 * SampleFleet.perHost)) µs a container"
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
                (0..<SampleFleet.perHost).map { SampleFleet.put(SampleFleet.container($0, on: host)) },
                key: Self.key)
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
        query.nameOrPrefix = SampleFleet.id(3, on: 4).short
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
}
