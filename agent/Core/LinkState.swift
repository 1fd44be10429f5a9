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

    /// What the aggregator asked for in this session; nil where nobody carries that out.
    private(set) var book: RequestBook?
    /// Grows with each session, so that an answer doesn't get into another one.
    private(set) var generation = 0
    private var writers: [Int64: ReplyWriter] = [:]
    /// What was begun, and waits for its frame to be looked at whole.
    private var begun: [AgentRequest] = []
    /// Answers that are to be said.
    private var replies: [AgentReply] = []

    init(_ course: EventCourse = EventCourse()) {
        self.course = course
    }

    /// Begins anew, with a session and its first bytes or with none.
    func reset(
        _ session: consuming AgentSession? = nil, output: HostLink.Output = HostLink.Output(),
        book: RequestBook? = nil
    ) {
        for writer in writers.values { writer.stop() }
        writers = [:]
        begun = []
        replies = []
        generation += 1
        self.book = book
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
            case .request(let request): carry(book?.asked(request) ?? [])
            case .credit(let credit): carry(book?.allowed(credit) ?? [])
            case .cancel(let cancel): carry(book?.cancelled(cancel.id) ?? [])
            }
        }
    }

    /// Takes what is to be said and begun; `writer` makes the way back of each request that begins.
    func takeRequests(_ writer: (AgentRequest, _ generation: Int) -> ReplyWriter) -> (
        jobs: [RequestDesk.Job], replies: [AgentReply]
    ) {
        defer {
            begun = []
            replies = []
        }
        let jobs = begun.map { request in
            let writer = writer(request, generation)
            writers[request.id] = writer
            return RequestDesk.Job(request: request, writer: writer)
        }
        return (jobs, replies)
    }

    /// Takes a piece of an answer, if the session that wants it is still there.
    func answer(_ reply: AgentReply, generation: Int) {
        guard generation == self.generation else { return }
        carry(book?.answered(reply) ?? [])
        if reply.isLast { writers[reply.id] = nil }
    }

    private func carry(_ actions: [RequestBook.Action]) {
        for action in actions {
            switch action {
            case .start(let request): begun.append(request)
            case .reply(let reply): replies.append(reply)
            case .credit(let id, let bytes): writers[id]?.allow(bytes)
            case .stop(let id):
                begun.removeAll { $0.id == id }
                writers.removeValue(forKey: id)?.stop()
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
