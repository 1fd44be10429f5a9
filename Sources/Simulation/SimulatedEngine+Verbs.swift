package import Inventory

/// What can be done to containers: the Engine's verbs, and what happens to them by themselves.
extension SimulatedEngine {
    /// Makes a container.
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

    /// Starts a container; refused with 304 when it runs.
    package func start(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.start(reference, at: now) }
    }

    /// Stops a container, which ends with exit code 0; refused with 304 when it does not run.
    package func stop(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.stop(reference, at: now) }
    }

    /// Stops and starts a container.
    package func restart(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.restart(reference, at: now) }
    }

    /// Sends a signal, which ends the process unless it is one like SIGHUP.
    package func kill(_ container: some CustomStringConvertible, signal: Int = 9) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.kill(reference, signal: signal, at: now) }
    }

    /// Freezes a container.
    package func pause(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.pause(reference, at: now) }
    }

    /// Lets a paused container go on.
    package func unpause(_ container: some CustomStringConvertible) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.unpause(reference, at: now) }
    }

    /// Gives a container another name.
    package func rename(_ container: some CustomStringConvertible, to name: String) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.rename(reference, to: name, at: now) }
    }

    /// Removes a container; a running one only by force.
    package func remove(_ container: some CustomStringConvertible, force: Bool = false) throws(EngineRefusal)
    {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in try state.remove(reference, force: force, at: now) }
    }

    /// Adds a container to a network, which is made when it is missing.
    package func connect(
        _ container: some CustomStringConvertible, to network: String, aliases: [String] = []
    ) throws(EngineRefusal) {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in
            _ = state.network(named: network, at: now)
            try state.connect(reference, to: network, aliases: aliases, at: now)
        }
    }

    /// Takes a container out of a network.
    package func disconnect(_ container: some CustomStringConvertible, from network: String)
        throws(EngineRefusal)
    {
        let reference = container.description
        try change { state, now throws(EngineRefusal) in
            try state.disconnect(reference, from: network, at: now)
        }
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
}
