import Inventory
import TestSupport
import Wire

/// Containers to report.
enum Sample {
    /// The id of the container of this number.
    static func id(_ number: Int) -> ContainerID {
        var random = SplitMix64(seed: UInt64(number))
        return ContainerID(words: (random.next(), random.next(), random.next(), random.next()))
    }

    /// A container as it is encoded; the same arguments give the same bytes.
    static func container(
        _ number: Int, name: String? = nil, state: ContainerState = .running, labels: [String: String] = [:],
        compose: Compose? = nil, environment: [String: EnvironmentValue] = [:],
        startedAt: Int64 = 1_700_000_000_000
    ) -> EncodedContainer {
        var status = Status(state: state)
        status.startedAt = startedAt
        if state == .exited { status.exitCode = 137 }
        var network = Network()
        network.mode = "bridge"
        network.ports = [Port(privatePort: 80, publicPort: UInt16(8_000 + number % 1_000), ip: "0.0.0.0")]
        var config = Config(name: name ?? "c\(number)")
        config.image = "nginx:1.25"
        config.labels = labels
        config.environment = environment
        config.created = 1_690_000_000_000
        return EncodedContainer(
            Container(id: id(number), status: status, network: network, config: config, compose: compose))
    }

    /// A member of a Compose project.
    static func compose(_ project: String, _ service: String, kind: String = Compose.compose) -> Compose {
        var compose = Compose(kind: kind, project: project)
        compose.service = service
        return compose
    }

    /// The state of a host with these containers.
    static func log(_ who: Who, _ numbers: some Sequence<Int>) -> HostLog {
        var log = who.log
        for number in numbers { log.put(id(number), container(number)) }
        log.completed()
        return log
    }
}
