import Wire

/// The newest committed changes, kept in memory within two bounds, without a hole.
struct RecentChanges: Sendable {
    /// Those that gave way are nil, until half of the array is.
    private var events: [ChangeEvent?] = []
    private var head = 0
    private(set) var bytes = 0
    private let limit: Int
    private let byteLimit: Int
    /// Every change after this revision is here.
    private(set) var after: Int64

    /// - Parameters:
    ///   - revision: The last revision before the first event that will be added.
    ///   - limit: How many events stay at most.
    ///   - bytes: How many bytes they hold at most.
    init(after revision: Int64, limit: Int, bytes: Int) {
        after = revision
        self.limit = limit
        byteLimit = bytes
    }

    var count: Int { events.count - head }

    /// Adds the next changes, whose revisions follow on.
    mutating func add(_ later: [ChangeEvent]) {
        for event in later {
            events.append(event)
            bytes += event.size
        }
        while count > limit || bytes > byteLimit, head < events.count, let oldest = events[head] {
            bytes -= oldest.size
            after = oldest.revision
            events[head] = nil
            head += 1
        }
        if head > events.count / 2 {
            events.removeFirst(head)
            head = 0
        }
    }

    /// Changes after a revision, at most `limit`; nil when not all of them are here.
    func changes(after revision: Int64, limit: Int) -> [ChangeEvent]? {
        guard revision >= after else { return nil }
        let start = head + Int(clamping: revision - after)
        guard start < events.count else { return [] }
        return events[start..<min(events.count, start + max(limit, 0))].compactMap { $0 }
    }
}
