internal import Docker
internal import Inventory
internal import Wire

/// What the watcher's tasks tell its coordinator.
///
/// Bounded: marks are a bounded set, of contacts only the last counts,
/// there are no more answers than questions under way, and of events the newest.
struct Inbox: Sendable {
    /// What became of the connection.
    enum Contact: Sendable {
        case reached(EngineFacts)
        case lost(reason: String)
    }

    /// The answer to one question.
    enum Answer: Sendable {
        case list(Result<ContainerList, DockerError>)
        case inspection(ContainerID, Result<Container, DockerError>)
    }

    var marks: Marks
    var contact: Contact?
    var isSubscribed = false
    var answers: [Answer] = []
    /// Looks that somebody asked for.
    var looks: [(number: Int, container: ContainerID?)] = []
    /// Events to be told, and how many gave way.
    var told: [EventReport.Event] = []
    var missed: Int64 = 0
    var events: Int64 = 0
    var unreadableEvents: Int64 = 0
    var reconnects: Int64 = 0
    var connectionErrors: Int64 = 0
    var eventsSince: Int64 = 0
    /// When the last event came, in ms since 1970; 0 = none yet.
    var lastEvent: Int64 = 0
    /// How long the Engine took to answer its last ping, in microseconds; 0 = not known.
    var roundTrip: Int64 = 0
    /// The last failure of asking the Engine; empty when there was none.
    var lastError = ""
    /// The coordinator's own counters, as it left them.
    var counters = WatchCounters()

    init(dirtyLimit: Int) {
        marks = Marks(limit: dirtyLimit)
    }

    /// Takes out what is to be worked on.
    mutating func take(dirtyLimit: Int) -> Inbox {
        let taken = self
        marks = Marks(limit: dirtyLimit)
        contact = nil
        isSubscribed = false
        answers = []
        looks = []
        told = []
        missed = 0
        return taken
    }

    /// Adds an event to be told; when there are too many, the oldest gives way.
    mutating func tell(_ event: EventReport.Event, limit: Int) {
        if told.count >= limit {
            // In pieces, since each costs a move of the rest; the coordinator comes long before, unless it is stopped.
            let count = max(1, limit / 8)
            told.removeFirst(count)
            missed += Int64(count)
        }
        told.append(event)
    }
}
