import Inventory

/// A query with its texts looked up, so that a container is checked by comparing numbers.
struct Filter {
    /// One requirement of a label selector.
    struct Label {
        let key: UInt32
        /// Nil when any value will do.
        let values: [UInt32]?
        /// Whether the label with such a value must be there, or must not.
        let isWanted: Bool
    }

    /// Ids from one to another, both included.
    struct IDRange {
        let low: ContainerID
        let high: ContainerID

        /// What begins with these digits; nil unless they are up to 64 lowercase hexadecimal digits.
        init?(prefix: String) {
            let count = prefix.utf8.count
            guard count <= 64, let low = ContainerID(prefix + String(repeating: "0", count: 64 - count)),
                let high = ContainerID(prefix + String(repeating: "f", count: 64 - count))
            else { return nil }
            self.low = low
            self.high = high
        }
    }

    /// Places of hosts; nil for all.
    var hosts: Set<UInt32>?
    var labels: [Label] = []
    var states: [UInt32]?
    /// Whether `states` are those of live containers, all of them.
    private(set) var isAnyLive = false
    var health: (texts: [UInt32], orNone: Bool)?
    /// The same where each word is one that is counted.
    private(set) var healthWords: Set<HealthTally.Word>?
    var names: [UInt32] = []
    var namePart: [UInt8] = []
    var ids: [IDRange] = []
    var project: UInt32?
    var kind: UInt32?
    var service: UInt32?
    var image: UInt32?
    var network: UInt32?
    var publicPort: UInt16?
    /// Numbers that must be above or below something.
    let thresholds: [Threshold]
    let usageNotBefore: Int64
    /// What `docker ps --filter` asks for besides; nil when nothing.
    var docker: DockerFilter?
    /// Whether a text was asked for that no container has.
    private(set) var isImpossible = false

    init(_ query: Query, in snapshot: Snapshot) {
        thresholds = query.filters.thresholds
        usageNotBefore = query.usageNotBefore
        hosts = query.hosts.map { Set($0.compactMap { snapshot.place(of: $0) }) }
        project = number(query.stack, in: snapshot)
        kind = number(query.stackKind, in: snapshot)
        service = number(query.service, in: snapshot)
        image = number(query.image, in: snapshot)
        network = number(query.network, in: snapshot)
        publicPort = query.publicPort
        if let name = number(query.name, in: snapshot) { names.append(name) }
        namePart = Array((query.namePart ?? "").utf8)
        if let prefix = query.idPrefix { add(prefix: prefix) }
        setStates(query, in: snapshot)
        setHealth(query, in: snapshot)
        for requirement in query.selector.requirements { add(requirement, in: snapshot) }
        for label in query.filters.labels {
            add(
                Selector.Requirement(label.key, label.value.map { .isAny(of: [$0]) } ?? .exists), in: snapshot
            )
        }
        if let isTask = query.filters.isTask {
            add(
                Selector.Requirement(ContainerFilters.taskLabel, isTask ? .exists : .isMissing), in: snapshot)
        }
        docker = DockerFilter(query, in: snapshot)
        if docker?.isImpossible == true { isImpossible = true }
    }

    /// The word for containers without a health check.
    static let noHealth = "none"

    /// Whether `knownCount` knows.
    var isCounted: Bool {
        guard labels.isEmpty, names.isEmpty, namePart.isEmpty, ids.isEmpty, project == nil, kind == nil,
            service == nil, image == nil, network == nil, publicPort == nil, docker == nil,
            thresholds.isEmpty
        else { return false }
        return health == nil ? states == nil || isAnyLive : states == nil && healthWords != nil
    }

    /// How many of a host's containers match, where that is known without looking at each.
    func knownCount(_ host: Snapshot.Host) -> Int? {
        guard isCounted else { return nil }
        if let healthWords { return healthWords.reduce(0) { $0 + host.health.count($1) } }
        return states == nil ? host.count : host.live
    }

    /// Whether it asks for nothing but one label, with one of some values: then the postings of these say it all.
    var isOnlyOneLabel: Bool {
        labels.count == 1 && labels[0].isWanted && hosts == nil && states == nil && health == nil
            && names.isEmpty && namePart.isEmpty && ids.isEmpty && project == nil && kind == nil
            && service == nil && image == nil && network == nil && publicPort == nil && docker == nil
            && thresholds.isEmpty
    }

    /// Narrows it to ids that begin so.
    mutating func add(prefix: String) {
        if let range = IDRange(prefix: prefix) { ids.append(range) } else { isImpossible = true }
    }

    /// Narrows it to a name.
    mutating func add(name: String, in snapshot: Snapshot) {
        if let name = number(name, in: snapshot) { names.append(name) }
    }

    private mutating func number(_ text: String?, in snapshot: Snapshot) -> UInt32? {
        guard let text else { return nil }
        let number = snapshot.strings.number(of: text)
        if number == nil { isImpossible = true }
        return number
    }

    private mutating func setHealth(_ query: Query, in snapshot: Snapshot) {
        var wanted = query.health
        if !query.filters.health.isEmpty {
            let words = Set(query.filters.health)
            wanted = wanted?.intersection(words) ?? words
        }
        guard let wanted else { return }
        let texts = wanted.subtracting([Self.noHealth]).compactMap { snapshot.strings.number(of: $0) }
        health = (texts, wanted.contains(Self.noHealth))
        let words = wanted.compactMap { HealthTally.Word(rawValue: $0) }
        if words.count == wanted.count, !words.contains(.other) { healthWords = Set(words) }
        if wanted.isEmpty || texts.isEmpty && !wanted.contains(Self.noHealth) { isImpossible = true }
    }

    private mutating func setStates(_ query: Query, in snapshot: Snapshot) {
        var wanted = query.states
        if !query.filters.states.isEmpty {
            let states = Set(query.filters.states)
            wanted = wanted?.intersection(states) ?? states
        }
        guard query.liveOnly || wanted != nil else { return }
        let live = [Strings.Known.running, Strings.Known.paused, Strings.Known.restarting]
        let asked = wanted?.compactMap { snapshot.strings.number(of: $0.rawValue) }
        let both = query.liveOnly ? live.filter { asked?.contains($0) ?? true } : asked ?? []
        isAnyLive = query.liveOnly && wanted == nil
        if both.isEmpty { isImpossible = true }
        states = both
    }

    private mutating func add(_ requirement: Selector.Requirement, in snapshot: Snapshot) {
        let key = snapshot.strings.number(of: requirement.key)
        func numbers(_ values: [String]) -> [UInt32] { values.compactMap { snapshot.strings.number(of: $0) } }
        // A label that nobody has: what must be there is impossible, what must not be there is no condition.
        switch requirement.condition {
        case .exists:
            if let key {
                labels.append(Label(key: key, values: nil, isWanted: true))
            } else {
                isImpossible = true
            }
        case .isAny(let values):
            let values = numbers(values)
            if let key, !values.isEmpty {
                labels.append(Label(key: key, values: values, isWanted: true))
            } else {
                isImpossible = true
            }
        case .isMissing:
            if let key { labels.append(Label(key: key, values: nil, isWanted: false)) }
        case .isNone(let values):
            let values = numbers(values)
            if let key, !values.isEmpty { labels.append(Label(key: key, values: values, isWanted: false)) }
        }
    }
}
