import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON

extension FleetAPI {
    /// So many containers at most are one list of targets; a Prometheus scrapes far fewer.
    private static let targetLimit = 100_000

    /// Answers `GET /sd/prometheus`: what a Prometheus can scrape, for its `http_sd_configs` (requirement H4).
    ///
    /// Always whole and always 200, since Prometheus takes 304 for a failure; equal fleets give equal bytes.
    func listTargets(_ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        let view = fleet.read()
        var query = try query(parameters, in: view)
        if !query.filters.asksForAllStates { query.liveOnly = true }
        query.limit = Self.targetLimit
        let found = view.containers(matching: query)
        guard found.next == nil else {
            throw .badRequest(
                "\(found.total) containers would be too many targets; choose some with labelSelector, host or filter"
            )
        }
        let finder = TargetFinder(view: view, network: parameters.network)
        var hosts: [HostKey: HostInfo] = [:]
        for host in directory.all { hosts[host.key] = host }
        var writer = JSONWriter(capacity: 64 + found.slots.count * 1_024)
        writer.array { writer in
            for slot in found.slots {
                let container = view.summary(slot)
                guard let host = hosts[container.host] else { continue }
                for target in finder.targets(container, on: host) { target.write(into: &writer) }
            }
        }
        return .json(writer)
    }
}
