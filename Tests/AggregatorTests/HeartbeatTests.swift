import AggregatorCore
import Inventory
import JSON
import Journal
import OS
import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(1)), .serialized) struct `A heartbeat` {
    /// A7: nothing changes, so nothing but one heartbeat in each interval goes either way.
    @Test func `is all that an idle host costs`() async throws {
        try await Station.with(Station.Options(heartbeat: "100ms")) { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...50)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
            let start = BootClock.now
            var others: [Message] = []
            var heard = 0
            while heard < 8 {
                guard let message = try await agent.next() else { throw Unexpected("the connection ended") }
                guard case .heartbeat = message else {
                    others.append(message)
                    continue
                }
                heard += 1
                try await agent.send(RawAgent.heartbeat(log, sequence: 3))
            }
            #expect(others.isEmpty)
            // Never more often than agreed; a busy machine may be slower.
            #expect(start.duration(to: BootClock.now) >= .milliseconds(600))
            #expect(station.aggregator.journal.statistics.rows == 50)
        }
    }

    /// A7: the real agent's side of the same.
    @Test func `is all that an idle agent sends`() async throws {
        try await Station.with(Station.Options(heartbeat: "100ms")) { station in
            let tap = try Tap(to: station.agents)
            let agent = try LiveAgent(Who("web"), to: tap.address)
            agent.report((1...50).map { (Sample.id($0), Sample.container($0)) })
            try await Tap.running([tap]) {
                try await agent.reporting { _ in try await tap.wait(for: 8) { $0.isHeartbeat } }
                try await tap.wait(for: 1) { if case .goodbye = $0 { true } else { false } }
            }
            let types = tap.received.map(\.type)
            // hello, the manifest and its answer, and heartbeats; goodbye at the end.
            #expect(types.filter { $0 == "delta" }.count == 1)
            #expect(types.filter { $0 == "manifest" }.count == 1)
            #expect(types.last == "goodbye")
            #expect(Set(types) == ["hello", "manifest", "delta", "synced", "heartbeat", "goodbye"])
        }
    }

    /// B3: with an agreeing digest every age of the host becomes what the agent says.
    @Test func `confirms ages`() async throws {
        try await Station.with { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...1)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            let client = station.client
            let path = "/containers/web/\(Sample.id(1))"
            try await eventually { try await client.names("/containers").count == 1 }
            // Nobody has confirmed the host's rows yet; this one came just now.
            #expect(try await client.json("/hosts/web")["ages"]?["status"] == nil)
            try await agent.send(RawAgent.heartbeat(log, sequence: 3))
            try await eventually {
                guard let age = try await client.json(path)["ages"]?["status"]?["age"]?.integer else {
                    return false
                }
                return age >= 5 && age < 5_000
            }
        }
    }

    /// A7, DESIGN "Digest": silent divergence is found at the next heartbeat, and repaired.
    @Test func `with another digest leads to a comparison of everything`() async throws {
        try await Station.with { station in
            let who = try Who("web")
            var log = Sample.log(who, 1...3)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 3 }
            // The same version, other content: one container less, one more, one changed.
            log = who.log
            log.put(Sample.id(2), Sample.container(2, state: .exited))
            log.put(Sample.id(3), Sample.container(3))
            log.put(Sample.id(4), Sample.container(4))
            log.completed()
            try await agent.send(RawAgent.heartbeat(log, sequence: 3))
            let resync = try await agent.expect("resync") { if case .resync(let it) = $0 { it } else { nil } }
            #expect(resync.reason.contains("digests differ"))
            #expect(try await client.state(of: "web") == "syncing")
            try await agent.synchronize(log, resync: resync.id, from: 4)
            try await eventually { try await client.state(of: "web") == "live" }
            #expect(Set(try await client.names("/containers")) == ["c2", "c3", "c4"])
            let changed = try await client.json("/containers/web/\(Sample.id(2))")
            #expect(changed["status"]?["state"]?.string == "exited")
            try await agent.send(RawAgent.heartbeat(log, sequence: 6))
            _ = try await agent.expect("peace") { if case .heartbeat = $0 { true } else { nil } }
        }
    }

    /// A host that can't hear its Engine keeps its rows, and says so (B17).
    @Test func `may say that the Engine is out of reach`() async throws {
        try await Station.with { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...2)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            var engine = EngineCondition(state: EngineCondition.unreachable)
            engine.reason = String(repeating: "x", count: 100_000)
            let host = HostHeartbeat(
                sequence: 3, version: log.version, count: 2, digest: log.digest, pending: false,
                engine: engine,
                confirmed: [:])
            try await agent.send(.heartbeat(Heartbeat(now: 1, host: host)))
            let client = station.client
            try await eventually {
                try await client.json("/hosts/web")["engine"]?["state"]?.string == "unreachable"
            }
            let shown = try await client.json("/hosts/web")
            #expect(shown["state"]?.string == "live")
            // What an agent says in words is kept up to a length.
            #expect(shown["engine"]?["reason"]?.string?.utf8.count == 1_024)
            #expect(try await client.names("/containers").count == 2)
        }
    }

    /// B20: who says goodbye is stopped, not silent.
    @Test func `is followed by goodbye when the agent stops`() async throws {
        try await Station.with { station in
            let who = try Who("web")
            let agent = LiveAgent(who, to: station.agents)
            agent.report([(Sample.id(1), Sample.container(1))])
            try await agent.reporting { _ in
                try await eventually { try await station.client.state(of: "web") == "live" }
            }
            try await eventually { try await station.client.state(of: "web") == "stopped" }
            #expect(try await station.client.names("/containers") == ["c1"])
            #expect(try await station.client.json("/hosts/web")["error"]?.string == "the agent was stopped")
        }
    }
}
