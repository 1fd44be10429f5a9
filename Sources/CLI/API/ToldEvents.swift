/// The events that were shown last, so that none is shown twice.
struct ToldEvents: Sendable {
    /// Twice as many as an agent keeps for an aggregator that is away.
    static let limit = 2_048

    private var known: Set<String> = []
    /// A ring of the same; the oldest gives way.
    private var ring: [String] = []
    private var next = 0

    /// Keeps an event; false when it is kept already.
    mutating func remember(_ identity: String) -> Bool {
        guard known.insert(identity).inserted else { return false }
        if ring.count < Self.limit {
            ring.append(identity)
        } else {
            known.remove(ring[next])
            ring[next] = identity
            next = (next + 1) % Self.limit
        }
        return true
    }
}
