/// The instant after which waiting is over, or never.
package struct Deadline: Hashable, Comparable, Sendable {
    /// The instant, or nil for never.
    package let instant: BootClock.Instant?

    /// Waiting has no end of its own.
    package static let never = Deadline(instant: nil)

    private init(instant: BootClock.Instant?) {
        self.instant = instant
    }

    /// Waiting ends at that instant.
    package static func at(_ instant: BootClock.Instant) -> Deadline {
        Deadline(instant: instant)
    }

    /// Waiting ends so long after `start`, which is now unless said otherwise.
    package static func after(_ duration: Duration, from start: BootClock.Instant = BootClock.now) -> Deadline
    {
        Deadline(instant: start.advanced(by: duration))
    }

    /// What is left of it at `now`, never negative; nil when it never ends.
    package func remaining(at now: BootClock.Instant = BootClock.now) -> Duration? {
        instant.map { max(.zero, now.duration(to: $0)) }
    }

    /// Whether it has passed at `now`.
    package func hasPassed(at now: BootClock.Instant = BootClock.now) -> Bool {
        instant.map { $0 <= now } ?? false
    }

    /// The earlier one is the smaller one; never is the largest.
    package static func < (left: Deadline, right: Deadline) -> Bool {
        switch (left.instant, right.instant) {
        case (.some(let left), .some(let right)): left < right
        case (.some, .none): true
        case (.none, _): false
        }
    }
}
