import Inventory
import Journal
import OS
import SQLite
import Synchronization
import TestSupport
import Testing
import Wire

@Suite struct `A journal on a bad disk` {
    /// A6: a full disk stalls the journal, loses nothing, and is left behind as soon as there is room.
    @Test func `waits while the disk is full, answers meanwhile, and goes on`() async throws {
        try await Lab.with { lab in
            let limit = Mutex<Int64>(40)
            let journal = try await lab.open { settings in settings.pageLimit = { limit.withLock { $0 } } }
            let big = String(repeating: "x", count: 3_000)
            for number in 1...60 as ClosedRange<Int64> {
                journal.append(
                    JournalEntry(
                        host: host(1), id: name("a"),
                        changes: [
                            .put(container(UInt64(number)), status: "{\(number)}", config: "\"\(big)\"")
                        ],
                        cursor: cursor(number), at: lab.now))
                // One commit for each, so that some get in.
                if number <= 20 { _ = await journal.flush(within: .milliseconds(200)) }
            }
            try await eventually(within: .seconds(20), "the stall") { !journal.state.isRunning }
            guard case .stalled(let sentence, let since) = journal.state else {
                throw LabError(sentence: "not stalled")
            }
            #expect(sentence.contains("disk is full"))
            #expect(since == lab.now)
            #expect(
                try await journal.facets(host: host(1), container: container(60))?[.status] == bytes("{60}"))
            let durable = try #require(lab.commits.last?.hosts.first?.cursor?.version)
            #expect(durable < 60)
            #expect(try journal.contents()[host(1)]?.count == Int(durable))
            #expect(await journal.flush(within: .milliseconds(20)) == false)

            limit.withLock { $0 = 0 }
            try await journal.settle()
            #expect(journal.state == .running)
            #expect(lab.seenStates.last == .running)
            #expect(try journal.contents()[host(1)]?.count == 60)
            #expect(try journal.hosts().first?.cursor == cursor(60))
            #expect(lab.events.map(\.revision) == Array(1...60))
            #expect(journal.statistics.failures > 0)
            await journal.close(within: .seconds(5))
        }
    }

    /// A6: during an outage memory follows the number of containers, not the outage, and what was merged is counted.
    @Test func `coalesces what waits for a disk that is away`() async throws {
        try await Lab.with { lab in
            let disk = Disk()
            let journal = try await lab.open { settings in
                settings.coalesceAbove = 50
                settings.fault = { disk.fault(at: $0) }
            }
            journal.append(
                JournalEntry(
                    host: host(1), id: name("a"), changes: [.put(container(1), status: "{0}", config: "{c}")],
                    at: 1))
            try await journal.settle()
            disk.isAway = true
            // What is in the first transaction that fails stays as it is; the rest is what this is about.
            journal.append(JournalEntry(host: host(1), at: 1))
            try await eventually(within: .seconds(20), "the stall") { !journal.state.isRunning }
            var version: Int64 = 0
            for round in 1...400 as ClosedRange<UInt64> {
                for key in [host(1), host(2)] {
                    version += 1
                    var changes = (1...5).map {
                        ContainerChange.put(container($0), status: "{\(round)}", config: "{c}")
                    }
                    if round % 2 == 0 { changes.insert(.removed(container(2)), at: 0) }
                    // What lives for a moment only must leave nothing behind either.
                    changes.append(.put(container(1_000 + round), status: "{}", config: "{}"))
                    journal.append(
                        JournalEntry(
                            host: key, id: name("host-\(key)"), changes: changes, cursor: cursor(version),
                            at: 1,
                            ticket: UInt64(version)))
                    journal.append(
                        JournalEntry(host: key, changes: [.removed(container(1_000 + round))], at: 1))
                }
            }
            try await eventually(within: .seconds(20), "needless removals to be dropped") {
                journal.statistics.waitingRows < 150
            }
            #expect(journal.statistics.coalesced > 3_000)
            #expect(
                try await journal.facets(host: host(2), container: container(2))?[.status] == bytes("{400}"))
            #expect(try await journal.facets(host: host(2), container: container(1_400)) == nil)
            #expect(
                try await journal.facets(host: host(1), container: container(1))?[.config] == bytes("{c}"))

            disk.isAway = false
            try await journal.settle()
            let contents = try journal.contents()
            #expect(Set(contents[host(1), default: [:]].keys) == Set((1...5).map(container)))
            #expect(contents[host(1)] == contents[host(2)])
            #expect(contents[host(1)]?[container(3)]?[.status] == bytes("{400}"))
            #expect(try journal.hosts().map(\.cursor?.version) == [version - 1, version])
            #expect(lab.commits.flatMap(\.hosts).compactMap(\.ticket).max() == UInt64(version))
            var replayed = Model()
            replayed.apply(lab.events)
            #expect(replayed.hosts == contents)
            await journal.close(within: .seconds(5))
        }
    }

    /// A6: a commit whose outcome nobody knows is looked up, neither lost nor made twice.
    @Test(arguments: [JournalStep.beforeCommit, .afterCommit])
    func `looks after a failed sync whether the commit is in the file`(step: JournalStep) async throws {
        try await Lab.with { lab in
            let disk = Disk(step: step, code: 1_034)
            let journal = try await lab.open { settings in settings.fault = { disk.fault(at: $0) } }
            for number in 1...5 as ClosedRange<Int64> {
                disk.failOnce()
                journal.append(
                    JournalEntry(
                        host: host(1), id: name("a"),
                        changes: [.put(container(1), status: "{\(number)}", config: "{}")],
                        cursor: cursor(number), at: 1))
                try await journal.settle()
                #expect(journal.current.number == number)
            }
            #expect(journal.statistics.failures == 5)
            #expect(lab.events.map(\.revision) == [1, 2, 3, 4, 5])
            #expect(lab.commits.compactMap { $0.hosts.first?.cursor?.version } == [1, 2, 3, 4, 5])
            #expect(try await journal.allChanges(after: 0) == lab.events)
            await journal.close(within: .seconds(5))
        }
    }

    /// B20: what cannot be flushed in time is said to be lost.
    @Test func `says when it closes before everything is stored`() async throws {
        try await Lab.with { lab in
            let disk = Disk()
            let journal = try await lab.open { settings in settings.fault = { disk.fault(at: $0) } }
            disk.isAway = true
            journal.append(JournalEntry(host: host(1), id: name("a"), cursor: cursor(1), at: 1))
            #expect(await journal.close(within: .milliseconds(30)) == false)
            #expect(journal.state == .closed)
            await #expect(throws: JournalError.closed) {
                _ = try await journal.facets(host: host(1), container: container(1))
            }
            let again = try await lab.open(seed: 2)
            #expect(try again.hosts().isEmpty)
            await again.close(within: .seconds(5))
        }
    }

    /// A2: a full disk must not keep the aggregator from answering.
    @Test func `starts although nothing can be written, and stores its run before the first commit`()
        async throws
    {
        try await Lab.with { lab in
            let first = try await lab.open()
            first.append(
                JournalEntry(
                    host: host(1), id: name("a"), changes: [.put(container(1), status: "{}", config: "{}")],
                    at: 1))
            try await first.settle()
            let before = first.current
            await first.close(within: .seconds(5))
            let disk = Disk(step: .start)
            disk.isAway = true
            let journal = try await lab.open(seed: 2) { settings in settings.fault = { disk.fault(at: $0) } }
            #expect(!journal.state.isRunning)
            #expect(try journal.contents()[host(1)]?.count == 1)
            #expect(journal.isKnown(before))
            journal.append(JournalEntry(host: host(1), changes: [.put(container(1), status: "{2}")], at: 1))
            #expect(
                try await journal.facets(host: host(1), container: container(1))?[.status] == bytes("{2}"))
            disk.isAway = false
            try await journal.settle()
            let after = journal.current
            #expect(after.number == 2)
            await journal.close(within: .seconds(5))
            let again = try await lab.open(seed: 3)
            #expect(again.isKnown(after))
            await again.close(within: .seconds(5))
        }
    }
}

/// A disk that fails when it is told to.
final class Disk: Sendable {
    private struct State {
        var isAway = false
        var failures = 0
    }

    private let state = Mutex(State())
    private let step: JournalStep
    private let code: Int32

    /// - Parameters:
    ///   - step: Where it fails.
    ///   - code: SQLite's extended result code; 13 is a full disk, 1034 a failed fsync(2).
    init(step: JournalStep = .beforeCommit, code: Int32 = 13) {
        self.step = step
        self.code = code
    }

    var isAway: Bool {
        get { state.withLock { $0.isAway } }
        set { state.withLock { $0.isAway = newValue } }
    }

    func failOnce() { state.withLock { $0.failures += 1 } }

    func fault(at step: JournalStep) -> SQLiteError? {
        guard step == self.step else { return nil }
        return state.withLock { state in
            guard state.isAway || state.failures > 0 else { return nil }
            state.failures = max(0, state.failures - 1)
            return SQLiteError(extendedCode: code, message: "made to fail", sql: "")
        }
    }
}
