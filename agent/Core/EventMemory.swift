package import Wire

/// The newest events of a host, until every aggregator was told (requirements B15, C9).
///
/// Bounded by number and bytes: while an aggregator is away the oldest give way, and it is told how many those were.
package struct EventMemory {
    private struct Entry {
        /// Counts all events of this agent; what it skips was not kept.
        let number: Int64
        let event: EventReport.Event
        let size: Int
    }

    private var entries: [Entry] = []
    private var bytes = 0
    package private(set) var last: Int64 = 0
    private let limit: Int
    private static let byteLimit = 4 << 20

    package init(limit: Int) {
        self.limit = limit
    }

    /// Adds events, before which `missed` others were not kept.
    package mutating func add(_ events: [EventReport.Event], missed: Int64) {
        last += missed
        for event in events {
            last += 1
            let size = event.approximateSize
            entries.append(Entry(number: last, event: event, size: size))
            bytes += size
        }
        var count = 0
        while entries.count - count > limit || bytes > Self.byteLimit && count < entries.count {
            bytes -= entries[count].size
            count += 1
        }
        entries.removeFirst(count)
    }

    /// What one report tells.
    package struct Piece {
        package var events: [EventReport.Event] = []
        package var missed: Int64 = 0
        /// Everything up to this number is told with it.
        package var through: Int64
    }

    /// The next events after a number; nil when there are none.
    ///
    /// - Parameters:
    ///   - number: What was handed out last.
    ///   - known: Up to here everything was told once, so nothing before counts as missed.
    ///   - count: How many there may be.
    ///   - bytes: How many bytes they may take; one may take more.
    /// - Returns: Events in their order, with how many before them were not kept.
    package func next(after number: Int64, known: Int64, count: Int, bytes: Int) -> Piece? {
        var piece = Piece(through: number)
        var room = bytes
        for entry in entries where entry.number > number {
            guard piece.events.count < count, room >= entry.size || piece.events.isEmpty else { break }
            room -= entry.size
            piece.missed += max(0, entry.number - 1 - max(piece.through, known))
            piece.through = entry.number
            piece.events.append(entry.event)
        }
        return piece.events.isEmpty ? nil : piece
    }
}

extension EventReport.Event {
    /// About how many bytes it takes in a frame.
    fileprivate var approximateSize: Int {
        attributes.reduce(80 + type.utf8.count + action.utf8.count + actor.utf8.count) { sum, attribute in
            sum + attribute.key.utf8.count + attribute.value.utf8.count + 8
        }
    }
}
