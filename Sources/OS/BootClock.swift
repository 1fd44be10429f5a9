internal import Glibc

/// A clock that counts from boot, never jumps, and runs on while the machine is suspended.
///
/// CLOCK_BOOTTIME of clock_gettime(2). A sleep may end late by the time a suspend took.
package struct BootClock: Clock {
    /// A point in time on this machine, comparable only until it boots again.
    package struct Instant: InstantProtocol {
        /// Nanoseconds since boot.
        package let nanoseconds: Int64

        /// So many nanoseconds since boot.
        package init(nanoseconds: Int64) {
            self.nanoseconds = nanoseconds
        }

        /// The instant so much later, or the last one there is.
        package func advanced(by duration: Duration) -> Instant {
            let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.saturatedNanoseconds)
            return Instant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
        }

        /// The time from this instant to the other.
        package func duration(to other: Instant) -> Duration {
            .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds)
        }

        /// The earlier one is the smaller one.
        package static func < (left: Instant, right: Instant) -> Bool {
            left.nanoseconds < right.nanoseconds
        }
    }

    /// There is only one such clock; this names it.
    package init() {}

    /// The instant at which it is asked.
    package static var now: Instant {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return Instant(nanoseconds: 0) }
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The instant at which it is asked.
    package var now: Instant { Self.now }

    /// What the clock can tell apart.
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// Waits for the instant, or throws `CancellationError` as soon as the task is cancelled.
    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        while true {
            let rest = Self.now.duration(to: deadline)
            guard rest > .zero else { return }
            try await Task.sleep(for: rest, tolerance: tolerance, clock: ContinuousClock())
        }
    }
}

/// The calendar's clock; it may jump, so it only ever labels things.
package enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package static func now() -> Int64 {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension Duration {
    /// Whole nanoseconds, cut to what 64 bits hold (292 years).
    package var saturatedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflowed ? (seconds < 0 ? .min : .max) : sum
    }

    /// Whole milliseconds, rounded towards zero.
    package var wholeMilliseconds: Int64 {
        saturatedNanoseconds / 1_000_000
    }
}
