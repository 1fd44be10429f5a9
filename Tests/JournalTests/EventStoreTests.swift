import Glibc
import Inventory
import Journal
import Log
import OS
import TestSupport
import Testing

/// B15, C9: events are kept for a while, apart from everything else, and bounded.
@Suite(.timeLimit(.minutes(1))) struct `The store of events` {
    private static let start: Int64 = 1_700_000_000_000

    /// Opens a store on a lab's folder and runs it while `body` does.
    private static func with(
        _ lab: Lab, _ adjust: (inout EventSettings) -> Void = { _ in }, log: Log = .none,
        _ body: (EventStore) async throws -> Void
    ) async throws {
        var settings = EventSettings()
        settings.pause = .milliseconds(1)
        settings.retry = Backoff(base: .milliseconds(5), ceiling: .milliseconds(20))
        adjust(&settings)
        let store = await EventStore(
            in: lab.directory, settings: settings, fresh: 7, now: { lab.now }, log: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "events") { await store.run() }
            try await body(store)
            group.cancelAll()
        }
        await store.close()
    }

    private static func host(_ name: String) throws -> HostID { try #require(HostID(name)) }

    private static func event(
        _ host: String, _ second: Int, _ action: String = "start", actor: String = "aa"
    ) throws -> FleetEvent {
        var event = FleetEvent(
            host: try self.host(host), time: (start / 1_000 + Int64(second)) * 1_000_000_000,
            type: "container",
            action: action, actor: actor)
        event.attributes = ["name": "web", "image": "nginx"]
        return event
    }

    private static func all(
        _ store: EventStore, _ question: EventQuestion = EventQuestion()
    ) async throws -> [FleetEvent] {
        var (events, place): ([FleetEvent], EventPlace?) = ([], nil)
        let last = store.cursor.number
        repeat {
            let page = try await store.history(question, after: place, upTo: last)
            events += page.events
            place = page.next
        } while place != nil
        return events
    }

    private static func written(_ store: EventStore, _ count: Int64) async throws {
        try await eventually(within: .seconds(10), "\(count) events on disk") {
            store.statistics.stored >= count
        }
    }

    @Test func `gives them back in the order of time, from disk and memory, also after a restart`()
        async throws
    {
        try await Lab.with { lab in
            let attic = try Self.host("attic")
            var before = Int64(0)
            try await Self.with(lab) { store in
                store.take([try Self.event("attic", 5), try Self.event("attic", 9, "die")], from: attic)
                store.take([try Self.event("barn", 7)], from: try Self.host("barn"))
                #expect(
                    try await Self.all(store).map(\.time)
                        == [5, 7, 9].map { (1_700_000_000 + $0) * 1_000_000_000 })
                try await Self.written(store, 3)
                #expect(try await Self.all(store).map(\.action) == ["start", "start", "die"])
                before = store.cursor.number
            }
            try await Self.with(lab) { store in
                let events = try await Self.all(store)
                #expect(events.map(\.host.rawValue) == ["attic", "barn", "attic"])
                #expect(events.first?.attributes == ["name": "web", "image": "nginx"])
                #expect(store.cursor.number > before, "numbers are never given twice")
                // The agent tells its newest again, as after any break.
                store.take([try Self.event("attic", 9, "die"), try Self.event("attic", 11)], from: attic)
                #expect(try await Self.all(store).count == 4)
                #expect(store.statistics.repeated == 1)
            }
        }
    }

    @Test func `finds what is asked for, in pages`() async throws {
        try await Lab.with { lab in
            try await Self.with(lab, { $0.burst = 10_000 }) { store in
                let attic = try Self.host("attic")
                for batch in 0..<5 {
                    store.take(
                        try (0..<1_000).map {
                            try Self.event("attic", batch * 1_000 + $0, $0 % 100 == 0 ? "die" : "start")
                        },
                        from: attic)
                }
                var question = EventQuestion()
                try question.filters.add("event=die")
                #expect(try await Self.all(store, question).count == 50)
                try await Self.written(store, 5_000)
                let found = try await Self.all(store, question)
                #expect(found.count == 50 && found.map(\.place) == found.map(\.place).sorted())
                question.since = (1_700_000_000 + 1_000) * 1_000_000_000
                question.until = (1_700_000_000 + 1_999) * 1_000_000_000
                #expect(try await Self.all(store, question).count == 10)
                question.hosts = [try Self.host("barn")]
                #expect(try await Self.all(store, question).isEmpty)
            }
        }
    }

    @Test func `lets followers go on from any number, and tells them when they were too slow`() async throws {
        try await Lab.with { lab in
            try await Self.with(
                lab,
                {
                    $0.buffer = 10
                    $0.limit = 100
                    $0.pruneInterval = .milliseconds(10)
                    $0.burst = 10_000
                }
            ) { store in
                let attic = try Self.host("attic")
                let cursor = store.cursor.number
                store.take(try (0..<90).map { try Self.event("attic", $0) }, from: attic)
                try await Self.written(store, 90)
                // Most of it is on disk only by now.
                store.take([try Self.event("attic", 90)], from: attic)
                var (number, told) = (cursor, [FleetEvent]())
                while true {
                    let news = await store.news(EventQuestion(), after: number)
                    #expect(!news.isIncomplete)
                    told += news.events
                    if news.through == number { break }
                    number = news.through
                }
                #expect(told.count == 91 && told.map(\.number) == told.map(\.number).sorted())
                store.take(try (100..<400).map { try Self.event("attic", $0) }, from: attic)
                try await eventually(within: .seconds(10), "the oldest are pruned") {
                    store.statistics.pruned >= 200 && store.statistics.buffered < 100
                }
                #expect(await store.news(EventQuestion(), after: cursor).isIncomplete)
                #expect(try await Self.all(store).count <= 200)
            }
        }
    }

    @Test func `wakes who waits`() async throws {
        try await Lab.with { lab in
            try await Self.with(lab) { store in
                let number = store.cursor.number
                async let woken: Void = store.waitForNews(after: number, until: .after(.seconds(30)))
                let attic = try Self.host("attic")
                store.take([try Self.event("attic", 1)], from: attic)
                await woken
                #expect(store.cursor.number == number + 1)
            }
        }
    }

    @Test func `forgets what is too old`() async throws {
        try await Lab.with { lab in
            try await Self.with(
                lab,
                {
                    $0.retention = .seconds(100)
                    $0.pruneInterval = .milliseconds(10)
                }
            ) { store in
                store.take(
                    [try Self.event("attic", 0), try Self.event("attic", 90)], from: try Self.host("attic"))
                try await Self.written(store, 2)
                lab.advance(by: .seconds(150))
                try await eventually(within: .seconds(10), "the older is gone") {
                    store.statistics.pruned == 1
                }
            }
        }
    }

    /// B17: a host that floods costs the others nothing.
    @Test func `takes of one host only so many, and says how many are missing`() async throws {
        try await Lab.with { lab in
            try await Self.with(
                lab,
                {
                    $0.burst = 100
                    $0.rate = 10
                }
            ) { store in
                let attic = try Self.host("attic")
                store.take(try (0..<1_000).map { try Self.event("attic", $0) }, missed: 5, from: attic)
                store.take([try Self.event("barn", 3)], from: try Self.host("barn"))
                let events = try await Self.all(store)
                #expect(events.count { !$0.isGap } == 101)
                #expect(events.first { $0.isGap }?.missed == 905)
                lab.advance(by: .seconds(1))
                store.take(try (2_000..<2_100).map { try Self.event("attic", $0) }, from: attic)
                #expect(try await Self.all(store).count { !$0.isGap } == 111)
            }
        }
    }

    /// Whatever labels there are, an event is at most 32 KiB.
    @Test func `cuts giants to size`() async throws {
        try await Lab.with { lab in
            try await Self.with(lab) { store in
                var giant = try Self.event("attic", 1, String(repeating: "x", count: 10_000))
                for number in 0..<100 {
                    giant.attributes["l\(number)"] = String(repeating: "y", count: 4_096)
                }
                store.take([giant], from: try Self.host("attic"))
                let kept = try #require(try await Self.all(store).first)
                #expect(kept.action.utf8.count == 256)
                #expect(kept.attributes.count == 9 && kept.attributes["name"] == "web")
            }
        }
    }

    /// A full disk or a damaged file costs history, and is said.
    @Test func `goes on in memory while its file can't be had, and stores again`() async throws {
        try await Lab.with { lab in
            let path = lab.folder + "/events.db"
            try makeDirectories(path)
            let attic = try Self.host("attic")
            let sink = MemorySink()
            try await Self.with(lab, log: Log(LogSettings(level: .debug), to: sink)) { store in
                guard case .failing(let sentence, _) = store.condition else {
                    Issue.record("a folder in its place is no file")
                    return
                }
                #expect(!sentence.isEmpty)
                store.take([try Self.event("attic", 1)], from: attic)
                #expect(await store.news(EventQuestion(), after: store.cursor.number - 1).events.count == 1)
                #expect(unsafe rmdir(path) == 0)
                try await eventually(within: .seconds(10), "it stores again") { store.condition == .storing }
                try await Self.written(store, 1)
                #expect(try await Self.all(store).count == 1)
            }
            #expect(sink.records.count { $0.level == .warning } == 1)
        }
    }

    @Test func `puts a damaged file aside and begins another`() async throws {
        try await Lab.with { lab in
            let path = lab.folder + "/events.db"
            let attic = try Self.host("attic")
            try await Self.with(lab, { $0.burst = 10_000 }) { store in
                store.take(try (0..<2_000).map { try Self.event("attic", $0) }, from: attic)
                try await Self.written(store, 2_000)
            }
            var bytes = try readFile(path, limit: 64 << 20)
            for place in 4_096..<min(bytes.count, 40_000) { bytes[place] = 0x5A }
            try writeFileAtomically(path, bytes)
            try await Self.with(lab) { store in
                #expect(store.condition == .storing)
                store.take([try Self.event("attic", 5_000)], from: attic)
                try await Self.written(store, 1)
                #expect(try await Self.all(store).count == 1)
            }
        }
    }

    @Test func `leaves somebody else's file alone`() async throws {
        try await Lab.with { lab in
            let path = lab.folder + "/events.db"
            let poem = Array(
                "not a database, and longer than a hundred bytes: \(String(repeating: "la ", count: 40))".utf8
            )
            try writeFileAtomically(path, poem)
            try await Self.with(lab) { store in
                #expect(store.condition != .storing)
                store.take([try Self.event("attic", 1)], from: try Self.host("attic"))
            }
            #expect(try readFile(path, limit: 1_024) == poem)
        }
    }

    @Test func `lets go of a host's events with the host`() async throws {
        try await Lab.with { lab in
            try await Self.with(lab) { store in
                let (attic, barn) = (try Self.host("attic"), try Self.host("barn"))
                store.take([try Self.event("attic", 1)], from: attic)
                store.take([try Self.event("barn", 2)], from: barn)
                try await Self.written(store, 2)
                store.forget(attic)
                try await eventually(within: .seconds(10), "only the other's is left") {
                    try await Self.all(store).map(\.host) == [barn]
                }
            }
        }
    }
}
