import HTTP
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Wire

/// Who may speak for a host.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `A host id` {
    @Test func `belongs to the first agent that claims it, and both are named to the second`() async throws {
        try await Station.with { station in
            let owner = try Who("web")
            let log = Sample.log(owner, 1...2)
            let agent = try await RawAgent.synchronized(station, as: owner, log)
            let intruder = try Who("web")
            let (second, refusal) = try await RawAgent.refused(station, intruder.hello())
            #expect(refusal.code == Refusal.hostIDTaken)
            #expect(
                refusal.message.contains(owner.instance.id) && refusal.message.contains(intruder.instance.id))
            #expect(refusal.message.contains("--host-id") && refusal.message.contains("bayplan host rm web"))
            #expect(try await second.rest().isEmpty)
            #expect(try await station.client.state(of: "web") == "live")
            try await agent.send(RawAgent.heartbeat(log, sequence: 3))
        }
    }

    @Test func `is not given to the same instance with another secret`() async throws {
        try await Station.with { station in
            let owner = try Who("web")
            _ = try await RawAgent.welcomed(station, as: owner)
            var thief = owner.restarted
            thief.instance.secret = String(thief.instance.secret.reversed())
            let (_, refusal) = try await RawAgent.refused(station, thief.hello())
            #expect(refusal.code == Refusal.hostIDTaken)
        }
    }

    /// The claim is on disk: it outlives the aggregator.
    @Test func `stays claimed over a restart, until the host is removed through the Unix socket`()
        async throws
    {
        try await TemporaryDirectory.with { folder in
            let owner = try Who("web")
            let heir = try Who("web")
            try await Station.with(folder) { station in
                let log = Sample.log(owner, 1...2)
                let agent = try await RawAgent.synchronized(station, as: owner, log)
                try await agent.waitForDurable(log.version)
            }
            try await Station.with(folder) { station in
                guard case .refused = try await RawAgent.greeting(station, heir.hello()).answer else {
                    throw Unexpected("the heir was let in")
                }
                let overTCP = try await Client(station.http).send(.delete, "/api/v1/hosts/web")
                #expect(overTCP.status == 403)
                #expect(overTCP.text.contains("Unix socket"))
                #expect(try await station.client.state(of: "web") == "restored")
                let client = station.client
                #expect(try await client.send(.delete, "/api/v1/hosts/web").status == 200)
                #expect(try await client.send(.delete, "/api/v1/hosts/web").status == 404)
                #expect(try await client.names("/containers").isEmpty)
                #expect(try await client.state(of: "web") == nil)
                _ = try await RawAgent.synchronized(station, as: heir, Sample.log(heir, 5...5))
                try await eventually { try await client.names("/containers") == ["c5"] }
            }
            try await Station.with(folder) { station in
                let names = try await station.client.names("/containers")
                #expect(names == ["c5"])
            }
        }
    }

    @Test func `of a connected agent is taken from it at once by a removal`() async throws {
        try await Station.with { station in
            let who = try Who("web")
            let agent = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...1))
            #expect(try await station.client.send(.delete, "/api/v1/hosts/web").status == 200)
            let error = try await agent.lastError()
            #expect(error.code == "host-removed")
        }
    }

    /// A database that was set aside knows no hosts, and the registry still knows who they belong to.
    @Test func `that only the registry knows can be removed`() async throws {
        try await TemporaryDirectory.with { folder in
            try await Station.with(folder) { station in
                _ = try await RawAgent.welcomed(station, as: Who("web"))
            }
            TemporaryDirectory.remove(folder + "/data/fleet.db")
            TemporaryDirectory.remove(folder + "/data/fleet.db-wal")
            TemporaryDirectory.remove(folder + "/data/fleet.db-shm")
            try await Station.with(folder) { station in
                #expect(try await station.client.state(of: "web") == nil)
                #expect(try await station.client.send(.delete, "/api/v1/hosts/web").status == 200)
                _ = try await RawAgent.welcomed(station, as: Who("web"))
            }
        }
    }

    @Test func `is not claimed by an agent that no host would accept`() async throws {
        try await Station.with { station in
            var hello = try Who("web").hello()
            hello.protocols = [99]
            let (_, refusal) = try await RawAgent.refused(station, hello)
            #expect(refusal.code == Refusal.unsupportedProtocol && !refusal.retry)
            #expect(refusal.message.contains("[99]") && refusal.message.contains("[1]"))
            _ = try await RawAgent.welcomed(station, as: Who("web"))
        }
    }

    /// A machine that rebooted behind a half-open connection is never locked out.
    @Test func `is taken over from an old connection by the same instance`() async throws {
        try await Station.with { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...3)
            let old = try await RawAgent.synchronized(station, as: who, log)
            try await old.waitForDurable(log.version)
            let (new, answer) = try await RawAgent.greeting(station, who.hello(log.offer))
            guard case .welcome(let welcome) = answer else { throw Unexpected("\(answer)") }
            #expect(welcome.opening == .resume(from: log.version))
            let error = try await old.lastError()
            #expect(error.code == PeerError.replaced)
            try await new.send(RawAgent.heartbeat(log, sequence: 0))
            #expect(try await station.client.state(of: "web") == "live")
            // What the old connection still says reaches nobody.
            #expect(try await station.client.names("/containers").count == 3)
        }
    }

    /// Two machines with one copied state directory: the epoch that was followed by another comes back.
    @Test func `of two clones is shown in conflict, and the newer one goes on`() async throws {
        try await Station.with { station in
            let first = try Who("web")
            let second = first.restarted
            let log = Sample.log(first, 1...1)
            _ = try await RawAgent.synchronized(station, as: first, log)
            let newer = try await RawAgent.synchronized(station, as: second, Sample.log(second, 1...1))
            let (_, refusal) = try await RawAgent.refused(station, first.hello(log.offer))
            #expect(refusal.code == Refusal.conflict && refusal.message.contains("--state"))
            let shown = try await station.client.json("/hosts/web")
            #expect(shown["state"]?.string == "conflict")
            #expect(shown["error"]?.string == refusal.message)
            #expect(try await station.client.names("/containers") == ["c1"])
            try await newer.send(.goodbye(Goodbye(reason: "done")))
        }
    }
}
