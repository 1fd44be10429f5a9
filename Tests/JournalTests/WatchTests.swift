import Inventory
import Journal
import OS
import Synchronization
import TestSupport
import Testing
import Wire

@Suite struct `Who watches a journal` {
    /// H2: the same events, whether they still are in memory or come from the disk.
    @Test func `gets the same from memory and from the disk`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open { $0.recentLimit = 100 }
            var source = ChangeSource(seed: 5)
            var model = Model()
            for _ in 0..<200 {
                let changes = source.changes(of: model.hosts[host(1)] ?? [:], from: 1...20)
                for change in changes { model.apply(change, to: host(1)) }
                journal.append(JournalEntry(host: host(1), id: name("a"), changes: changes, at: lab.now))
            }
            try await journal.settle()
            let all = lab.events
            #expect(journal.statistics.recent == 100)
            for after in stride(from: 0, through: Int64(all.count), by: 37) {
                let page = try await journal.changes(after: after, limit: 50)
                #expect(page.events == Array(all.dropFirst(Int(after)).prefix(50)))
                #expect(page.reachesBack)
                #expect(page.current == journal.current)
            }
            await journal.close(within: .seconds(5))
            let again = try await lab.open(seed: 2)
            #expect(again.statistics.recent == 0)
            #expect(try await again.allChanges(after: 0, limit: 64) == all)
            await again.close(within: .seconds(5))
        }
    }

    /// B2, H2: what is older than the retention is pruned, and who comes from before is told so.
    @Test func `is told when history doesn't reach back`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open { $0.recentLimit = 1 }
            func add(_ status: String) async throws {
                journal.append(
                    JournalEntry(
                        host: host(1), id: name("a"),
                        changes: [.put(container(1), status: status, config: "{}")],
                        at: lab.now))
                try await journal.settle()
            }
            try await add("{1}")
            try await add("{2}")
            lab.advance(by: .seconds(604_000))
            try await add("{3}")
            await journal.maintain()
            #expect(journal.floor == 0)
            lab.advance(by: .seconds(1_000))
            await journal.maintain()
            #expect(journal.floor == 2)
            #expect(journal.statistics.pruned == 2)
            #expect(try await journal.changes(after: 1, limit: 9).reachesBack == false)
            #expect(try await journal.changes(after: 2, limit: 9).events.map(\.revision) == [3])
            #expect(try journal.contents()[host(1)]?[container(1)]?[.status] == bytes("{3}"))
            await journal.close(within: .seconds(5))
            let again = try await lab.open(seed: 2)
            #expect(again.floor == 2)
            #expect(again.current.number == 3)
            await again.close(within: .seconds(5))
        }
    }

    /// A clock that was wrong for a while neither keeps history for ever nor throws it away.
    @Test func `keeps its history when the clock was wrong`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open { $0.pruneSlice = 3 }
            func add(at: Int64, _ count: Int) async throws {
                for _ in 0..<count {
                    journal.append(
                        JournalEntry(
                            host: host(1), id: name("a"),
                            changes: [.put(container(1), status: "{}", config: "{}")],
                            at: at))
                }
                try await journal.settle()
            }
            let start = lab.now
            try await add(at: start, 2)
            try await add(at: start + 1_000_000_000_000, 8)
            try await add(at: start + 10, 2)
            await journal.maintain()
            #expect(journal.floor == 0)
            lab.advance(by: .seconds(605_000))
            await journal.maintain()
            #expect(journal.floor == 12)
            try await add(at: lab.now, 2)
            lab.advance(by: .seconds(-1_600_000_000))
            await journal.maintain()
            #expect(journal.floor == 12)
            await journal.close(within: .seconds(5))
        }
    }

    /// H2: a snapshot and the changes after it together are the present.
    @Test func `starts from a snapshot of one revision while others go on writing`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open {
                $0.foldAbove = 30
                $0.foldSlice = 8
            }
            var source = ChangeSource(seed: 9)
            var model = Model()
            func add(_ count: Int) {
                for _ in 0..<count {
                    let changes = source.changes(of: model.hosts[host(1)] ?? [:], from: 1...60)
                    for change in changes { model.apply(change, to: host(1)) }
                    journal.append(JournalEntry(host: host(1), id: name("a"), changes: changes, at: 1))
                }
            }
            add(100)
            try await journal.settle()
            var copy = Model()
            var revisions: Set<Revision> = []
            try await journal.snapshot(size: 7) { chunk in
                revisions.insert(chunk.revision)
                for row in chunk.containers { copy.hosts[row.host, default: [:]][row.id] = row.facets }
                add(5)
                try await journal.settle()
            }
            let revision = try #require(revisions.first)
            #expect(revisions.count == 1)
            var expected = Model()
            expected.apply(lab.events.filter { $0.revision <= revision.number })
            #expect(copy == expected)
            copy.apply(try #require(try await journal.allChanges(after: revision.number)))
            #expect(copy == model)
            #expect(try journal.contents() == model.hosts)
            await journal.close(within: .seconds(5))
        }
    }

    @Test func `holds a snapshot no longer than it may`() async throws {
        try await Lab.with { lab in
            let hasty = try await lab.open { $0.snapshotLimit = .milliseconds(1) }
            await #expect(throws: JournalError.tooSlow) {
                try await hasty.snapshot { _ in try await BootClock().sleep(for: .milliseconds(5)) }
            }
            await hasty.close(within: .seconds(5))
            let journal = try await lab.open(seed: 2) { $0.snapshots = 1 }
            await #expect(throws: JournalError.busy) {
                try await journal.snapshot { _ in try await journal.snapshot { _ in } }
            }
            await journal.close(within: .seconds(5))
        }
    }

    @Test func `is told when a question is too much`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open {
                $0.recentLimit = 1
                $0.readLimit = .zero
            }
            for number in 1...500 as ClosedRange<UInt64> {
                journal.append(
                    JournalEntry(
                        host: host(1), id: name("a"),
                        changes: [.put(container(number), status: "{}", config: "{}")],
                        at: 1))
            }
            try await journal.settle()
            await #expect(throws: JournalError.tooSlow) {
                _ = try await journal.changes(after: 0, limit: 500)
            }
            await journal.close(within: .seconds(5))
            let closed = try await lab.open(seed: 2) { $0.waitingReads = 0 }
            await #expect(throws: JournalError.busy) { _ = try await closed.changes(after: 0, limit: 500) }
            await closed.close(within: .seconds(5))
        }
    }

    @Test func `is woken by the next commit, by cancellation and by the end`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open()
            func add() {
                journal.append(
                    JournalEntry(
                        host: host(1), id: name("a"),
                        changes: [.put(container(1), status: "{}", config: "{}")], at: 1))
            }
            let first = Task { await journal.waitForChange(after: 0) }
            add()
            #expect(await first.value.number == 1)
            #expect(await journal.waitForChange(after: 0).number == 1)
            let cancelled = Task { await journal.waitForChange(after: 100) }
            cancelled.cancel()
            #expect(await cancelled.value.number == 1)
            let last = Task { await journal.waitForChange(after: 100) }
            await journal.close(within: .seconds(5))
            #expect(await last.value.number == 1)
            #expect(await journal.waitForChange(after: 100).number == 1)
        }
    }

    @Test func `misses no wake-up, however many watch`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open()
            let count: Int64 = 300
            try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<4 {
                    group.addTask(name: "watcher") {
                        var seen: [Int64] = []
                        while seen.last ?? 0 < count {
                            await journal.waitForChange(after: seen.last ?? 0)
                            let page = try await journal.changes(after: seen.last ?? 0, limit: 7)
                            seen += page.events.map(\.revision)
                        }
                        return seen
                    }
                }
                for number in 1...count {
                    journal.append(
                        JournalEntry(
                            host: host(1), id: name("a"),
                            changes: [.put(container(1), status: "{\(number)}", config: "{}")], at: 1))
                    if number % 16 == 0 { await Task.yield() }
                }
                for try await seen in group { #expect(seen == Array(1...count)) }
            }
            await journal.close(within: .seconds(5))
        }
    }
}
