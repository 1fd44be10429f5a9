extension ContainerFilters {
    /// What filters need to know of the fleet around a container.
    package struct Surroundings: Hashable, Sendable {
        /// Containers must have been made before this, in ms since 1970; nil for no such filter.
        package var createdBefore: Int64?
        /// Containers must have been made after this, in ms since 1970; nil for no such filter.
        package var createdSince: Int64?
        /// The ids of the images that go by a name of `images` on the container's host.
        package var imageIDs: Set<String> = []
        /// Names of `images` that some container of the host has: an id that begins so isn't meant then.
        package var knownImages: Set<String> = []

        /// Knows nothing.
        package init() {}

        /// Learns from a container of the same host which images go by the names of `filters.images`.
        package mutating func learn(_ config: Config, for filters: ContainerFilters) {
            for image in filters.images where ImageReference(image).names(ImageReference(config.image)) {
                knownImages.insert(image)
                if !config.imageID.isEmpty { imageIDs.insert(config.imageID) }
            }
        }
    }

    /// Whether nothing is asked for.
    package var isEmpty: Bool { self == ContainerFilters() }

    /// Whether containers that don't run are asked for too, as by Docker's own rule.
    package var asksForAllStates: Bool { !states.isEmpty }

    /// Whether a container is asked for, as far as its record tells: thresholds of CPU and memory are left out.
    package func matches(_ container: Container, in surroundings: Surroundings = Surroundings()) -> Bool {
        matches(container.status) && matches(container.config, surroundings) && matches(container.network)
            && (ids.isEmpty || ids.contains { container.id.description.hasPrefix($0) })
    }

    /// Whether a name matches one of the expressions, with or without Docker's slash.
    package func matches(name: String) -> Bool {
        names.isEmpty || names.contains { $0.matches(name) || $0.matches("/" + name) }
    }

    private func matches(_ status: Status) -> Bool {
        if !states.isEmpty, !states.contains(status.state) { return false }
        for threshold in thresholds
        where threshold.key == .restarts && !threshold.holds(whole: status.restartCount) {
            return false
        }
        if !exited.isEmpty {
            // The Engine's own condition: not running, and started at least once.
            guard !status.state.isLive, status.startedAt > 0, exited.contains(status.exitCode) else {
                return false
            }
        }
        return health.isEmpty || health.contains(status.health?.status ?? "none")
    }

    private func matches(_ config: Config, _ surroundings: Surroundings) -> Bool {
        guard matches(name: config.name) else { return false }
        for label in labels {
            guard let value = config.labels[label.key] else { return false }
            if let wanted = label.value, !isSame(value, wanted) { return false }
        }
        for variable in environment {
            guard let value = config.environment[variable.key] else { return false }
            guard let wanted = variable.value else { continue }
            guard case .value(let shown) = value, isSame(shown, wanted) else { return false }
        }
        if let isTask, (config.labels[Self.taskLabel] != nil) != isTask { return false }
        if let before = surroundings.createdBefore, config.created >= before { return false }
        if let since = surroundings.createdSince, config.created <= since { return false }
        if !images.isEmpty, !images.contains(where: { Self.isMade(config, from: $0, surroundings) }) {
            return false
        }
        if !volumes.isEmpty,
            !volumes.contains(where: { wanted in config.mounts.contains { $0.isAt(wanted) } })
        {
            return false
        }
        return mounts.isEmpty
            || config.mounts.contains { mount in mounts.contains { $0.holds(mount.source) } }
    }

    /// The label that the Engine gives to tasks of Swarm services.
    package static let taskLabel = "com.docker.swarm.task.id"

    private static func isMade(_ config: Config, from image: String, _ surroundings: Surroundings) -> Bool {
        if ImageReference(image).names(ImageReference(config.image)) { return true }
        if surroundings.imageIDs.contains(config.imageID) { return true }
        guard !surroundings.knownImages.contains(image), let prefix = ImageReference.idPrefix(image) else {
            return false
        }
        return config.imageID.hasPrefix(prefix)
    }

    private func matches(_ network: Network) -> Bool {
        // As the Engine: of what runs, published by the host's number, exposed by the container's.
        if !published.isEmpty {
            let ports = network.ports.filter { $0.publicPort > 0 }.map { PortKey($0.publicPort, $0.type) }
            guard ports.contains(where: { port in published.contains { $0.contains(port) } }) else {
                return false
            }
        }
        if !exposed.isEmpty {
            let ports = network.ports.map { PortKey($0.privatePort, $0.type) }
            guard ports.contains(where: { port in exposed.contains { $0.contains(port) } }) else {
                return false
            }
        }
        guard !networks.isEmpty else { return true }
        return networks.contains { wanted in
            network.networks.contains { network in
                isSame(network.name, wanted) || !network.id.isEmpty && network.id.hasPrefix(wanted)
            }
        }
    }
}

extension Mount {
    /// Whether a value of `volume` means this: by its name, by its source if it has no name, or by its place.
    fileprivate func isAt(_ wanted: String) -> Bool {
        isSame(wanted, destination) || isSame(wanted, name.isEmpty ? source : name)
    }
}

/// By bytes, as Docker compares: to Swift a composed and a decomposed é are equal.
private func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
