import AggregatorCore
import HTTP
import Inventory
import Journal
import Log
import OS
import TestSupport
import Testing
import Wire

/// B20: the order in which things end.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `An aggregator that is stopped` {
    @Test func `closes its doors first, then lets agents go, then makes durable what waits`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            var log = Sample.log(who, 1...2)
            let start = BootClock.now
            try await Station.with(folder) { station in
                let agent = try await RawAgent.synchronized(station, as: who, log)
                let idle = try await RawAgent(station.agents)
                let watch = try await station.client.watch()
                _ = try await watch.events(to: "bookmark")
                // Sent just before: it is applied, and must be on disk in the end.
                let from = log.version
                log.put(Sample.id(3), Sample.container(3))
                try await agent.send(
                    .delta(Delta(sequence: 4, from: from, to: log.version, changes: log.changes(after: from)))
                )
                try await eventually { try await station.client.names("/containers").count == 3 }
                station.terminate()
                #expect(try await agent.lastError().code == PeerError.shuttingDown)
                #expect(try await idle.lastError().code == PeerError.shuttingDown)
                await #expect(throws: (any Error).self) {
                    try await RawAgent.welcomed(station, as: Who("late"))
                }
                try await eventually("the journal is closed") { station.aggregator.journal.state == .closed }
                #expect(!fileExists(folder + "/api.sock"))
                let messages = station.sink.records.map(\.message)
                #expect(messages.contains("stopping") && !messages.contains("stopping took too long"))
            }
            #expect(start.duration(to: BootClock.now) < .seconds(5))
            try await Station.with(folder) { station in
                let names = try await station.client.names("/containers")
                #expect(names.count == 3)
            }
        }
    }

    /// A peer that reads nothing doesn't hold the stop up.
    @Test func `doesn't wait for agents that don't read`() async throws {
        let start = BootClock.now
        try await Station.with { station in
            let deaf = try await RawAgent.welcomed(station, as: Who("deaf"))
            station.terminate()
            try await eventually { station.aggregator.journal.state == .closed }
            _ = deaf
        }
        #expect(start.duration(to: BootClock.now) < .seconds(4))
    }

    @Test func `frees its addresses and its folder for the next`() async throws {
        try await TemporaryDirectory.with { folder in
            for _ in 0..<3 {
                try await Station.with(folder) { station in
                    _ = try await RawAgent.welcomed(station, as: Who("web\(station.agents.port ?? 0)"))
                }
            }
        }
    }
}
