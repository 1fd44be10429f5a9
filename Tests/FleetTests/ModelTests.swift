import Fleet
import Inventory
import JSON
import Testing
import Wire

/// Requirements A2 and B6, B13 (what a list needs): the fleet and a naive model are changed alike and asked
/// alike.
@Suite struct `A fleet in memory` {
    static let key = SipHash.Key(low: 1, high: 2)
    static let hosts = (1...4).map { HostKey(rawValue: UInt32($0) * 7) }

    /// Adds the hosts to both; ids are not in the order of the keys.
    static func start(_ fleet: Fleet, _ model: inout Model) throws {
        for (index, host) in hosts.enumerated() {
            let id = try #require(HostID("h\(9 - index)"))
            fleet.add(host: host, id: id, name: "Host \(index)")
            model.hosts[host] = Model.Host(id: id, name: "Host \(index)")
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>) func `answers as a naive model does`(seed: UInt64) throws {
        var sample = Sample(seed: seed)
        var fleet = Fleet()
        var model = Model()
        try Self.start(fleet, &model)
        for step in 1...50 {
            if sample.chance(30) { fleet = try fleet.kept() }
            let host = sample.pick(Self.hosts)
            let count = sample.chance(20) ? 30 : Int.random(in: 1...4, using: &sample.random)
            let changes = (0..<count).map { _ in sample.change() }
            let before = fleet.read()
            let dump = sample.chance(20) ? dumped(before) : nil
            let applied = fleet.apply(try Fleet.prepare(changes, key: Self.key), to: host, at: Int64(step))
            #expect(applied.missing == model.apply(changes, to: host, at: Int64(step)))
            if let dump { #expect(dumped(before) == dump, "a view changed after it was taken") }
            try compare(fleet, model, step, &sample)
        }
        // What an image brings back counts and finds the same, and goes on.
        let copy = try Self.restored(fleet)
        try compare(copy, model, 51, &sample)
        let changes = (0..<20).map { _ in sample.change() }
        _ = copy.apply(try Fleet.prepare(changes, key: Self.key), to: Self.hosts[0], at: 52)
        var later = model
        _ = later.apply(changes, to: Self.hosts[0], at: 52)
        try compare(copy, later, 52, &sample)
        for host in Self.hosts {
            let removed = fleet.remove(host: host)
            #expect(removed == model.hosts[host]?.rows.keys.sorted())
            model.hosts[host] = nil
            try compare(fleet, model, 0, &sample)
        }
        #expect(fleet.isUnused)
    }

    /// The fleet, written down and read back.
    private static func restored(_ fleet: Fleet) throws -> Fleet {
        let image = fleet.image()
        var reader = FleetImageReader()
        for section in FleetImage.Section.allCases {
            for block in 0..<image.blockCount(of: section) {
                var bytes = ImageBytes()
                image.write(block, of: section, into: &bytes)
                var scan = ImageScan(bytes.bytes, count: bytes.bytes.count)
                try reader.take(&scan, of: section)
            }
            if section == .texts { try reader.finishTexts() }
        }
        return try reader.fleet()
    }

    private func compare(_ fleet: Fleet, _ model: Model, _ step: Int, _ sample: inout Sample) throws {
        let view = fleet.read()
        let entries = try model.entries()
        for host in Self.hosts {
            let digests = fleet.digests(of: host)
            let rows = model.hosts[host]?.rows ?? [:]
            #expect(digests.count == rows.count)
            #expect(digests.digest == model.digest(of: host, key: Self.key))
            #expect(view.host(host)?.containers ?? 0 == rows.count)
            let running = entries.filter { $0.host == host && $0.container.status.state == .running }
            #expect(view.host(host)?.running ?? 0 == running.count)
        }
        compareCounts(view, entries)
        let all = view.containers(matching: Query())
        #expect(all.total == entries.count && view.count == entries.count)
        for (slot, entry) in zip(all.slots, entries) { expect(view, slot, is: entry) }
        var live = Query()
        live.liveOnly = true
        for query in [live] + (0..<8).map({ _ in sample.query(hosts: Self.hosts) }) {
            let wanted = model.ids(matching: query, among: entries)
            let found = view.containers(matching: query)
            #expect(found.total == wanted.count, "step \(step): \(query)")
            #expect(found.slots.map { view.summary($0).id } == wanted, "step \(step): \(query)")
            let limit = Int.random(in: 4...12, using: &sample.random)
            #expect(paged(view, query, by: limit, of: wanted.count) == wanted)
        }
    }

    /// Requirements B10 and H9: what is counted and noted on the way agrees with what is there.
    private func compareCounts(_ view: FleetView, _ entries: [Model.Entry]) {
        #expect(view.health == Model.health(entries))
        for host in view.healthByHost() {
            #expect(host.health == Model.health(entries.filter { $0.host == host.host }))
        }
        for isComplete in [false, true] {
            var query = PortQuery()
            query.isComplete = isComplete
            let wanted = Model.ports(entries, isComplete: isComplete)
            let whole = view.ports(query)
            #expect(whole.ports.map { Model.text($0, view) }.sorted() == wanted)
            #expect(whole.total == wanted.count)
            query.limit = 3
            var paged: [String] = []
            repeat {
                let page = view.ports(query)
                #expect(page.total == wanted.count)
                paged += page.ports.map { Model.text($0, view) }
                query.after = page.next.flatMap { PortToken($0.description) }
            } while query.after != nil && paged.count < 10_000
            #expect(paged == whole.ports.map { Model.text($0, view) })
            query.limit = nil
            query.port = 8_080
            #expect(
                view.ports(query).ports.map { Model.text($0, view) }.sorted()
                    == wanted.filter { $0.contains(" 8080 ") })
        }
        let clashes = view.portClashes(PortQuery()).clashes
        #expect(
            clashes.map { $0.claims.map { Model.text($0, view) }.sorted() }.map { "\($0)" }.sorted()
                == Model.clashes(entries).map { "\($0)" }.sorted())
    }

    /// Every page of an answer, one after the other.
    private func paged(_ view: FleetView, _ query: Query, by limit: Int, of total: Int) -> [ContainerID] {
        var query = query
        query.limit = limit
        var ids: [ContainerID] = []
        while ids.count < 10_000 {
            let page = view.containers(matching: query)
            #expect(page.slots.count <= limit && page.total == total)
            ids += page.slots.map { view.summary($0).id }
            guard let next = page.next else { return ids }
            query.after = ContinueToken(next.description)
            #expect(query.after == next)
        }
        return ids
    }

    private func expect(_ view: FleetView, _ slot: FleetView.Slot, is entry: Model.Entry) {
        let summary = view.summary(slot)
        #expect(summary.host == entry.host && summary.hostID == entry.hostID && summary.id == entry.id)
        #expect(summary.status == entry.container.status)
        #expect(summary.network == entry.container.network)
        #expect(summary.config == entry.container.config)
        #expect(summary.compose == entry.container.compose)
        #expect(summary.changedAt == entry.changedAt)
    }

    /// Everything that a view says, as text.
    private func dumped(_ view: FleetView) -> String {
        var writer = JSONWriter()
        writer.array { for slot in view.containers(matching: Query()).slots { view.write(slot, into: &$0) } }
        let stacks = view.stacks().map { "\($0)" }
        return String(decoding: writer.bytes, as: UTF8.self) + "\(view.hosts)" + stacks.joined()
    }
}
