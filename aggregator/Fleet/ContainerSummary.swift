package import Inventory

/// One container as values: what the fleet keeps of it in memory, the rest at its default.
package struct ContainerSummary: Hashable, Sendable {
    package let host: HostKey
    package let hostID: HostID
    package let hostName: String
    package let id: ContainerID
    package let status: Status
    package let network: Network
    /// Name, image and its id, created, entrypoint, command, labels, mounts, the restart policy's name, and the
    /// environment without the digests of hidden values.
    package let config: Config
    /// Without `dependsOn`; nil when it belongs to no stack.
    package let compose: Compose?
    /// When any facet last changed, in milliseconds since 1970.
    package let changedAt: Int64
}

extension FleetView {
    /// A container as values; `write` is much faster where JSON is wanted.
    package func summary(_ slot: Slot) -> ContainerSummary {
        let record = snapshot.records[slot.number]
        guard let host = snapshot.hosts[record.host] else {
            preconditionFailure("a slot of another view was used")
        }
        return ContainerSummary(
            host: host.key, hostID: host.id, hostName: host.name, id: snapshot.ids[slot.number],
            status: status(record.status), network: record.packed.network.map(network) ?? Network(),
            config: config(record), compose: record.packed.compose.map(compose), changedAt: record.changedAt,
        )
    }

    private func text(_ number: UInt32) -> String { snapshot.strings[number] }

    private func status(_ columns: StatusColumns) -> Status {
        var status = Status(state: ContainerState(rawValue: text(columns.state)))
        status.pid = columns.pid
        status.startedAt = columns.startedAt
        status.finishedAt = columns.finishedAt
        status.exitCode = columns.exitCode
        status.error = text(columns.error)
        status.isOOMKilled = columns.isOOMKilled
        status.isDead = columns.isDead
        status.restartCount = columns.restartCount
        if columns.hasHealth {
            status.health = Health(status: text(columns.health), failingStreak: columns.failingStreak)
        }
        return status
    }

    private func network(_ words: NetworkWords) -> Network {
        var network = Network()
        network.mode = text(words.mode)
        network.ports = (0..<words.portCount).map { index in
            let port = words.port(index)
            return Port(
                privatePort: port.privatePort, publicPort: port.publicPort, ip: text(port.ip),
                type: text(port.type),
            )
        }
        network.networks = (0..<words.networkCount).map { index in
            var endpoint = Endpoint(name: text(words.networkName(index)))
            switch words.address(index) {
            case .none: break
            case .ipv4(let address):
                endpoint.ip = "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
            case .text(let number): endpoint.ip = text(number)
            }
            endpoint.ipv6 = text(words.ipv6(index))
            endpoint.id = text(words.networkID(index))
            return endpoint
        }
        return network
    }

    private func config(_ record: Record) -> Config {
        var config = Config(name: text(record.name))
        guard let words = record.packed.config else { return config }
        config.image = text(words.image)
        config.imageID = text(words.imageID)
        config.created = words.created
        config.entrypoint = words.entrypoint.map(text)
        config.command = words.command.map(text)
        for index in 0..<words.labelCount {
            config.labels[text(words.labelKey(index))] = text(words.labelValue(index))
        }
        config.mounts = (0..<words.mountCount).map { index in
            let packed = words.mount(index)
            var mount = Mount(type: text(packed.type), destination: text(packed.destination))
            mount.name = text(packed.name)
            mount.source = text(packed.source)
            mount.driver = text(packed.driver)
            mount.isWritable = packed.isWritable
            return mount
        }
        config.restartPolicy = RestartPolicy(name: text(words.restartPolicy))
        config.portBindings = (0..<words.bindingCount).map { index in
            let port = words.binding(index)
            return Port(
                privatePort: port.privatePort, publicPort: port.publicPort, ip: text(port.ip),
                type: text(port.type))
        }
        for index in 0..<words.variableCount {
            let variable = words.variable(index)
            config.environment[text(variable.key)] = variable.value.map { .value(text($0)) } ?? .digest("")
        }
        return config
    }

    private func compose(_ words: ComposeWords) -> Compose {
        var compose = Compose(kind: text(words.kind), project: text(words.project))
        compose.service = text(words.service)
        compose.number = words.number
        compose.configFiles = words.configFiles.map(text)
        compose.workingDirectory = text(words.workingDirectory)
        compose.isOneOff = words.isOneOff
        return compose
    }
}
