package import OS

/// How an Engine is watched.
///
/// The numbers are the defaults of requirements B1, B14, B15, C3 and C4.
package struct WatchSettings: Hashable, Sendable {
    /// How often the list is compared with what is known; a pass may take this less half a second.
    package var reconcileInterval: Duration = .seconds(60)
    /// After so many passes every container was inspected, changed or not.
    ///
    /// 10 of 60 s is the refresh interval of
    /// `config`. One with a health check is inspected in every pass, since no event and no list tells its failing
    /// streak.
    package var passesPerFullInspection = 10
    /// The most containers with a health check that one pass inspects for that reason alone.
    package var healthInspectionsPerPass = 1_000
    /// A container whose events come in a burst is inspected at once and then again after this long; zero: no wait.
    package var coalescing: Duration = .milliseconds(50)
    /// How long an image's new tag may wait for the next, since each costs a list.
    package var imageCoalescing: Duration = .seconds(2)
    /// Inspections at a time.
    package var parallelInspections = 3
    /// Containers whose change may wait to be looked at; when more do, the whole list is gone through instead.
    package var dirtyLimit = 4_096
    /// For connecting and for the head of an answer.
    package var connectionTimeout: Duration = .seconds(30)
    /// For one inspection.
    package var inspectionTimeout: Duration = .seconds(10)
    /// How often an Engine whose events are heard is asked whether it lives, and how long it may take: one that stands
    /// still sends no events either.
    package var pulse: Duration = .seconds(5)
    /// Failed attempts in a row after which the Engine counts as unreachable.
    package var attempts = 3
    /// Waits between attempts at first, and before an event stream that broke is asked for again.
    package var retry = Backoff(base: .milliseconds(100), ceiling: .seconds(1))
    /// How long an outage is met with those; a restarting Engine is back within it.
    package var quickRetryTime = Duration.seconds(30)
    /// Waits between attempts after that (requirement C4).
    package var backgroundRetry = Backoff(base: .seconds(2), ceiling: .seconds(10))

    /// Events that may wait to be told (requirement C9).
    package var eventLimit = 1_000
    /// How far back events are asked for at the first contact, as far as the Engine remembers: what happened while no
    /// agent ran is told then.
    package var eventHistory: Duration = .seconds(600)

    package init() {}

    /// How many passes come in a time; one at least.
    package func passes(within time: Duration) -> Int {
        Int(min(1_000_000, max(1, (time / reconcileInterval).rounded(.down))))
    }
}
