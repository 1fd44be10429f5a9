import AggregatorCore
import Inventory

extension FleetAPI {
    /// Has hosts looked at now, all at once; gives why not for those that couldn't be.
    func ask(_ hosts: [HostInfo]) async -> [HostKey: String] {
        await withTaskGroup(of: (HostKey, String?).self) { group in
            for host in hosts { group.addTask(name: "look") { (host.key, await self.look(at: host)) } }
            var warnings: [HostKey: String] = [:]
            for await (key, warning) in group { warnings[key] = warning }
            return warnings
        }
    }

    /// Has a host's agent ask its Engine now; gives why it couldn't be.
    private func look(at host: HostInfo) async -> String? {
        "nothing is known of host \(host.id) yet, and its agent doesn't report: it is \(host.condition.rawValue)"
    }
}
