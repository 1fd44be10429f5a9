import Inventory

/// What is known of one host's stream of events, so that none is taken twice and none too many.
struct EventTape: Sendable {
    /// What tells an event from others of its host: hashes of the newest, in a ring.
    ///
    /// As many as an agent tells again after a break.
    private var seen: [Int] = []
    private var oldest = 0
    private static let memory = 1_024

    /// The latest time of an event; a later one is news without a look.
    private var latest = Int64.min
    /// How many events are taken now.
    private var allowance: Double
    private var counted: Int64

    init(burst: Int, now: Int64) {
        allowance = Double(burst)
        counted = now
    }

    /// Notes an event, and says whether it is news.
    ///
    /// An agent tells its newest events again after a break, since it can't know which arrived.
    mutating func isNews(_ event: FleetEvent) -> Bool {
        var hasher = Hasher()
        hasher.combine(event.time)
        hasher.combine(event.type)
        hasher.combine(event.action)
        hasher.combine(event.actor)
        let hash = hasher.finalize()
        if event.time <= latest, seen.contains(hash) { return false }
        latest = max(latest, event.time)
        if seen.count < Self.memory {
            seen.append(hash)
        } else {
            seen[oldest] = hash
            oldest = (oldest + 1) % Self.memory
        }
        return true
    }

    /// Whether another event may be taken at `now`, in ms.
    mutating func admits(now: Int64, _ settings: EventSettings) -> Bool {
        let passed = max(0, now - counted)
        counted = now
        allowance = min(Double(settings.burst), allowance + Double(passed) * Double(settings.rate) / 1_000)
        guard allowance >= 1 else { return false }
        allowance -= 1
        return true
    }
}
