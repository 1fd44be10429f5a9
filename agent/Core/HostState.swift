import Docker
package import Inventory
package import OS
import Synchronization
package import Watch
package import Wire

/// What the agent knows of its host, and the session that reports it: everything behind one lock, no I/O under it.
///
/// The watcher writes in through `WatchSink`, the uplink carries bytes in and out. What there is to send gathers here,
/// bounded by the session's window.
package final class HostState: WatchSink {
    private struct State: ~Copyable {
        var log: HostLog
        var session: AgentSession?
        var output = Output()
        /// Why the present session is over; nil while it isn't.
        var ending: Ending?
        var wasWelcomed = false
        /// Between heartbeats, in ms, as the aggregator wants it.
        var heartbeat = SessionTiming().heartbeat
        var engine = EngineCondition(state: EngineCondition.starting)
        var engineID = ""
        /// When a complete pass began to hold last, on the boot clock; nil before the first.
        var confirmed: BootClock.Instant?
    }

    /// Why a session is over.
    package struct Ending: Hashable, Sendable {
        package let reason: String
        /// False when another attempt can't help until somebody changes something.
        package let retry: Bool

        package init(reason: String, retry: Bool = true) {
            self.reason = reason
            self.retry = retry
        }
    }

    /// What is left to know of a session when its connection is gone.
    package struct Outcome: Sendable {
        /// Whether the aggregator had accepted it.
        package let wasWelcomed: Bool
        /// What the session itself had to say of its end; nil when only the connection broke.
        package let ending: Ending?
        /// What was not logged yet.
        package let notes: [Note]
    }

    /// Something for the log.
    package enum Note: Hashable, Sendable {
        case welcomed(session: Int64)
        case remark(String)
    }

    /// What the session wants done.
    package struct Output: Sendable {
        /// Whole frames to write, in order.
        package var bytes: [UInt8] = []
        /// The connection is to be closed after that.
        package var isLast = false
        package var notes: [Note] = []

        var isEmpty: Bool { bytes.isEmpty && !isLast && notes.isEmpty }
    }

    /// How many notes wait for the log at most; more are dropped.
    private static let noteLimit = 100
    /// How many bytes wait to be written at most: well over what any window and its answers need.
    private static let outputLimit = 64 << 20

    /// How much of an Engine's error is told, in bytes: `hello` has to fit the frame that is allowed before `welcome`.
    private static let reasonLimit = 1_024

    private let state: Mutex<State>
    private let description: HostDescription
    private let identity: Identity
    private let version: String
    /// Rings when there is something to write.
    private let bell = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    package init(description: HostDescription, identity: Identity, version: String, epoch: Epoch) {
        self.description = description
        self.identity = identity
        self.version = version
        state = Mutex(State(log: HostLog(epoch: epoch, digestKey: identity.digestKey)))
    }

    /// Waits until there may be something to write or say.
    package func waitForOutput() async {
        _ = await bell.next()
    }

    /// Begins a session on a fresh connection; its output begins with `hello`.
    package func begin(now: BootClock.Instant) {
        state.withLock { state in
            var description = description
            description.engineID = state.engineID
            let hello = Hello(
                agentVersion: version, host: description, instance: identity.instance, epoch: state.log.epoch,
                digestKey: identity.digestKey, offer: state.log.offer, engine: state.engine)
            state.session = AgentSession(hello: hello, now: now.milliseconds)
            state.output = Output(bytes: Message.hello(hello).frame)
            state.ending = nil
            state.wasWelcomed = false
        }
        _ = bell.post(())
    }

    /// Gives the session a frame from the aggregator.
    package func received(_ message: Message, now: BootClock.Instant) {
        update { state in
            if case .welcome(let welcome) = message { state.heartbeat = welcome.heartbeat }
            return state.session?.received(message, log: state.log, now: now.milliseconds) ?? []
        }
    }

    /// How often the session wants to look at the clock: some times in each heartbeat interval.
    package var tick: Duration {
        .milliseconds(state.withLock { min(250, max(10, $0.heartbeat / 4)) })
    }

    /// Lets the session look at the clock.
    package func tick(now: BootClock.Instant, wall: Int64) {
        update { state in
            let confirmed = Self.ages(state.confirmed, engine: state.engine, now: now)
            return state.session?.tick(
                log: state.log, engine: state.engine, confirmed: confirmed, wall: wall, now: now.milliseconds)
                ?? []
        }
    }

    /// Says goodbye, if there is somebody to say it to.
    package func leave(reason: String) {
        update { state in state.session?.leave(reason: reason) ?? [] }
    }

    /// What is to be written and logged now.
    package func takeOutput() -> Output {
        state.withLock { state in
            let output = state.output
            state.output = Output()
            return output
        }
    }

    /// The connection is gone, and nobody writes any more.
    package func end() -> Outcome {
        state.withLock { state in
            let outcome = Outcome(
                wasWelcomed: state.wasWelcomed, ending: state.ending, notes: state.output.notes)
            state.session = nil
            state.output = Output()
            state.ending = nil
            state.wasWelcomed = false
            return outcome
        }
    }

    /// Whether the aggregator accepted the present session, so that long frames may come.
    package var isWelcomed: Bool {
        state.withLock { $0.wasWelcomed }
    }

    /// What the Engine says of itself, and how many containers are known.
    package var standing: (engine: EngineCondition, containers: Int) {
        state.withLock { ($0.engine, $0.log.count) }
    }

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
                state.engineID = facts.info.id
            case .unreachable(let reason, let since):
                state.engine.state = EngineCondition.unreachable
                state.engine.since = since
                state.engine.reason = String(decoding: reason.utf8.prefix(Self.reasonLimit), as: UTF8.self)
            }
        }
    }

    /// Changes the log and sends what may be sent of that.
    private func updateLog(_ body: (inout State) -> Void) {
        update { state in
            body(&state)
            guard state.wasWelcomed else { return [] }
            return state.session?.pump(log: state.log, now: BootClock.now.milliseconds) ?? []
        }
    }

    /// Does what the session answers, and rings when that gave something to write or say.
    private func update(_ body: (inout State) -> [AgentSession.Action]) {
        let rings = state.withLock { state in
            for action in body(&state) { Self.perform(action, on: &state) }
            return !state.output.isEmpty
        }
        if rings { _ = bell.post(()) }
    }

    private static func perform(_ action: AgentSession.Action, on state: inout State) {
        switch action {
        case .send(let bytes):
            guard state.output.bytes.count + bytes.count <= outputLimit else {
                return end(Ending(reason: "the aggregator asks for more than it reads"), in: &state)
            }
            state.output.bytes.append(contentsOf: bytes)
        case .close(let reason, let retry): end(Ending(reason: reason, retry: retry), in: &state)
        case .durable: break
        case .welcomed(let session):
            state.wasWelcomed = true
            note(.welcomed(session: session), in: &state)
        case .note(let text): note(.remark(text), in: &state)
        }
    }

    private static func end(_ ending: Ending, in state: inout State) {
        state.session = nil
        state.output.isLast = true
        state.ending = ending
    }

    private static func note(_ note: Note, in state: inout State) {
        if state.output.notes.count < noteLimit { state.output.notes.append(note) }
    }

    /// An agent that can't hear its Engine confirms nothing (requirement B3).
    private static func ages(
        _ confirmed: BootClock.Instant?, engine: EngineCondition, now: BootClock.Instant
    ) -> [Facet: Int64] {
        guard let confirmed, engine.state == EngineCondition.reachable else { return [:] }
        let age = confirmed.duration(to: now).wholeMilliseconds
        return Dictionary(uniqueKeysWithValues: Facet.allCases.map { ($0, max(0, age)) })
    }
}
