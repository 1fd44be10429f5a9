package import Inventory

/// The agent's end of one connection: takes what happens, answers with what to do.
///
/// No I/O, no clock.
///
/// The state of the host stays in `HostLog`; a session is only a cursor into it. Call `pump` after the log changed.
package struct AgentSession: ~Copyable, Sendable {
    /// What has passed over the wire so far.
    enum Phase: Hashable, Sendable {
        /// `hello` went out; nothing came back.
        case greeting(since: Int64)
        /// The aggregator knows us, but we have seen no complete list yet: only heartbeats go.
        case waiting
        /// `offer` went out; how to go on will come back as `open`.
        case offered(version: Int64, since: Int64)
        /// The manifest of `version` goes out or went out; `need` is being collected.
        case manifesting(resync: Int64, version: Int64, needed: Set<ContainerID>)
        /// Changes go out as they happen; everything up to `sent` was handed to the outbox.
        case live(sent: Int64)
        /// The connection is to be closed; nothing more is said.
        case closed
    }

    /// A counted frame that waits for the window.
    enum Waiting: Hashable, Sendable {
        case delta(from: Int64, to: Int64, more: Bool, changes: [ContainerChange])
        case manifest(resync: Int64, version: Int64, more: Bool, entries: [Manifest.Entry])
        case synced(resync: Int64, version: Int64)
    }

    /// What the shell has to do.
    package enum Action: Hashable, Sendable {
        /// Write these bytes: whole frames.
        case send([UInt8])
        /// The aggregator accepted us, in this session.
        case welcomed(session: Int64)
        /// Versions up to this one are on the aggregator's disk.
        case durable(Int64)
        /// Close the connection; `retry` false means that trying again can't help until somebody changes something.
        case close(reason: String, retry: Bool)
        /// The aggregator said something that belongs in our log.
        case note(String)
        /// The aggregator asks for something; answer with replies through `say`.
        case request(AgentRequest)
        /// The aggregator takes more of an answer.
        case credit(Credit)
        /// Nobody waits for this answer any more.
        case cancel(Cancel)
    }

    private(set) var phase: Phase
    private var timing: SessionTiming
    private var window = SendWindow(frames: 1, bytes: 1)
    private var outbox: [Waiting] = []
    /// Replies that wait until what changed before them has gone; whoever makes them bounds them by their credit.
    private var replies: [[UInt8]] = []
    /// What the aggregator takes besides the host's state; empty before `welcome`.
    package private(set) var features: Set<String> = []
    private var silence: SilenceWatch
    private var beat: Int64
    private var lastResync: Int64 = -1
    private var durable: Int64 = 0
    private let offeredAtHello: Int64
    private let pieces: PieceLimits

    /// Starts the session: send `Message.hello(hello).frame` as the connection's first bytes.
    package init(
        hello: Hello, timing: SessionTiming = SessionTiming(), pieces: PieceLimits = PieceLimits(), now: Int64
    ) {
        phase = .greeting(since: now)
        self.timing = timing
        silence = SilenceWatch(now: now)
        beat = now
        offeredAtHello = hello.offer.version
        self.pieces = pieces
    }

    /// Whether the aggregator has accepted us and frames up to 16 MiB may come.
    package var isWelcomed: Bool {
        switch phase {
        case .greeting, .closed: false
        default: true
        }
    }

    /// Whether everything that the log holds has been sent.
    package func isCaughtUp(with log: borrowing HostLog) -> Bool {
        phase == .live(sent: log.version) && outbox.isEmpty
    }

    /// A frame came.
    package mutating func received(_ message: Message, log: HostLog, now: Int64) -> [Action] {
        silence.heard(now: now)
        switch (message, phase) {
        case (_, .closed): return []
        case (.welcome(let welcome), .greeting): return welcomed(welcome, log: log, now: now)
        case (.refused(let refusal), .greeting):
            return close("the aggregator refused this agent: \(refusal.message)", retry: refusal.retry)
        case (.open(let opening), .offered(let version, _)):
            return open(opening, offered: version, log: log, now: now) + pump(log: log, now: now)
        case (.need(let need), .manifesting(let resync, let version, let needed)) where need.resync == resync:
            return needs(need, resync: resync, version: version, before: needed, log: log, now: now)
        case (.resync(let request), _) where isWelcomed: return resync(request, log: log, now: now)
        case (.ack(let ack), _) where isWelcomed: return acknowledged(ack, log: log, now: now)
        case (.heartbeat(let heartbeat), _) where isWelcomed:
            return heartbeat.ack.map { acknowledged($0, log: log, now: now) } ?? []
        case (.request(let request), _) where isWelcomed: return [.request(request)]
        case (.credit(let credit), _) where isWelcomed: return [.credit(credit)]
        case (.cancel(let cancel), _) where isWelcomed: return [.cancel(cancel)]
        case (.error(let error), _): return [.note("\(error.code): \(error.message)")]
        case (.unknown(let type), _):
            return [.send(Message.error(PeerError(unknownType: type)).frame)]
        case (.need, _), (.open, _): return []  // the answer to a question that is settled
        default:
            let error = PeerError(code: PeerError.unexpected, message: "\(message.type) in this state")
            return [.send(Message.error(error).frame)]
                + close("the aggregator sent \(message.type) out of turn")
        }
    }

    /// Time passed: call it a few times in each heartbeat interval.
    package mutating func tick(
        log: HostLog, engine: EngineCondition, confirmed: [Facet: Int64], wall: Int64, now: Int64
    )
        -> [Action]
    {
        switch phase {
        case .closed: return []
        case .greeting(let since):
            return now - since > timing.greeting ? close("the aggregator did not answer hello") : []
        case .offered(_, let since) where now - since > timing.silence:
            return offer(log: log, now: now) + heartbeat(log, engine, confirmed, wall: wall, now: now)
        default:
            if silence.isSilent(now: now, limit: timing.silence) {
                return close("the aggregator fell silent")
            }
            return pump(log: log, now: now) + heartbeat(log, engine, confirmed, wall: wall, now: now)
        }
    }

    /// Sends what the log has and the window allows.
    package mutating func pump(log: HostLog, now: Int64) -> [Action] {
        if case .waiting = phase, log.isComplete { return offer(log: log, now: now) }
        var actions: [Action] = []
        while window.isOpen {
            if outbox.isEmpty {
                guard case .live(let sent) = phase, sent < log.version else { break }
                guard sent >= log.floor else { return actions + offer(log: log, now: now) }
                enqueue(log.changes(after: sent), from: sent, to: log.version)
                phase = .live(sent: log.version)
            }
            actions.append(.send(next()))
        }
        return actions + takeReplies(log)
    }

    /// Sends a frame outside the host's state: `stats`, `events`, `measures` or `reply`.
    ///
    /// The first three go at once, if the aggregator takes them. A reply goes when everything that changed before it
    /// has gone, so that who asked for a refresh finds its result when the answer comes.
    package mutating func say(_ message: Message, log: HostLog) -> [Action] {
        guard isWelcomed else { return [] }
        switch message {
        case .stats, .events, .measures:
            return features.contains(message.type) ? [.send(message.frame)] : []
        case .reply:
            replies.append(message.frame)
            return takeReplies(log)
        default: return []
        }
    }

    /// The agent stops: says goodbye, so that its host counts as stopped and not as silent.
    package mutating func leave(reason: String) -> [Action] {
        guard isWelcomed else { return close(reason) }
        return [.send(Message.goodbye(Goodbye(reason: reason)).frame)] + close(reason)
    }
}

extension AgentSession {
    private mutating func takeReplies(_ log: HostLog) -> [Action] {
        guard !replies.isEmpty, phase == .waiting || isCaughtUp(with: log) else { return [] }
        defer { replies.removeAll() }
        return replies.map(Action.send)
    }

    private mutating func welcomed(_ welcome: Welcome, log: HostLog, now: Int64) -> [Action] {
        guard protocolVersions.contains(welcome.protocolVersion) else {
            return close(
                "the aggregator chose protocol \(welcome.protocolVersion), which this agent does not speak")
        }
        features = Set(welcome.features)
        timing.heartbeat = welcome.heartbeat
        window = SendWindow(frames: welcome.windowFrames, bytes: welcome.windowBytes)
        beat = now - welcome.heartbeat
        return [.welcomed(session: welcome.session)]
            + open(welcome.opening, offered: offeredAtHello, log: log, now: now) + pump(log: log, now: now)
    }

    private mutating func open(_ opening: Opening, offered: Int64, log: HostLog, now: Int64) -> [Action] {
        switch opening {
        case .wait: phase = .waiting
        case .current: phase = .live(sent: offered)
        case .manifest(let id): return startManifest(id, log: log, now: now)
        case .resume(let version):
            guard version <= log.version else {
                return close("the aggregator wants to resume from a version that this agent never had")
            }
            phase = .live(sent: version)
        }
        return []
    }

    private mutating func resync(_ request: Resync, log: HostLog, now: Int64) -> [Action] {
        guard request.id > lastResync else { return [] }
        return [.note("resync: \(request.reason)")] + startManifest(request.id, log: log, now: now)
            + pump(log: log, now: now)
    }

    private mutating func startManifest(_ id: Int64, log: HostLog, now: Int64) -> [Action] {
        lastResync = id
        outbox.removeAll()
        guard log.isComplete else {
            phase = .waiting
            return []
        }
        let entries = log.manifest
        let version = log.version
        for start in stride(from: 0, to: max(entries.count, 1), by: pieces.entries) {
            let end = min(start + pieces.entries, entries.count)
            outbox.append(
                .manifest(
                    resync: id, version: version, more: end < entries.count,
                    entries: Array(entries[start..<end])))
        }
        phase = .manifesting(resync: id, version: version, needed: [])
        return []
    }

    private mutating func needs(
        _ need: Need, resync: Int64, version: Int64, before: Set<ContainerID>, log: HostLog, now: Int64
    ) -> [Action] {
        // Of what a manifest listed, everything is here still or among the removals.
        guard version >= log.floor else { return offer(log: log, now: now) }
        let needed = before.union(need.ids)
        guard needed.count <= log.knownCount else {
            return close("the aggregator needs containers that were never listed")
        }
        guard !need.more else {
            phase = .manifesting(resync: resync, version: version, needed: needed)
            return []
        }
        let changes = log.fill(after: version, needed: needed)
        if !changes.isEmpty || log.version > version { enqueue(changes, from: version, to: log.version) }
        outbox.append(.synced(resync: resync, version: log.version))
        phase = .live(sent: log.version)
        return pump(log: log, now: now)
    }

    private mutating func offer(log: HostLog, now: Int64) -> [Action] {
        outbox.removeAll()
        phase = .offered(version: log.version, since: now)
        return [.send(Message.offer(log.offer).frame)]
    }

    private mutating func acknowledged(_ ack: Acknowledgement, log: HostLog, now: Int64) -> [Action] {
        guard window.acknowledge(ack.frames), ack.applied <= log.version else {
            return close("the aggregator acknowledged what was never sent")
        }
        var actions: [Action] = []
        if ack.durable > durable {
            durable = ack.durable
            actions.append(.durable(durable))
        }
        return actions + pump(log: log, now: now)
    }

    private mutating func heartbeat(
        _ log: HostLog, _ engine: EngineCondition, _ confirmed: [Facet: Int64], wall: Int64, now: Int64
    ) -> [Action] {
        guard now - beat >= timing.heartbeat else { return [] }
        beat = now
        let isCaughtUp = isCaughtUp(with: log)
        let host = HostHeartbeat(
            sequence: window.sequence, version: log.version, count: Int64(log.count),
            digest: isCaughtUp && log.isComplete ? log.digest : nil, pending: !isCaughtUp, engine: engine,
            confirmed: confirmed)
        return [.send(Message.heartbeat(Heartbeat(now: wall, host: host)).frame)]
    }

    private mutating func close(_ reason: String, retry: Bool = true) -> [Action] {
        phase = .closed
        outbox.removeAll()
        replies.removeAll()
        return [.close(reason: reason, retry: retry)]
    }

    /// Cuts a change set into frames of about `pieces.bytes`.
    private mutating func enqueue(_ changes: [ContainerChange], from: Int64, to: Int64) {
        var piece: [ContainerChange] = []
        var size = 0
        for change in changes {
            let bytes = change.approximateSize
            if size + bytes > pieces.bytes, !piece.isEmpty {
                outbox.append(.delta(from: from, to: to, more: true, changes: piece))
                piece = []
                size = 0
            }
            piece.append(change)
            size += bytes
        }
        outbox.append(.delta(from: from, to: to, more: false, changes: piece))
    }

    private mutating func next() -> [UInt8] {
        let sequence = window.nextSequence
        let frame =
            switch outbox.removeFirst() {
            case .delta(let from, let to, let more, let changes):
                Message.delta(Delta(sequence: sequence, from: from, to: to, more: more, changes: changes))
                    .frame
            case .manifest(let resync, let version, let more, let entries):
                Message.manifest(
                    Manifest(
                        sequence: sequence, resync: resync, version: version, more: more, entries: entries)
                ).frame
            case .synced(let resync, let version):
                Message.synced(Synced(sequence: sequence, resync: resync, version: version)).frame
            }
        window.sent(bytes: frame.count)
        return frame
    }
}

extension ContainerChange {
    /// About how many bytes the change takes in a frame.
    package var approximateSize: Int {
        guard case .put(let facets) = kind else { return 96 }
        return Facet.allCases.reduce(96) { size, facet in
            if case .value(let bytes) = facets[facet] { size + bytes.count + 12 } else { size }
        }
    }
}
