package import Inventory

/// A container as the simulated Engine keeps it.
///
/// Times are nanoseconds since 1970, 0 = never.
package struct SimulatedContainer: Hashable, Sendable {
    package let id: ContainerID
    package internal(set) var name: String
    package let spec: ContainerSpec
    package let created: Int64
    package internal(set) var state = ContainerState.created
    package internal(set) var pid: Int64 = 0
    package internal(set) var exitCode: Int64 = 0
    package internal(set) var error = ""
    package internal(set) var startedAt: Int64 = 0
    package internal(set) var finishedAt: Int64 = 0
    package internal(set) var restartCount: Int64 = 0
    package internal(set) var isOOMKilled = false
    package internal(set) var health: HealthRecord?
    /// By the network's name.
    package internal(set) var endpoints: [String: SimulatedEndpoint] = [:]
    /// What is published now, with the ports that were given; empty while it does not run.
    package internal(set) var bindings: [Inventory.Port] = []

    init(id: ContainerID, name: String, spec: ContainerSpec, created: Int64) {
        self.id = id
        self.name = name
        self.spec = spec
        self.created = created
    }

    package var imageID: String { "sha256:" + Self.digest(of: spec.image) }

    /// The command line's words: entrypoint, then command.
    var words: [String] { spec.entrypoint + spec.command }

    /// Running, paused or between two runs: a process exists, or will soon.
    var isLive: Bool { state.isLive }

    /// 64 hexadecimal digits that follow from a text, for image ids and paths.
    static func digest(of text: String) -> String {
        var seed: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var random = SeededRandom(seed: seed)
        return random.hexadecimal(64)
    }
}

/// What a health check has found so far.
package struct HealthRecord: Hashable, Sendable {
    /// One run of the check.
    package struct Probe: Hashable, Sendable {
        package let start: Int64
        package let end: Int64
        package let exitCode: Int64
        package let output: String
    }

    package var status = Health.starting
    package var failingStreak: Int64 = 0
    /// The last five.
    package var log: [Probe] = []
}

/// A container's place in one network; the addresses are empty while it does not run.
package struct SimulatedEndpoint: Hashable, Sendable {
    package var networkID: String
    package var id = ""
    package var gateway = ""
    package var ip = ""
    package var prefix: Int64 = 0
    package var mac = ""
    package var aliases: [String] = []
}

/// A network of the simulated Engine: `bridge`, `host`, `none`, or one that a container asked for.
package struct SimulatedNetwork: Hashable, Sendable {
    package let id: String
    package let name: String
    /// `bridge`, `host` or `null`.
    package let driver: String
    /// The second number of 172.x.0.0/16; 0 = no addresses.
    package let subnet: Int
    package let created: Int64

    var gateway: String { subnet == 0 ? "" : "172.\(subnet).0.1" }
}
