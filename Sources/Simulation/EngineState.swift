import Inventory

/// Everything one simulated Engine knows; pure, so that the same calls give the same fleet and the same events.
struct EngineState: Sendable {
    var random: SeededRandom
    private(set) var containers: [ContainerID: SimulatedContainer] = [:]
    private(set) var names: [String: ContainerID] = [:]
    /// By name.
    private(set) var networks: [String: SimulatedNetwork] = [:]
    /// What happened since `takeEvents`.
    private(set) var emitted: [EngineEvent] = []
    /// Whether anybody can ever hear of events; making them is most of the work of a change.
    let isHeard: Bool
    var ports: PortAllocator
    private var addresses: [String: Set<Int>] = [:]
    private var nextProcess: Int64 = 2_000
    /// The latest time that was given out, so that times only go up.
    private var latest: Int64 = 0

    init(seed: UInt64, ephemeralPorts: ClosedRange<UInt16>, isHeard: Bool, now: Int64) {
        self.isHeard = isHeard
        random = SeededRandom(seed: seed)
        ports = PortAllocator(range: ephemeralPorts)
        for (name, driver, subnet) in [("bridge", "bridge", 17), ("host", "host", 0), ("none", "null", 0)] {
            networks[name] = SimulatedNetwork(
                id: random.hexadecimal(64), name: name, driver: driver, subnet: subnet, created: now)
        }
    }

    mutating func takeEvents() -> [EngineEvent] {
        defer { emitted.removeAll(keepingCapacity: true) }
        return emitted
    }

    /// The time of the next thing that happens, never the same twice.
    mutating func tick(_ now: Int64) -> Int64 {
        latest = max(latest + 1, now)
        return latest
    }

    /// Finds by full id, name, or the start of an id that only one container has.
    func find(_ reference: String) throws(EngineRefusal) -> SimulatedContainer {
        if let id = ContainerID(reference), let found = containers[id] { return found }
        let name = reference.hasPrefix("/") ? String(reference.dropFirst()) : reference
        if let found = names[name].flatMap({ containers[$0] }) { return found }
        let digits = Array(reference.utf8)
        guard !digits.isEmpty, digits.count < 64 else { throw .noSuchContainer(reference) }
        let matches = containers.keys.filter { $0.hexadecimal.starts(with: digits) }
        guard matches.count < 2 else {
            throw EngineRefusal(400, "Multiple IDs found with provided prefix: \(reference)")
        }
        guard let found = matches.first.flatMap({ containers[$0] }) else { throw .noSuchContainer(reference) }
        return found
    }

    /// Puts a changed container back.
    mutating func store(_ container: SimulatedContainer) {
        containers[container.id] = container
    }

    /// Adds a container under a name that nobody has.
    mutating func insert(_ container: SimulatedContainer) {
        containers[container.id] = container
        names[container.name] = container.id
    }

    mutating func remove(_ container: SimulatedContainer) {
        containers[container.id] = nil
        names[container.name] = nil
    }

    mutating func rename(_ container: inout SimulatedContainer, to name: String) {
        names[container.name] = nil
        names[name] = container.id
        container.name = name
        store(container)
    }

    mutating func drawProcess() -> Int64 {
        nextProcess += Int64.random(in: 1...40, using: &random)
        return nextProcess
    }

    /// The network of that name, made when it is missing.
    mutating func network(named name: String, at now: Int64) -> SimulatedNetwork {
        if let known = networks[name] { return known }
        let taken = Set(networks.values.map(\.subnet))
        let subnet = (18...31).first { !taken.contains($0) } ?? 31
        let made = SimulatedNetwork(
            id: random.hexadecimal(64), name: name, driver: "bridge", subnet: subnet, created: now)
        networks[name] = made
        emit("network", "create", made.id, ["name": name, "type": made.driver], at: now)
        return made
    }

    /// Takes the lowest free address of a network, as the Engine does; nil when it has none left.
    mutating func takeAddress(in network: String) -> Int? {
        var taken = addresses[network] ?? []
        guard let free = (2..<65_534).first(where: { !taken.contains($0) }) else { return nil }
        taken.insert(free)
        addresses[network] = taken
        return free
    }

    mutating func giveBack(address number: Int, in network: String) {
        addresses[network]?.remove(number)
    }

    mutating func emit(
        _ type: String, _ action: String, _ actor: String, _ attributes: [String: String], at now: Int64
    ) {
        guard isHeard else { return }
        let event = EngineEvent(
            type: type, action: action, actor: actor, attributes: attributes, time: tick(now))
        emitted.append(event)
    }

    /// Emits a container's event, whose attributes are its labels, image and name.
    mutating func emit(
        _ action: String, _ container: SimulatedContainer, at now: Int64, _ more: [String: String] = [:]
    ) {
        guard isHeard else { return }
        var attributes = container.spec.labels
        attributes["image"] = container.spec.image
        attributes["name"] = container.name
        attributes.merge(more) { _, new in new }
        emit("container", action, container.id.description, attributes, at: now)
    }
}

/// Host ports: what is asked for when it is free, else one after the other within a range, as the Engine does.
struct PortAllocator: Sendable {
    private let range: ClosedRange<UInt16>
    private var last: UInt16
    private var taken: Set<String> = []

    init(range: ClosedRange<UInt16>) {
        self.range = range
        last = range.upperBound
    }

    /// Takes a port; nil when it, or every one, is taken.
    mutating func take(_ request: PortRequest) -> UInt16? {
        if request.hostPort != 0 {
            return claim(request.hostPort, request.type) ? request.hostPort : nil
        }
        for _ in range {
            last = last >= range.upperBound ? range.lowerBound : last + 1
            if claim(last, request.type) { return last }
        }
        return nil
    }

    mutating func giveBack(_ port: UInt16, type: String) {
        taken.remove("\(port)/\(type)")
    }

    private mutating func claim(_ port: UInt16, _ type: String) -> Bool {
        taken.insert("\(port)/\(type)").inserted
    }
}
