import Inventory
import Journal
import SQLite
import Synchronization
import TestSupport
import Testing
import Wire

@Suite struct `A journal beside a dictionary` {
    /// A2, A6, B2, H2: whatever the disk, the folding, the pruning and the restarts do, every change is stored once.
    @Test(arguments: 1...6 as ClosedRange<UInt64>) func `holds the same, each change once`(seed: UInt64)
        async throws
    {
        try await Lab.with { lab in
            var trial = Trial(lab: lab, seed: seed)
            var journal = try await trial.open()
            for round in 0..<10 {
                for _ in 0..<25 { try await trial.step(journal) }
                try await journal.settle()
                try await trial.check(journal, events: lab.events)
                guard round % 3 == 2 else { continue }
                trial.closeRun(with: lab.events, journal.statistics)
                #expect(await journal.close(within: .seconds(20)))
                journal = try await trial.open()
                try await trial.check(journal, events: [])
            }
            trial.closeRun(with: lab.events, journal.statistics)
            await journal.close(within: .seconds(20))
            // That the trial was one: all of this happened.
            #expect(trial.totals.allSatisfy { $0 > 0 }, "\(trial.totals)")
        }
    }
}

/// One journal that is put through its paces, and what it should hold.
private struct Trial {
    let lab: Lab
    let seed: UInt64
    var source: ChangeSource
    var model = Model()
    var versions: [HostKey: Int64] = [:]
    /// The events of the runs before.
    var past: [ChangeEvent] = []
    var runs: UInt64 = 0
    /// Values coalesced, failures, containers folded, changes pruned.
    var totals = [0, 0, 0, 0]

    init(lab: Lab, seed: UInt64) {
        self.lab = lab
        self.seed = seed
        source = ChangeSource(seed: seed)
    }

    mutating func open() async throws -> Journal {
        runs += 1
        let chance = Chance(seed: seed &* 1_000 &+ runs)
        return try await lab.open(seed: seed &* 77 &+ runs) { settings in
            settings.coalesceAbove = 6
            settings.rowsPerCommit = 5
            settings.foldAbove = 20
            settings.foldSlice = 3
            settings.pruneSlice = 7
            settings.unfoldedLimit = 25
            settings.recentLimit = 10
            settings.checkpointPages = 20
            settings.fault = { step in chance.fault(at: step) }
        }
    }

    mutating func step(_ journal: Journal) async throws {
        let key = host(UInt32.random(in: 1...3, using: &source.random))
        switch Int.random(in: 0..<20, using: &source.random) {
        case 0: lab.advance(by: .seconds(Int.random(in: 1...400_000, using: &source.random)))
        case 1: await journal.maintain()
        case 2:
            let known = model.hosts[key] ?? [:]
            let id = container(UInt64.random(in: 1...9, using: &source.random))
            #expect(try await journal.facets(host: key, container: id) == known[id])
        default:
            let changes = source.changes(of: model.hosts[key] ?? [:], from: 1...9)
            versions[key, default: 0] += 1
            if model.hosts[key] == nil { model.hosts[key] = [:] }
            for change in changes { model.apply(change, to: key) }
            #expect(
                journal.append(
                    JournalEntry(
                        host: key, id: name("host-\(key)"), changes: changes,
                        cursor: cursor(versions[key] ?? 0),
                        at: lab.now)))
        }
    }

    func check(_ journal: Journal, events: [ChangeEvent]) async throws {
        let all = past + events
        #expect(all.map(\.revision) == all.indices.map { Int64($0) + 1 })
        #expect(journal.current.number == Int64(all.count))
        #expect(try journal.contents() == model.hosts)
        var replayed = Model()
        replayed.apply(all)
        #expect(replayed.occupied == model.occupied)
        for row in try journal.hosts() { #expect(row.cursor == cursor(versions[row.key] ?? 0)) }

        let floor = journal.floor
        #expect(try await journal.allChanges(after: floor, limit: 4) == all.filter { $0.revision > floor })
        if floor > 0 { #expect(try await journal.changes(after: floor - 1, limit: 4).reachesBack == false) }
        try checkBase(floor: floor, all: all)

        var snapshot = Model()
        var revisions: Set<Int64> = []
        try await journal.snapshot(size: 4) { chunk in
            revisions.insert(chunk.revision.number)
            for row in chunk.containers { snapshot.hosts[row.host, default: [:]][row.id] = row.facets }
        }
        #expect(revisions == [journal.current.number])
        #expect(snapshot.occupied == model.occupied)
    }

    /// The state at the floor can be told from the table, and from what was kept aside.
    private func checkBase(floor: Int64, all: [ChangeEvent]) throws {
        var expected = Model()
        expected.apply(all.filter { $0.revision <= floor })
        var stored = Model()
        let connection = try Connection(path: lab.directory.fleet, mode: .readOnly)
        let columns = Facet.allCases.map(\.rawValue)
        let selects =
            ["SELECT host, container, facet, value FROM base"]
            + columns.enumerated().map { index, column in
                """
                SELECT host, container, \(index), \(column) FROM container
                WHERE \(column)_revision BETWEEN 1 AND \(floor) AND \(column) IS NOT NULL
                """
            }
        let statement = try connection.prepare(selects.joined(separator: " UNION ALL "))
        while try statement.step() {
            let key = HostKey(rawValue: UInt32(statement.int64(0)))
            let id = try #require(ContainerID(bytes: statement.blob(1) ?? []))
            let facet = Facet.allCases[Int(statement.int64(2))]
            let before = stored.hosts[key]?[id]?[facet]
            #expect(before == nil, "a value is in two places")
            stored.hosts[key, default: [:]][id, default: EncodedContainer()][facet] = statement.blob(3)
        }
        #expect(stored.occupied == expected.occupied)
    }

    mutating func closeRun(with events: [ChangeEvent], _ statistics: JournalStatistics) {
        past += events
        let these = [statistics.coalesced, statistics.failures, statistics.folded, statistics.pruned]
        totals = zip(totals, these).map { $0 + $1 }
    }
}

/// Makes the disk fail now and then.
private final class Chance: Sendable {
    private let random: Mutex<SplitMix64>

    init(seed: UInt64) {
        random = Mutex(SplitMix64(seed: seed))
    }

    func fault(at step: JournalStep) -> SQLiteError? {
        random.withLock { random in
            guard Int.random(in: 0..<12, using: &random) == 0 else { return nil }
            // Full, I/O error, busy, read-only; see https://sqlite.org/rescode.html.
            let code: Int32 = [13, 1_034, 5, 8].randomElement(using: &random) ?? 13
            return SQLiteError(extendedCode: code, message: "made to fail", sql: "\(step)")
        }
    }
}
