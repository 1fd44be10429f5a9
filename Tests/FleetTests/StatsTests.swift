import Fleet
import Inventory
import Testing
import Wire

/// Requirements B8, B16.
@Suite struct `The samples of a fleet` {
    static let host = HostKey(rawValue: 1)
    static let other = HostKey(rawValue: 2)
    static let gibibyte: Int64 = 1 << 30

    static func id(_ number: UInt64) -> ContainerID { `A change set of a fleet`.id(number) }

    static func sample(
        _ number: UInt64, cpu: Int64? = nil, memory: Int64? = nil, limit: Int64 = 0, at: Int64 = 1_000
    ) -> StatsSample {
        var stats = ContainerStats()
        stats.cpu = cpu
        stats.memory = memory
        stats.memoryLimit = limit
        return StatsSample(id: id(number), stats: stats, at: at)
    }

    static func container(
        _ number: UInt64, state: ContainerState = .running, startedAt: Int64 = 5, restarts: Int64 = 0
    ) -> ContainerChange {
        var container = `A change set of a fleet`.container(number, state: state)
        container.status.startedAt = startedAt
        container.status.restartCount = restarts
        return `A change set of a fleet`.put(container)
    }

    /// `count` running containers on the first host, and one of the second.
    static func fleet(_ count: UInt64 = 3) throws -> Fleet {
        let fleet = try `A change set of a fleet`.fleet()
        try apply((1...count).map { container($0) }, to: fleet)
        try apply([container(1)], to: fleet, host: other)
        return fleet
    }

    static func apply(_ changes: [ContainerChange], to fleet: Fleet, host: HostKey = host) throws {
        fleet.apply(try Fleet.prepare(changes, key: `A change set of a fleet`.key), to: host, at: 1)
    }

    static func slot(_ number: UInt64, in view: FleetView) throws -> FleetView.Slot {
        try #require(view.container(id(number), on: host))
    }

    static func names(_ view: FleetView, _ slots: [FleetView.Slot]) -> [String] {
        slots.map { "\(view.summary($0).hostID)/\(view.summary($0).config.name)" }
    }

    @Test func `are kept whole, with nothing else changed`() throws {
        let fleet = try Self.fleet()
        let before = (fleet.generation, fleet.digests(of: Self.host).digest)
        var stats = ContainerStats()
        stats.cpu = 12_345
        stats.cpuTime = 1
        stats.memory = 2
        stats.memoryLimit = 3
        stats.pids = 4
        stats.received = 5
        stats.sent = 6
        stats.read = 7
        stats.written = 8
        let reception = fleet.record(
            [StatsSample(id: Self.id(2), stats: stats, at: -9)], of: Self.host, memory: Self.gibibyte)
        #expect(reception.kept == 1)
        let view = fleet.read()
        let slot = try Self.slot(2, in: view)
        let kept = try #require(view.stats(of: slot))
        #expect(kept.sample == stats)
        #expect(kept.at == -9)
        #expect(view.hostMemory(of: slot) == Self.gibibyte)
        #expect(fleet.generation == before.0)
        #expect(fleet.digests(of: Self.host).digest == before.1)
        #expect(view.stats(of: try Self.slot(1, in: view)) == nil)
    }

    @Test func `keep what could not be read apart from zero`() throws {
        let fleet = try Self.fleet()
        fleet.record([Self.sample(1)], of: Self.host, memory: 0)
        let view = fleet.read()
        let kept = try #require(view.stats(of: try Self.slot(1, in: view)))
        #expect(kept.sample == ContainerStats())
    }

    @Test func `of unknown and of stopped containers, and late ones, are dropped and counted`() throws {
        let fleet = try Self.fleet()
        try Self.apply([Self.container(2, state: .exited)], to: fleet)
        fleet.record([Self.sample(1, cpu: 7, at: 2_000)], of: Self.host, memory: 0)
        let reception = fleet.record(
            [Self.sample(1, cpu: 8, at: 1_999), Self.sample(2), Self.sample(3), Self.sample(99)],
            of: Self.host, memory: 0)
        #expect(reception.late == 1 && reception.stopped == 1 && reception.unknown == 1)
        #expect(reception.kept == 1)
        let gone = fleet.record([Self.sample(1)], of: HostKey(rawValue: 77), memory: 0)
        #expect(gone.unknown == 1)
        let view = fleet.read()
        let kept = view.stats(of: try Self.slot(1, in: view))
        #expect(kept?.sample.cpu == 7)
    }

    @Test(arguments: [5_000, 1]) func `go with their container, and never show in a slot that is used again`(
        count: Int
    ) throws {
        let fleet = try Self.fleet()
        fleet.record((1...3).map { Self.sample($0, cpu: 100) }, of: Self.host, memory: 0)
        let old = fleet.read()
        // A large set is applied on a copy, a small one in place.
        let others = (0..<count).map { Self.container(1_000 + UInt64($0)) }
        try Self.apply([.removed(Self.id(1)), .removed(Self.id(2))] + others, to: fleet)
        let view = fleet.read()
        #expect(view.top(10, by: .cpu).sampled == 1)
        for slot in view.containers(matching: Query()).slots where view.summary(slot).config.name != "c3" {
            #expect(view.stats(of: slot) == nil)
        }
        #expect(Self.names(view, view.top(10, by: .cpu).slots) == ["h1/c3"])
        // Who reads on sees what was.
        #expect(old.top(10, by: .cpu).slots.count == 3)
        fleet.remove(host: Self.host)
        #expect(fleet.read().top(10, by: .cpu).sampled == 0)
    }

    @Test func `survive a large change that is made on a copy`() throws {
        let fleet = try Self.fleet()
        fleet.record([Self.sample(3, cpu: 100)], of: Self.host, memory: 0)
        try Self.apply((0..<3_000).map { Self.container(1_000 + $0) }, to: fleet)
        #expect(Self.names(fleet.read(), fleet.read().top(3, by: .cpu).slots) == ["h1/c3"])
    }

    @Test(arguments: [
        `The samples of a fleet`.container(2, state: .exited),
        `The samples of a fleet`.container(2, startedAt: 6),
    ]) func `end with the run that they are of`(change: ContainerChange) throws {
        let fleet = try Self.fleet()
        fleet.record([Self.sample(2, cpu: 100), Self.sample(3, cpu: 1)], of: Self.host, memory: 0)
        try Self.apply([change], to: fleet)
        let view = fleet.read()
        #expect(view.stats(of: try Self.slot(2, in: view)) == nil)
        #expect(Self.names(view, view.top(10, by: .cpu).slots) == ["h1/c3"])
    }

    @Test func `stay when a container is paused`() throws {
        let fleet = try Self.fleet()
        fleet.record([Self.sample(2, cpu: 100)], of: Self.host, memory: 0)
        try Self.apply([Self.container(2, state: .paused)], to: fleet)
        let view = fleet.read()
        #expect(view.stats(of: try Self.slot(2, in: view)) != nil)
    }

    @Test func `rank containers by CPU, memory, and memory of what they may use`() throws {
        let fleet = try Self.fleet(4)
        fleet.record(
            [
                Self.sample(1, cpu: 500, memory: Self.gibibyte / 2),
                Self.sample(2, cpu: 20_000, memory: 1_000, limit: 1_001),
                Self.sample(3, cpu: nil, memory: Self.gibibyte / 4, limit: Self.gibibyte / 2),
            ], of: Self.host, memory: 4 * Self.gibibyte)
        fleet.record([Self.sample(1, cpu: 500, memory: 10)], of: Self.other, memory: 0)
        let view = fleet.read()
        #expect(Self.names(view, view.top(10, by: .cpu).slots) == ["h1/c2", "h1/c1", "h2/c1"])
        #expect(Self.names(view, view.top(2, by: .cpu).slots).first == "h1/c2")
        #expect(
            Self.names(view, view.top(10, by: .memory).slots) == ["h1/c1", "h1/c3", "h1/c2", "h2/c1"])
        // The second host's memory is not known.
        #expect(Self.names(view, view.top(10, by: .memoryPercent).slots) == ["h1/c2", "h1/c3", "h1/c1"])
        #expect(view.top(0, by: .cpu).slots.isEmpty)
        var query = Query()
        query.hosts = [Self.other]
        let narrowed = view.top(10, by: .cpu, among: query)
        #expect(Self.names(view, narrowed.slots) == ["h2/c1"])
        #expect(narrowed.sampled == 1)
    }

    @Test func `that are too old are not ranked, not counted, and fit no threshold`() throws {
        let fleet = try Self.fleet()
        fleet.record(
            [Self.sample(1, cpu: 900, memory: 5, at: 10), Self.sample(2, cpu: 100, memory: 7, at: 20)],
            of: Self.host, memory: 100)
        let view = fleet.read()
        #expect(Self.names(view, view.top(10, by: .cpu, notBefore: 11).slots) == ["h1/c2"])
        #expect(view.top(10, by: .memoryPercent, notBefore: 21).slots.isEmpty)
        let usage = try #require(view.usage(ofHost: Self.host, notBefore: 11))
        #expect(usage.cpu == 100 && usage.memory == 7 && usage.containers == 1 && usage.oldest == 20)
        #expect(view.usage(ofHost: Self.host)?.cpu == 1_000)
        #expect(view.usage(ofHost: HostKey(rawValue: 9)) == nil)
        var query = Query()
        try query.filters.add("cpu>0")
        #expect(Self.names(view, view.containers(matching: query).slots) == ["h1/c1", "h1/c2"])
        query.usageNotBefore = 11
        #expect(Self.names(view, view.containers(matching: query).slots) == ["h1/c2"])
    }

    /// The ranking of one column against a plain sort, with values that repeat and slots without a sample.
    @Test(arguments: [1, 7, 100, 3_000]) func `are ranked as a plain sort ranks them`(limit: Int) throws {
        var random = Sample.SplitMix(state: UInt64(limit))
        let fleet = try Self.fleet(2_000)
        var expected: [(cpu: Int64, number: UInt64)] = []
        var samples: [StatsSample] = []
        for number in UInt64(1)...2_000 where Int.random(in: 0..<4, using: &random) > 0 {
            let cpu = Int64.random(in: 0..<500, using: &random)
            expected.append((cpu, number))
            samples.append(Self.sample(number, cpu: cpu, memory: cpu << 32))
        }
        fleet.record(samples, of: Self.host, memory: 0)
        let view = fleet.read()
        let values = expected.map(\.cpu).sorted(by: >).prefix(limit)
        let ranked = view.top(limit, by: .cpu).slots.map { view.stats(of: $0)?.sample.cpu }
        #expect(ranked == values.map { $0 })
        let byMemory = view.top(limit, by: .memory).slots.map { view.stats(of: $0)?.sample.memory }
        #expect(byMemory == values.map { $0 << 32 })
    }

    @Test(arguments: [
        ("cpu>80", ["c2"]), ("cpu>=80", ["c1", "c2"]), ("cpu<80", ["c3"]), ("cpu<=80", ["c1", "c3"]),
        ("cpu=80", ["c1"]), ("CPU > 79.99", ["c1", "c2"]), ("memory>90", ["c3"]),
        ("memory>=90%", ["c2", "c3"]),
        ("restarts>5", ["c3"]), ("restarts=5", ["c2"]), ("restarts>=5", ["c2", "c3"]),
    ]) func `can be asked for by thresholds`(filter: String, expected: [String]) throws {
        let fleet = try Self.fleet(4)
        try Self.apply([Self.container(2, restarts: 5), Self.container(3, restarts: 6)], to: fleet)
        fleet.record(
            [
                Self.sample(1, cpu: 8_000, memory: 10), Self.sample(2, cpu: 8_001, memory: 90),
                Self.sample(3, cpu: 0, memory: 910, limit: 1_000),
            ], of: Self.host, memory: 100)
        var query = Query()
        query.hosts = [Self.host]
        try query.filters.add(filter)
        let view = fleet.read()
        #expect(view.containers(matching: query).slots.map { view.summary($0).config.name } == expected)
        #expect(view.containers(matching: query).total == expected.count)
    }

    @Test(arguments: [
        "cpu>", "cpu>x", "cpu=>5", "cpu>>5", "cpu>-1", "cpu>1.23456", "memory>1e3", "restarts>1.5",
        "cpu>9999999999999999999", "cpu", "cpu~5", "uptime>5",
    ]) func `are not asked for by nonsense`(filter: String) {
        var filters = ContainerFilters()
        let error = #expect(throws: FilterError.self) { try filters.add(filter) }
        #expect(
            error?.sentence.contains("restarts") == true
                || error?.sentence.contains(">, >=, <, <= or =") == true)
    }

    @Test func `can be read and written at the same time`() async throws {
        let fleet = try Self.fleet(600)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for turn in Int64(1)...200 {
                    fleet.record(
                        (1...600).map { Self.sample($0, cpu: turn, memory: turn, at: turn) }, of: Self.host,
                        memory: 0)
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    let view = fleet.read()
                    for slot in view.top(600, by: .memory).slots {
                        guard let (sample, at) = view.stats(of: slot) else { continue }
                        #expect(sample.cpu == at && sample.memory == at)
                    }
                }
            }
        }
        #expect(fleet.read().top(600, by: .cpu).slots.count == 600)
    }
}
