import Inventory
import Synchronization
import Wire

/// What the journal's thread and everybody else both touch, under three locks that are never held together.
///
/// Content moves from the line through `unfolded` into the file, and is in the next place before it leaves the last:
/// who looks in this order misses nothing.
final class JournalShared: Sendable {
    /// What waits, and who may send.
    struct Entrance: Sendable {
        var line = WaitingLine()
        /// Taken from the line, and not yet known to be durable.
        var inFlight: [WaitingUnit] = []
        /// Whether the writer has been woken and will look again.
        var isAwake = false
        var isClosed = false
        var hosts: [HostKey: HostID] = [:]
        var keys: [HostID: HostKey] = [:]
        var highestHost: UInt32 = 0
        /// Hosts that left and may not come back under their key.
        var forgotten: Set<HostKey> = []
        var coalesced = 0
    }

    /// What is committed.
    struct News: Sendable {
        var current: Revision
        var floor: Int64 = 0
        var recent: RecentChanges
        var runs: [UInt64: ClosedRange<Int64>] = [:]
        var state = JournalState.running
        var statistics = JournalStatistics()
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        /// Goes up whenever content moved on.
        var generation: UInt64 = 0
    }

    /// Somebody who waits for a change after a revision.
    struct Waiter: Sendable {
        let after: Int64
        let continuation: CheckedContinuation<Void, Never>
    }

    let entrance = Mutex(Entrance())
    let news: Mutex<News>
    let unfolded = Mutex(Unfolded())

    /// Empty until the writer has opened the file.
    init(settings: JournalSettings) {
        news = Mutex(
            News(
                current: Revision(run: 0, number: 0),
                recent: RecentChanges(after: 0, limit: settings.recentLimit, bytes: settings.recentByteLimit))
        )
    }
}

extension JournalShared.Entrance {
    /// Whether an entry makes sense, and what it says about the host's name; false when it cannot be stored.
    mutating func admit(_ entry: JournalEntry) -> Bool {
        guard !isClosed, !forgotten.contains(entry.host) else { return false }
        if entry.forgets {
            guard let id = hosts.removeValue(forKey: entry.host) else { return false }
            keys[id] = nil
            forgotten.insert(entry.host)
            return true
        }
        guard let id = entry.id else { return hosts[entry.host] != nil }
        guard keys[id] == nil || keys[id] == entry.host else { return false }
        if let before = hosts[entry.host] { keys[before] = nil }
        hosts[entry.host] = id
        keys[id] = entry.host
        highestHost = max(highestHost, entry.host.rawValue)
        return true
    }
}

extension JournalShared.News {
    /// Takes those out who wait for something older than what is committed now.
    mutating func satisfied() -> [CheckedContinuation<Void, Never>] {
        guard !waiters.isEmpty else { return [] }
        let due = waiters.filter { $0.value.after < current.number || state == .closed }
        for id in due.keys { waiters[id] = nil }
        return due.values.map(\.continuation)
    }

    /// Takes everybody out who waits.
    mutating func allWaiters() -> [CheckedContinuation<Void, Never>] {
        defer { waiters = [:] }
        return waiters.values.map(\.continuation)
    }
}
