package import Cgroups
import Docker
package import Inventory
import JSON
import Synchronization
package import Watch
package import Wire

/// Notes which containers have a process and where it is, and passes everything on that the watcher finds out.
package final class StatsTargets: WatchSink {
    private struct State {
        var running: [ContainerID: GroupReader.Subject] = [:]
        var isKnown = false
        var machineMemory = Int64.max
    }

    private let next: any WatchSink
    private let state = Mutex(State())

    /// Stands between the watcher and `next`.
    package init(before next: any WatchSink) {
        self.next = next
    }

    /// The runs of containers that are under way now, in ascending order of id.
    package var subjects: [GroupReader.Subject] {
        state.withLock { $0.running.values.sorted { $0.id < $1.id } }
    }

    /// Those of some containers; one that doesn't run is left out.
    package func subjects(of ids: [ContainerID]) -> [GroupReader.Subject] {
        state.withLock { state in ids.compactMap { state.running[$0] } }
    }

    /// Whether a first whole list of containers has come.
    package var isKnown: Bool { state.withLock { $0.isKnown } }

    /// All memory of the Engine's machine, in bytes; the largest number as long as that is unknown.
    package var machineMemory: Int64 { state.withLock { $0.machineMemory } }

    /// Takes in containers that changed.
    package func changed(_ containers: [(ContainerID, EncodedContainer?)]) {
        let changes = containers.map { id, container in
            (id, container.flatMap { Self.subject(id, $0) })
        }
        state.withLock { state in
            for (id, subject) in changes { state.running[id] = subject }
        }
        next.changed(containers)
    }

    /// Takes in that a complete pass ended; what it did not see is gone.
    package func reconciled(_ ids: Set<ContainerID>) {
        state.withLock { state in
            state.isKnown = true
            if state.running.contains(where: { !ids.contains($0.key) }) {
                state.running = state.running.filter { ids.contains($0.key) }
            }
        }
        next.reconciled(ids)
    }

    /// Takes in whether the Engine answers.
    package func engine(_ engine: Watch.EngineState) {
        if case .reachable(let facts, _) = engine, facts.info.memory > 0 {
            state.withLock { $0.machineMemory = facts.info.memory }
        }
        next.engine(engine)
    }

    /// Passes on what the Engine told of its objects.
    package func happened(_ events: [EventReport.Event], missed: Int64) {
        next.happened(events, missed: missed)
    }

    /// The run of a container that its facets tell of; nil when it has no process.
    private static func subject(_ id: ContainerID, _ container: EncodedContainer) -> GroupReader.Subject? {
        guard let bytes = container[.status] else { return nil }
        var reader = JSONReader(bytes)
        guard let status = try? reader.readStatus(), status.state.isLive, status.pid > 0 else { return nil }
        return GroupReader.Subject(
            id: id, pid: status.pid, startedAt: status.startedAt,
            hasOwnNetwork: container[.network].map(hasOwnNetwork) ?? false)
    }

    /// Whether the network is the container's own: not the host's, another container's, or one named by its path.
    private static func hasOwnNetwork(_ bytes: FacetBytes) -> Bool {
        var reader = JSONReader(bytes)
        guard let mode = try? reader.readNetwork().mode else { return false }
        return mode != "host" && !mode.hasPrefix("container:") && !mode.hasPrefix("ns:")
    }
}
