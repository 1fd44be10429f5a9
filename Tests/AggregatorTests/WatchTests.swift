import AgentCore
import AggregatorCore
import HTTP
import HTTPServer
import Inventory
import JSON
import Journal
import Log
import OS
import TestSupport
import Testing
import Wire

/// H2: nothing missed, or a plain word that it begins again.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `A watch` {
    /// A host with three containers, on disk.
    static func host(_ station: Station, _ name: String = "web") async throws -> (RawAgent, Who, HostLog) {
        let who = try Who(name)
        let log = Sample.log(who, 1...3)
        let agent = try await RawAgent.synchronized(station, as: who, log)
        try await agent.waitForDurable(log.version)
        return (agent, who, log)
    }

    /// Sends what changed since, and waits until it is on disk.
    static func change(
        _ agent: RawAgent, _ log: inout HostLog, sequence: Int64, _ body: (inout HostLog) -> Void
    ) async throws {
        let from = log.version
        body(&log)
        try await agent.send(
            .delta(Delta(sequence: sequence, from: from, to: log.version, changes: log.changes(after: from))))
        try await agent.waitForDurable(log.version)
    }

    @Test func `without a revision begins with everything, then tells each change`() async throws {
        try await Station.with { station in
            var (agent, _, log) = try await Self.host(station)
            let watch = try await station.client.watch()
            let start = try await watch.events(to: "bookmark")
            #expect(start.count == 4 && start.dropLast().allSatisfy { $0["type"]?.string == "put" })
            #expect(start.last?["revision"]?.string == station.aggregator.journal.current.description)
            #expect(start.last?["warning"] == nil)
            try await Self.change(agent, &log, sequence: 4) { log in
                log.put(Sample.id(2), Sample.container(2, state: .exited))
                log.remove(Sample.id(3))
            }
            let events = try await watch.events(to: "bookmark")
            #expect(events.compactMap { $0["type"]?.string } == ["delete", "put", "bookmark"])
            #expect(events[0]["id"]?.string == "\(Sample.id(3))" && events[0]["cause"]?.string == "destroyed")
            #expect(events[0]["host"]?.string == "web")
            // Only the facet that changed.
            #expect(events[1]["changes"]?.members?.map(\.name) == ["status"])
            #expect(events[1]["changes"]?["status"]?["state"]?.string == "exited")
            let numbers = events.compactMap { $0["revision"]?.string.flatMap { Revision($0) }?.number }
            #expect(numbers == numbers.sorted() && numbers.count == 3)
        }
    }

    @Test func `from a revision tells exactly what came after`() async throws {
        try await Station.with { station in
            var (agent, _, log) = try await Self.host(station)
            let revision = station.aggregator.journal.current
            try await Self.change(agent, &log, sequence: 4) { $0.put(Sample.id(9), Sample.container(9)) }
            let events = try await station.client.watch("&fromRevision=\(revision)").events(to: "bookmark")
            #expect(events.count == 2 && events[0]["id"]?.string == "\(Sample.id(9))")
            let none = try await station.client.watch("&fromRevision=\(station.aggregator.journal.current)")
            try await Self.change(agent, &log, sequence: 5) { $0.remove(Sample.id(9)) }
            #expect(
                try await none.events(to: "bookmark").compactMap { $0["type"]?.string } == [
                    "delete", "bookmark",
                ])
        }
    }

    /// A2: revisions of earlier runs of the same database stay good.
    @Test func `resumes over a restart`() async throws {
        try await TemporaryDirectory.with { folder in
            var replica = Replica()
            var revision = ""
            let who = try Who("web")
            var log = Sample.log(who, 1...3)
            try await Station.with(folder) { station in
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
                revision = station.aggregator.journal.current.description
                try await replica.follow(try await station.client.watch(), to: revision)
                try await Self.change(agent, &log, sequence: 4) { $0.put(Sample.id(4), Sample.container(4)) }
            }
            let durable = log.version
            try await Station.with(folder) { station in
                let (agent, _) = try await RawAgent.greeting(station, who.hello(log.offer))
                let from = durable
                log.remove(Sample.id(1))
                try await agent.send(
                    .delta(Delta(sequence: 1, from: from, to: log.version, changes: log.changes(after: from)))
                )
                try await agent.waitForDurable(log.version)
                try await replica.follow(
                    try await station.client.watch("&fromRevision=\(revision)"),
                    to: station.aggregator.journal.current.description)
                #expect(replica.resets.isEmpty)
                #expect(Set(replica.containers.keys) == Set([2, 3, 4].map { "web/\(Sample.id($0))" }))
            }
        }
    }

    @Test(arguments: ["00000000000000aa.17", "ffffffffffffffff.0"])
    func `from a revision that the database doesn't know begins again and says so`(revision: String)
        async throws
    {
        try await Station.with { station in
            _ = try await Self.host(station)
            let events = try await station.client.watch("&fromRevision=\(revision)").events(to: "bookmark")
            #expect(events.first?["type"]?.string == "reset")
            #expect(events.first?["reason"]?.string?.contains(revision) == true)
            #expect(events.count == 5)
        }
    }

    /// A number that was never given, of a run that is known.
    @Test func `from the future begins again`() async throws {
        try await Station.with { station in
            _ = try await Self.host(station)
            let current = station.aggregator.journal.current
            let future = Revision(run: current.run, number: current.number + 1_000)
            let events = try await station.client.watch("&fromRevision=\(future)").events(to: "bookmark")
            #expect(events.first?["type"]?.string == "reset")
        }
    }

    @Test func `from before what is kept begins again and says so`() async throws {
        var options = Station.Options()
        options.journal = { journal in
            journal.retention = .zero
            journal.recentLimit = 1
        }
        try await Station.with(options) { station in
            let start = station.aggregator.journal.current
            var (agent, _, log) = try await Self.host(station)
            for number in 4...8 {
                try await Self.change(agent, &log, sequence: Int64(number)) {
                    $0.put(Sample.id(1), Sample.container(1, startedAt: Int64(number)))
                }
            }
            try await eventually("the log is pruned") {
                await station.aggregator.journal.maintain()
                return station.aggregator.journal.floor > start.number
            }
            let events = try await station.client.watch("&fromRevision=\(start)").events(to: "bookmark")
            #expect(events.first?["type"]?.string == "reset")
            #expect(events.first?["reason"]?.string?.contains("compacted") == true)
            var replica = Replica()
            for event in events { replica.take(event) }
            #expect(replica.containers.count == 3)
        }
    }

    @Test func `of one host tells nothing of others, and follows it when it is removed and comes back`()
        async throws
    {
        try await Station.with { station in
            let client = station.client
            var (agent, _, log) = try await Self.host(station)
            let (other, _, _) = try await Self.host(station, "other")
            let watch = try await client.watch("&host=web")
            #expect(try await watch.events(to: "bookmark").count == 4)
            try await other.send(
                .delta(Delta(sequence: 4, from: 3, to: 4, changes: [.removed(Sample.id(1))])))
            try await other.waitForDurable(4)
            try await Self.change(agent, &log, sequence: 4) { $0.remove(Sample.id(2)) }
            var events = try await watch.events(to: "delete")
            #expect(events.allSatisfy { $0["host"]?.string == "web" || $0["type"]?.string == "bookmark" })
            #expect(try await client.send(.delete, "/api/v1/hosts/web").status == 200)
            events = try await watch.events(to: "delete")
            events += try await watch.events(to: "delete")
            let causes = events.compactMap { $0["cause"]?.string }
            #expect(causes == ["forgotten", "forgotten"])
            let heir = try Who("web")
            _ = try await RawAgent.synchronized(station, as: heir, Sample.log(heir, 7...7))
            events = try await watch.events(to: "put")
            #expect(events.last?["id"]?.string == "\(Sample.id(7))")
            // A watcher that was away over all that ends with the same.
            var replica = Replica()
            try await replica.follow(
                try await client.watch(), to: station.aggregator.journal.current.description)
            #expect(replica.containers.count == 3)
        }
    }

    /// What is only in memory has no revision: whoever watches must know that something waits.
    @Test func `says in its bookmarks that the journal is stalled`() async throws {
        let disk = Disk()
        try await Station.with(disk.options) { station in
            let (agent, _, log) = try await Self.host(station)
            let watch = try await station.client.watch()
            _ = try await watch.events(to: "bookmark")
            disk.fail()
            try await agent.send(
                .delta(
                    Delta(
                        sequence: 4, from: log.version, to: log.version + 1, changes: [.removed(Sample.id(1))]
                    )))
            var warning: String?
            while warning == nil { warning = try await watch.events(to: "bookmark").last?["warning"]?.string }
            #expect(warning?.hasPrefix("journal stalled: ") == true)
            #expect(try await station.client.names("/containers").count == 2)
            disk.recover()
            let events = try await watch.events(to: "delete")
            #expect(events.last?["id"]?.string == "\(Sample.id(1))")
            // The first bookmark after the commit may be a moment ahead of the journal's word.
            while warning != nil { warning = try await watch.events(to: "bookmark").last?["warning"]?.string }
        }
    }

    @Test func `is told when the database was begun anew`() async throws {
        let disk = Disk()
        try await Station.with(disk.options) { station in
            let who = try Who("web")
            let agent = LiveAgent(who, to: station.agents)
            agent.report((1...3).map { (Sample.id($0), Sample.container($0)) })
            try await agent.reporting { agent in
                try await eventually { station.aggregator.journal.current.number >= 3 }
                let watch = try await station.client.watch()
                _ = try await watch.events(to: "bookmark")
                disk.fail(11)
                agent.host.changed([(Sample.id(2), nil)])
                try await eventually { station.aggregator.journal.state.sentence != nil }
                disk.recover()
                var replica = Replica()
                while replica.resets.isEmpty || replica.containers.count != 2 {
                    guard let event = try await watch.next() else { throw Unexpected("the watch ended") }
                    replica.take(event)
                }
                #expect(replica.resets.contains { $0.contains("begun anew") })
            }
        }
    }

    /// C8, B17: who doesn't read is cut off, and nobody else notices.
    @Test func `that nobody reads is cut off, and the others go on`() async throws {
        var options = Station.Options()
        options.timeouts.stall = .seconds(1)
        try await Station.with(options) { station in
            let who = try Who("web")
            var log = who.log
            // More than sockets and the server's buffers hold.
            let text = String(repeating: "x", count: 200_000)
            for number in 1...12 {
                log.put(Sample.id(number), Sample.container(number, labels: ["text": text]))
            }
            log.completed()
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
            let stuck = try await station.client.watch()
            let reader = try await station.client.watch()
            #expect(try await reader.events(to: "bookmark").count == 13)
            try await eventually("it is cut off") {
                station.sink.lines.contains { $0.contains("stalledPeerCutOff") }
            }
            try await Self.change(agent, &log, sequence: 4) { $0.remove(Sample.id(1)) }
            #expect(try await reader.events(to: "delete").last?["id"]?.string == "\(Sample.id(1))")
            await #expect(throws: HTTPError.self) { while try await stuck.next() != nil {} }
        }
    }

    /// The journal makes only a few snapshots at a time; the others wait for theirs.
    @Test func `begins for a dozen at once`() async throws {
        try await Station.with { station in
            _ = try await Self.host(station)
            let socket = station.socket
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await Client(socket).watch().events(to: "bookmark").count
                    }
                }
                for try await count in group { #expect(count == 4) }
            }
        }
    }
}
