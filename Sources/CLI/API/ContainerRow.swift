import Inventory

/// A container as the API's lists and records give it, with what the CLI shows.
struct ContainerRow: Sendable {
    /// The host's id.
    var host = ""
    /// The host's name for people.
    var hostName = ""
    /// 64 hexadecimal digits.
    var id = ""
    /// The name without the leading slash.
    var name = ""
    var status = Status(state: .created)
    var ports: [Port] = []
    /// The names of its networks.
    var networks: [String] = []
    var image = ""
    /// Milliseconds since 1970.
    var created: Int64 = 0
    var entrypoint: [String] = []
    var command: [String] = []
    /// In the order of the answer.
    var labels: [(name: String, value: String)] = []
    var mounts: [Mount] = []
    /// The service within its stack; empty when there is none.
    var service = ""
    /// The Compose project or Swarm stack; empty when there is none.
    var project = ""
    /// What it uses; nil when that wasn't asked for, or isn't known.
    var stats: UsageSample?
    /// What the user called it by; empty when it wasn't called.
    var given = ""
    // Whole records and watches have these, lists don't.
    var imageID = ""
    /// The ids of its networks, in the order of `networks`.
    var networkIDs: [String] = []
    var environment: [String: EnvironmentValue] = [:]

    /// A row without anything.
    init() {}

    /// The host as people know it.
    var hostTitle: String { hostName.isEmpty ? host : hostName }

    /// How long ago it was created, in docker's words; docker knows whole seconds only.
    func age(now: Int64) -> String {
        "\(humanDuration(milliseconds: now - (created - created % 1000))) ago"
    }

    /// The twelve digits that docker shows.
    var shortID: String { String(id.utf8.prefix(12)) ?? id }
}

extension ContainerRow {
    /// The container as filters see it; nil when the id is none.
    var container: Container? {
        guard let id = ContainerID(id) else { return nil }
        var network = Network()
        network.ports = ports
        network.networks = networks.enumerated().map { index, name in
            var endpoint = Inventory.Endpoint(name: name)
            endpoint.id = networkIDs[index]
            return endpoint
        }
        var config = Config(name: name)
        config.image = image
        config.imageID = imageID
        config.created = created
        config.labels = Dictionary(labels.map { ($0.name, $0.value) }) { one, _ in one }
        config.environment = environment
        config.mounts = mounts
        return Container(id: id, status: status, network: network, config: config)
    }
}
