import Inventory

/// Containers counted by what their health checks say (requirement B10).
package struct HealthTally: Hashable, Sendable {
    package private(set) var healthy = 0
    package private(set) var unhealthy = 0
    package private(set) var starting = 0
    /// Those without a health check.
    package private(set) var none = 0
    /// Those whose check says something that this version doesn't know.
    package private(set) var other = 0

    package init(healthy: Int = 0, unhealthy: Int = 0, starting: Int = 0, none: Int = 0, other: Int = 0) {
        self.healthy = healthy
        self.unhealthy = unhealthy
        self.starting = starting
        self.none = none
        self.other = other
    }

    /// How many there are of a word.
    package func count(_ word: Word) -> Int {
        switch word {
        case .healthy: healthy
        case .unhealthy: unhealthy
        case .starting: starting
        case .none: none
        case .other: other
        }
    }

    /// What is told apart.
    package enum Word: String, CaseIterable, Hashable, Sendable {
        case healthy, unhealthy, starting, none, other
    }

    /// Containers in all.
    package var total: Int { healthy + unhealthy + starting + none + other }

    /// Counts a container under another word; nil before it is there, and after it is gone.
    mutating func move(from old: Word?, to new: Word?) {
        guard old != new else { return }
        if let old { add(-1, to: old) }
        if let new { add(1, to: new) }
    }

    private mutating func add(_ count: Int, to word: Word) {
        switch word {
        case .healthy: healthy += count
        case .unhealthy: unhealthy += count
        case .starting: starting += count
        case .none: none += count
        case .other: other += count
        }
    }

    /// Both together.
    package static func + (one: HealthTally, two: HealthTally) -> HealthTally {
        var sum = one
        for word in Word.allCases { sum.add(two.count(word), to: word) }
        return sum
    }
}

extension Snapshot {
    /// What a container's health check says.
    func healthWord(_ status: StatusColumns) -> HealthTally.Word {
        guard status.hasHealth else { return .none }
        switch strings[status.health] {
        case Health.healthy: return .healthy
        case Health.unhealthy: return .unhealthy
        case Health.starting: return .starting
        default: return .other
        }
    }
}
