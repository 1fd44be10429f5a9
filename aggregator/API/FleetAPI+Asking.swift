import AggregatorCore
import Inventory

extension FleetAPI {
    /// Has hosts looked at now, all at once; gives why not for those that couldn't be.
    func ask(_ hosts: [HostInfo]) async -> [HostKey: String] {
        await withTaskGroup(of: (HostKey, String?).self) { group in
            for host in hosts {
                group.addTask(name: "look") { (host.key, await self.refresh(host, within: .seconds(5))) }
            }
            var warnings: [HostKey: String] = [:]
            for await (key, warning) in group { warnings[key] = warning }
            return warnings
        }
    }
}
