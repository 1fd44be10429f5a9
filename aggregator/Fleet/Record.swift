import Inventory

/// What is kept of one container apart from its id: fixed columns, and the rest packed into words.
struct Record: Sendable {
    /// The host's place in `Snapshot.hosts`; `nobody` for a slot that is free.
    var host = Record.nobody
    var name: UInt32 = 0
    /// When any facet last changed, in milliseconds since 1970.
    var changedAt: Int64 = 0
    var status = StatusColumns()
    var packed = Packed()

    static let nobody = UInt32.max
}

/// The `status` facet with its texts as numbers; times in milliseconds since 1970.
struct StatusColumns: Sendable {
    var pid: Int64 = 0
    var startedAt: Int64 = 0
    var finishedAt: Int64 = 0
    var exitCode: Int64 = 0
    var restartCount: Int64 = 0
    var failingStreak: Int64 = 0
    var state: UInt32 = 0
    var health: UInt32 = 0
    var error: UInt32 = 0
    var isOOMKilled = false
    var isDead = false
    var hasHealth = false

    /// Whether `docker ps` lists it without `-a`, as `ContainerState.isLive`.
    var isLive: Bool {
        state == Strings.Known.running || state == Strings.Known.paused || state == Strings.Known.restarting
    }

    var isRunning: Bool { state == Strings.Known.running }

    /// The keys in the indexes of that name; nil when it is in none.
    var stateKey: UInt64? { state == 0 ? nil : UInt64(state) }
    var healthKey: UInt64? { hasHealth ? UInt64(health) : nil }

    /// Puts other numbers in the place of its texts' numbers.
    mutating func mapTexts(_ number: (UInt32) -> UInt32) {
        state = number(state)
        health = number(health)
        error = number(error)
    }
}

/// The variable parts of a record, one after the other: network, config, compose.
///
/// The first two words say where config and compose begin. Each part is the number of its texts, the texts'
/// numbers, then plain numbers; so whoever counts texts need not know what they mean.
struct Packed: Sendable {
    private(set) var words: [UInt32]

    init(network: [UInt32] = [], config: [UInt32] = [], compose: [UInt32] = []) {
        words = []
        words.reserveCapacity(2 + network.count + config.count + compose.count)
        words.append(UInt32(2 + network.count))
        words.append(UInt32(2 + network.count + config.count))
        words += network
        words += config
        words += compose
    }

    private var configStart: Int { Int(words[0]) }
    private var composeStart: Int { Int(words[1]) }

    var networkPart: ArraySlice<UInt32> { words[2..<configStart] }
    var configPart: ArraySlice<UInt32> { words[configStart..<composeStart] }
    var composePart: ArraySlice<UInt32> { words[composeStart...] }

    /// Nil when the container has no such facet.
    var network: NetworkWords? { configStart == 2 ? nil : NetworkWords(words, at: 2) }
    var config: ConfigWords? { composeStart == configStart ? nil : ConfigWords(words, at: configStart) }
    var compose: ComposeWords? { words.count == composeStart ? nil : ComposeWords(words, at: composeStart) }

    /// The texts' numbers of one part.
    static func texts(of part: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
        guard let count = part.first else { return [] }
        return part[(part.startIndex + 1)..<(part.startIndex + 1 + Int(count))]
    }
}
