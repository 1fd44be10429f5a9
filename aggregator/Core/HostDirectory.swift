package import Inventory
import Synchronization

/// The hosts as readers see them; the agent door writes, anybody reads.
package final class HostDirectory: Sendable {
    private struct State {
        var hosts: [HostKey: HostInfo] = [:]
        var keys: [HostID: HostKey] = [:]
        /// Also of hosts that were taken out since the start, for events of before.
        var names: [HostKey: HostID] = [:]

    }

    private let state = Mutex(State())

    /// No hosts yet.
    package init() {}

    /// One host, by its key.
    package subscript(key: HostKey) -> HostInfo? {
        state.withLock { $0.hosts[key] }
    }

    /// One host, by its id.
    package subscript(id: HostID) -> HostInfo? {
        state.withLock { state in state.keys[id].flatMap { state.hosts[$0] } }
    }

    /// How many hosts there are.
    package var count: Int { state.withLock { $0.hosts.count } }

    /// All hosts, in order of their ids.
    package var all: [HostInfo] {
        state.withLock { Array($0.hosts.values) }.sorted { $0.id < $1.id }
    }

    /// The hosts whose id or name this is: at most one by its id, any number by their name.
    package func named(_ text: String) -> [HostInfo] {
        state.withLock { state in state.hosts.values.filter { $0.id.rawValue == text || $0.name == text } }
    }

    /// The ids of all hosts, of those too that were taken out since the start.
    package var names: [HostKey: HostID] {
        state.withLock { $0.names }
    }

    func put(_ info: HostInfo) {
        state.withLock { state in
            state.hosts[info.key] = info
            state.keys[info.id] = info.key
            state.names[info.key] = info.id
        }
    }

    func remove(_ key: HostKey) {
        state.withLock { state in
            guard let info = state.hosts.removeValue(forKey: key) else { return }
            if state.keys[info.id] == key { state.keys[info.id] = nil }
        }
    }
}
