package import Inventory

/// Whether events reach their file.
package enum EventCondition: Hashable, Sendable {
    /// They do.
    case storing
    /// They don't, why, and since when in ms since 1970: those in memory can be asked for, older ones can't or stop
    /// growing.
    case failing(sentence: String, since: Int64)
}

/// What became of the events that came.
package struct EventStatistics: Hashable, Sendable {
    /// Events that were taken.
    package var taken: Int64 = 0
    /// Events that came again after a break and were known.
    package var repeated: Int64 = 0
    /// Events that were not taken because their host sent too many, and those that agents couldn't keep.
    package var missed: Int64 = 0
    /// Events that never reached the disk.
    package var unstored: Int64 = 0
    /// Events in memory.
    package var buffered = 0
    /// Events written since the start.
    package var stored: Int64 = 0
    /// Events removed from disk since the start, because of their age or their number.
    package var pruned: Int64 = 0

    package init() {}
}

/// What is asked of the events.
package struct EventQuestion: Sendable {
    /// Not before, in nanoseconds since 1970.
    package var since = Int64.min
    /// Not after.
    package var until = Int64.max
    /// On these hosts; nil for all.
    package var hosts: Set<HostID>?
    package var filters = EventFilters()

    package init() {}

    /// Whether an event is asked for; a gap is, unless it is on another host, since what is missing may have been.
    package func includes(_ event: FleetEvent) -> Bool {
        guard event.time >= since, event.time <= until, hosts?.contains(event.host) ?? true else {
            return false
        }
        return event.isGap
            || filters.matches(
                type: event.type, action: event.action, actor: event.actor, attributes: event.attributes)
    }
}

/// Some of the events that were asked for, in the order of time.
package struct EventPage: Sendable {
    package var events: [FleetEvent]
    /// Where the next page begins; nil when this was the last.
    package var next: EventPlace?
}

/// Events as they came, in the order of their numbers.
package struct EventNews: Sendable {
    package var events: [FleetEvent]
    /// Everything up to this number was looked at.
    package var through: Int64
    /// Whether events in between are gone already.
    package var isIncomplete = false
}
