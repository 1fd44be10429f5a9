import AgentCore
import AggregatorCore
import Fleet
import Inventory
import Log
import OS
import Synchronization
import TestSupport
import Testing
import Wire

/// Requirement B4: questions to a host's agent over a real session.
@Suite struct `A question to a host` {
    /// An agent of host `attic` that carries out these operations.
    private static func asking(
        _ deeds: [String: RequestDesk.Deed], _ body: (Station, LiveAgent, Broker, HostID) async throws -> Void
    ) async throws {
        try await Station.with { station in
            let who = try Who("attic")
            let desk = RequestDesk(allowed: deeds.keys, log: .none)
            for (name, deed) in deeds { desk.serve(name, deed) }
            try await LiveAgent(who, to: station.agents, desk: desk).reporting { agent in
                agent.report([])
                let broker = station.aggregator.door.broker
                try await eventually { !broker.isAway(who.host) }
                try await body(station, agent, broker, who.host)
            }
        }
    }

    private static let logs = Question("logs", timeout: .seconds(5), limit: Question.unlimited)

    @Test func `is answered in pieces, whole and in order`() async throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try await Self.asking([
            "logs": RequestDesk.Deed { _, writer throws(RequestFailure) in try await writer.send(bytes) }
        ]) { _, _, broker, host in
            let answer = try broker.ask(host, Self.logs)
            #expect(try await answer.rest() == bytes)
        }
    }

    @Test func `keeps no more than its credit while nobody reads, at either end`() async throws {
        let sent = Atomic(0)
        let piece = [UInt8](repeating: 1, count: 10_000)
        try await Self.asking([
            "logs": RequestDesk.Deed(isTimed: false) { _, writer throws(RequestFailure) in
                while true {
                    try await writer.send(piece)
                    sent.add(10_000, ordering: .relaxed)
                }
            }
        ]) { _, _, broker, host in
            let credit = Int(RequestLedger.Limits().credit)
            let answer = try broker.ask(host, Self.logs)
            try await eventually { sent.load(ordering: .relaxed) >= credit / 10_000 * 10_000 }
            #expect(sent.load(ordering: .relaxed) <= credit)
            var read = 0
            while read < 5_000_000 {
                read += try #require(try await answer.next()).count
                #expect(sent.load(ordering: .relaxed) <= read + credit)
            }
        }
    }

    @Test func `ends at the agent when whoever asked goes`() async throws {
        let isOver = Atomic(false)
        try await Self.asking([
            "logs": RequestDesk.Deed(isTimed: false) { _, writer throws(RequestFailure) in
                writer.begin()
                try? await Task.sleep(for: .seconds(600))
                isOver.store(true, ordering: .relaxed)
            }
        ]) { _, _, broker, host in
            do {
                let answer = try broker.ask(host, Self.logs)
                try await answer.begin()
            }
            try await eventually { isOver.load(ordering: .relaxed) }
        }
    }

    @Test func `is told the agent's reason, after what came before it`() async throws {
        try await Self.asking([
            "logs": RequestDesk.Deed { _, writer throws(RequestFailure) in
                try await writer.send([1, 2])
                throw RequestFailure("failed", "the log is torn")
            }
        ]) { _, _, broker, host in
            let answer = try broker.ask(host, Self.logs)
            #expect(try await answer.next() == [1, 2])
            let error = await #expect(throws: RequestError.self) { try await answer.next() }
            #expect(error?.kind == .failed)
            #expect(error?.sentence == "host attic says: the log is torn")
        }
    }

    @Test func `ends at once with the session`() async throws {
        try await Self.asking([
            "logs": RequestDesk.Deed(isTimed: false) { _, writer throws(RequestFailure) in
                writer.begin()
                try? await Task.sleep(for: .seconds(600))
            }
        ]) { station, _, broker, host in
            let answer = try broker.ask(host, Self.logs)
            try await answer.begin()
            _ = try await station.aggregator.door.forget(host)
            let error = await #expect(throws: RequestError.self) { try await answer.next() }
            #expect(error?.kind == .away)
        }
    }

    @Test func `to an agent that is away, or lets nobody ask, is refused at once`() async throws {
        try await Self.asking([:]) { _, _, broker, host in
            var error = #expect(throws: RequestError.self) { try broker.ask(host, Self.logs) }
            #expect(error?.kind == .unsupported)
            error = #expect(throws: RequestError.self) {
                try broker.ask(try #require(HostID("cellar")), Self.logs)
            }
            #expect(error?.kind == .away)
        }
    }

    @Test func `for a look at the Engine is asked once for all who ask while one is under way`() async throws
    {
        let looks = Atomic(0)
        let gate = Mailbox<Void>(limit: 8, whenFull: .dropNewest)
        try await Self.asking([
            "refresh": RequestDesk.Deed { _, writer throws(RequestFailure) in
                looks.add(1, ordering: .relaxed)
                _ = await gate.next()
                try await writer.send(Array("{\"version\":3}".utf8))
            }
        ]) { _, _, broker, host in
            try await withThrowingTaskGroup(of: Int64.self) { group in
                group.addTask { try await broker.refresh(host) }
                try await eventually { looks.load(ordering: .relaxed) == 1 }
                for _ in 0..<50 { group.addTask { try await broker.refresh(host) } }
                // The others wait; how many there are can't be seen, and they need not all be there.
                _ = gate.post(())
                #expect(try await group.next() == 3)
                try await eventually { looks.load(ordering: .relaxed) == 2 }
                while !group.isEmpty {
                    _ = gate.post(())
                    #expect(try await group.next() == 3)
                }
            }
            #expect(looks.load(ordering: .relaxed) <= 5)
        }
    }

    @Test func `has its answer after the changes that the agent found`() async throws {
        let agents = Mailbox<LiveAgent>(limit: 1, whenFull: .dropNewest)
        try await Self.asking([
            "refresh": RequestDesk.Deed { _, writer throws(RequestFailure) in
                guard let agent = await agents.next() else { return }
                agent.report((0..<200).map { (Sample.id($0), Sample.container($0)) })
                try await writer.send(Array("{\"version\":\(agent.host.version)}".utf8))
            }
        ]) { station, agent, broker, host in
            _ = agents.post(agent)
            _ = try await broker.refresh(host)
            #expect(station.aggregator.fleet.read().count == 200)
        }
    }
}
