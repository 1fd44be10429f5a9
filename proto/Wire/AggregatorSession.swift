package import Inventory

/// The aggregator's end of one connection, from `welcome` on: takes what happens, answers with what to do.
///
/// Who may speak for a host was decided by `HostRecord.admit`. The shell applies what it is told before it gives the
/// next frame in, and calls `flush` after each batch of frames.
package struct AggregatorSession: ~Copyable, Sendable {
    /// What has passed over the wire so far.
    enum Phase: Hashable, Sendable {
        /// The agent has nothing complete yet; `offer` will come.
        case waiting
        /// Changes come; everything up to `cursor` was applied.
        case live(cursor: Int64, staged: StagedSet?)
        /// A manifest was asked for; nothing is applied until it and what it leads to are whole.
        case resyncing(StagedResync)
        /// The connection is to be closed.
        case closed
    }

    /// What the shell has to do, in this order, at once.
    package enum Action: Hashable, Sendable {
        /// Write these bytes: whole frames.
        case send([UInt8])
        /// Apply these changes together; the host's state is then the agent's at version `to`.
        case apply([ContainerChange], to: Int64)
        /// Make the host hold exactly the manifest's containers with the fill applied; all become visible together.
        case replace(manifest: [Manifest.Entry], fill: [ContainerChange], to: Int64)
        /// The host's state is the agent's at version `to` as it stands.
        case current(to: Int64)
        /// The host was seen alive; `confirmed` says how long ago each facet was known to be true, in ms.
        case alive(EngineCondition, confirmed: [Facet: Int64])
        /// A difference or a gap was found and a resync asked for; until it ends the host is not live.
        case resyncing(reason: String)
        /// The agent said goodbye.
        case left(reason: String)
        /// Close the connection.
        case close(reason: String)
        /// The agent said something that belongs in our log.
        case note(String)
        /// What the host's containers used.
        case stats(StatsReport)
        /// What happened on the host.
        case events(EventReport)
        /// Numbers of the agent's process.
        case measures(Measures)
        /// A piece of an answer.
        case reply(AgentReply)
    }

    private(set) var phase: Phase
    private let epoch: Epoch
    private let key: SipHash.Key
    private let timing: SessionTiming
    private let stagedLimit: Int
    private let pieces: PieceLimits
    /// The number of the newest counted frame seen.
    private var frames: Int64 = 0
    private var durable: Int64
    private var owesAcknowledgement = false
    private var lastResync: Int64 = 0
    private var silence: SilenceWatch
    private var beat: Int64

    /// Starts a session that was admitted with this opening; send `welcome` first.
    ///
    /// `stagedLimit` is how many bytes of sets and resyncs may gather before they are whole.
    package init(
        hello: Hello, opening: Opening, timing: SessionTiming = SessionTiming(), stagedLimit: Int = 256 << 20,
        pieces: PieceLimits = PieceLimits(), now: Int64
    ) {
        epoch = hello.epoch
        key = hello.digestKey
        self.timing = timing
        self.stagedLimit = stagedLimit
        self.pieces = pieces
        silence = SilenceWatch(now: now)
        beat = now
        durable = if case .resume(let version) = opening { version } else { 0 }
        phase = .waiting
        begin(opening, offer: hello.offer, now: now)
    }

    /// The version that was applied last in this session; nil while there is none.
    package var cursor: Int64? {
        if case .live(let cursor, _) = phase { cursor } else { nil }
    }

    /// Whether the host's state is known to be the agent's.
    package var isLive: Bool { cursor != nil }

    /// A frame came, of so many bytes.
    package mutating func received(
        _ message: Message, bytes: Int, record: HostRecord, contents: some HostContents, now: Int64
    ) -> [Action] {
        guard phase != .closed else { return [] }
        silence.heard(now: now)
        switch message {
        case .delta(let delta): return received(delta, bytes: bytes, contents: contents, now: now)
        case .manifest(let manifest): return received(manifest, bytes: bytes, contents: contents, now: now)
        case .synced(let synced): return received(synced, now: now)
        case .heartbeat(let heartbeat): return received(heartbeat, contents: contents, now: now)
        case .offer(let offer): return received(offer, record: record, contents: contents, now: now)
        case .goodbye(let goodbye): return [.left(reason: goodbye.reason)] + close("the agent said goodbye")
        case .error(let error): return [.note("\(error.code): \(error.message)")]
        case .unknown(let type):
            return [.send(Message.error(PeerError(unknownType: type)).frame)]
        case .stats(let report): return [.stats(report)]
        case .events(let report): return [.events(report)]
        case .measures(let measures): return [.measures(measures)]
        case .reply(let reply): return [.reply(reply)]
        case .hello, .welcome, .refused, .open, .need, .resync, .ack, .request, .credit, .cancel:
            return refuse(PeerError(code: PeerError.unexpected, message: "\(message.type) from an agent"))
        }
    }

    /// Versions up to this one of this session's epoch are on disk.
    package mutating func committed(_ version: Int64) {
        guard version > durable else { return }
        durable = version
        owesAcknowledgement = true
    }

    /// The acknowledgement that is owed, if any: call it after each batch of frames and after commits.
    package mutating func flush() -> [Action] {
        guard owesAcknowledgement, phase != .closed else { return [] }
        owesAcknowledgement = false
        return [.send(Message.ack(acknowledgement).frame)]
    }

    /// Time passed: call it a few times in each heartbeat interval.
    package mutating func tick(wall: Int64, now: Int64) -> [Action] {
        guard phase != .closed else { return [] }
        if silence.isSilent(now: now, limit: timing.silence) { return close("the agent fell silent") }
        var actions: [Action] = []
        if case .resyncing(let staged) = phase, now - staged.progress > timing.silence {
            actions = startResync("the last resync came to a halt", now: now)
        }
        if now - beat >= timing.heartbeat {
            beat = now
            owesAcknowledgement = false
            actions.append(.send(Message.heartbeat(Heartbeat(now: wall, ack: acknowledgement)).frame))
        }
        return actions
    }

    /// Asks the agent for something, or says more of such a question: `request`, `credit` or `cancel`.
    package func ask(_ message: Message) -> [Action] {
        guard phase != .closed else { return [] }
        switch message {
        case .request, .credit, .cancel: return [.send(message.frame)]
        default: return []
        }
    }

    /// Ends the session from this side.
    package mutating func end(_ error: PeerError) -> [Action] {
        phase == .closed ? [] : refuse(error)
    }
}

extension AggregatorSession {
    private var acknowledgement: Acknowledgement {
        let applied = cursor ?? 0
        return Acknowledgement(frames: frames, applied: applied, durable: min(durable, applied))
    }

    private mutating func begin(_ opening: Opening, offer: Offer, now: Int64) {
        switch opening {
        case .wait: phase = .waiting
        case .current: phase = .live(cursor: offer.version, staged: nil)
        case .resume(let version): phase = .live(cursor: version, staged: nil)
        case .manifest(let id):
            lastResync = id
            phase = .resyncing(StagedResync(id: id, now: now))
        }
    }

    private mutating func received(
        _ offer: Offer, record: HostRecord, contents: some HostContents, now: Int64
    ) -> [Action] {
        var opening = record.opening(
            offer, epoch: epoch, key: key, contents: contents, resync: lastResync + 1)
        // What was applied in this session is newer than what is durable, and as good to go on from.
        if case .resume(let version) = opening, let cursor, cursor > version, cursor >= offer.floor {
            opening = .resume(from: cursor)
        }
        begin(opening, offer: offer, now: now)
        let reply = Action.send(Message.open(opening).frame)
        switch opening {
        case .current: return [.current(to: offer.version), reply]
        case .manifest: return [.resyncing(reason: "the agent offers another state"), reply]
        case .resume, .wait: return [reply]
        }
    }

    /// Counts a frame.
    ///
    /// A repeated one is not looked at; a missing one before it shows as a gap.
    private mutating func count(_ sequence: Int64) -> (isNew: Bool, isNext: Bool) {
        owesAcknowledgement = true
        guard sequence > frames else { return (false, false) }
        defer { frames = sequence }
        return (true, sequence == frames + 1)
    }

    private mutating func received(_ delta: Delta, bytes: Int, contents: some HostContents, now: Int64)
        -> [Action]
    {
        let order = count(delta.sequence)
        guard order.isNew else { return [] }
        switch phase {
        case .waiting, .closed: return []
        case .resyncing(let staged):
            return fill(staged, with: delta, isNext: order.isNext, bytes: bytes, now: now)
        case .live(let cursor, let staged):
            guard order.isNext else {
                return startResync("a frame before \(delta.sequence) is missing", now: now)
            }
            var set = staged ?? StagedSet(from: delta.from, to: delta.to)
            if staged == nil {
                // Already here: acknowledged again, not applied again.
                if delta.to <= cursor, delta.from < delta.to { return [] }
                guard delta.from == cursor else {
                    return startResync(
                        "changes from \(delta.from) came where \(cursor) was reached", now: now)
                }
            } else if delta.from != set.from || delta.to != set.to {
                return startResync("a change set was broken off", now: now)
            }
            set.changes.append(contentsOf: delta.changes)
            set.bytes += bytes
            guard set.bytes <= stagedLimit else { return tooLarge(set.bytes) }
            guard !delta.more else {
                phase = .live(cursor: cursor, staged: set)
                return []
            }
            guard Self.isComplete(set.changes, isKnown: contents.contains) else {
                return startResync(
                    "changes of an unknown container came without its status and config", now: now)
            }
            phase = .live(cursor: set.to, staged: nil)
            return [.apply(set.changes, to: set.to)]
        }
    }

    private mutating func fill(
        _ staged: StagedResync, with delta: Delta, isNext: Bool, bytes: Int, now: Int64
    )
        -> [Action]
    {
        // Before the manifest is whole, only changes from before it can still arrive.
        guard staged.isManifestWhole, let version = staged.version else { return [] }
        guard isNext, delta.from == version, staged.filledTo ?? delta.to == delta.to,
            staged.filledTo == nil || !staged.isFillWhole
        else { return startResync("the changes after the manifest don't fit it", now: now) }
        var next = staged
        next.fill.append(contentsOf: delta.changes)
        next.filledTo = delta.to
        next.isFillWhole = !delta.more
        next.bytes += bytes
        next.progress = now
        phase = .resyncing(next)
        return next.bytes <= stagedLimit ? [] : tooLarge(next.bytes)
    }

    private mutating func received(
        _ manifest: Manifest, bytes: Int, contents: some HostContents, now: Int64
    ) -> [Action] {
        let order = count(manifest.sequence)
        guard order.isNew, manifest.resync == lastResync else { return [] }
        // The request for it and an `offer` may have crossed; then the agent follows the request.
        var staged =
            if case .resyncing(let staged) = phase { staged } else { StagedResync(id: lastResync, now: now) }
        // A frame that is missing before the first piece seen may have been the first piece.
        guard order.isNext, staged.version ?? manifest.version == manifest.version, !staged.isManifestWhole
        else {
            return startResync("a piece of the manifest is missing", now: now)
        }
        staged.version = manifest.version
        staged.entries.append(contentsOf: manifest.entries)
        staged.bytes += bytes
        staged.progress = now
        guard staged.bytes <= stagedLimit else { return tooLarge(staged.bytes) }
        guard !manifest.more else {
            phase = .resyncing(staged)
            return []
        }
        staged.isManifestWhole = true
        let held = contents.facetDigests()
        let ids = staged.entries.filter { held[$0.id] != $0.digests }.map(\.id)
        staged.needed = Set(ids)
        phase = .resyncing(staged)
        return stride(from: 0, to: max(ids.count, 1), by: pieces.ids).map { start in
            let end = min(start + pieces.ids, ids.count)
            let need = Need(resync: staged.id, more: end < ids.count, ids: Array(ids[start..<end]))
            return .send(Message.need(need).frame)
        }
    }

    private mutating func received(_ synced: Synced, now: Int64) -> [Action] {
        let order = count(synced.sequence)
        guard order.isNew, case .resyncing(let staged) = phase, staged.id == synced.resync else { return [] }
        let told = Set(staged.fill.map(\.id))
        guard order.isNext, staged.isManifestWhole, staged.isFillWhole,
            synced.version == staged.filledTo ?? staged.version, staged.needed.isSubset(of: told)
        else { return startResync("the resync ended before everything had come", now: now) }
        let known = Set(staged.entries.map(\.id)).subtracting(staged.needed)
        guard Self.isComplete(staged.fill, isKnown: known.contains),
            Self.isWhole(staged.fill, needed: staged.needed)
        else {
            let message = "a resync brought less than a whole container"
            return refuse(PeerError(code: PeerError.badFrame, message: message))
        }
        phase = .live(cursor: synced.version, staged: nil)
        return [.replace(manifest: staged.entries, fill: staged.fill, to: synced.version)]
    }

    private mutating func received(_ heartbeat: Heartbeat, contents: some HostContents, now: Int64)
        -> [Action]
    {
        guard let host = heartbeat.host else { return [] }
        // Ages count only when both ends agree on what they are ages of.
        let unconfirmed = Action.alive(host.engine, confirmed: [:])
        if host.sequence > frames {
            // They were lost on the way; counting them opens the agent's window again.
            frames = host.sequence
            owesAcknowledgement = true
            if phase != .waiting {
                return [unconfirmed] + startResync("frames up to \(frames) did not arrive", now: now)
            }
        }
        guard case .live(let cursor, let staged) = phase, !host.pending, let digest = host.digest else {
            return [unconfirmed]
        }
        if host.version > cursor || staged != nil {
            return [unconfirmed] + startResync("changes up to \(host.version) did not arrive", now: now)
        }
        guard host.version == cursor else { return [unconfirmed] }
        guard digest == contents.digest, host.count == Int64(contents.count) else {
            return [unconfirmed] + startResync("the digests differ at version \(cursor)", now: now)
        }
        return [.alive(host.engine, confirmed: host.confirmed)]
    }

    private mutating func startResync(_ reason: String, now: Int64) -> [Action] {
        lastResync += 1
        phase = .resyncing(StagedResync(id: lastResync, now: now))
        return [
            .resyncing(reason: reason), .send(Message.resync(Resync(id: lastResync, reason: reason)).frame),
        ]
    }

    private mutating func tooLarge(_ bytes: Int) -> [Action] {
        refuse(
            PeerError(
                code: PeerError.tooLarge, message: "\(bytes) bytes in one set, \(stagedLimit) are allowed"))
    }

    private mutating func refuse(_ error: PeerError) -> [Action] {
        [.send(Message.error(error).frame)] + close("\(error.code): \(error.message)")
    }

    private mutating func close(_ reason: String) -> [Action] {
        phase = .closed
        return [.close(reason: reason)]
    }

    /// Whether every needed container that is told of says what became of each facet.
    ///
    /// One that doesn't was told of only because it changed: the `need` that named it was lost.
    private static func isWhole(_ fill: [ContainerChange], needed: Set<ContainerID>) -> Bool {
        var removed: Set<ContainerID> = []
        for change in fill {
            switch change.kind {
            case .removed: removed.insert(change.id)
            case .put(let facets):
                guard needed.contains(change.id), !removed.contains(change.id) else { continue }
                guard Facet.allCases.allSatisfy({ facets[$0] != .untouched }) else { return false }
            }
        }
        return true
    }

    /// Whether every container that is not known yet brings its status and config.
    private static func isComplete(_ changes: [ContainerChange], isKnown: (ContainerID) -> Bool) -> Bool {
        var removed: Set<ContainerID> = []
        for change in changes {
            switch change.kind {
            case .removed: removed.insert(change.id)
            case .put(let facets):
                if isKnown(change.id), !removed.contains(change.id) { continue }
                guard case .value = facets.status, case .value = facets.config else { return false }
                removed.remove(change.id)
            }
        }
        return true
    }
}
