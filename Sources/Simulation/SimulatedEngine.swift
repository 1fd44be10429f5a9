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
    }

    /// Nanoseconds since 1970.
    package let now: @Sendable () -> Int64
    let shared: Mutex<Shared>

    /// - Parameters:
    ///   - name: The machine's host name.
    ///   - seed: What ids, addresses and everything else drawn follow from.
    ///   - ephemeralPorts: The host ports that are given out; a small range makes them come back soon.
    ///   - now: The time in nanoseconds since 1970; the system's own unless given.
    package init(
        name: String = "simulated", seed: UInt64, ephemeralPorts: ClosedRange<UInt16> = 32_768...60_999,
        now: (@Sendable () -> Int64)? = nil
    ) {
        let clock = now ?? { WallClock.now() * 1_000_000 }
        self.now = clock
        var state = EngineState(seed: seed, ephemeralPorts: ephemeralPorts, now: clock())
        let facts = EngineFacts(name: name, using: &state.random)
        shared = Mutex(Shared(state: state, facts: facts))
    }

    // MARK: Looking

    /// All containers, the newest first, as the Engine lists them.
    package var containers: [SimulatedContainer] {
        shared.withLock { $0.state.containers.values.sorted { $0.created > $1.created } }
    }

    /// The ids of all containers in ascending order.
    package var ids: [ContainerID] { shared.withLock { $0.state.containers.keys.sorted() } }

    /// Finds by id, name or the start of an id.
    package func container(_ reference: some CustomStringConvertible) throws(EngineRefusal) -> SimulatedContainer {
        let reference = reference.description
        return try shared.withLock { shared throws(EngineRefusal) in try shared.state.find(reference) }
    }

    /// What it says of itself; may be changed while it runs, as an upgrade would.
    package var facts: EngineFacts {
        get { shared.withLock { $0.facts } }
        set { shared.withLock { $0.facts = newValue } }
    }

    /// The last 256 events.
    package var history: [EngineEvent] { shared.withLock { $0.history } }

    /// How many clients follow the events now.
    package var listenerCount: Int { shared.withLock { $0.listeners.count } }

    // MARK: Verbs

    @discardableResult
    package func create(_ spec: ContainerSpec) throws(EngineRefusal) -> ContainerID {
        try change { state, now throws(EngineRefusal) in try state.create(spec, at: now) }
    }

    /// Creates and starts.
    @discardableResult
    package func run(_ spec: ContainerSpec) throws(EngineRefusal) -> ContainerID {
        let id = try create(spec)
        try start(id)
        return id
    }

    package func start(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.start(reference, at: now) }
    }

    package func stop(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.stop(reference, at: now) }
    }

    package func restart(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.restart(reference, at: now) }
    }

    package func kill(_ container: some CustomStringConvertible, signal: Int = 9) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.kill(reference, signal: signal, at: now) }
    }

    package func pause(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.pause(reference, at: now) }
    }

    package func unpause(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.unpause(reference, at: now) }
    }

    package func rename(_ container: some CustomStringConvertible, to name: String) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.rename(reference, to: name, at: now) }
    }

    package func remove(_ container: some CustomStringConvertible, force: Bool = false) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.remove(reference, force: force, at: now) }
    }

    package func connect(
        _ container: some CustomStringConvertible, to network: String, aliases: [String] = []
    ) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in
            _ = state.network(named: network, at: now)
            try state.connect(reference, to: network, aliases: aliases, at: now)
        }
    }

    package func disconnect(_ container: some CustomStringConvertible, from network: String) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.disconnect(reference, from: network, at: now) }
    }

    /// The main process ends by itself; a restart policy makes the container wait for `comeBack`.
    package func crash(
        _ container: some CustomStringConvertible, exitCode: Int64 = 1, isOOM: Bool = false
    ) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in
            try state.crash(reference, exitCode: exitCode, isOOM: isOOM, at: now)
        }
    }

    /// Starts a container again that crashed and that its restart policy keeps alive.
    package func comeBack(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.comeBack(reference, at: now) }
    }

    /// Runs the health check once, with this result: `healthy`, `unhealthy` or `starting`.
    package func check(_ container: some CustomStringConvertible, as verdict: String) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.check(reference, as: verdict, at: now) }
    }

    // MARK: Faults

    /// Makes the next `times` matching requests go wrong; several faults are used up in their order.
    package func inject(_ fault: EngineFault, on target: EngineFault.Target, times: Int = 1) {
        shared.withLock { $0.faults.plan(fault, on: target, times: times) }
    }

    /// Lists leave these containers out, as if they had gone.
    package func hideFromLists(_ ids: some Sequence<ContainerID>) {
        let hidden = Set(ids.map(\.description))
        shared.withLock { $0.faults.hidden = hidden }
    }

    /// Lists show these containers, inspect answers 404: they went in between.
    package func vanishAfterList(_ ids: some Sequence<ContainerID>) {
        let vanished = Set(ids.map(\.description))
        shared.withLock { $0.faults.vanished = vanished }
    }

    /// The next `count` events reach nobody and leave no trace, while what they tell of happens.
    package func loseEvents(_ count: Int) {
        shared.withLock { $0.faults.eventsToLose = count }
    }

    /// Ends all event streams, without their last chunk, as a stopping daemon does.
    package func dropEventStreams() {
        let listeners = shared.withLock { shared in
            let listeners = Array(shared.listeners.values)
            shared.listeners = [:]
            return listeners
        }
        for listener in listeners { listener.events.finish() }
    }

    /// Takes all faults back that have not happened yet.
    package func clearFaults() {
        shared.withLock { $0.faults.clear() }
    }
}
