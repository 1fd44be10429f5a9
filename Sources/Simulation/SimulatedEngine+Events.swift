import OS
import Synchronization

/// A client's place among those who follow the events.
struct Subscription: Sendable {
    let number: Int
    /// What happened before and is replayed first.
    let replayed: [EngineEvent]
    let events: Mailbox<EngineEvent>
}

extension SimulatedEngine {
    /// How many events wait for a slow client; further ones are skipped without a word, as the Engine does.
    static let listenerLimit = 1_024

    /// Changes the fleet and tells everybody who listens; `time` is now unless given.
    func change<Answer>(
        at time: Int64? = nil, _ body: (inout EngineState, Int64) throws(EngineRefusal) -> Answer
    ) throws(EngineRefusal) -> Answer {
        let now = time ?? now()
        return try shared.withLock { shared throws(EngineRefusal) in
            // What happened before a refusal has happened: its events go out too.
            defer { publish(&shared) }
            return try body(&shared.state, now)
        }
    }

    /// Posts under the lock, so that all clients see one order; posting never waits and calls nobody back.
    private func publish(_ shared: inout Shared) {
        for event in shared.state.takeEvents() {
            if shared.faults.eventsToLose > 0 {
                shared.faults.eventsToLose -= 1
                continue
            }
            shared.history.append(event)
            if shared.history.count > 2 * historyLimit { shared.history.removeFirst(historyLimit) }
            for listener in shared.listeners.values where listener.filters.allows(event) {
                _ = listener.events.post(event)
            }
        }
    }

    /// Follows the events from now on, after those of the history from `since` on; nil = none of them.
    func subscribe(since: Int64?, until: Int64?, filters: EngineFilters) -> Subscription {
        shared.withLock { shared in
            let replayed = since.map { since in
                shared.history.suffix(historyLimit).filter { event in
                    event.time >= since && event.time <= until ?? .max && filters.allows(event)
                }
            }
            let events = Mailbox<EngineEvent>(limit: Self.listenerLimit, whenFull: .refuse)
            let number = shared.nextListener
            shared.nextListener += 1
            shared.listeners[number] = Listener(events: events, filters: filters)
            return Subscription(number: number, replayed: replayed ?? [], events: events)
        }
    }

    /// Follows what happens to containers from now on, until the task is cancelled.
    package func followContainers(_ body: (EngineEvent) -> Void) async {
        let subscription = subscribe(since: nil, until: nil, filters: EngineFilters())
        defer { _ = unsubscribe(subscription) }
        for await event in subscription.events where event.type == "container" { body(event) }
    }

    /// Whether it was still there: false when the streams were dropped.
    func unsubscribe(_ subscription: Subscription) -> Bool {
        shared.withLock { $0.listeners.removeValue(forKey: subscription.number) != nil }
    }
}
