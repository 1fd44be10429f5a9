import AggregatorCore
import Fleet
import Inventory
import Settings

extension FleetAPI {
    /// The hosts that are given by id or name; nil when none are given.
    func named(_ names: [String]) throws(Problem) -> [HostInfo]? {
        guard !names.isEmpty else { return nil }
        var hosts: [HostInfo] = []
        for name in names {
            let found = directory.named(name)
            guard !found.isEmpty else { throw .noHost("there is no host \(name)\(near(name))") }
            hosts += found
        }
        return hosts
    }

    /// The hosts that are given and have the labels that are asked for; nil for all.
    func chosen(_ parameters: Parameters) throws(Problem) -> [HostInfo]? {
        let named = try named(parameters.hosts)
        guard let selector = parameters.hostSelector else { return named }
        return (named ?? directory.all).filter { selector.matches($0.labels) }
    }

    /// `; did you mean attic?`, or nothing when no host's id or name is near.
    private func near(_ name: String) -> String {
        let known = directory.all.flatMap { [$0.id.rawValue, $0.name] }
        // A comparison costs microseconds: a large fleet is searched as far as that takes some milliseconds.
        let best = known.prefix(2_000).map { (name: $0, distance: editDistance(name, $0)) }
            .filter { $0.distance <= max(1, $0.name.count / 3) }.min { $0.distance < $1.distance }
        return best.map { "; did you mean \($0.name)?" } ?? ""
    }

    /// Turns the containers of the filters `before` and `since` into the times that they were made at.
    ///
    /// Of several containers of one key any will do, as for other keys: so the latest, and the earliest.
    func bound(_ query: inout Query, in view: FleetView) throws(Problem) {
        var before: [Int64] = []
        for name in query.filters.before {
            before.append(try created(name, "before", on: query.hosts, in: view))
        }
        var since: [Int64] = []
        for name in query.filters.since {
            since.append(try created(name, "since", on: query.hosts, in: view))
        }
        query.createdBefore = before.max()
        query.createdSince = since.min()
    }

    /// When the one container that a filter names was made; looked for on the chosen hosts, then on all.
    private func created(
        _ name: ContainerFilters.ContainerName, _ key: String, on chosen: Set<HostKey>?, in view: FleetView
    ) throws(Problem) -> Int64 {
        var query = Query()
        query.hosts = if let host = name.host { try named([host]).map { Set($0.map(\.key)) } } else { chosen }
        query.nameOrPrefix = name.name
        query.limit = Self.candidates
        var found = view.containers(matching: query)
        if found.total == 0, name.host == nil {
            query.hosts = nil
            found = view.containers(matching: query)
        }
        guard let first = found.slots.first else {
            throw .badRequest("the filter \(key)=\(name) names a container that no host has")
        }
        guard found.total == 1 else {
            throw .badRequest(
                "the filter \(key)=\(name) means \(found.total) containers: \(list(found, in: view)); say which one"
            )
        }
        return view.summary(first).config.created
    }

    /// How many containers are listed where a name means several.
    static let candidates = 20

    func list(_ found: Selection, in view: FleetView) -> String {
        let shown = found.slots.map { slot in
            let container = view.summary(slot)
            return "\(container.hostID)/\(container.config.name) \(container.id.short)"
        }
        let more = found.total > shown.count ? ", and \(found.total - shown.count) more" : ""
        return shown.joined(separator: ", ") + more
    }
}
