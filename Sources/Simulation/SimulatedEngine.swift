package import Inventory
import OS
import Synchronization

/// A Docker Engine that is only simulated: the API of 20.10 over a real socket, containers that are values.
///
/// Everything follows from the seed, the time that is handed in, and the calls made. What is changed here is seen
/// by clients at once, as events and in lists:
///
///     let engine = SimulatedEngine(name: "h1", seed: 7)
///     let id = try engine.run(ContainerSpec(name: "web", publishing: [PortRequest(80)]))
///     try await engine.serving(at: path) { door in … }
package final class SimulatedEngine: Sendable {
    /// Who wants events, and how many it did not get because it was slow.
    struct Listener: Sendable {
        let events: Mailbox<EngineEvent>
        let filters: EngineFilters
    }

    struct Shared: Sendable {
        var state: EngineState
        var facts: EngineFacts
        var faults = PlannedFaults()
        var history: [EngineEvent] = []
        var listeners: [Int: Listener] = [:]
        var nextListener = 0
        var logReaders = 0
    }

    /// Nanoseconds since 1970.
    package let now: @Sendable () -> Int64
    /// How many events it remembers for `since`; 0 = there are none, for fleets of many Engines that nobody follows.
    let historyLimit: Int
    let shared: Mutex<Shared>

    /// - Parameters:
    ///   - name: The machine's host name.
    ///   - seed: What ids, addresses and everything else drawn follow from.
    ///   - ephemeralPorts: The host ports that are given out; a small range makes them come back soon.
    ///   - historyLimit: How many events it remembers for clients that ask for earlier ones; with 0 there are no events.
    ///   - now: The time in nanoseconds since 1970; the system's own unless given.
    package init(
        name: String = "simulated", seed: UInt64, ephemeralPorts: ClosedRange<UInt16> = 32_768...60_999,
        historyLimit: Int = 256, now: (@Sendable () -> Int64)? = nil
    ) {
        let clock = now ?? { WallClock.now() * 1_000_000 }
        self.now = clock
        self.historyLimit = historyLimit
        var state = EngineState(
            seed: seed, ephemeralPorts: ephemeralPorts, isHeard: historyLimit > 0, now: clock())
        let facts = EngineFacts(name: name, using: &state.random)
        shared = Mutex(Shared(state: state, facts: facts))
    }

    /// All containers, the newest first, as the Engine lists them.
    package var containers: [SimulatedContainer] {
        shared.withLock { $0.state.containers.values.sorted { $0.created > $1.created } }
    }

    /// The ids of all containers in ascending order.
    package var ids: [ContainerID] { shared.withLock { $0.state.containers.keys.sorted() } }

    /// The container with this id; nil when there is none.
    package subscript(id: ContainerID) -> SimulatedContainer? {
        shared.withLock { $0.state.containers[id] }
    }

    /// How many containers there are.
    package var count: Int { shared.withLock { $0.state.containers.count } }

    /// Finds by id, name or the start of an id.
    package func container(_ reference: some CustomStringConvertible) throws(EngineRefusal)
        -> SimulatedContainer
    {
        let reference = reference.description
        return try shared.withLock { shared throws(EngineRefusal) in try shared.state.find(reference) }
    }

    /// What it says of itself; may be changed while it runs, as an upgrade would.
    package var facts: EngineFacts {
        get { shared.withLock { $0.facts } }
        set { shared.withLock { $0.facts = newValue } }
    }

    /// The last events, as many as it remembers.
    package var history: [EngineEvent] { shared.withLock { $0.history } }

    /// How many clients follow the events now.
    package var listenerCount: Int { shared.withLock { $0.listeners.count } }
}
