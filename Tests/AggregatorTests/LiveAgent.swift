import AgentCore
import Docker
import Inventory
import Log
import OS
import TestSupport
import Watch
import Wire

/// The agent's own session and uplink, with a test in place of the watcher.
struct LiveAgent {
    let host: HostState
    private let uplink: Uplink
    private let desk: RequestDesk?

    init(_ who: Who, to address: SocketAddress, desk: RequestDesk? = nil) {
        self.desk = desk
        host = HostState(
            description: HostDescription(id: who.host, name: who.name), identity: who.identity,
            version: "test",
            epoch: who.epoch, desk: desk)
        uplink = Uplink(
            connector: SocketConnector(address), host: host,
            backoff: Backoff(base: .milliseconds(10), ceiling: .milliseconds(100)), log: .none)
    }

    /// Reports while `body` runs, then says goodbye.
    func reporting(_ body: (LiveAgent) async throws -> Void) async throws {
        let uplink = uplink
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "uplink") { try await uplink.run() }
            if let desk { group.addTask(name: "desk") { try await desk.run() } }
            do {
                try await body(self)
            } catch {
                group.cancelAll()
                throw error
            }
            await uplink.stop()
            try await group.next()
            group.cancelAll()
        }
    }

    /// Lets the Engine be reached, with exactly these containers.
    func report(_ containers: [(ContainerID, EncodedContainer)]) {
        host.engine(.reachable(EngineFacts(info: EngineInfo(), apiVersion: Self.version), since: 1))
        host.changed(containers.map { ($0.0, $0.1) })
        host.reconciled(Set(containers.map(\.0)))
    }

    private static let version = APIVersion(1, 41)
}
