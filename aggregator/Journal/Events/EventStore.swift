package import Inventory
package import Log
package import OS
import Synchronization

/// What happened on the hosts of the fleet, kept for a while (requirement B15).
///
/// Apart from the journal, so that a storm of events or a sick disk slows nothing that matters: `take` only touches
/// memory, a thread of its own writes to `events.db`, and another one reads. A disk that is full or a file that is
/// damaged costs history and nothing else. Whoever follows is only a number, so a slow reader holds nothing back.
package final class EventStore: Sendable {
    struct State {
        var tapes: [HostID: EventTape] = [:]
        /// The newest events, in the order of their numbers: all that aren't on disk yet, and `buffer` of the others.
        var recent: [FleetEvent] = []
        /// Bytes of those that aren't on disk yet.
        var waitingBytes = 0
        /// The number of the last event.
        var last: Int64 = 0
        /// Up to this number everything is on disk that will ever be.
        var durable: Int64 = 0
        /// The highest number that memory let go.
        var released: Int64 = 0
        /// The highest number that is gone from disk, or never came there.
        var gone: Int64 = 0
        /// Tells the numbers of this file from those of another.
        var identity: Int64
        var condition = EventCondition.storing
        var statistics = EventStatistics()
        var waiters: [Reply<Void>] = []
        /// Hosts that were taken out of the fleet, whose rows still are to go.
        var forgotten: [HostID] = []
    }

    let settings: EventSettings
    let state: Mutex<State>
    let writer: EventWriter
    let reader: EventReader
    let log: Log
    let now: @Sendable () -> Int64
    /// Rings when there is something to write.
    let bell = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    /// After a restart numbers go on this much later, so that those that a crash took are never given again.
    private static let leap: Int64 = 1_000_000

    /// Opens the file in the data directory, or makes it; one that can't be opened is tried again while it runs.
    ///
    /// - Parameters:
    ///   - directory: The locked data directory.
    ///   - settings: What is kept.
    ///   - fresh: A random number, by which a new file is known.
    ///   - now: The wall clock, in ms since 1970.
    ///   - log: Where failures are reported.
    package init(
        in directory: DataDirectory, settings: EventSettings, fresh: Int64,
        now: @escaping @Sendable () -> Int64 = WallClock.now, log: Log
    ) async {
        self.settings = settings
        self.now = now
        self.log = log
        // Positive, so that it is written as digits alone.
        state = Mutex(State(identity: fresh & .max))
        writer = EventWriter(directory.events, settings, now: now, log: log)
        reader = EventReader(directory.events, limit: settings.readLimit)
        do throws(JournalError) {
            try await open()
        } catch {
            fail(error)
        }
    }

    /// The number of the last event, from which a follower goes on.
    package var cursor: EventCursor {
        state.withLock { EventCursor(identity: $0.identity, number: $0.last) }
    }

    /// Whether events reach their file.
    package var condition: EventCondition { state.withLock { $0.condition } }

    /// What became of the events that came.
    package var statistics: EventStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.buffered = state.recent.count
            return statistics
        }
    }

    /// Takes in what a host's agent tells; never waits.
    ///
    /// - Parameters:
    ///   - events: What happened; those that are known already are passed over.
    ///   - missed: How many others the agent couldn't keep before these.
    ///   - host: The host that the agent speaks for.
    package func take(_ events: [FleetEvent], missed: Int64 = 0, from host: HostID) {
        let now = now()
        let waiters = state.withLock { state -> [Reply<Void>] in
            let before = state.last
            var tape = state.tapes[host] ?? EventTape(burst: settings.burst, now: now)
            var missed = missed
            for event in events {
                let event = event.bounded()
                guard tape.isNews(event) else {
                    state.statistics.repeated += 1
                    continue
                }
                guard tape.admits(now: now, settings) else {
                    missed += 1
                    continue
                }
                state.add(event, settings)
            }
            if missed > 0 {
                let (sum, isOver) = state.statistics.missed.addingReportingOverflow(missed)
                state.statistics.missed = isOver ? .max : sum
                state.add(FleetEvent(missed: missed, on: host, at: now.nanoseconds), settings)
            }
            state.tapes[host] = tape
            guard state.last > before else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        guard !events.isEmpty || missed > 0 else { return }
        for waiter in waiters { waiter.send(()) }
        _ = bell.post(())
    }

    /// Lets go of a host that was taken out of the fleet, and of its events.
    package func forget(_ host: HostID) {
        state.withLock { state in
            state.tapes[host] = nil
            state.recent.removeAll { $0.host == host && $0.number <= state.durable }
            state.forgotten.append(host)
        }
        _ = bell.post(())
    }

    /// Waits until something comes after a number; returns at the deadline too, or when cancelled.
    package func waitForNews(after number: Int64, until deadline: Deadline) async {
        let waiter = Reply<Void>()
        let isNews = state.withLock { state -> Bool in
            guard state.last <= number else { return true }
            state.waiters.append(waiter)
            return false
        }
        guard !isNews else { return }
        _ = await waiter.wait(until: deadline)
        state.withLock { state in state.waiters.removeAll { $0 === waiter } }
    }

    /// Opens the file, and goes on after what is in it.
    func open() async throws(JournalError) {
        let fresh = state.withLock { $0.identity }
        let opening = try await writer.open(fresh)
        let wasFailing = state.withLock { state -> Bool in
            state.identity = opening.identity & .max
            state.gone = max(state.gone, opening.pruned)
            if state.last == 0 {
                state.last = opening.last + Self.leap
                state.durable = state.last
                state.released = state.last
            } else if opening.last > state.last {
                // Somebody put an older copy's successor here; numbers must go on after it.
                state.last = opening.last + Self.leap
            }
            for event in opening.newest where state.tapes[event.host] == nil || !event.isGap {
                var tape = state.tapes[event.host] ?? EventTape(burst: settings.burst, now: now())
                _ = tape.isNews(event)
                state.tapes[event.host] = tape
            }
            defer { state.condition = .storing }
            return state.condition != .storing
        }
        if wasFailing { log(.info, "events are stored again") }
    }

    /// Says that events are only in memory for now.
    func fail(_ error: JournalError) {
        let now = now()
        let isNews = state.withLock { state -> Bool in
            if case .failing(_, let since) = state.condition {
                state.condition = .failing(sentence: error.sentence, since: since)
                return false
            }
            state.condition = .failing(sentence: error.sentence, since: now)
            return true
        }
        if isNews {
            log(
                .warning, "events can't be stored; the newest are kept in memory, nothing else is affected",
                ["reason": error.sentence])
        }
    }
}

/// A place in the stream of a fleet's events, from which a follower may go on.
package struct EventCursor: Hashable, Sendable, CustomStringConvertible {
    /// Tells the numbers of one file from those of another.
    package let identity: Int64
    package let number: Int64

    package init(identity: Int64, number: Int64) {
        self.identity = identity
        self.number = number
    }

    /// Reads what `description` wrote; nil when it is something else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let identity = Int64(parts[0], radix: 16), let number = Int64(parts[1]),
            identity >= 0, number >= 0
        else { return nil }
        self.init(identity: identity, number: number)
    }

    /// `5f0c9a.1000017`.
    package var description: String { "\(String(identity, radix: 16)).\(number)" }
}

extension EventStore.State {
    /// Gives an event its number and a place in memory.
    mutating func add(_ event: FleetEvent, _ settings: EventSettings) {
        var event = event
        last += 1
        event.number = last
        statistics.taken += event.isGap ? 0 : 1
        waitingBytes += event.size
        recent.append(event)
        trim(settings)
    }

    /// Lets go of what is on disk and past the buffer, and of what the disk was too slow for.
    mutating func trim(_ settings: EventSettings) {
        // In pieces, since each costs a move of the rest.
        guard
            recent.count >= settings.buffer + max(64, settings.buffer / 8)
                || waitingBytes > settings.backlogBytes
        else { return }
        var count = 0
        while count < recent.count {
            let event = recent[count]
            let isStored = event.number <= durable
            let isOld = recent.count - count > settings.buffer
            let isTooMany =
                recent.count - count > max(settings.buffer, settings.backlog)
                || waitingBytes > settings.backlogBytes
            guard isStored ? isOld : isTooMany else { break }
            if !isStored {
                waitingBytes -= event.size
                durable = event.number
                gone = event.number
                statistics.unstored += 1
            }
            released = event.number
            count += 1
        }
        recent.removeFirst(count)
    }

    /// Notes that everything up to a number is on disk.
    mutating func stored(through number: Int64, _ settings: EventSettings) {
        for event in recent where event.number > durable && event.number <= number {
            waitingBytes -= event.size
            statistics.stored += 1
        }
        durable = max(durable, number)
        trim(settings)
    }
}

extension Int64 {
    /// Milliseconds as nanoseconds, as far as they can be told.
    fileprivate var nanoseconds: Int64 {
        let (product, isOver) = multipliedReportingOverflow(by: 1_000_000)
        return isOver ? (self < 0 ? .min : .max) : product
    }
}
