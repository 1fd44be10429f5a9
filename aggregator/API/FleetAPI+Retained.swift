import AggregatorCore
import Fleet
import Freshness
import HTTPServer
import Inventory
import Journal
import Log
import OS
import Wire

extension FleetAPI {
    /// What was read of offline hosts, kept for a moment so that pages and dashboards read it once.
    static func retainedCache() -> FreshnessCache<String, FleetView> {
        var configuration = FreshnessConfiguration()
        configuration.capacity = 4
        configuration.lifetime = 5_000
        configuration.cleanUpInterval = 10_000
        do throws(FreshnessError) {
            return try FreshnessCache(configuration) { BootClock.now.milliseconds }
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// `GET /containers?retained=1`: the containers of offline hosts, from disk (requirement B2).
    func listRetained(_ parameters: Parameters) async -> HTTPServerResponse {
        let revision = journal.current
        do {
            let chosen = try chosen(parameters) ?? directory.all
            let offline = chosen.filter { $0.condition == .offline }.sorted { $0.id < $1.id }
            let view = try await view(ofOffline: offline)
            var query = parameters.query
            query.hosts = nil
            try bound(&query, in: view)
            let found = view.containers(matching: query)
            questions.miss()
            return .json(
                list(found, in: view, parameters, revision: revision.description, source: HostInfo.fromDisk))
        } catch let problem as Problem {
            return problem.response
        } catch {
            log(.warning, "offline hosts could not be read from disk", ["error": "\(error)"])
            return Problem.unavailable("the rows of offline hosts could not be read from disk: \(error)")
                .response
        }
    }

    /// The rows of offline hosts as a fleet of their own, to ask the same questions.
    private func view(ofOffline hosts: [HostInfo]) async throws -> FleetView {
        guard !hosts.isEmpty else { return Fleet().read() }
        // Nothing changes of an offline host but that it comes back, and then it isn't among these.
        let key = hosts.map { "\($0.key.rawValue)" }.joined(separator: ",")
        return try await retained.value(for: key) { [journal] in
            let fleet = Fleet()
            for host in hosts {
                fleet.add(host: host.key, id: host.id, name: host.name)
                let rows = try await journal.containers(of: host.key)
                _ = fleet.restore(rows, of: host.key, digestKey: SipHash.Key(low: 0, high: 0))
            }
            return fleet.read()
        }
    }

    /// A container of an offline host with its facets as stored; nil when disk doesn't have it.
    func retainedContainer(
        _ id: ContainerID, of host: HostInfo
    ) async throws(JournalError) -> (view: FleetView, slot: FleetView.Slot, facets: EncodedContainer)? {
        guard let facets = try await journal.facets(host: host.key, container: id) else { return nil }
        let changes = try await journal.changeTimes(host: host.key, container: id)
        let fleet = Fleet()
        fleet.add(host: host.key, id: host.id, name: host.name)
        let row = ContainerRow(
            host: host.key, id: id, facets: facets, changedAt: changes.values.max() ?? 0)
        _ = fleet.restore([row], of: host.key, digestKey: SipHash.Key(low: 0, high: 0))
        let view = fleet.read()
        return view.container(id, on: host.key).map { (view, $0, facets) }
    }
}
