package import Inventory
import Synchronization

/// The hosts as readers see them; the agent door writes, anybody reads.
package final class HostDirectory: Sendable {
    private struct State {
        var hosts: [HostKey: HostInfo] = [:]
        /// Also of hosts that were taken out since the start, for events of before.
        var names: [HostKey: HostID] = [:]
        var generation: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// One host, by its key.
    package subscript(key: HostKey) -> HostInfo? {
        state.withLock { $0.hosts[key] }
    }

    /// One host, by its id.
    package subscript(id: HostID) -> HostInfo? {
        state.withLock { state in state.hosts.values.first { $0.id == id } }
    }

    /// All hosts, in order of their ids.
    package var all: [HostInfo] {
        state.withLock { Array($0.hosts.values) }.sorted { $0.id < $1.id }
    }

    /// The ids of all hosts, of those too that were taken out since the start.
    package var names: [HostKey: HostID] {
        state.withLock { $0.names }
    }

    /// Grows whenever a host's condition, name or description changes; not with each heartbeat.
    package var generation: UInt64 { state.withLock { $0.generation } }

    func put(_ info: HostInfo) {
        state.withLock { state in
            var before = state.hosts[info.key]
            before?.lastHeard = info.lastHeard
            before?.confirmed = info.confirmed
            if before != info { state.generation += 1 }
            state.hosts[info.key] = info
            state.names[info.key] = info.id
        }
    }

    func remove(_ key: HostKey) {
        state.withLock { state in
            state.hosts[key] = nil
            state.generation += 1
        }
    }
}
