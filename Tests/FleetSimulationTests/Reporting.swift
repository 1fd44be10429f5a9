import AgentCore
import FleetSimulation
import Log
import OS

extension SimulatedFleet {
    /// A fleet of a few hosts that reports to an address.
    static func small(
        hosts: Int = 6, containers: ClosedRange<Int> = 15...25, seed: UInt64 = 7, to address: SocketAddress
    ) -> SimulatedFleet {
        let plan = FleetPlan(hosts: hosts, containers: containers, seed: seed)
        return SimulatedFleet(plan, log: .none) { _ in
            AggregatorGroup.Place(address: address, connector: SocketConnector(address))
        }
    }

    /// Reports while `body` runs, then lets every host say goodbye.
    func reporting(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "fleet") { await self.run() }
            defer { group.cancelAll() }
            try await body()
            await stop()
            try await group.waitForAll()
        }
    }
}

extension AggregatorGroup.Place {
    /// Where nobody answers, for fleets that don't report.
    static var nowhere: AggregatorGroup.Place {
        AggregatorGroup.Place(address: .unix("/nowhere"), connector: SocketConnector(.unix("/nowhere")))
    }
}
