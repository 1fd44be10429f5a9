package import Inventory
package import OS
import Synchronization

/// Who watches which containers live just now: what several ask for is sampled once, as often as the most eager one wants.
///
///     guard let demand = demands.begin(id, interval: .seconds(1)) else { … }
///     defer { demands.end(demand) }
package final class StatsDemands: Sendable {
    /// One watcher's wish, to be given back.
    package struct Demand: Hashable, Sendable {
        package let container: ContainerID
        let number: Int
    }

    /// Containers that are due together, sampled every so many ms.
    package struct Round: Hashable, Sendable {
        package let interval: Int64
        package let ids: [ContainerID]

        package init(interval: Int64, ids: [ContainerID]) {
            self.interval = interval
            self.ids = ids
        }
    }

    private struct Entry {
        /// Each demand's interval in ms, by its number.
        var wishes: [Int: Int64] = [:]
        var due: Int64
        var interval: Int64 { wishes.values.min() ?? .max }
    }

    private struct State {
        var entries: [ContainerID: Entry] = [:]
        var count = 0
        var next = 0
    }

    /// How many demands there may be at once, of all sessions together.
    package static let limit = 256
    /// What may be asked for.
    package static let intervals: ClosedRange<Duration> = .seconds(1) ... .seconds(60)

    private let state = Mutex(State())
    private let wake: Wake

    /// - Parameter wake: Rung when a demand begins.
    package init(wake: Wake) {
        self.wake = wake
    }

    /// Begins to sample a container more often; nil when there are too many such demands already.
    ///
    /// `interval` is brought within `intervals`. A container that doesn't run gives no samples until it does.
    package func begin(_ container: ContainerID, interval: Duration) -> Demand? {
        let wish = min(max(interval, Self.intervals.lowerBound), Self.intervals.upperBound).wholeMilliseconds
        let demand = state.withLock { state -> Demand? in
            guard state.count < Self.limit else { return nil }
            state.count += 1
            state.next += 1
            var entry = state.entries[container] ?? Entry(due: 0)
            if wish < entry.interval { entry.due = 0 }
            entry.wishes[state.next] = wish
            state.entries[container] = entry
            return Demand(container: container, number: state.next)
        }
        if demand != nil { wake.ring() }
        return demand
    }

    /// Ends it; a second time does nothing.
    package func end(_ demand: Demand) {
        state.withLock { state in
            guard state.entries[demand.container]?.wishes.removeValue(forKey: demand.number) != nil else {
                return
            }
            state.count -= 1
            if state.entries[demand.container]?.wishes.isEmpty == true {
                state.entries[demand.container] = nil
            }
        }
    }

    /// Whether somebody watches the container.
    package func isWatched(_ id: ContainerID) -> Bool { state.withLock { $0.entries[id] != nil } }

    /// When the next one is due, in ms of the clock that `due` is given; nil when nobody watches.
    package var next: Int64? { state.withLock { state in state.entries.values.map(\.due).min() } }

    /// What is due now, by interval; it isn't due again before its interval has passed.
    package func due(now: Int64) -> [Round] {
        state.withLock { state in
            var rounds: [Int64: [ContainerID]] = [:]
            for (id, entry) in state.entries where entry.due <= now {
                rounds[entry.interval, default: []].append(id)
                state.entries[id]?.due = now + entry.interval
            }
            return rounds.map { Round(interval: $0.key, ids: $0.value.sorted()) }
                .sorted { $0.interval < $1.interval }
        }
    }
}
