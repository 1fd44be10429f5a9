package import OS
internal import Synchronization

/// Where a loop notes that it came round.
package final class ProgressMark: Sendable {
    private let last: Atomic<Int64>

    /// Made counts as marked.
    package init(at now: BootClock.Instant = BootClock.now) {
        last = Atomic(now.nanoseconds)
    }

    /// Notes that the loop comes round now.
    package func touch(at now: BootClock.Instant = BootClock.now) {
        last.store(now.nanoseconds, ordering: .relaxed)
    }

    /// How long ago the loop came round.
    package func age(at now: BootClock.Instant = BootClock.now) -> Duration {
        BootClock.Instant(nanoseconds: last.load(ordering: .relaxed)).duration(to: now)
    }
}
