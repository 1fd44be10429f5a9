package import Inventory

/// Something that happened on a host, or a gap in what is known of that.
package struct FleetEvent: Hashable, Sendable {
    /// Grows with every event that comes, whatever its time; never given twice by one database.
    package var number: Int64 = 0
    package var host: HostID
    /// Nanoseconds since 1970 on the host's clock.
    package var time: Int64
    /// What it happened to: `container`, `image`, `network`, `volume`, or what a later Engine knows.
    ///
    /// Empty for a gap.
    package var type: String
    /// What happened, such as `start` or `health_status: healthy`.
    ///
    /// Empty for a gap.
    package var action: String
    /// The object's id, or its name for volumes.
    package var actor: String
    /// What the Engine said besides, the labels among it.
    package var attributes: [String: String] = [:]
    /// For a gap, how many events the host's agent couldn't keep until it could tell them; otherwise 0.
    package var missed: Int64 = 0

    package init(host: HostID, time: Int64, type: String, action: String, actor: String) {
        self.host = host
        self.time = time
        self.type = type
        self.action = action
        self.actor = actor
    }

    /// A gap: so many events of a host are not known.
    package init(missed: Int64, on host: HostID, at time: Int64) {
        self.init(host: host, time: time, type: "", action: "", actor: "")
        self.missed = missed
    }

    /// Whether it is no event but a note that some are missing.
    package var isGap: Bool { missed > 0 }

    /// Where it stands among others by time; those of one instant stand as they came.
    package var place: EventPlace { EventPlace(time: time, number: number) }

    /// About how many bytes it takes in memory.
    var size: Int {
        attributes.reduce(160 + type.utf8.count + action.utf8.count + actor.utf8.count) { sum, attribute in
            sum + attribute.key.utf8.count + attribute.value.utf8.count + 64
        }
    }

    /// The same no larger than it may be: a peer's labels are as large as it likes.
    ///
    /// Attributes that don't fit are left out, the largest first.
    func bounded() -> FleetEvent {
        var event = self
        event.type = type.cut(to: 64)
        event.action = action.cut(to: 256)
        event.actor = actor.cut(to: 1_024)
        guard event.size > Self.limit else { return event }
        var room = Self.limit - 2_048
        event.attributes = [:]
        let bySize = attributes.map { (attribute: $0, size: $0.key.utf8.count + $0.value.utf8.count + 64) }
            .sorted { ($0.size, $0.attribute.key) < ($1.size, $1.attribute.key) }
        for (attribute, size) in bySize {
            guard size <= room else { break }
            room -= size
            event.attributes[attribute.key] = attribute.value
        }
        return event
    }

    /// The most bytes of one event.
    static let limit = 32 << 10
}

/// A place in the order of time.
package struct EventPlace: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970.
    package let time: Int64
    /// Tells events of one instant apart.
    package let number: Int64

    package init(time: Int64, number: Int64) {
        self.time = time
        self.number = number
    }

    package static func < (left: EventPlace, right: EventPlace) -> Bool {
        (left.time, left.number) < (right.time, right.number)
    }
}

extension String {
    fileprivate func cut(to limit: Int) -> String {
        utf8.count <= limit ? self : String(decoding: utf8.prefix(limit), as: UTF8.self)
    }
}
