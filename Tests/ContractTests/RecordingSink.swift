import Inventory
import Synchronization
import Watch
import Wire

/// Keeps what a watcher tells, as the agent will.
final class RecordingSink: WatchSink {
    struct State {
        var containers: [ContainerID: EncodedContainer] = [:]
        var changes = 0
        var removals = 0
        var reconciled: Set<ContainerID>?
        var reconciliations = 0
        var states: [Watch.EngineState] = []
        /// How often a container was told of though nothing was new.
        var repetitions = 0
        var events: [EventReport.Event] = []
        var missed: Int64 = 0
    }

    private let state = Mutex(State())

    var now: State { state.withLock { $0 } }

    func changed(_ containers: [(ContainerID, EncodedContainer?)]) {
        state.withLock { state in
            for (id, value) in containers {
                if state.containers[id] == value { state.repetitions += 1 }
                state.containers[id] = value
                state.changes += 1
                if value == nil { state.removals += 1 }
            }
        }
    }

    func reconciled(_ ids: Set<ContainerID>) {
        state.withLock { state in
            state.reconciled = ids
            state.reconciliations += 1
        }
    }

    func engine(_ engine: Watch.EngineState) {
        state.withLock { $0.states.append(engine) }
    }

    func happened(_ events: [EventReport.Event], missed: Int64) {
        state.withLock { state in
            state.events += events
            state.missed += missed
        }
    }
}
