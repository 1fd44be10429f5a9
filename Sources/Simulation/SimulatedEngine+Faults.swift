package import Inventory
import OS
import Synchronization

/// Ways to go wrong, as real Engines, proxies and disks do.
extension SimulatedEngine {
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
