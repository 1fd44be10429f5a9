import Inventory
import Wire

/// One end of a transcript: takes lines that aren't its own, and brings forth its own.
protocol TranscriptEnd: AnyObject {
    var party: Transcript.Party { get }
    /// What it does about a line, at once.
    func take(_ line: Transcript.Line) throws -> [Transcript.Line]
    /// What it does once nothing more of the peer's is waiting.
    func settle() -> [Transcript.Line]
    /// What it holds; nil for the agent.
    var holding: Transcript.Holding? { get }
}

extension Transcript.Line {
    /// Who brought the line forth; nil for the world.
    var party: Transcript.Party? {
        switch self {
        case .agent: .agent
        case .aggregator: .aggregator
        case .closes(let party): party
        default: nil
        }
    }
}

/// Both ends begin at this instant of their clocks, and at this time of day.
private enum Beginning {
    static let clock: Int64 = 1_000_000
    static let wall: Int64 = 1_763_640_000_000
}

/// The agent's end: its log, and a session for each connection.
final class TranscriptAgent: TranscriptEnd {
    let party = Transcript.Party.agent
    let holding: Transcript.Holding? = nil
    private var settings = Transcript.Settings()
    private var hello = Sample.hello(Sample.nothing)
    private var log = Sample.log(0)
    private var session: Link.Box<AgentSession>?
    private var now = Beginning.clock
    /// When the Engine's whole list was seen.
    private var seen: Int64?

    func settle() -> [Transcript.Line] { [] }

    func take(_ line: Transcript.Line) throws -> [Transcript.Line] {
        switch line {
        case .settings(let settings): self.settings = settings
        case .start(let hello):
            self.hello = hello
            log = HostLog(epoch: hello.epoch, digestKey: hello.digestKey)
            seen = nil
            session = nil
        case .put(let id, let container):
            log.put(id, container)
            return pump()
        case .gone(let id):
            log.remove(id)
            return pump()
        case .complete:
            log.completed()
            seen = now
            return pump()
        case .connect:
            hello.offer = log.offer
            session = Link.Box(
                AgentSession(
                    hello: hello, timing: SessionTiming(heartbeat: settings.heartbeat),
                    pieces: settings.pieces, now: now))
            return [.agent(Message.hello(hello).body)]
        case .cut, .closes(.aggregator): session = nil
        case .later(let time):
            now += time
            let age = seen.map { now - $0 }
            let confirmed = Dictionary(
                uniqueKeysWithValues: Facet.allCases.compactMap { facet in age.map { (facet, $0) } })
            return perform(
                session?.session.tick(
                    log: log, engine: hello.engine, confirmed: confirmed,
                    wall: Beginning.wall + now - Beginning.clock, now: now))
        case .leave(let reason): return perform(session?.session.leave(reason: reason))
        case .aggregator(let body):
            return perform(session?.session.received(try Message(parsing: body), log: log, now: now))
        case .note, .stored, .damage, .holds, .agent, .closes(.agent): break
        }
        return []
    }

    private func pump() -> [Transcript.Line] {
        guard let session, session.session.isWelcomed else { return [] }
        return perform(session.session.pump(log: log, now: now))
    }

    private func perform(_ actions: [AgentSession.Action]?) -> [Transcript.Line] {
        (actions ?? []).flatMap { action -> [Transcript.Line] in
            switch action {
            case .send: return action.messages.map { .agent($0.body) }
            case .close:
                session = nil
                return [.closes(.agent)]
            case .welcomed, .durable, .note, .request, .credit, .cancel: return []
            }
        }
    }
}

/// The aggregator's end: what it knows of the host, in memory that never fails, and a session for each connection.
final class TranscriptAggregator: TranscriptEnd {
    let party = Transcript.Party.aggregator
    private var settings = Transcript.Settings()
    private var knowledge = Knowledge()
    private var session: Link.Box<AggregatorSession>?
    private var isConnected = false
    private var sessions: Int64 = 0
    private var now = Beginning.clock

    var holding: Transcript.Holding? {
        Transcript.Holding(
            containers: Int64(knowledge.count), digest: knowledge.digest.description,
            version: knowledge.point?.version,
            isLive: session?.session.isLive ?? false)
    }

    func settle() -> [Transcript.Line] { perform(session?.session.flush()) }

    func take(_ line: Transcript.Line) throws -> [Transcript.Line] {
        switch line {
        case .settings(let settings): self.settings = settings
        case .connect:
            isConnected = true
            session = nil
        case .cut, .closes(.agent):
            isConnected = false
            session = nil
        case .later(let time):
            now += time
            return perform(session?.session.tick(wall: Beginning.wall + now - Beginning.clock, now: now))
        case .stored:
            guard let point = knowledge.point else { break }
            knowledge.record.durable = point.version
            session?.session.committed(point.version)
        case .damage(let id, let container):
            var facets = FacetChanges()
            for facet in Facet.allCases {
                if let bytes = container[facet] { facets[facet] = .value(bytes) }
            }
            knowledge.apply([ContainerChange(id: id, kind: .put(facets))])
        case .agent(let body): return received(try Message(parsing: body), bytes: body.count)
        case .note, .start, .put, .gone, .complete, .leave, .holds, .aggregator, .closes(.aggregator): break
        }
        return []
    }

    private func received(_ message: Message, bytes: Int) -> [Transcript.Line] {
        if let session {
            return perform(
                session.session.received(
                    message, bytes: bytes, record: knowledge.record, contents: knowledge, now: now))
        }
        guard isConnected, case .hello(let hello) = message else { return [] }
        let opening: Opening
        do {
            opening = try knowledge.record.admit(
                hello, isProven: knowledge.secret == nil || knowledge.secret == hello.instance.secret,
                contents: knowledge, resync: 0)
        } catch {
            isConnected = false
            return [.aggregator(Message.refused(error.refusal).body), .closes(.aggregator)]
        }
        knowledge.secret = hello.instance.secret
        sessions += 1
        session = Link.Box(
            AggregatorSession(
                hello: hello, opening: opening, timing: SessionTiming(heartbeat: settings.heartbeat),
                pieces: settings.pieces, now: now))
        if case .current = opening { reached(hello.offer.version) }
        let welcome = Welcome(
            session: sessions, heartbeat: settings.heartbeat, windowFrames: settings.windowFrames,
            windowBytes: settings.windowBytes, opening: opening)
        return [.aggregator(Message.welcome(welcome).body)]
    }

    private func reached(_ version: Int64) {
        guard let epoch = knowledge.record.epoch else { return }
        knowledge.point = Point(epoch: epoch, version: version)
    }

    private func perform(_ actions: [AggregatorSession.Action]?) -> [Transcript.Line] {
        (actions ?? []).flatMap { action -> [Transcript.Line] in
            switch action {
            case .send: return action.messages.map { .aggregator($0.body) }
            case .apply(let changes, let version):
                knowledge.apply(changes)
                reached(version)
            case .replace(let manifest, let fill, let version):
                let listed = Set(manifest.map(\.id))
                knowledge.contents = knowledge.contents.filter { listed.contains($0.key) }
                knowledge.apply(fill)
                reached(version)
            case .current(let version): reached(version)
            case .close:
                session = nil
                isConnected = false
                return [.closes(.aggregator)]
            case .alive, .resyncing, .left, .note, .stats, .events, .measures, .reply: break
            }
            return []
        }
    }
}
