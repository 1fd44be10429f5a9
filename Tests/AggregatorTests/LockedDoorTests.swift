import Access
import AggregatorCore
import HTTP
import Inventory
import JSON
import Log
import OS
import TLS
import TestSupport
import Testing
import Wire

/// Requirement H7: whoever may not, writes no row and reads no byte of the fleet; whoever may, notices nothing.
@Suite(.timeLimit(.minutes(2)), .serialized) struct `A locked door` {
    /// An agent at work with two containers, and a reader with a token.
    private struct Fleet {
        let station: Station
        let agent: RawAgent
        let who: Who
        let log: HostLog
        let reader: Client

        /// Runs with a host `attic` that reports.
        static func with(
            _ options: Station.Options = Station.Options(isLocked: true), _ body: (Fleet) async throws -> Void
        ) async throws {
            try await Station.with(options) { station in
                let who = try await station.admitted("attic")
                let log = Sample.log(who, 1...2)
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
                let reader = try station.client(try await station.token(.scope(.read)))
                try await body(
                    Fleet(station: station, agent: agent, who: who, log: log, reader: reader))
            }
        }

        /// The agent reports and the reader reads, as if nothing were.
        func goesOn() async throws {
            try await agent.send(RawAgent.heartbeat(log, sequence: 3))
            #expect(try await reader.names("/containers").sorted() == ["c1", "c2"])
            #expect(try await reader.state(of: "attic") == "live")
        }
    }

    /// What a hostile agent brings.
    enum Attempt: String, CaseIterable, Sendable {
        case noToken = "no token"
        case garbage = "something that is no token"
        case unknown = "a token that nobody made"
        case expired = "an expired token"
        case revoked = "a revoked token"
        case truncated = "a truncated secret"
        case wrongHost = "another host's token"
        case wrongHostLive = "another host's token, for a host that reports"
        case scope = "an administrator's token"
    }

    @Test(arguments: Attempt.allCases) func `refuses an agent with`(attempt: Attempt) async throws {
        let time = TestTime()
        try await Fleet.with(Station.Options(isLocked: true, clock: time)) { fleet in
            let station = fleet.station
            var who = try Who(attempt == .wrongHostLive ? "attic" : "shed")
            let keeper = station.aggregator.gatekeeper
            var random = SystemRandom()
            switch attempt {
            case .noToken: break
            case .garbage: who.credential = "admin"
            case .unknown: who.credential = Credential(using: &random).text
            case .expired:
                who.credential = try await station.token(.host(who.host), ttl: .seconds(60)).text
                time.advance(by: .seconds(61))
            case .revoked:
                let credential = try await station.token(.host(who.host))
                _ = try await keeper.remove(credential.id)
                who.credential = credential.text
            case .truncated:
                who.credential = String(try await station.token(.host(who.host)).text.dropLast(4))
            case .wrongHost, .wrongHostLive:
                let other = try #require(HostID("cellar"))
                who.credential = try await station.token(.host(other)).text
            case .scope: who.credential = try await station.token(.scope(.admin)).text
            }
            let before = try await station.facts()
            let (agent, refusal) = try await RawAgent.refused(station, who.hello(fleet.log.offer))
            let isWrongHost = attempt == .wrongHost || attempt == .wrongHostLive
            #expect(refusal.code == (isWrongHost ? Refusal.wrongHost : Refusal.unauthorized))
            #expect(!refusal.retry)
            #expect(refusal.message.contains("bayplan token create --host \(who.host)"))
            // Not a byte after it.
            #expect(try await agent.rest().isEmpty)
            #expect(try await station.facts() == before)
            try await fleet.goesOn()
        }
    }

    @Test func `says which of the reasons it is`() async throws {
        let time = TestTime()
        try await Station.with(Station.Options(isLocked: true, clock: time)) { station in
            func message(_ who: Who) async throws -> String {
                try await RawAgent.refused(station, who.hello()).refusal.message
            }
            #expect(try await message(Who("shed")).hasPrefix("no token was given;"))
            var who = try await station.admitted("shed", ttl: .seconds(60))
            let id = try #require(who.credential?.prefix(10))
            time.advance(by: .seconds(3_600))
            #expect(try await message(who).hasPrefix("token \(id) expired at "))
            who.host = try #require(HostID("attic"))
            who.credential = try await station.token(.host(#require(HostID("shed")))).text
            #expect(try await message(who).contains("is for host shed, and this agent speaks for host attic"))
            let lines = station.sink.lines.filter { $0.contains("was refused") }
            #expect(lines.count == 1 && !lines.joined().contains(who.credential?.suffix(20) ?? "x"))
        }
    }

    /// What comes before TLS, in place of it, or breaks off.
    enum Noise: String, CaseIterable, Sendable {
        case garbage = "garbage"
        case http = "HTTP"
        case plainHello = "a hello without TLS"
        case cutHandshake = "half a handshake"
        case secondHalf = "a handshake with a damaged second half"
        case nothing = "nothing at all"
    }

    @Test(arguments: Noise.allCases) func `gives nothing away to`(noise: Noise) async throws {
        try await Fleet.with { fleet in
            let station = fleet.station
            let before = try await station.facts()
            let peer = try await RawAgent(station.agents)
            var said = [UInt8]("GET /api/v1/containers HTTP/1.1\r\n\r\n".utf8)
            switch noise {
            case .garbage: said = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 0x80) }
            case .http: break
            case .plainHello:
                var who = try Who("attic")
                who.credential = fleet.who.credential
                said = Message.hello(who.hello(fleet.log.offer)).frame
            case .cutHandshake, .secondHalf:
                var machine = TLSMachine(client: try #require(try station.trust))
                let greeting = machine.takeOutput()
                said = Array(greeting.prefix(greeting.count / 2))
                if noise == .secondHalf { said += [UInt8](repeating: 0x41, count: greeting.count) }
            case .nothing: said = []
            }
            if !said.isEmpty { try await peer.send(bytes: said) }
            if noise == .cutHandshake || noise == .nothing {
                peer.stream.close()
            } else {
                var heard: [UInt8] = []
                while let more = try? await peer.stream.read(atMost: 65_536, deadline: .after(.seconds(10))),
                    !more.isEmpty
                { heard += more }
                let text = String(decoding: heard, as: UTF8.self)
                for word in ["c1", "c2", "nginx", "welcome", fleet.who.instance.id] {
                    #expect(!text.contains(word))
                }
                #expect(heard.count < 1_000)
                if noise == .plainHello {
                    #expect(text.contains(#""code":"unauthorized""#) && text.contains("--token-file"))
                }
            }
            peer.stream.close()
            try await eventually("the connection is forgotten") {
                await station.aggregator.door.connectionCount == 1
            }
            #expect(try await station.facts() == before)
            try await fleet.goesOn()
        }
    }

    /// A real client of TLS 1.1, which OpenSSL has to be talked into.
    @Test(arguments: ["-tls1_1", "-tls1"]) func `refuses old versions, on both doors`(version: String)
        async throws
    {
        ToolUse.record("openssl")
        try await Fleet.with { fleet in
            for address in [fleet.station.agents, fleet.station.http] {
                let run = try await ProcessFixture.run(
                    "/usr/bin/openssl",
                    ["s_client", "-connect", "\(address)", version, "-cipher", "ALL:@SECLEVEL=0"])
                #expect(run.status != 0, "\(run.output)")
                #expect(
                    "\(run.output)\(run.errors)".contains("protocol version"), "\(run.output)\(run.errors)")
            }
            for good in ["-tls1_2", "-tls1_3"] {
                let run = try await ProcessFixture.run(
                    "/usr/bin/openssl",
                    [
                        "s_client", "-connect", "\(fleet.station.agents)", good, "-CAfile",
                        fleet.station.folder + "/data/tls/ca.pem", "-verify_return_error",
                    ])
                #expect(run.output.contains("Verify return code: 0 (ok)"), "\(run.output)\(run.errors)")
            }
            try await fleet.goesOn()
        }
    }

    @Test func `is left by a client that trusts another authority`() async throws {
        try await Fleet.with { fleet in
            let before = try await fleet.station.facts()
            let other = try TLSClientContext(
                .pinned(publicKeySHA256: [UInt8](repeating: 1, count: 32), name: nil))
            await #expect(throws: StreamError.self) {
                _ = try await RawAgent(fleet.station.agents, secure: other)
            }
            await #expect(throws: HTTPError.self) {
                _ = try await Client(fleet.station.http, secure: other).get("/containers")
            }
            #expect(try await fleet.station.facts() == before)
            try await fleet.goesOn()
        }
    }

    /// B17: a thousand handshakes that never end, and a working agent, a new one and a reader among them.
    @Test func `serves agents among a thousand half-open handshakes`() async throws {
        _ = raiseDescriptorLimit()
        var options = Station.Options(isLocked: true)
        options.door = { $0.timing.greeting = 60_000 }
        options.arguments = ["--agent-buffers", "32MiB"]
        try await Fleet.with(options) { fleet in
            var machine = TLSMachine(client: try #require(try fleet.station.trust))
            let half = Array(machine.takeOutput().dropLast(1))
            var crowd: [SocketStream] = []
            for _ in 0..<1_000 {
                let stream = try await SocketConnector(fleet.station.agents).connectSocket(
                    deadline: .after(.seconds(10)))
                try await stream.write(half, deadline: .after(.seconds(10)))
                crowd.append(stream)
            }
            let started = BootClock.now
            let who = try await fleet.station.admitted("cellar")
            _ = try await RawAgent.synchronized(fleet.station, as: who, Sample.log(who, 7...7))
            #expect(started.duration(to: BootClock.now) < .seconds(5))
            try await eventually { try await fleet.reader.names("/containers").count == 3 }
            #expect(try await fleet.reader.state(of: "attic") == "live")
            // What they cost is within the memory for agents.
            #expect(await fleet.station.aggregator.door.connectionCount < (32 << 20) / 48_000)
            for stream in crowd { stream.close() }
        }
    }

    /// A full door gives the place of whoever has kept it waiting longest to a newcomer.
    @Test func `isn't blocked by as many silent peers as there are places`() async throws {
        var options = Station.Options(arguments: ["--max-agents", "4"], isLocked: true)
        options.door = { $0.timing.greeting = 60_000 }
        try await Station.with(options) { station in
            var crowd: [SocketStream] = []
            for _ in 0..<4 {
                crowd.append(
                    try await SocketConnector(station.agents).connectSocket(deadline: .after(.seconds(10))))
            }
            let who = try await station.admitted("attic")
            try await eventually("an agent is let in") {
                (try? await RawAgent.welcomed(station, as: who)) != nil
            }
            for stream in crowd { stream.close() }
        }
    }

    @Test func `ends a session within a second when its token is removed, and refuses the agent after`()
        async throws
    {
        try await Fleet.with { fleet in
            let id = String(try #require(fleet.who.credential?.prefix(10)))
            let admin = try fleet.station.client(try await fleet.station.token(.scope(.admin)))
            let started = BootClock.now
            #expect(try await admin.send(.delete, "/api/v1/tokens/\(id)").status == 204)
            let error = try await fleet.agent.lastError()
            #expect(started.duration(to: BootClock.now) < .seconds(1))
            #expect(error == PeerError(code: PeerError.unauthorized, message: "token \(id) was revoked"))
            let (_, refusal) = try await RawAgent.refused(fleet.station, fleet.who.hello(fleet.log.offer))
            #expect(refusal.code == Refusal.unauthorized && refusal.message.contains(id))
            // Its rows stay, with their age.
            #expect(try await fleet.reader.names("/containers").count == 2)
            #expect(try await fleet.reader.state(of: "attic") == "silent")
            #expect(try await admin.send(.delete, "/api/v1/tokens/\(id)").status == 404)
        }
    }

    @Test func `ends a session when its token expires`() async throws {
        let time = TestTime()
        try await Station.with(Station.Options(isLocked: true, clock: time)) { station in
            let who = try await station.admitted("attic", ttl: .seconds(60))
            let agent = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...1))
            time.advance(by: .seconds(60))
            let error = try await agent.lastError()
            #expect(error.code == PeerError.unauthorized && error.message.contains("expired at"))
            let (_, refusal) = try await RawAgent.refused(station, who.hello())
            #expect(refusal.message.contains("expired at"))
        }
    }

    /// The aggregator's clock decides; an agent whose clock is a day off works.
    @Test(arguments: [-86_400_000, 86_400_000] as [Int64]) func `works for an agent whose clock is a day off`(
        offset: Int64
    ) async throws {
        try await Station.with(Station.Options(isLocked: true)) { station in
            let who = try await station.admitted("attic", ttl: .seconds(3_600))
            let mark = try #require(station.aggregator.identity?.mark)
            let trust = try TLSClientContext(
                .pinned(publicKeySHA256: mark.pin ?? [], name: nil), clock: { WallClock.now() + offset })
            let agent = try await RawAgent(station.agents, secure: trust)
            let log = Sample.log(who, 1...1)
            try await agent.send(.hello(who.hello(log.offer)))
            let welcome = try await agent.expect("welcome") { message -> Welcome? in
                if case .welcome(let welcome) = message { welcome } else { nil }
            }
            guard case .manifest(let resync) = welcome.opening else { throw Unexpected("\(welcome.opening)") }
            let last = try await agent.synchronize(log, resync: resync, from: 1)
            try await agent.send(
                RawAgent.heartbeat(log, sequence: last, now: WallClock.now() + offset))
            try await eventually { try await station.client.state(of: "attic") == "live" }
        }
    }

    @Test func `lets in as many installations as a token is for`() async throws {
        try await Station.with(Station.Options(isLocked: true)) { station in
            let who = try await station.admitted("attic", uses: 1)
            for _ in 1...3 { _ = try await RawAgent.welcomed(station, as: who) }
            // Another machine with the same file: the host has an owner, and nothing more is used up.
            var other = try Who("attic")
            other.credential = who.credential
            let (_, refusal) = try await RawAgent.refused(station, other.hello())
            #expect(refusal.code == Refusal.hostIDTaken)
            let facts = try #require(station.aggregator.gatekeeper.list.first)
            #expect(facts.uses == 1 && facts.instances == [who.instance.id])
        }
    }

    /// The way to a new machine: the host goes with its tokens, and a new one lets the new machine in.
    @Test func `keeps a removed host out until it gets a new token`() async throws {
        try await Fleet.with { fleet in
            let answer = try await fleet.station.client.send(.delete, "/api/v1/hosts/attic")
            #expect(try JSONValue(parsing: answer.body)["tokens"]?.integer == 1)
            #expect(try await fleet.agent.lastError().code == "host-removed")
            let (_, refusal) = try await RawAgent.refused(fleet.station, fleet.who.hello(fleet.log.offer))
            #expect(refusal.code == Refusal.unauthorized)
            #expect(try await fleet.reader.names("/containers").isEmpty)
            let heir = try await fleet.station.admitted("attic")
            _ = try await RawAgent.synchronized(fleet.station, as: heir, Sample.log(heir, 5...5))
            try await eventually { try await fleet.reader.names("/containers") == ["c5"] }
        }
    }
}
