import Fleet
import Inventory
import JSON
import Testing
import Wire

@Suite struct `A change set of a fleet` {
    static let key = SipHash.Key(low: 3, high: 4)
    static let host = HostKey(rawValue: 1)
    static let other = HostKey(rawValue: 2)

    static func fleet() throws -> Fleet {
        let fleet = Fleet()
        fleet.add(host: host, id: try #require(HostID("h1")), name: "First")
        fleet.add(host: other, id: try #require(HostID("h2")), name: "")
        return fleet
    }

    static func id(_ number: UInt64) -> ContainerID { ContainerID(words: (number << 40, 0, 0, number)) }

    /// A running container `c<number>` of the project `p<number % 3>`.
    static func container(_ number: UInt64, state: ContainerState = .running) -> Container {
        var config = Config(name: "c\(number)")
        config.image = "nginx:1"
        config.labels = ["number": "\(number)", "all": "yes"]
        var compose = Compose(kind: Compose.compose, project: "p\(number % 3)")
        compose.service = number % 2 == 0 ? "web" : ""
        return Container(
            id: id(number), status: Status(state: state), network: Network(), config: config, compose: compose
        )
    }

    static func put(_ container: Container) -> ContainerChange {
        ContainerChange(id: container.id, kind: .put(FacetChanges(whole: EncodedContainer(container))))
    }

    static func prepared(_ changes: [ContainerChange]) throws -> PreparedSet {
        try Fleet.prepare(changes, key: key)
    }

    static func names(_ view: FleetView, _ query: Query = Query()) -> [String] {
        view.containers(matching: query).slots.map { view.summary($0).config.name }
    }

    @Test func `reports unknown containers that it would have to make up`() throws {
        let fleet = try Self.fleet()
        var changes = FacetChanges()
        changes.status = .value(Array(#"{"state":"running"}"#.utf8))
        let set = try Self.prepared([
            ContainerChange(id: Self.id(1), kind: .put(changes)), Self.put(Self.container(2)),
        ])
        let applied = fleet.apply(set, to: Self.host, at: 1)
        #expect(applied.missing == [Self.id(1)])
        #expect(applied.added == 1)
        #expect(!fleet.contains(Self.id(1), on: Self.host))
        #expect(fleet.contains(Self.id(2), on: Self.host))
        #expect(!fleet.contains(Self.id(2), on: Self.other))
    }

    @Test func `brings a removed container back within one set`() throws {
        let fleet = try Self.fleet()
        fleet.apply(try Self.prepared([Self.put(Self.container(1))]), to: Self.host, at: 1)
        let set = try Self.prepared([.removed(Self.id(1)), Self.put(Self.container(1, state: .exited))])
        let applied = fleet.apply(set, to: Self.host, at: 2)
        #expect(applied.removed == 1 && applied.added == 1)
        let view = fleet.read()
        #expect(view.count == 1)
        let slot = try #require(view.container(Self.id(1), on: Self.host))
        #expect(view.summary(slot).status.state == .exited)
    }

    @Test func `that repeats what is there changes nothing`() throws {
        let fleet = try Self.fleet()
        let set = try Self.prepared([Self.put(Self.container(1))])
        fleet.apply(set, to: Self.host, at: 1)
        let applied = fleet.apply(set, to: Self.host, at: 2)
        #expect(applied.unchanged == 1 && applied.updated == 0)
        let view = fleet.read()
        let slot = try #require(view.container(Self.id(1), on: Self.host))
        #expect(view.summary(slot).changedAt == 1)
    }

    @Test func `keeps the time and the digests of rows that come back from the journal`() throws {
        let fleet = try Self.fleet()
        var set = PreparedSet(key: Self.key)
        var digests = FacetDigests()
        digests[.status] = 5
        digests[.config] = 6
        digests[.network] = 7
        digests[.compose] = 8
        try set.add(Self.put(Self.container(1)), changedAt: 77, digests: digests)
        fleet.apply(set, to: Self.host, at: 99)
        let view = fleet.read()
        let slot = try #require(view.container(Self.id(1), on: Self.host))
        #expect(view.summary(slot).changedAt == 77)
        #expect(fleet.digests(of: Self.host) == (Digest(sum: 26), 1))
        #expect(fleet.facetDigests(on: Self.host).map(\.digests) == [digests])
    }

    @Test func `for a host that has left is not applied`() throws {
        let fleet = try Self.fleet()
        fleet.remove(host: Self.host)
        let applied = fleet.apply(try Self.prepared([Self.put(Self.container(1))]), to: Self.host, at: 1)
        #expect(!applied.isHostKnown)
        #expect(fleet.read().count == 0)
    }

    /// Requirement B17: what one host's resync removes is that host's only.
    @Test func `that ends a resync removes what is absent on that host only`() throws {
        let fleet = try Self.fleet()
        let all = try Self.prepared((1...5).map { Self.put(Self.container($0)) })
        fleet.apply(all, to: Self.host, at: 1)
        fleet.apply(all, to: Self.other, at: 1)
        let manifest = Dictionary(
            uniqueKeysWithValues: fleet.facetDigests(on: Self.host).filter {
                $0.id != Self.id(2) && $0.id != Self.id(4)
            })
        let set = try Self.prepared([
            Self.put(Self.container(3, state: .paused)), Self.put(Self.container(9)),
        ])
        let applied = fleet.replace(host: Self.host, keeping: manifest, applying: set, at: 2)
        #expect(applied.absent == [Self.id(2), Self.id(4)])
        #expect(applied.removed == 2 && applied.updated == 1 && applied.added == 1)
        var query = Query()
        query.hosts = [Self.host]
        #expect(Self.names(fleet.read(), query) == ["c1", "c3", "c5", "c9"])
        query.hosts = [Self.other]
        #expect(Self.names(fleet.read(), query) == ["c1", "c2", "c3", "c4", "c5"])
        let emptied = fleet.replace(host: Self.host, keeping: [:], applying: try Self.prepared([]), at: 3)
        #expect(emptied.absent.count == 4)
        #expect(Self.names(fleet.read()) == ["c1", "c2", "c3", "c4", "c5"])
    }

    /// Requirement B17: a host that is taken out, or empty, leaves the others as they are.
    @Test func `that removes a host leaves the others`() throws {
        let fleet = try Self.fleet()
        let set = try Self.prepared((1...3).map { Self.put(Self.container($0)) })
        fleet.apply(set, to: Self.host, at: 1)
        fleet.apply(set, to: Self.other, at: 1)
        let digest = fleet.digests(of: Self.other)
        #expect(fleet.remove(host: Self.host) == (1...3).map(Self.id))
        #expect(fleet.digests(of: Self.other) == digest)
        #expect(fleet.read().hosts.map(\.id.rawValue) == ["h2"])
        #expect(Self.names(fleet.read()) == ["c1", "c2", "c3"])
        #expect(fleet.digests(of: Self.host) == (Digest(), 0))
    }

    @Test func `renames a host without touching its containers`() throws {
        let fleet = try Self.fleet()
        fleet.apply(try Self.prepared([Self.put(Self.container(1))]), to: Self.host, at: 1)
        fleet.rename(host: Self.host, to: "Renamed")
        #expect(fleet.read().host(Self.host)?.name == "Renamed")
        fleet.add(host: Self.host, id: try #require(HostID("z9")), name: "Again")
        #expect(fleet.read().hosts.map(\.id.rawValue) == ["h2", "z9"])
        #expect(fleet.read().host(try #require(HostID("z9")))?.containers == 1)
        #expect(fleet.read().host(try #require(HostID("h1"))) == nil)
    }

    /// Requirement B5.
    @Test func `shows stacks across hosts and their members by service`() throws {
        let fleet = try Self.fleet()
        fleet.apply(try Self.prepared((1...6).map { Self.put(Self.container($0)) }), to: Self.host, at: 1)
        fleet.apply(
            try Self.prepared((6...9).map { Self.put(Self.container($0, state: .exited)) }), to: Self.other,
            at: 1)
        let view = fleet.read()
        #expect(view.stacks().map(\.name) == ["p0", "p1", "p2"])
        let first = try #require(view.stacks().first)
        #expect(first.hosts.map(\.rawValue) == ["h1", "h2"])
        #expect(first.services == 2 && first.containers == 4 && first.running == 2 && first.kind == "compose")
        #expect(view.stacks(named: "p0") == [first])
        #expect(view.stacks(named: "elsewhere").isEmpty && view.stacks(named: "web").isEmpty)
        let members = view.members(ofStack: "p0")
        #expect(members.map(\.service) == ["web", "unknown"])
        #expect(
            members.map { $0.slots.map { view.summary($0).config.name } } == [["c6", "c6"], ["c3", "c9"]])
        #expect(members.map(\.running) == [1, 1])
        #expect(view.members(ofStack: "p0", kind: "swarm").isEmpty)
        #expect(view.members(ofStack: "elsewhere").isEmpty)
    }

    /// Postings of several chunks: splits, merges and the way back to one array.
    @Test func `of thousands keeps every index`() throws {
        let fleet = try Self.fleet()
        let count: UInt64 = 3_000
        for start in stride(from: 0, to: count, by: 500) {
            let set = try Self.prepared(
                (start..<start + 500).map { Self.put(Self.container(($0 * 7_919) % count)) })
            #expect(fleet.apply(set, to: Self.host, at: 1).added == 500)
        }
        var query = Query()
        query.selector = try Selector(parsing: "all=yes")
        #expect(Self.names(fleet.read(), query) == (0..<count).map { "c\($0)" })
        query.selector = try Selector(parsing: "number in (17,2999,x)")
        #expect(Self.names(fleet.read(), query) == ["c17", "c2999"])
        query = Query()
        query.idPrefix = String(Self.id(513).description.prefix(6))
        #expect(Self.names(fleet.read(), query) == ["c513"])
        query = Query()
        query.stack = "p1"
        for start in stride(from: 0, to: count, by: 500) {
            let gone = (start..<start + 500).map { ($0 * 7_919) % count }.filter { $0 % 100 != 1 }
            #expect(
                fleet.apply(try Self.prepared(gone.map { .removed(Self.id($0)) }), to: Self.host, at: 2)
                    .removed == 495)
        }
        #expect(
            Self.names(fleet.read(), query)
                == (0..<30).map { "c\($0 * 100 + 1)" }.filter { name in
                    (Int(name.dropFirst()) ?? 0) % 3 == 1
                })
        fleet.remove(host: Self.host)
        fleet.remove(host: Self.other)
        #expect(fleet.isUnused)
    }

    /// Requirement A2: readers never see half of a change set, whatever its size.
    @Test func `becomes visible as a whole`() async throws {
        let fleet = try Self.fleet()
        let states: [ContainerState] = [.running, .paused]
        let sets = try states.map { state in
            try Self.prepared((1...60).map { Self.put(Self.container($0, state: state)) })
        }
        let single = try Self.prepared([Self.put(Self.container(70))])
        let removal = try Self.prepared([.removed(Self.id(70))])
        fleet.apply(sets[0], to: Self.host, at: 0)
        await withTaskGroup(of: Bool.self) { group in
            for number in 1...2 {
                group.addTask(name: "reader \(number)") {
                    var isWhole = true
                    for _ in 0..<300 {
                        let view = fleet.read()
                        var query = Query()
                        query.hosts = [Self.host]
                        let found = Set(
                            view.containers(matching: query).slots.map { view.summary($0).status.state })
                        isWhole = isWhole && found.count == 1
                    }
                    return isWhole
                }
            }
            for round in 1...150 {
                fleet.apply(sets[round % 2], to: Self.host, at: Int64(round))
                fleet.apply(round % 2 == 0 ? single : removal, to: Self.other, at: Int64(round))
            }
            for await isWhole in group { #expect(isWhole) }
        }
    }
}
