package import OS

/// When an Engine that can't be reached, or whose event stream ended, is tried again (requirements B14, C4).
///
/// An outage is met quickly at first, since a restarting Engine is back within seconds; after that waits double from
/// the base of `backgroundRetry` to its ceiling, half of each by chance, for ever.
package struct EngineRetries: Sendable {
    private let settings: WatchSettings
    /// Failed attempts since the last success.
    package private(set) var failures = 0
    /// Event streams that ended soon after they began, one after the other.
    private var breaks = 0
    private var outage: BootClock.Instant?
    /// Failed attempts since the quick ones are over.
    private var slow = 0

    package init(_ settings: WatchSettings) {
        self.settings = settings
    }

    /// Whether the Engine counts as unreachable.
    package var isUnreachable: Bool { failures >= settings.attempts }

    /// An event stream was there and ended, after so long.
    package mutating func ended(after lasted: Duration) {
        failures = 0
        slow = 0
        outage = nil
        breaks = lasted > settings.backgroundRetry.ceiling ? 0 : breaks + 1
    }

    /// The Engine could not be reached.
    package mutating func failed(at now: BootClock.Instant) {
        failures += 1
        let began = outage ?? now
        outage = began
        if began.duration(to: now) >= settings.quickRetryTime { slow += 1 }
    }

    /// How long to wait before the next attempt.
    package func wait(using random: inout some RandomNumberGenerator) -> Duration {
        guard slow > 0 else {
            return settings.retry.delay(attempt: max(breaks, failures - 1), using: &random)
        }
        return settings.backgroundRetry.delay(attempt: slow - 1, using: &random)
    }
}
