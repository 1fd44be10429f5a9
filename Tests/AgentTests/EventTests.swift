import AgentCore
import Inventory
import OS
import TestSupport
import Testing
import Wire

/// B15, C9: what an agent keeps of events for its aggregators.
@Suite struct `An agent's memory of events` {
    private static func events(_ range: Range<Int>) -> [EventReport.Event] {
        range.map { EventReport.Event(at: Int64($0), type: "container", action: "start", actor: "aa") }
    }

    @Test func `keeps the newest, and knows how many gave way`() throws {
        var memory = EventMemory(limit: 10)
        memory.add(Self.events(0..<25), missed: 0)
        let piece = try #require(memory.next(after: 0, known: 0, count: 100, bytes: 1 << 20))
        #expect(piece.events.map(\.at) == Array(15..<25))
        #expect(piece.missed == 15)
        #expect(memory.next(after: piece.through, known: piece.through, count: 100, bytes: 1 << 20) == nil)
    }

    @Test func `counts what the watcher couldn't keep, once`() throws {
        var memory = EventMemory(limit: 10)
        memory.add(Self.events(0..<2), missed: 0)
        memory.add(Self.events(2..<4), missed: 7)
        let first = try #require(memory.next(after: 0, known: 0, count: 100, bytes: 1 << 20))
        #expect(first.missed == 7 && first.events.count == 4)
        // Told again after a break, nothing is missing any more.
        let again = try #require(memory.next(after: 0, known: first.through, count: 100, bytes: 1 << 20))
        #expect(again.missed == 0 && again.events.count == 4)
    }

    @Test func `gives pieces of bounded number and size, and never nothing`() throws {
        var memory = EventMemory(limit: 1_000)
        memory.add(Self.events(0..<100), missed: 0)
        #expect(memory.next(after: 0, known: 0, count: 7, bytes: 1 << 20)?.events.count == 7)
        #expect(memory.next(after: 0, known: 0, count: 100, bytes: 1)?.events.count == 1)
    }

    @Test func `is bounded in bytes`() throws {
        var memory = EventMemory(limit: 100_000)
        for number in 0..<2_000 {
            var event = EventReport.Event(at: Int64(number), type: "container", action: "start", actor: "a")
            event.attributes = ["l": String(repeating: "x", count: 10_000)]
            memory.add([event], missed: 0)
        }
        let piece = try #require(memory.next(after: 0, known: 0, count: 100_000, bytes: 1 << 30))
        #expect(piece.events.count < 450 && piece.missed + Int64(piece.events.count) == 2_000)
    }

    /// B17: a container that is restarted a hundred times a second costs bounded traffic.
    @Test func `is told at a bounded rate`() {
        var course = EventCourse(EventCourse.Pace(rate: 50, burst: 200))
        var told = 0
        for millisecond in Int64(0)..<10_000 {
            let room = course.room(now: millisecond)
            guard room > 0 else { continue }
            told += room
            course.told(room, through: Int64(told), now: millisecond)
        }
        #expect((650...700).contains(told), "200 at once, then 50 a second: \(told)")
    }

    @Test func `is told again from two minutes before a break on`() {
        var course = EventCourse()
        course.begin(now: 0)
        course.told(1, through: 10, now: 1_000)
        course.told(1, through: 20, now: 100_000)
        course.told(1, through: 30, now: 200_000)
        course.begin(now: 201_000)
        #expect(course.sent == 10 && course.known == 30)
        course.begin(now: 500_000)
        #expect(course.sent == 10, "the second session told nothing yet")
        course.told(1, through: 30, now: 500_000)
        course.begin(now: 700_000)
        #expect(course.sent == 30)
    }

    /// The frames themselves, over two links; an aggregator that doesn't know events gets none.
    @Test func `reaches every aggregator that takes events, each from where it stands`() async throws {
        let agent = try Reporting(to: SocketConnector(.unix("@nobody")))
        let knowing = ModelAggregator(agent.host.link())
        knowing.features = Feature.all
        let old = ModelAggregator(agent.host.link())
        /// Lets both look at their clocks until the one that takes events has so many reports' worth.
        func settled(_ count: Int) async throws {
            try await eventually(within: .seconds(10), "\(count) events") {
                for aggregator in [knowing, old] {
                    aggregator.link.tick(now: BootClock.now, wall: WallClock.now())
                    try aggregator.settle()
                }
                return knowing.events.flatMap(\.events).count >= count
            }
        }
        agent.report(1...2)
        agent.host.happened(Self.events(0..<3), missed: 0)
        for aggregator in [knowing, old] { aggregator.connect() }
        try await settled(3)
        agent.host.happened(Self.events(3..<4), missed: 2)
        try await settled(4)
        #expect(knowing.events.flatMap(\.events).map(\.at) == [0, 1, 2, 3])
        #expect(knowing.events.reduce(0) { $0 + $1.missed } == 2)
        #expect(old.events.isEmpty)
        // After a break the newest come again: nobody knows whether they arrived.
        knowing.connect()
        agent.host.happened(Self.events(4..<5), missed: 0)
        try await settled(9)
        #expect(knowing.events.flatMap(\.events).map(\.at) == [0, 1, 2, 3, 0, 1, 2, 3, 4])
        #expect(knowing.events.reduce(0) { $0 + $1.missed } == 2)
        #expect(old.events.isEmpty)
    }
}
