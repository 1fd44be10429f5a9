import AggregatorCore
import Fleet
import Inventory
import JSON
import Log
import OS
import Synchronization
import TestSupport
import Testing
import Wire

/// Requirement A2, from the fleet's image: it changes how long a start takes, and nothing else.
@Suite(.serialized) struct `The fleet's image` {
    /// Every stop writes one.
    private static var always: Station.Options {
        var options = Station.Options()
        options.image = { image in
            (image.leastContainers, image.changesAtStop) = (0, 0)
            image.patience = .seconds(60)
        }
        return options
    }
    /// No stop writes one.
    private static var never: Station.Options {
        var options = Station.Options()
        options.image = { $0.changesAtStop = .max }
        return options
    }

    /// Where a station's fleet came from, and everything that it shows.
    private struct Start: Equatable {
        var source: String?
        var containers: String
        var digest: Digest
    }

    private func start(_ folder: String) async throws -> Start {
        let result = Mutex<Start?>(nil)
        try await Station.with(folder, Self.never) { station in
            let list = try await station.client.json("/containers?all=1")["items"]
            let key = station.aggregator.fleet.read().hosts.first?.key
            let start = Start(
                source: station.sink.records.first { $0.message == "the fleet of the last run is back" }?
                    .facts.first { $0.key == "from" }?.value,
                containers: "\(list as Any)",
                digest: key.map { station.aggregator.fleet.digests(of: $0).digest } ?? Digest())
            result.withLock { $0 = start }
        }
        return try #require(result.withLock { $0 })
    }

    /// Runs a station with an agent, stops it, and gives what a start from the database alone shows.
    private func prepare(_ folder: String, _ who: Who, _ log: HostLog) async throws -> Start {
        try await Station.with(folder, Self.always) { station in
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
        }
        let image = folder + "/data/fleet.image"
        try renameFile(image, to: image + ".aside")
        let start = try await start(folder)
        #expect(start.source == "database")
        try renameFile(image + ".aside", to: image)
        return start
    }

    @Test func `gives what the database gives`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let log = Sample.log(who, 1...3)
            var expected = try await prepare(folder, who, log)
            expected.source = "image"
            let found = try await start(folder)
            #expect(found.source == expected.source)
            #expect(found.containers == expected.containers)
            #expect(found.digest == expected.digest)
            #expect(expected.digest == log.digest)
        }
    }

    /// Cut, damaged anywhere, empty, or something else.
    @Test func `is passed over when it is damaged`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let expected = try await prepare(folder, who, Sample.log(who, 1...3))
            let path = folder + "/data/fleet.image"
            let whole = try readFile(path, limit: 1 << 28)
            var wrong = [
                [], Array(whole.prefix(20)), Array(whole.dropLast()), Array(whole.prefix(whole.count / 2)),
            ]
            for place in [0, 8, 16, 24, 32, 40, 48, 60, whole.count / 3, whole.count / 2, whole.count - 1] {
                var damaged = whole
                damaged[place] ^= 0x10
                wrong.append(damaged)
            }
            for bytes in wrong {
                try writeFileAtomically(path, bytes)
                let found = try await start(folder)
                #expect(found.source == expected.source)
                #expect(found.containers == expected.containers)
                #expect(found.digest == expected.digest)
            }
        }
    }

    /// Of another database, or of a time that this database doesn't know.
    @Test func `is passed over when it is another database's`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let expected = try await prepare(folder, who, Sample.log(who, 1...3))
            try makeDirectories(folder + "/other")
            let other = try Who("web")
            _ = try await prepare(folder + "/other", other, Sample.log(other, 1...9))
            let path = "/data/fleet.image"
            try writeFileAtomically(folder + path, try readFile(folder + "/other" + path, limit: 1 << 28))
            let found = try await start(folder)
            #expect(found.source == expected.source)
            #expect(found.containers == expected.containers)
            #expect(found.digest == expected.digest)
        }
    }

    /// As after kill -9: the image is old, and the database knows more.
    @Test func `is brought up to date with what changed after it`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            var log = Sample.log(who, 1...9)
            _ = try await prepare(folder, who, log)
            let version = log.version
            log.put(Sample.id(1), Sample.container(1, state: .exited))
            log.remove(Sample.id(2))
            log.put(Sample.id(20), Sample.container(20))
            log.remove(Sample.id(3))
            log.put(Sample.id(3), Sample.container(3, name: "made-anew"))
            log.put(Sample.id(4), Sample.container(4, name: "renamed", labels: ["new": "label"]))
            let changes = log.changes(after: version)
            try await Station.with(folder, Self.never) { [log] station in
                let (agent, answer) = try await RawAgent.greeting(station, who.hello(log.offer))
                guard case .welcome(let welcome) = answer else { throw Unexpected("\(answer)") }
                #expect(welcome.opening == .resume(from: version))
                try await agent.send(
                    .delta(Delta(sequence: 1, from: version, to: log.version, changes: changes)))
                try await agent.waitForDurable(log.version)
            }
            let fromImage = try await start(folder)
            #expect(fromImage.source == "image" && fromImage.digest == log.digest)
            try removeFile(folder + "/data/fleet.image")
            let fromDatabase = try await start(folder)
            #expect(fromDatabase.source == "database")
            #expect(fromImage.containers == fromDatabase.containers)
            #expect(fromImage.containers.contains("made-anew") && fromImage.containers.contains("renamed"))
        }
    }
}
