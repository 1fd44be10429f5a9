/// How the journal fares; `/readyz` shows it.
package enum JournalState: Hashable, Sendable {
    /// What is appended becomes durable.
    case running
    /// Nothing becomes durable for now: entries wait in memory, coalesced, and the journal tries again.
    case stalled(sentence: String, since: Int64)
    /// The database is damaged; nothing becomes durable until it was set aside (`startAnew`).
    case damaged(sentence: String, since: Int64)
    /// The journal takes nothing more.
    case closed

    /// Why nothing becomes durable; nil when all is well.
    package var sentence: String? {
        switch self {
        case .running: nil
        case .stalled(let sentence, _), .damaged(let sentence, _): sentence
        case .closed: "the journal is closed, nothing more is stored: the aggregator is shutting down"
        }
    }

    package var isRunning: Bool { self == .running }
}
