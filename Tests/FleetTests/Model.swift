import Fleet
import Inventory
import JSON
import Wire

/// The fleet as plain dictionaries: slow, and simple enough to be trusted.
struct Model {
    struct Row: Equatable {
        var encoded: EncodedContainer
        var changedAt: Int64
    }

    struct Host {
        var id: HostID
        var name: String
        var rows: [ContainerID: Row] = [:]
    }

    /// A container as a query sees it.
    struct Entry {
        let host: HostKey
        let hostID: HostID
        let id: ContainerID
        let container: Container
        let changedAt: Int64
    }

    var hosts: [HostKey: Host] = [:]

    /// Applies changes as the protocol says, and gives the ids that should be asked for.
    mutating func apply(_ changes: [ContainerChange], to host: HostKey, at time: Int64) -> [ContainerID] {
        var missing: [ContainerID] = []
        for change in changes {
            switch change.kind {
            case .removed: hosts[host]?.rows[change.id] = nil
            case .put(let facets):
                let old = hosts[host]?.rows[change.id]
                var encoded = old?.encoded ?? EncodedContainer()
                for facet in Facet.allCases {
                    switch facets[facet] {
                    case .untouched: continue
                    case .deleted: encoded[facet] = nil
                    case .value(let bytes): encoded[facet] = bytes
                    }
                }
                if encoded[.status] == nil || encoded[.config] == nil {
                    missing.append(change.id)
                } else if encoded != old?.encoded {
                    hosts[host]?.rows[change.id] = Row(encoded: encoded, changedAt: time)
                }
            }
        }
        return missing
    }

    func digest(of host: HostKey, key: SipHash.Key) -> Digest {
        let rows = hosts[host]?.rows ?? [:]
        return Digest(sum: rows.reduce(0) { $0 &+ FacetDigests($1.value.encoded, id: $1.key, key: key).sum })
    }

    /// Every container in the order of answers, with what the fleet keeps in memory.
    func entries() throws -> [Entry] {
        var entries: [Entry] = []
        for (key, host) in hosts {
            for (id, row) in host.rows {
                let container = try Self.hot(row.encoded, id)
                entries.append(
                    Entry(host: key, hostID: host.id, id: id, container: container, changedAt: row.changedAt))
            }
        }
        return entries.sorted { ($0.hostID, $0.host, $0.id) < ($1.hostID, $1.host, $1.id) }
    }

    /// Parses with the protocol's own readers, and drops what the fleet doesn't keep.
    static func hot(_ encoded: EncodedContainer, _ id: ContainerID) throws -> Container {
        var status = JSONReader(encoded[.status] ?? [])
        var config = JSONReader(encoded[.config] ?? [])
        var container = Container(
            id: id, status: try status.readStatus(), network: Network(), config: try config.readConfig())
        if let bytes = encoded[.network] {
            var reader = JSONReader(bytes)
            container.network = try reader.readNetwork()
            container.network.networks = container.network.networks.map { whole in
                var endpoint = Endpoint(name: whole.name)
                endpoint.ip = whole.ip
                endpoint.ipv6 = whole.ipv6
                endpoint.id = whole.id
                return endpoint
            }
        }
        if let bytes = encoded[.compose] {
            var reader = JSONReader(bytes)
            container.compose = try reader.readCompose()
            container.compose?.dependsOn = []
        }
        let whole = container.config
        container.config = Config(name: whole.name)
        container.config.image = whole.image
        container.config.imageID = whole.imageID
        container.config.environment = whole.environment.mapValues { value in
            if case .value = value { value } else { .digest("") }
        }
        container.config.created = whole.created
        container.config.entrypoint = whole.entrypoint
        container.config.command = whole.command
        container.config.labels = whole.labels
        container.config.portBindings = whole.portBindings
        container.config.restartPolicy = RestartPolicy(name: whole.restartPolicy.name)
        container.config.mounts = whole.mounts.map { whole in
            var mount = whole
            mount.mode = ""
            mount.propagation = ""
            return mount
        }
        return container
    }

    /// What a query must give, by looking at every container.
    func ids(matching query: Query, among entries: [Entry]) -> [ContainerID] {
        var surroundings: [HostKey: ContainerFilters.Surroundings] = [:]
        for entry in entries {
            var known = surroundings[entry.host] ?? ContainerFilters.Surroundings()
            known.createdBefore = query.createdBefore
            known.createdSince = query.createdSince
            known.learn(entry.container.config, for: query.filters)
            surroundings[entry.host] = known
        }
        let others = entries.filter { entry in
            matches(query, entry)
                && query.filters.matches(entry.container, in: surroundings[entry.host] ?? .init())
        }
        guard let text = query.nameOrPrefix else { return others.map(\.id) }
        let exact = others.filter { $0.id.description == text }
        if !exact.isEmpty { return exact.map(\.id) }
        let named = others.filter { $0.container.config.name == text }
        if !named.isEmpty { return named.map(\.id) }
        return others.filter { !text.isEmpty && $0.id.description.hasPrefix(text) }.map(\.id)
    }

    private func matches(_ query: Query, _ entry: Entry) -> Bool {
        let container = entry.container
        if let hosts = query.hosts, !hosts.contains(entry.host) { return false }
        if let stack = query.stack, container.compose?.project != stack { return false }
        if let kind = query.stackKind, container.compose?.kind != kind { return false }
        if let service = query.service, container.compose?.service != service { return false }
        if !query.selector.matches(container.config.labels) { return false }
        if let states = query.states, !states.contains(container.status.state) { return false }
        if query.liveOnly, !container.status.state.isLive { return false }
        if let health = query.health, !health.contains(container.status.health?.status ?? "none") {
            return false
        }
        if let name = query.name, container.config.name != name { return false }
        if let part = query.namePart, !part.isEmpty, !container.config.name.contains(part) { return false }
        if let prefix = query.idPrefix, !entry.id.description.hasPrefix(prefix) { return false }
        if let image = query.image, container.config.image != image { return false }
        if let network = query.network, !container.network.networks.contains(where: { $0.name == network }) {
            return false
        }
        if let port = query.publicPort, !container.network.ports.contains(where: { $0.publicPort == port }) {
            return false
        }
        return true
    }
}
