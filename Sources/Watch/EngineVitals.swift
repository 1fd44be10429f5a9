internal import OS
internal import Synchronization

/// How an Engine is heard, beside what it says of itself (requirement C2).
package struct EngineVitals: Hashable, Sendable {
    /// How long it took to answer its last ping, in microseconds; 0 = not known.
    package var roundTrip: Int64 = 0
    /// Since when events come, in ms since 1970; 0 = it is only listed now and then.
    package var eventsSince: Int64 = 0
    /// When the last event came, in ms since 1970; 0 = none yet.
    package var lastEvent: Int64 = 0
    /// The last failure of asking it, also when it answers again; empty when there was none.
    package var lastError = ""

    package init() {}
}

extension EngineWatcher {
    /// How the Engine is heard now.
    package var vitals: EngineVitals {
        inbox.withLock { inbox in
            var vitals = EngineVitals()
            vitals.roundTrip = inbox.roundTrip
            vitals.eventsSince = inbox.eventsSince
            vitals.lastEvent = inbox.lastEvent
            vitals.lastError = inbox.lastError
            return vitals
        }
    }

    /// Notes that the Engine answered a ping.
    func pinged(_ asked: BootClock.Instant) {
        // At least one, since 0 means that nothing is known.
        let microseconds = max(1, asked.duration(to: BootClock.now).saturatedNanoseconds / 1_000)
        inbox.withLock { $0.roundTrip = microseconds }
    }
}
