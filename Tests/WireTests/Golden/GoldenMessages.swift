import Inventory
import Testing
import Wire

/// One message of each kind with every member it can have, and again with none that can be left out.
///
/// Their bytes lie in `proto/fixtures/v1/frames`, where programs in other languages find them too.
enum GoldenMessages {
    /// A message and the name of its file.
    struct Named: Sendable, CustomTestStringConvertible {
        let name: String
        let message: Message

        var testDescription: String { name }
    }

    static let all: [Named] =
        opening.map(Named.init) + unauthorized.map(Named.init) + changes.map(Named.init)
        + resync.map(Named.init) + small.map(Named.init) + GoldenReports.all.map(Named.init)

    private static let offer = Offer(
        version: 41, floor: 3, digest: Digest(sum: 0x700a_32a0_4db2_0509), count: 2)

    private static let opening: [(String, Message)] = [
        ("hello", .hello(Sample.hello(offer))),
        ("hello-full", .hello(fullHello)),
        ("hello-unreachable", .hello(unreachableHello)),
        ("hello-lacking", .hello(lackingHello)),
        ("hello-credential", .hello(credentialHello)),
        ("offer", .offer(offer)),
        ("offer-nothing", .offer(Sample.nothing)),
        ("welcome-resume", .welcome(welcome(.resume(from: 40)))),
        ("welcome-current", .welcome(welcome(.current))),
        ("welcome-manifest", .welcome(welcome(.manifest(id: 0)))),
        ("welcome-wait", .welcome(welcome(.wait))),
        ("welcome-features", .welcome(welcome(.current, features: Feature.all))),
        ("open-resume", .open(.resume(from: 40))),
        ("open-current", .open(.current)),
        ("open-manifest", .open(.manifest(id: 2))),
        ("open-wait", .open(.wait)),
        (
            "refused-host-id-taken",
            .refused(
                Refusal(
                    code: Refusal.hostIDTaken,
                    message:
                        "host id attic belongs to agent instance 8d3f0c6e5b1a49278d3f0c6e5b1a4927, and this "
                        + "agent is instance 00000000000000000000000000000002; give this agent another --host-id, or, "
                        + "if it replaces that one, run `bayplan host rm attic` first",
                    retry: true))
        ),
        (
            "refused-unsupported-protocol",
            .refused(
                Refusal(
                    code: Refusal.unsupportedProtocol,
                    message:
                        "this aggregator speaks protocol [1], the agent [7]; bring both to releases that are at "
                        + "most one protocol version apart", retry: false))
        ),
    ]

    private static let unauthorized: [(String, Message)] = [
        (
            "refused-unauthorized",
            .refused(
                Refusal(
                    code: Refusal.unauthorized,
                    message:
                        "this aggregator knows no token 7kq2mzt4ab; it was revoked, or it is another aggregator's: "
                        + "create one with `bayplan token create --host attic` and give it to the agent as "
                        + "--token-file",
                    retry: false))
        ),
        (
            "refused-wrong-host",
            .refused(
                Refusal(
                    code: Refusal.wrongHost,
                    message:
                        "token 7kq2mzt4ab is for host cellar, and this agent speaks for host attic; create one with "
                        + "`bayplan token create --host attic`, or give this agent --host-id cellar",
                    retry: false))
        ),
        (
            "error-unauthorized",
            .error(PeerError(code: PeerError.unauthorized, message: "token 7kq2mzt4ab was revoked"))
        ),
    ]

    private static let changes: [(String, Message)] = [
        (
            "delta-start",
            .delta(Delta(sequence: 1, from: 40, to: 41, changes: [whole(SampleFleet.web)]))
        ),
        (
            "delta-full",
            .delta(Delta(sequence: 2, from: 41, to: 42, changes: [whole(SampleFleet.everything)]))
        ),
        (
            "delta-status",
            .delta(
                Delta(
                    sequence: 3, from: 42, to: 43,
                    changes: [
                        facet(.status, EncodedContainer(SampleFleet.stopped)[.status], of: SampleFleet.web.id)
                    ]))
        ),
        (
            "delta-facet-gone",
            .delta(
                Delta(sequence: 4, from: 43, to: 44, changes: [facet(.compose, nil, of: SampleFleet.web.id)]))
        ),
        (
            "delta-removed",
            .delta(Delta(sequence: 5, from: 44, to: 45, changes: [.removed(SampleFleet.everything.id)]))
        ),
        (
            "delta-first-piece",
            .delta(
                Delta(
                    sequence: 6, from: 45, to: 48, more: true,
                    changes: [.removed(SampleFleet.web.id), whole(SampleFleet.web)]))
        ),
        ("delta-last-piece", .delta(Delta(sequence: 7, from: 45, to: 48, changes: [Sample.put(7)]))),
        ("delta-empty", .delta(Delta(sequence: 8, from: 48, to: 49, changes: []))),
    ]

    private static let resync: [(String, Message)] = [
        ("resync", .resync(Resync(id: 1, reason: "the digests differ at version 49"))),
        (
            "manifest",
            .manifest(Manifest(sequence: 9, resync: 1, version: 49, entries: [entry(SampleFleet.everything)]))
        ),
        (
            "manifest-first-piece",
            .manifest(
                Manifest(
                    sequence: 9, resync: 1, version: 49, more: true,
                    entries: [entry(SampleFleet.everything), entry(SampleFleet.web)]))
        ),
        ("manifest-empty", .manifest(Manifest(sequence: 9, resync: 1, version: 49, entries: []))),
        ("need", .need(Need(resync: 1, ids: [SampleFleet.web.id]))),
        ("need-first-piece", .need(Need(resync: 1, more: true, ids: [SampleFleet.web.id, Sample.id(7)]))),
        ("need-nothing", .need(Need(resync: 1, ids: []))),
        ("synced", .synced(Synced(sequence: 11, resync: 1, version: 49))),
    ]

    private static let small: [(String, Message)] = [
        ("ack", .ack(Acknowledgement(frames: 11, applied: 49, durable: 47))),
        ("heartbeat-agent", .heartbeat(Heartbeat(now: 1_763_640_002_000, host: hostHeartbeat))),
        ("heartbeat-agent-pending", .heartbeat(Heartbeat(now: 1_763_640_004_000, host: pendingHeartbeat))),
        ("heartbeat-agent-deaf", .heartbeat(Heartbeat(now: 1_763_640_006_000, host: deafHeartbeat))),
        (
            "heartbeat-aggregator",
            .heartbeat(
                Heartbeat(
                    now: 1_763_640_002_500, ack: Acknowledgement(frames: 11, applied: 49, durable: 49)))
        ),
        ("heartbeat-agent-facts", .heartbeat(Heartbeat(now: 1_763_640_010_000, host: heartbeatWithFacts))),
        ("heartbeat-agent-lacking", .heartbeat(Heartbeat(now: 1_763_640_008_000, host: lackingHeartbeat))),
        ("goodbye", .goodbye(Goodbye(reason: "the agent was stopped"))),
        ("error-unknown-type", .error(PeerError(unknownType: "stats"))),
        (
            "error-session-replaced",
            .error(PeerError(code: PeerError.replaced, message: "this host's agent connected again"))
        ),
    ]

    private static var fullHello: Hello {
        var hello = Sample.hello(offer, protocols: [2, 1])
        hello.host.name = "The attic's NAS"
        hello.host.address = "10.0.0.7"
        hello.host.labels = ["rack": "2", "site": "home"]
        hello.host.engineID = "7c9f1f4e-6a1d-4a43-8a0e-5d2f7b1f5f10"
        hello.host.machineID = "f7c0e1d2b3a4958677685a4b3c2d1e0f"
        hello.operations = ["logs", "restart"]
        hello.engine = engineWithFacts
        return hello
    }

    private static var credentialHello: Hello {
        var hello = Sample.hello(offer)
        hello.credential = "7kq2mzt4ab.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        return hello
    }

    private static var unreachableHello: Hello {
        var hello = Sample.hello(Sample.nothing)
        hello.engine = EngineCondition(state: EngineCondition.unreachable)
        hello.engine.since = 1_763_639_000_000
        hello.engine.reason = "connect to /var/run/docker.sock: connection refused"
        return hello
    }

    private static func welcome(_ opening: Opening, features: [String] = []) -> Welcome {
        var welcome = Welcome(
            session: 12, heartbeat: 2_000, windowFrames: 256, windowBytes: 8 << 20, opening: opening)
        welcome.features = features
        return welcome
    }

    private static var hostHeartbeat: HostHeartbeat {
        HostHeartbeat(
            sequence: 11, version: 49, count: 2, digest: offer.digest, pending: false, engine: Sample.engine,
            confirmed: [.status: 1_250, .network: 1_250, .config: 1_250, .compose: 1_250])
    }

    private static var pendingHeartbeat: HostHeartbeat {
        HostHeartbeat(
            sequence: 11, version: 52, count: 3, digest: nil, pending: true,
            engine: EngineCondition(state: EngineCondition.reachable), confirmed: [:])
    }

    /// The agent can't hear its Engine: nothing is confirmed.
    private static var deafHeartbeat: HostHeartbeat {
        HostHeartbeat(
            sequence: 11, version: 49, count: 2, digest: offer.digest, pending: false,
            engine: unreachableHello.engine, confirmed: [:])
    }

    /// What the agent knows of the Engine's machine, and of how the Engine answers.
    private static var heartbeatWithFacts: HostHeartbeat {
        var heartbeat = hostHeartbeat
        heartbeat.engine = engineWithFacts
        return heartbeat
    }

    private static var engineWithFacts: EngineCondition {
        var engine = Sample.engine
        engine.name = "attic"
        engine.cpus = 4
        engine.memory = 16_777_216_000
        engine.roundTrip = 412
        engine.eventsSince = 1_763_640_000_500
        engine.lastEvent = 1_763_640_009_000
        engine.lastError = "GET /containers/json: no answer within 30 s"
        return engine
    }

    /// What the agent finds wrong with where it runs.
    private static var lackingHeartbeat: HostHeartbeat {
        var heartbeat = hostHeartbeat
        heartbeat.engine.problems = lackingHello.engine.problems
        return heartbeat
    }

    private static var lackingHello: Hello {
        var hello = Sample.hello(offer)
        hello.engine.problems = [
            AgentProblem(code: "socket-mounted-as-file", message: "The Engine's socket is mounted as a file.")
        ]
        return hello
    }

    private static func whole(_ container: Container) -> ContainerChange {
        var facets = FacetChanges()
        let encoded = EncodedContainer(container)
        for facet in Facet.allCases { facets[facet] = encoded[facet].map(FacetChange.value) ?? .untouched }
        return ContainerChange(id: container.id, kind: .put(facets))
    }

    private static func facet(_ facet: Facet, _ bytes: FacetBytes?, of id: ContainerID) -> ContainerChange {
        var facets = FacetChanges()
        facets[facet] = bytes.map(FacetChange.value) ?? .deleted
        return ContainerChange(id: id, kind: .put(facets))
    }

    private static func entry(_ container: Container) -> Manifest.Entry {
        Manifest.Entry(
            id: container.id,
            digests: FacetDigests(EncodedContainer(container), id: container.id, key: Sample.key))
    }
}
