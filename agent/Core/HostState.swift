import Docker
package import Inventory
import OS
import Synchronization
package import Watch
package import Wire

/// What the agent knows of its host, and the sessions that report it: everything behind one lock, no I/O under it.
///
/// The watcher writes in through `WatchSink`; each uplink carries the bytes of one `HostLink` in and out. The host's
/// state is here once, however many aggregators it is reported to: each session is only a cursor into it, and what
/// there is to send gathers in its link, bounded by that session's window. An aggregator that is slow or away costs
/// neither the watcher nor the other sessions anything.
package final class HostState: WatchSink {
    struct State {
        var log: HostLog
        var links: [LinkState] = []
        var events: EventMemory
        var engine = EngineCondition(state: EngineCondition.starting)
        var engineID = ""
        /// When a complete pass began to hold last, on the boot clock; nil before the first.
        var confirmed: BootClock.Instant?
    }

    /// How many links a host may have (requirement A1).
    package static let linkLimit = 8
    /// How much of an Engine's error is told, in bytes: `hello` has to fit the frame that is allowed before `welcome`.
    private static let reasonLimit = 1_024

    private let state: Mutex<State>
    /// How the Engine is heard, asked for at each `hello` and heartbeat; nothing is known until somebody watches it.
    private let vitals = Mutex<@Sendable () -> EngineVitals>({ EngineVitals() })
    private let description: HostDescription
    private let identity: Identity
    private let agentVersion: String
    /// Who carries out what aggregators ask for; nil for a host that answers nothing.
    let desk: RequestDesk?

    private let pace: EventCourse.Pace

    /// - Parameters:
    ///   - description: What the host says of itself.
    ///   - identity: Who the agent is.
    ///   - version: The agent's release.
    ///   - epoch: This run of the agent.
    ///   - eventLimit: How many of the newest events are kept for aggregators that are away.
    ///   - eventRate: How many events an aggregator is told in a second, in the long run.
    ///   - desk: Who carries out what aggregators ask for.
    package init(
        description: HostDescription, identity: Identity, version: String, epoch: Epoch,
        eventLimit: Int = 1_000, eventRate: Int = 100, desk: RequestDesk? = nil
    ) {
        pace = EventCourse.Pace(rate: eventRate, burst: max(eventLimit, eventRate))
        self.description = description
        self.identity = identity
        self.desk = desk
        agentVersion = version
        state = Mutex(
            State(
                log: HostLog(epoch: epoch, digestKey: identity.digestKey),
                events: EventMemory(limit: eventLimit)))
    }

    /// Adds a link to report over, at most `linkLimit` of them.
    package func link() -> HostLink {
        let (number, bell) = state.withLock { state in
            precondition(state.links.count < Self.linkLimit, "a host has at most \(Self.linkLimit) links")
            let link = LinkState(EventCourse(pace))
            state.links.append(link)
            return (state.links.count - 1, link.bell)
        }
        return HostLink(host: self, number: number, bell: bell)
    }

    /// Whether any aggregator has accepted this host's present session.
    package var isWelcomed: Bool {
        state.withLock { state in state.links.contains { $0.wasWelcomed } }
    }

    /// What the host says of itself when a session begins.
    func hello(_ state: State, credential: String?) -> Hello {
        var description = description
        description.engineID = state.engineID
        var hello = Hello(
            agentVersion: agentVersion, host: description, instance: identity.instance,
            epoch: state.log.epoch,
            digestKey: identity.digestKey, offer: state.log.offer, engine: condition(state))
        hello.credential = credential
        hello.operations = desk?.operations ?? []
        return hello
    }

    /// Takes in who knows how the Engine is heard; it must answer at once.
    package func hear(_ vitals: @escaping @Sendable () -> EngineVitals) {
        self.vitals.withLock { $0 = vitals }
    }

    /// What is told of the Engine now (requirement C2).
    func condition(_ state: State) -> EngineCondition {
        let vitals = vitals.withLock { $0 }()
        var engine = state.engine
        engine.roundTrip = vitals.roundTrip
        engine.eventsSince = vitals.eventsSince
        engine.lastEvent = vitals.lastEvent
        engine.lastError = Self.cut(vitals.lastError)
        return engine
    }

    private static func cut(_ reason: String) -> String {
        String(decoding: reason.utf8.prefix(reasonLimit), as: UTF8.self)
    }

    /// Lets one link's session answer something, and rings when that gave something to write or say.
    func update(
        _ number: Int, _ body: (inout State, LinkState) -> [AgentSession.Action]
    ) {
        let (bell, jobs) = state.withLock { state -> (Mailbox<Void>?, [RequestDesk.Job]) in
            let link = state.links[number]
            link.perform(body(&state, link))
            let (jobs, replies) = link.takeRequests { request, generation in
                ReplyWriter(request) { [weak self] reply in self?.answer(reply, over: number, generation) }
            }
            for reply in replies {
                link.perform(link.session?.say(.reply(reply), log: state.log) ?? [])
            }
            return (link.output.isEmpty ? nil : link.bell, jobs)
        }
        _ = bell?.post(())
        for job in jobs { desk?.take(job) }
    }

    /// Says a piece of an answer in the session that asked.
    private func answer(_ reply: AgentReply, over number: Int, _ generation: Int) {
        update(number) { _, link in
            link.answer(reply, generation: generation)
            return []
        }
    }

    /// Whether any aggregator takes frames of this kind now (`Feature`).
    package func isHeard(_ feature: String) -> Bool {
        state.withLock { state in
            state.links.contains { link in
                link.wasWelcomed && link.session?.features.contains(feature) ?? false
            }
        }
    }

    /// Sends a frame outside the host's state to every aggregator that takes such frames; see `AgentSession.say`.
    ///
    /// - Parameters:
    ///   - message: The frame.
    ///   - room: One that has at least so many bytes to read still doesn't get it, so that what is no use later doesn't
    ///     gather for who reads slowly.
    package func say(_ message: Message, room: Int = .max) {
        let bells = state.withLock { state in
            state.links.filter { $0.wasWelcomed && $0.output.bytes.count < room }.compactMap { link in
                link.perform(link.session?.say(message, log: state.log) ?? [])
                return link.output.isEmpty ? nil : link.bell
            }
        }
        for bell in bells { _ = bell.post(()) }
    }

    /// Looks at the state, or changes it, without waking anybody.
    func withState<Answer: Sendable>(_ body: (inout State) -> Answer) -> Answer {
        state.withLock { body(&$0) }
    }

    /// Looks at one link, or changes it, without waking anybody.
    func withLink<Answer: Sendable>(_ number: Int, _ body: (inout State, LinkState) -> Answer) -> Answer {
        state.withLock { state in body(&state, state.links[number]) }
    }

    /// What the Engine says of itself, and how many containers are known.
    package var standing: (engine: EngineCondition, containers: Int) {
        state.withLock { ($0.engine, $0.log.count) }
    }

    /// The number of the newest change.
    package var version: Int64 { state.withLock { $0.log.version } }

    /// Takes in what the agent found wrong with where it runs; the next heartbeat tells it.
    package func found(_ problems: [AgentProblem]) {
        state.withLock { $0.engine.problems = Array(problems.prefix(EngineCondition.problemLimit)) }
    }

    // MARK: WatchSink

    /// Takes in containers that changed.
    package func changed(_ containers: [(ContainerID, EncodedContainer?)]) {
        updateLog { state in
            for (id, container) in containers {
                if let container {
                    state.log.put(id, container)
                } else {
                    state.log.remove(id)
                }
            }
        }
    }

    /// Takes in that a complete pass ended; what it did not see is gone.
    package func reconciled(_ ids: Set<ContainerID>) {
        updateLog { state in
            let gone = state.log.ids.filter { !ids.contains($0) }
            for id in gone { state.log.remove(id) }
            state.log.completed()
            state.confirmed = BootClock.now
        }
    }

    /// Takes in whether the Engine answers.
    package func engine(_ engine: EngineState) {
        updateLog { state in
            switch engine {
            case .reachable(let facts, let since):
                let problems = state.engine.problems
                state.engine = EngineCondition(state: EngineCondition.reachable)
                state.engine.problems = problems
                state.engine.since = since
                state.engine.version = facts.info.serverVersion
                state.engine.reason = ""
                state.engine.apiVersion = "\(facts.apiVersion)"
                state.engine.os = facts.info.operatingSystem
                state.engine.arch = facts.info.architecture
                state.engine.name = facts.info.name
                state.engine.cpus = max(0, facts.info.cpuCount)
                state.engine.memory = max(0, facts.info.memory)
                state.engineID = facts.info.id
            case .unreachable(let reason, let since):
                state.engine.state = EngineCondition.unreachable
                state.engine.since = since
                state.engine.reason = Self.cut(reason)
            }
        }
    }

    /// Changes the log and sends what may be sent of that, over each link what its own cursor lacks.
    private func updateLog(_ body: (inout State) -> Void) {
        let now = BootClock.now.milliseconds
        let bells = state.withLock { state in
            body(&state)
            var bells: [Mailbox<Void>] = []
            for link in state.links where link.wasWelcomed {
                link.perform(link.session?.pump(log: state.log, now: now) ?? [])
                if !link.output.isEmpty { bells.append(link.bell) }
            }
            return bells
        }
        for bell in bells { _ = bell.post(()) }
    }
}

extension HostState.State {
    /// How long ago each facet was seen; an agent that can't hear its Engine confirms nothing (requirement B3).
    func ages(now: BootClock.Instant) -> [Facet: Int64] {
        guard let confirmed, engine.state == EngineCondition.reachable else { return [:] }
        let age = confirmed.duration(to: now).wholeMilliseconds
        return Dictionary(uniqueKeysWithValues: Facet.allCases.map { ($0, max(0, age)) })
    }
}
