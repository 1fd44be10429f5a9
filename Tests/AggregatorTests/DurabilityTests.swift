import AgentCore
import AggregatorCore
import HTTP
import Inventory
import JSON
import Journal
import Log
import OS
import SQLite
import Synchronization
import TestSupport
import Testing
import Wire

/// A disk that a test makes fail and work again.
final class Disk: Sendable {
    private let failure = Mutex<SQLiteError?>(nil)

    func fail(_ code: Int32 = 13) {
        failure.withLock { $0 = SQLiteError(extendedCode: code, message: "made to fail", sql: "COMMIT") }
    }

    func recover() {
        failure.withLock { $0 = nil }
    }

    var options: Station.Options {
        var options = Station.Options(heartbeat: "200ms", quiet: .milliseconds(100))
        options.journal = { journal in journal.fault = { _ in self.failure.withLock { $0 } } }
        return options
    }
}

@Suite(.timeLimit(.minutes(1)), .serialized) struct `What was acknowledged as durable` {
    /// A2: the answer is there at once, says `restored`, and carries the age that it has.
    @Test func `is answered from disk after a restart, with its true age`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let log = Sample.log(who, 1...3)
            let heard = Mutex<Int64>(0)
            try await Station.with(folder) { station in
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
                let host = try await station.client.json("/hosts/web")
                #expect(host["state"]?.string == "live")
                heard.withLock { $0 = host["lastHeard"]?.integer ?? 0 }
            }
            let before = WallClock.now()
            try await Station.with(folder) { station in
                let client = station.client
                #expect(try await client.names("/containers").count == 3)
                let host = try await client.json("/hosts/web")
                #expect(host["state"]?.string == "restored")
                let lastHeard = host["lastHeard"]?.integer ?? 0
                #expect(heard.withLock { $0 } <= lastHeard && lastHeard <= before)
                let record = try await client.json("/containers/web/\(Sample.id(1))")
                #expect(record["hostState"]?.string == "restored")
                let age = record["ages"]?["status"]?["age"]?.integer ?? -1
                #expect(age >= before - lastHeard)
                #expect(record["changedAt"]?.integer ?? .max <= lastHeard)
            }
        }
    }

    /// A2, A6: the agent goes on from what is on disk and sends nothing twice.
    @Test func `is where an agent resumes after a restart`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            var log = Sample.log(who, 1...3)
            try await Station.with(folder) { station in
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
            }
            let durable = log.version
            log.put(Sample.id(4), Sample.container(4))
            try await Station.with(folder) { station in
                let (agent, answer) = try await RawAgent.greeting(station, who.hello(log.offer))
                guard case .welcome(let welcome) = answer else { throw Unexpected("\(answer)") }
                #expect(welcome.opening == .resume(from: durable))
                let changes = log.changes(after: durable)
                #expect(changes.count == 1)
                try await agent.send(
                    .delta(Delta(sequence: 1, from: durable, to: log.version, changes: changes)))
                try await agent.waitForDurable(log.version)
                #expect(try await station.client.state(of: "web") == "live")
                #expect(try await station.client.names("/containers").count == 4)
            }
        }
    }

    /// A6: an acknowledgement follows the commit, never goes before it.
    @Test func `was committed before, and answers don't wait for the disk`() async throws {
        let disk = Disk()
        try await Station.with(disk.options) { station in
            let client = station.client
            let who = try Who("web")
            var log = Sample.log(who, 1...2)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
            let durable = log.version
            let revision = station.aggregator.journal.current
            #expect(try await client.send(.get, "/readyz").status == 200)

            disk.fail()
            log.put(Sample.id(3), Sample.container(3))
            try await agent.send(
                .delta(
                    Delta(sequence: 4, from: durable, to: log.version, changes: log.changes(after: durable))))
            try await eventually("the answer has it") { try await client.names("/containers").count == 3 }
            let applied = try await agent.expect("it is applied") { message -> Acknowledgement? in
                if case .ack(let ack) = message, ack.applied == log.version { ack } else { nil }
            }
            #expect(applied.durable == durable)
            // Heartbeats repeat the acknowledgement; it doesn't move.
            for _ in 0..<2 {
                let ack = try await agent.expect("a heartbeat") {
                    if case .heartbeat(let it) = $0 { it.ack } else { nil }
                }
                #expect(ack.applied == log.version && ack.durable == durable)
                try await agent.send(RawAgent.heartbeat(log, sequence: 4))
            }
            try await eventually("the journal says so") {
                let ready = try await client.send(.get, "/readyz")
                return ready.status == 503 && ready.text.contains("journal stalled")
            }
            #expect(try await client.send(.get, "/livez").status == 200)
            #expect(station.aggregator.journal.current == revision)
            // The whole record too, from what waits.
            let record = try await client.json("/containers/web/\(Sample.id(3))")
            #expect(record["config"]?["name"]?.string == "c3")

            disk.recover()
            try await agent.waitForDurable(log.version)
            try await eventually { try await client.send(.get, "/readyz").status == 200 }
            #expect(station.aggregator.journal.current.number > revision.number)
        }
    }

    /// A full disk at the start: the aggregator answers and takes reports all the same.
    @Test func `comes late when the disk is full from the start`() async throws {
        let disk = Disk()
        disk.fail()
        try await Station.with(disk.options) { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...2)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await eventually { try await station.client.names("/containers").count == 2 }
            disk.recover()
            try await agent.waitForDurable(log.version)
        }
    }

    /// The database turns out to be damaged while it is used: memory goes on, the agents bring the rest again.
    @Test func `is asked from the agents again when the database is damaged`() async throws {
        let disk = Disk()
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let absent = try Who("away")
            try await Station.with(folder, disk.options) { station in
                let client = station.client
                let away = try await RawAgent.synchronized(station, as: absent, Sample.log(absent, 8...8))
                try await away.waitForDurable(1)
                away.stream.close()
                try await LiveAgent(who, to: station.agents).reporting { agent in
                    let containers = (1...3).map { (Sample.id($0), Sample.container($0)) }
                    agent.report(containers)
                    try await eventually { try await client.names("/containers").count == 4 }
                    let old = station.aggregator.journal.current

                    disk.fail(11)
                    agent.host.changed([(Sample.id(2), nil)])
                    try await eventually("the damage is noticed") {
                        station.sink.lines.contains { $0.contains("begun anew from the agents") }
                    }
                    disk.recover()
                    try await eventually("the agent has sent everything again") {
                        let current = station.aggregator.journal.current
                        guard current.run != old.run, current.number >= 2 else { return false }
                        return try await client.state(of: "web") == "live"
                    }
                    // Nothing was taken from the answers meanwhile.
                    #expect(Set(try await client.names("/containers")) == ["c1", "c3", "c8"])
                    #expect(try await client.send(.get, "/readyz").status == 200)
                    #expect(station.aggregator.journal.isKnown(old) == false)
                    let told = station.sink.records.first {
                        $0.message == "the damaged database was set aside"
                    }
                    let place = try #require(told?.facts.first { $0.key == "path" }?.value)
                    #expect(place.contains("fleet.db.corrupt-") && fileExists(place))
                }
            }
            try await Station.with(folder) { station in
                // Only what an agent sent again is on the new disk; the other host is known, and waits for its agent.
                #expect(Set(try await station.client.names("/containers")) == ["c1", "c3"])
                #expect(Set(try await station.client.names("/hosts")) == ["web", "away"])
                _ = try await RawAgent.synchronized(station, as: absent, Sample.log(absent, 8...8))
                try await eventually { try await station.client.names("/containers").count == 3 }
            }
        }
    }

    /// A stored row that can't be read is left out, and neither memory nor disk keeps it for ever.
    @Test func `and can't be read any more is brought again by its agent`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            var log = Sample.log(who, 1...2)
            try await Station.with(folder) { station in
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
                let key = try #require(station.aggregator.hosts[who.host]?.key)
                var facets = FacetChanges()
                facets.status = .value(Array(#"{"state":5}"#.utf8))
                station.aggregator.journal.append(
                    JournalEntry(
                        host: key, changes: [ContainerChange(id: Sample.id(1), kind: .put(facets))],
                        at: WallClock.now()))
            }
            log.remove(Sample.id(1))
            try await Station.with(folder) { station in
                let names = try await station.client.names("/containers")
                #expect(names == ["c2"])
                _ = try await RawAgent.synchronized(station, as: who, log)
                var replica = Replica()
                try await eventually("the journal forgets it") {
                    replica = Replica()
                    try await replica.follow(
                        try await station.client.watch(), to: station.aggregator.journal.current.description)
                    return replica.containers.keys.sorted() == ["web/\(Sample.id(2))"]
                }
            }
        }
    }
}
