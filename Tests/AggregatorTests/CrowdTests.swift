import AggregatorCore
import HTTP
import Inventory
import JSON
import Log
import OS
import TestSupport
import Testing
import Wire

/// Peers that misbehave by number and size.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `The agents' door` {
    @Test func `closes a connection on which nothing is said`() async throws {
        try await Station.with(Station.Options(heartbeat: "100ms", door: { $0.timing.greeting = 50 })) {
            station in
            let agent = try await RawAgent(station.agents)
            let rest = try await agent.rest()
            #expect(rest == [.error(PeerError(code: PeerError.silent, message: "no hello came"))])
        }
    }

    /// B17: two thousand connections that say nothing, and an agent among them is served at once.
    @Test func `serves an agent among thousands that say nothing`() async throws {
        _ = raiseDescriptorLimit()
        try await Station.with(Station.Options(door: { $0.timing.greeting = 60_000 })) { station in
            var crowd: [SocketStream] = []
            for _ in 0..<2_000 {
                crowd.append(
                    try await SocketConnector(station.agents).connectSocket(deadline: .after(.seconds(10))))
            }
            let who = try Who("web")
            let agent = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...3))
            try await eventually { try await station.client.names("/containers").count == 3 }
            agent.stream.close()
            for stream in crowd { stream.close() }
            try await eventually("nothing of them is kept") {
                await station.aggregator.door.connectionCount == 0
            }
        }
    }

    @Test func `turns away what is over its limit and says so`() async throws {
        let options = Station.Options(heartbeat: "100ms", arguments: ["--max-agents", "2"])
        try await Station.with(options) { station in
            let first = try await RawAgent.welcomed(station, as: Who("one"))
            let second = try await RawAgent.welcomed(station, as: Who("two"))
            let third = try await RawAgent(station.agents)
            guard case .refused(let refusal)? = try await third.next() else {
                throw Unexpected("not refused")
            }
            #expect(refusal.code == Refusal.busy && refusal.retry && refusal.message.contains("--max-agents"))
            #expect(try await third.next() == nil)
            try await eventually { station.sink.lines.contains { $0.contains("turned away") } }
            first.stream.close()
            try await eventually("room for another") {
                let (_, answer) = try await RawAgent.greeting(station, try Who("three").hello())
                if case .welcome = answer { return true }
                return false
            }
            second.stream.close()
        }
    }

    /// Whoever can connect could make up hosts without end.
    @Test func `takes no more hosts than it may`() async throws {
        try await Station.with(Station.Options(arguments: ["--max-hosts", "1"])) { station in
            let known = try Who("one")
            _ = try await RawAgent.welcomed(station, as: known)
            let (_, refusal) = try await RawAgent.refused(station, try Who("two").hello())
            #expect(refusal.retry && refusal.message.contains("--max-hosts"))
            _ = try await RawAgent.welcomed(station, as: known)
            #expect(try await station.client.send(.delete, "/api/v1/hosts/one").status == 200)
            _ = try await RawAgent.welcomed(station, as: Who("two"))
        }
    }

    /// B17: unfinished frames of all connections share one budget, and who holds most of it goes.
    @Test func `cuts off who fills the memory for unfinished frames, and nobody else`() async throws {
        let options = Station.Options(arguments: ["--agent-buffers", "32MiB"])
        try await Station.with(options) { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...2)
            let honest = try await RawAgent.synchronized(station, as: who, log)
            var greedy: [RawAgent] = []
            // Three unfinished frames of 12 MiB are more than 32 MiB together.
            for number in 1...3 {
                let agent = try await RawAgent.welcomed(station, as: Who("greedy\(number)"))
                try? await agent.send(
                    bytes: [0, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0x20, count: 12 << 20))
                greedy.append(agent)
            }
            try await eventually("one of them is cut off") {
                var silent = 0
                for number in 1...3 where try await station.client.state(of: "greedy\(number)") == "silent" {
                    silent += 1
                }
                return silent == 1
            }
            try await honest.send(RawAgent.heartbeat(log, sequence: 3))
            #expect(try await station.client.state(of: "web") == "live")
            #expect(try await station.client.names("/containers").count == 2)
        }
    }

    /// Change sets that never become whole count as well.
    @Test func `cuts off who never ends a change set`() async throws {
        let options = Station.Options(arguments: ["--agent-buffers", "32MiB"])
        try await Station.with(options) { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...1)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            var container = EncodedContainer()
            container[.status] = Array(
                (#"{"state":""# + String(repeating: "x", count: 4 << 20) + #""}"#).utf8)
            var facets = FacetChanges()
            facets.status = .value(container[.status] ?? [])
            let change = ContainerChange(id: Sample.id(1), kind: .put(facets))
            for sequence in Int64(4)...9 {
                let delta = Delta(
                    sequence: sequence, from: log.version, to: log.version + 1, more: true, changes: [change])
                try await agent.send(.delta(delta))
            }
            #expect(try await agent.lastError().code == PeerError.tooLarge)
            #expect(try await station.client.names("/containers") == ["c1"])
        }
    }

    /// A peer that reads nothing while it asks for answers is cut off; the others don't notice.
    @Test func `cuts off a peer that never reads`() async throws {
        let options = Station.Options(heartbeat: "60s", door: { $0.outgoingLimit = 64 << 10 })
        try await Station.with(options) { station in
            let deaf = try await RawAgent.welcomed(station, as: Who("deaf"))
            let question: [UInt8] = .frame(Array(#"{"type":"x"}"#.utf8))
            let flood = [UInt8]((0..<4_096).map { _ in question }.joined())
            for _ in 0..<200 where (try? await deaf.stream.write(flood, deadline: .after(.seconds(5)))) == nil
            { break }
            try await eventually("it is cut off") { try await station.client.state(of: "deaf") == "silent" }
            let who = try Who("web")
            _ = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...2))
            try await eventually { try await station.client.names("/containers").count == 2 }
        }
    }

    @Test func `finds an agent silent that stops talking, and closes the connection`() async throws {
        try await Station.with(Station.Options(heartbeat: "100ms")) { station in
            let who = try Who("web")
            let agent = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...1))
            while try await agent.next() != nil {}
            let client = station.client
            #expect(try await client.state(of: "web") == "silent")
            #expect(try await client.json("/hosts/web")["error"]?.string == "the agent fell silent")
            #expect(try await client.names("/containers") == ["c1"])
        }
    }
}
