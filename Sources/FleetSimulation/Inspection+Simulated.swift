import Docker
import Inventory
import Simulation

extension Inspection {
    /// What the agent would read of a simulated Engine's answer, without the detour over JSON.
    ///
    /// A test holds it equal to what the Engine client makes of that answer.
    init(_ container: SimulatedContainer) {
        self.init(id: container.id)
        let spec = container.spec
        status = Status(state: container.state)
        status.pid = container.pid
        status.startedAt = container.startedAt / 1_000_000
        status.finishedAt = container.finishedAt / 1_000_000
        status.exitCode = container.exitCode
        status.error = container.error
        status.isOOMKilled = container.isOOMKilled
        status.restartCount = container.restartCount
        status.health = container.health.map { Health(status: $0.status, failingStreak: $0.failingStreak) }

        network.mode = spec.networkMode
        network.ports = Self.ports(of: container)
        network.networks = container.endpoints.map { name, endpoint in
            var place = Endpoint(name: name)
            place.id = endpoint.networkID
            place.ip = endpoint.ip
            place.prefix = endpoint.prefix
            place.gateway = endpoint.gateway
            place.mac = endpoint.mac
            let isOwn = !["bridge", "host", "none"].contains(name)
            place.aliases = isOwn ? Set(endpoint.aliases + [container.id.short]).sorted() : []
            return place
        }.sorted { $0.name < $1.name }

        config = Config(name: container.name)
        config.image = spec.image
        config.imageID = container.imageID
        config.created = container.created / 1_000_000
        config.entrypoint = spec.entrypoint
        config.command = spec.command
        config.hostname = spec.hostname.isEmpty ? container.id.short : spec.hostname
        config.user = spec.user
        config.workingDirectory = spec.workingDirectory
        config.restartPolicy = spec.restartPolicy
        config.portBindings = spec.publishedPorts.filter { $0.hostPort > 0 }.map { request in
            Port(
                privatePort: request.privatePort, publicPort: request.hostPort, ip: request.hostIP,
                type: request.type)
        }.sorted()
        config.links = spec.links.sorted()
        config.logDriver = spec.logDriver
        config.memoryLimit = spec.memoryLimit
        config.mounts = spec.mounts.map { mount in
            var mount = mount
            if mount.type != "volume" {
                mount.name = ""
                mount.driver = ""
            }
            return mount
        }.sorted { ($0.destination, $0.source, $0.type) < ($1.destination, $1.source, $1.type) }
        labels = spec.labels.map { Label(name: Array($0.key.utf8)[...], value: Array($0.value.utf8)[...]) }
        environment = spec.environment.map { Array($0.utf8)[...] }
    }

    /// What is published, and what is only exposed; an Engine shows neither while nothing runs.
    private static func ports(of container: SimulatedContainer) -> [Port] {
        guard container.state.isLive, container.spec.networkMode != "host" else { return [] }
        let published = Set(container.bindings.map { "\($0.privatePort)/\($0.type)" })
        let exposed = container.spec.exposedPorts.filter { !published.contains($0) }.compactMap {
            key -> Port? in
            let parts = key.split(separator: "/", maxSplits: 1)
            guard let number = parts.first.flatMap({ UInt16($0) }) else { return nil }
            return Port(privatePort: number, type: parts.count == 2 ? String(parts[1]) : "tcp")
        }
        return (container.bindings + exposed).sorted()
    }
}
