package import Docker
package import Inventory
package import OS
package import Wire

/// The decisions of a watcher: what is known of one Engine's containers, and what has to be asked next.
///
/// Pure: it takes what happened and gives what to do. Events are hints, an inspection is the truth, and the comparison
/// of lists finds what the events did not tell.
package struct WatchMachine: Sendable {
    /// What the shell has to do.
    package enum Action: Sendable {
        /// Ask for the list, within the pass's time.
        case list(Deadline)
        case inspect(ContainerID)
        case changed([(ContainerID, EncodedContainer?)])
        case reconciled(Set<ContainerID>)
        case engine(EngineState)
        /// The connection is suspect: begin again with a new event stream.
        case reconnect
        /// A container can't be read (any more); the rest goes on.
        case unreadable(ContainerID, DockerError)
        case ended(PassReport)
        /// Somebody asked for a look at the Engine, and it was taken, or failed.
        case looked([Int], DockerError?)
    }

    /// What is known of one container.
    struct Known: Sendable {
        /// Nil while it could not be read even once.
        var encoded: EncodedContainer?
        /// What the list said when the record was made; nil: inspect at the next pass.
        var fingerprint: Int?
        var image = ImageReference(name: "", id: "")
        var hasHealthCheck = false
        /// The pass and the sequence number at its last inspection.
        var pass = 0
        var sequence = 0
        var isUnreadable = false
    }

    /// A reference as the container was made from it, and the image that it meant then.
    struct ImageReference: Hashable, Sendable {
        let name: String
        let id: String
    }

    /// An inspection under way.
    struct Flight: Sendable {
        let sequence: Int
        let isMarked: Bool
        /// Something happened to the container meanwhile: inspect again.
        var again = false
        /// The container went meanwhile: forget the answer.
        var isRemoved = false
    }

    let settings: WatchSettings
    package var counters = WatchCounters()
    var known: [ContainerID: Known] = [:]
    /// How lists show the image of a reference that means something else by now.
    var shown: [ImageReference: String] = [:]
    /// Containers to inspect, and from when on.
    var dirty: [ContainerID: BootClock.Instant] = [:]
    /// When a container was inspected last, as long as that matters for coalescing.
    var recent: [ContainerID: BootClock.Instant] = [:]
    var flights: [ContainerID: Flight] = [:]
    var pass: Pass?
    var passes = 0
    /// Grows with each list, so that one can tell what was found out before it began.
    var sequence = 0
    var wanted: Pass.Kind?
    /// What the next periodic pass has to be, because one before it failed.
    var owed = Pass.Kind.reconcile
    var nextReconcile: BootClock.Instant?
    var imagesDue: BootClock.Instant?
    var failedPasses = 0
    var isConnected = false
    /// Looks that somebody asked for.
    var looks = Looks()
    private var state: EngineState?

    package init(settings: WatchSettings) {
        self.settings = settings
    }

    // MARK: What happened

    /// The Engine answered; from now on lists are asked for.
    package mutating func reached(_ facts: EngineFacts, at time: Int64) -> [Action] {
        isConnected = true
        if case .reachable(facts, _) = state { return [] }
        let since: Int64 = if case .reachable(_, let since) = state { since } else { time }
        let state = EngineState.reachable(facts, since: since)
        self.state = state
        return [.engine(state)]
    }

    /// Events come from now on, or are known not to: what happened before must be read from a list begun after.
    package mutating func subscribed() {
        wanted = .complete
    }

    /// The Engine did not answer for several attempts.
    package mutating func lost(_ reason: String, at time: Int64) -> [Action] {
        isConnected = false
        // All of it is found again by the complete pass that follows the next contact.
        dirty = [:]
        wanted = nil
        nextReconcile = nil
        let ended = endLooks(reason)
        if case .unreachable(reason, _) = state { return ended }
        let since: Int64 = if case .unreachable(_, let since) = state { since } else { time }
        let state = EngineState.unreachable(reason: reason, since: since)
        self.state = state
        return [.engine(state)] + ended
    }

    /// The event reader's notes.
    package mutating func marked(_ marks: Marks, at now: BootClock.Instant) -> [Action] {
        var gone: [(ContainerID, EncodedContainer?)] = []
        for id in marks.removed {
            if let change = remove(id) { gone.append(change) }
        }
        for id in marks.dirty { mark(id, at: now) }
        counters.coalesced += marks.coalesced
        if marks.isOverflown || dirty.count > settings.dirtyLimit {
            counters.overflows += 1
            dirty = [:]
            wanted = .complete
        }
        if marks.isListWanted, imagesDue == nil { imagesDue = now.advanced(by: settings.imageCoalescing) }
        updateCounts()
        return gone.isEmpty ? [] : [.changed(gone)]
    }

    /// Starts whatever may start now.
    package mutating func advance(to now: BootClock.Instant) -> [Action] {
        var actions = endLatePass(now)
        startLooks(now)
        if let start = startPass(now) { actions.append(start) }
        actions += startInspections(now)
        actions += endFinishedPass(now)
        return actions
    }

    /// When to call `advance` again even if nothing happens; nil: not before something does.
    package var nextStep: BootClock.Instant? {
        var next: [BootClock.Instant] = []
        if isConnected, flights.count < settings.parallelInspections, let due = dirty.values.min() {
            next.append(due)
        }
        if isConnected, pass == nil, looks.isWholeWanted, let rest = looks.nextWhole { next.append(rest) }
        if isConnected, pass == nil { next += [nextReconcile, imagesDue].compactMap { $0 } }
        if let pass, !pass.isListing, let end = pass.deadline.instant { next.append(end) }
        return next.min()
    }

    // MARK: Steps that the other files share

    mutating func mark(_ id: ContainerID, at now: BootClock.Instant) {
        if flights[id] != nil {
            if flights[id]?.again == true { counters.coalesced += 1 }
            flights[id]?.again = true
        } else if dirty[id] != nil {
            counters.coalesced += 1
        } else {
            let again = recent[id]?.advanced(by: settings.coalescing) ?? now
            dirty[id] = max(now, again)
        }
    }

    mutating func remove(_ id: ContainerID) -> (ContainerID, EncodedContainer?)? {
        dirty[id] = nil
        recent[id] = nil
        flights[id]?.isRemoved = true
        pass?.remaining.remove(id)
        pass?.entries[id] = nil
        guard let old = known.removeValue(forKey: id), old.encoded != nil else { return nil }
        return (id, nil)
    }

    mutating func updateCounts() {
        counters.containers = Int64(known.count)
        counters.unreadable = Int64(known.values.count { $0.isUnreadable })
    }
}
