package import OS
package import Wire

/// One way over which a host is reported: at most one session at a time, with its own cursor.
package final class HostLink: Sendable {
    /// Why a session is over.
    package struct Ending: Hashable, Sendable {
        package let reason: String
        /// False when another attempt can't help until somebody changes something.
        package let retry: Bool
        /// The code of the aggregator's refusal; empty when it didn't refuse.
        package let code: String

        package init(reason: String, retry: Bool = true, code: String = "") {
            self.reason = reason
            self.retry = retry
            self.code = code
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

    private let host: HostState
    private let number: Int
    private let bell: Mailbox<Void>

    init(host: HostState, number: Int, bell: Mailbox<Void>) {
        self.host = host
        self.number = number
        self.bell = bell
    }

    /// Waits until there may be something to write or say.
    package func waitForOutput() async {
        _ = await bell.next()
    }

    /// Begins a session on a fresh connection; its output begins with `hello`.
    ///
    /// `credential` proves to the aggregator that this agent may speak for the host; nil over plain TCP.
    package func begin(credential: String? = nil, now: BootClock.Instant) {
        let host = host
        host.update(number) { state, link in
            let hello = host.hello(state, credential: credential)
            link.reset(
                AgentSession(hello: hello, now: now.milliseconds),
                output: Output(bytes: Message.hello(hello).frame), book: host.desk?.book())
            link.course.begin(now: now.milliseconds)
            return []
        }
    }

    /// Gives the session a frame from the aggregator.
    package func received(_ message: Message, now: BootClock.Instant) {
        host.update(number) { state, link in
            switch message {
            case .welcome(let welcome): link.heartbeat = welcome.heartbeat
            case .refused(let refusal) where !link.wasWelcomed && link.session != nil:
                link.ending = Ending(
                    reason: "the aggregator refused this agent: \(refusal.message)", retry: refusal.retry,
                    code: refusal.code)
            default: break
            }
            return link.session?.received(message, log: state.log, now: now.milliseconds) ?? []
        }
    }

    /// How often the session wants to look at the clock: some times in each heartbeat interval.
    package var tick: Duration {
        .milliseconds(host.withLink(number) { _, link in min(250, max(10, link.heartbeat / 4)) })
    }

    /// Lets the session look at the clock.
    package func tick(now: BootClock.Instant, wall: Int64) {
        let host = host
        host.update(number) { state, link in
            let actions =
                link.session?.tick(
                    log: state.log, engine: host.condition(state), confirmed: state.ages(now: now),
                    wall: wall,
                    now: now.milliseconds) ?? []
            link.perform(actions)
            HostState.tellEvents(state, link, now: now.milliseconds)
            return []
        }
    }

    /// Sends a frame outside the host's state, if the aggregator takes such frames; see `AgentSession.say`.
    package func say(_ message: Message) {
        host.update(number) { state, link in link.session?.say(message, log: state.log) ?? [] }
    }

    /// Says goodbye, if there is somebody to say it to.
    package func leave(reason: String) {
        host.update(number) { _, link in link.session?.leave(reason: reason) ?? [] }
    }

    /// What is to be written and logged now.
    package func takeOutput() -> Output {
        host.withLink(number) { _, link in
            let output = link.output
            link.output = Output()
            return output
        }
    }

    /// The connection is gone, and nobody writes any more.
    package func end() -> Outcome {
        host.withLink(number) { _, link in
            let outcome = Outcome(
                wasWelcomed: link.wasWelcomed, ending: link.ending, notes: link.output.notes)
            link.reset()
            return outcome
        }
    }

    /// Whether the aggregator accepted the present session, so that long frames may come.
    package var isWelcomed: Bool {
        host.withLink(number) { _, link in link.wasWelcomed }
    }
}
