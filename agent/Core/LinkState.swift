import OS
import Wire

/// One link's session and what it wants done; touched under the host's lock alone.
final class LinkState {
    /// How many notes wait for the log at most; more are dropped.
    private static let noteLimit = 100
    /// How many bytes wait to be written at most: well over what any window and its answers need.
    private static let outputLimit = 64 << 20

    var session: AgentSession?
    var output = HostLink.Output()
    /// Why the present session is over; nil while it isn't.
    var ending: HostLink.Ending?
    var wasWelcomed = false
    /// Between heartbeats, in ms, as the aggregator wants it.
    var heartbeat = SessionTiming().heartbeat
    /// How far this aggregator was told of events.
    var course: EventCourse
    /// Rings when there is something to write or to log.
    let bell = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    init(_ course: EventCourse = EventCourse()) {
        self.course = course
    }

    /// Begins anew, with a session and its first bytes or with none.
    func reset(_ session: consuming AgentSession? = nil, output: HostLink.Output = HostLink.Output()) {
        self.session = session
        self.output = output
        ending = nil
        wasWelcomed = false
    }

    /// Takes what the session answered.
    func perform(_ actions: [AgentSession.Action]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                guard output.bytes.count + bytes.count <= Self.outputLimit else {
                    return end(HostLink.Ending(reason: "the aggregator asks for more than it reads"))
                }
                output.bytes.append(contentsOf: bytes)
            case .close(let reason, let retry): end(HostLink.Ending(reason: reason, retry: retry))
            case .durable: break
            case .welcomed(let session):
                wasWelcomed = true
                note(.welcomed(session: session))
            case .note(let text): note(.remark(text))
            case .request, .credit, .cancel: break
            }
        }
    }

    private func end(_ ending: HostLink.Ending) {
        session = nil
        output.isLast = true
        if self.ending == nil { self.ending = ending }
    }

    private func note(_ note: HostLink.Note) {
        if output.notes.count < Self.noteLimit { output.notes.append(note) }
    }
}
