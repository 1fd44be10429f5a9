import Inventory

/// What `docker ps --filter` asks for, its texts looked up; labels, states and health are in `Filter`.
struct DockerFilter {
    private let filters: ContainerFilters
    private let createdBefore: Int64?
    private let createdSince: Int64?
    /// Ranges of ids, of which one must hold; empty for any id.
    let ids: [Filter.IDRange]
    let variables: [(key: UInt32, value: UInt32?)]
    let images: [Image]
    private let networks: [NetworkName]
    let volumes: [UInt32]
    /// Where mounts must come from, by the numbers of paths that there are; nil for anywhere.
    let mounts: Set<UInt32>?
    let published: [Ports]
    let exposed: [Ports]
    let isExited: Bool
    /// Whether a text was asked for that no container has.
    private(set) var isImpossible = false

    /// A value of `network`: the number of a name, and how an id would begin.
    struct NetworkName {
        let name: UInt32?
        /// Nil when the value can be no id.
        let prefix: String?
    }

    /// Ports of one protocol.
    struct Ports {
        let numbers: ClosedRange<UInt16>
        let type: UInt32
    }

    /// Nil when nothing is asked for that this checks.
    init?(_ query: Query, in snapshot: Snapshot) {
        filters = query.filters
        createdBefore = query.createdBefore
        createdSince = query.createdSince
        var others = filters
        (others.labels, others.states, others.isTask, others.before, others.since) = ([], [], nil, [], [])
        others.health = []
        others.thresholds = []
        guard !others.isEmpty || createdBefore != nil || createdSince != nil else { return nil }
        func number(_ text: String) -> UInt32? { snapshot.strings.number(of: text) }
        ids = filters.ids.compactMap { Filter.IDRange(prefix: $0) }
        isExited = !filters.exited.isEmpty
        var variables: [(key: UInt32, value: UInt32?)] = []
        for variable in filters.environment {
            guard let key = number(variable.key) else {
                isImpossible = true
                continue
            }
            let value = variable.value.flatMap { number($0) }
            if variable.value != nil, value == nil { isImpossible = true }
            variables.append((key, value))
        }
        self.variables = variables
        images = filters.images.map { Image($0, in: snapshot) }
        networks = filters.networks.map { text in
            let isHexadecimal = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
            }
            return NetworkName(name: number(text), prefix: isHexadecimal ? text : nil)
        }
        volumes = filters.volumes.compactMap { number($0) }
        if !filters.volumes.isEmpty, volumes.isEmpty { isImpossible = true }
        mounts =
            filters.mounts.isEmpty ? nil : Set(filters.mounts.flatMap { snapshot.mountSources(at: $0) })
        if mounts?.isEmpty == true { isImpossible = true }
        func ports(_ ranges: [ContainerFilters.PortRange]) -> [Ports] {
            ranges.compactMap { range in number(range.type).map { Ports(numbers: range.numbers, type: $0) } }
        }
        published = ports(filters.published)
        exposed = ports(filters.exposed)
        if !filters.published.isEmpty, published.isEmpty { isImpossible = true }
        if !filters.exposed.isEmpty, exposed.isEmpty { isImpossible = true }
    }

    /// The number of the only network's name; nil for several, and where an id might be meant.
    var networkName: UInt32? {
        guard networks.count == 1, let network = networks.first, network.prefix == nil else { return nil }
        return network.name
    }

    /// Whether the container in a slot is asked for.
    func matches(_ slot: UInt32, in snapshot: Snapshot) -> Bool {
        if !ids.isEmpty {
            let id = snapshot.ids[slot]
            guard ids.contains(where: { $0.low <= id && id <= $0.high }) else { return false }
        }
        if !filters.exited.isEmpty {
            let status = snapshot.records[slot].status
            guard !status.isLive, status.startedAt > 0, filters.exited.contains(status.exitCode) else {
                return false
            }
        }
        return matches(config: snapshot.records[slot].packed, host: snapshot.records[slot].host, in: snapshot)
            && matches(network: snapshot.records[slot].packed, in: snapshot)
            && (filters.names.isEmpty
                || filters.matches(name: snapshot.strings[snapshot.records[slot].name]))
    }

    private func matches(config packed: Packed, host: UInt32, in snapshot: Snapshot) -> Bool {
        guard let config = packed.config else { return false }
        if let createdBefore, config.created >= createdBefore { return false }
        if let createdSince, config.created <= createdSince { return false }
        for (key, value) in variables where !Self.has(config, key, value) { return false }
        if !images.isEmpty, !images.contains(where: { $0.made(config, on: host, in: snapshot) }) {
            return false
        }
        if !filters.volumes.isEmpty, !hasVolume(config) { return false }
        guard let mounts else { return true }
        return (0..<config.mountCount).contains { mounts.contains(config.mount($0).source) }
    }

    private static func has(_ config: ConfigWords, _ key: UInt32, _ value: UInt32?) -> Bool {
        for index in 0..<config.variableCount {
            let variable = config.variable(index)
            guard variable.key == key else { continue }
            return value == nil || variable.value == value
        }
        return false
    }

    private func hasVolume(_ config: ConfigWords) -> Bool {
        for index in 0..<config.mountCount {
            let mount = config.mount(index)
            if volumes.contains(mount.destination)
                || volumes.contains(mount.name == 0 ? mount.source : mount.name)
            {
                return true
            }
        }
        return false
    }

    private static func contains(_ ranges: [Ports], _ number: UInt16, _ type: UInt32) -> Bool {
        ranges.contains { $0.type == type && $0.numbers.contains(number) }
    }

    /// As the Engine: of what runs, published by the host's number, exposed by the container's.
    private func hasPorts(_ words: NetworkWords) -> Bool {
        let ports = (0..<words.portCount).lazy.map { words.port($0) }
        if !published.isEmpty {
            guard
                ports.contains(where: {
                    $0.publicPort > 0 && Self.contains(published, $0.publicPort, $0.type)
                })
            else { return false }
        }
        return exposed.isEmpty || ports.contains { Self.contains(exposed, $0.privatePort, $0.type) }
    }

    private func matches(network packed: Packed, in snapshot: Snapshot) -> Bool {
        guard !networks.isEmpty || !published.isEmpty || !exposed.isEmpty else { return true }
        guard let words = packed.network, hasPorts(words) else { return false }
        guard !networks.isEmpty else { return true }
        for index in 0..<words.networkCount {
            let (name, id) = (words.networkName(index), words.networkID(index))
            for wanted in networks {
                if wanted.name == name { return true }
                if let prefix = wanted.prefix, id != 0, snapshot.strings[id].hasPrefix(prefix) { return true }
            }
        }
        return false
    }
}

extension DockerFilter {
    /// A value of `ancestor`: the images that go by that name on each host, or an id.
    struct Image {
        /// A host's place and the number of an image's id.
        private struct Made: Hashable {
            let host: UInt32
            let image: UInt32
        }

        private let reference: ImageReference
        private let prefix: String?
        /// Numbers of names that mean this image.
        private var names: Set<UInt32> = []
        private var made: Set<Made> = []
        /// Ids that `made` and `prefix` mean.
        private var ids: Set<UInt32> = []
        /// Hosts that have a container of an image of this name.
        private var hosts: Set<UInt32> = []

        init(_ text: String, in snapshot: Snapshot) {
            reference = ImageReference(text)
            prefix = ImageReference.idPrefix(text)
            var (names, made, hosts): (Set<UInt32>, Set<Made>, Set<UInt32>) = ([], [], [])
            snapshot.indexes[Snapshot.Index.image.rawValue].forEach { [reference] key, posting in
                let name = UInt32(truncatingIfNeeded: key)
                guard reference.names(ImageReference(snapshot.strings[name])) else { return }
                names.insert(name)
                posting.forEach { slot in
                    let host = snapshot.records[slot].host
                    hosts.insert(host)
                    let image = snapshot.records[slot].packed.config?.imageID ?? 0
                    if image != 0 { made.insert(Made(host: host, image: image)) }
                }
            }
            (self.names, self.made, self.hosts) = (names, made, hosts)
            var ids = Set(made.map(\.image))
            defer { self.ids = ids }
            guard let prefix else { return }
            snapshot.indexes[Snapshot.Index.imageID.rawValue].forEach { key, _ in
                let id = UInt32(truncatingIfNeeded: key)
                if snapshot.strings[id].hasPrefix(prefix) { ids.insert(id) }
            }
        }

        /// Postings that hold every container made from this image, and perhaps others.
        func candidates(in snapshot: Snapshot) -> [Posting] {
            names.compactMap { snapshot.posting(.image, UInt64($0)) }
                + ids.compactMap { snapshot.posting(.imageID, UInt64($0)) }
        }

        /// Whether a container was made from this image, as far as records say.
        func made(_ config: ConfigWords, on host: UInt32, in snapshot: Snapshot) -> Bool {
            if names.contains(config.image) { return true }
            guard config.imageID != 0 else { return false }
            if made.contains(Made(host: host, image: config.imageID)) { return true }
            guard let prefix, !hosts.contains(host) else { return false }
            return snapshot.strings[config.imageID].hasPrefix(prefix)
        }
    }
}
