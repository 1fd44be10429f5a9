internal import Docker

/// Knows the last events again: an Engine that is asked for events since a time tells those of that time once more.
struct RecentEvents: Sendable {
    /// Hashes of the newest, in a ring; twice as many as an Engine remembers (256).
    private var seen: [Int] = []
    private var oldest = 0
    private static let memory = 512
    private var latest = Int64.min

    /// Notes an event, and says whether it is news.
    ///
    /// One of later time than all before is, without a look. Without a time it can't be told from others.
    mutating func isNews(_ event: EngineEvent) -> Bool {
        var hasher = Hasher()
        hasher.combine(event.time)
        hasher.combine(event.type)
        hasher.combine(event.action)
        hasher.combine(event.actor)
        hasher.combine(event.container)
        let hash = hasher.finalize()
        if event.time != 0, event.time <= latest, seen.contains(hash) { return false }
        latest = max(latest, event.time)
        if seen.count < Self.memory {
            seen.append(hash)
        } else {
            seen[oldest] = hash
            oldest = (oldest + 1) % Self.memory
        }
        return true
    }
}
