import Inventory
import TestSupport

extension Container {
    /// A container of which any member may hold anything that its type can hold.
    static func random(using random: inout SplitMix64) -> Container {
        Container(
            id: Sample.id(random.next() >> 32), status: .random(using: &random),
            network: .random(using: &random),
            config: .random(using: &random),
            compose: Bool.random(using: &random) ? .random(using: &random) : nil)
    }
}

/// Draws values of the simplest types, defaults among them.
private struct Draw {
    static func text(_ random: inout SplitMix64) -> String {
        let parts = [
            "", "a", "café", "\u{1F600}", "\u{0}", "\u{1F}", "\u{7F}", "\"", "\\", "\n", "/", "\u{FFFF}", " ",
        ]
        return (0..<Int.random(in: 0..<4, using: &random)).map { _ in
            parts.randomElement(using: &random) ?? ""
        }.joined()
    }

    static func name(_ random: inout SplitMix64) -> String { "n" + text(&random) }

    static func number(_ random: inout SplitMix64) -> Int64 {
        [0, 1, -1, 255, .max, .min].randomElement(using: &random) ?? 0
    }

    static func list<Element>(_ random: inout SplitMix64, _ one: (inout SplitMix64) -> Element) -> [Element] {
        (0..<Int.random(in: 0..<4, using: &random)).map { _ in one(&random) }
    }

    static func map<Value>(_ random: inout SplitMix64, _ one: (inout SplitMix64) -> Value) -> [String: Value]
    {
        Dictionary(list(&random) { (name(&$0), one(&$0)) }) { $1 }
    }
}

extension Status {
    fileprivate static func random(using random: inout SplitMix64) -> Status {
        var status = Status(state: ContainerState(rawValue: Draw.name(&random)))
        status.pid = Draw.number(&random)
        status.startedAt = Draw.number(&random)
        status.finishedAt = Draw.number(&random)
        status.exitCode = Draw.number(&random)
        status.error = Draw.text(&random)
        status.isOOMKilled = Bool.random(using: &random)
        status.isDead = Bool.random(using: &random)
        status.restartCount = Draw.number(&random)
        if Bool.random(using: &random) {
            status.health = Health(status: Draw.text(&random), failingStreak: Draw.number(&random))
        }
        return status
    }
}

extension Network {
    fileprivate static func random(using random: inout SplitMix64) -> Network {
        var network = Network()
        network.mode = Draw.text(&random)
        network.ports = Draw.list(&random) { random in
            Port(
                privatePort: .random(in: 0...65_535, using: &random),
                publicPort: .random(in: 0...1, using: &random),
                ip: Draw.text(&random), type: Bool.random(using: &random) ? "tcp" : Draw.text(&random))
        }
        network.networks = Draw.list(&random) { random in
            var endpoint = Endpoint(name: Draw.text(&random))
            endpoint.id = Draw.text(&random)
            endpoint.ip = Draw.text(&random)
            endpoint.prefix = Draw.number(&random)
            endpoint.gateway = Draw.text(&random)
            endpoint.ipv6 = Draw.text(&random)
            endpoint.ipv6Prefix = Draw.number(&random)
            endpoint.ipv6Gateway = Draw.text(&random)
            endpoint.mac = Draw.text(&random)
            endpoint.aliases = Draw.list(&random, Draw.text)
            return endpoint
        }
        return network
    }
}

extension Config {
    fileprivate static func random(using random: inout SplitMix64) -> Config {
        var config = Config(name: Draw.name(&random))
        config.image = Draw.text(&random)
        config.imageID = Draw.text(&random)
        config.created = Draw.number(&random)
        config.entrypoint = Draw.list(&random, Draw.text)
        config.command = Draw.list(&random, Draw.text)
        config.labels = Draw.map(&random, Draw.text)
        config.environment = Draw.map(&random) { random in
            Bool.random(using: &random) ? .value(Draw.text(&random)) : .digest(Draw.text(&random))
        }
        config.hostname = Draw.text(&random)
        config.user = Draw.text(&random)
        config.workingDirectory = Draw.text(&random)
        config.restartPolicy = RestartPolicy(
            name: Draw.text(&random), maximumRetryCount: Draw.number(&random))
        config.mounts = Draw.list(&random) { random in
            var mount = Mount(type: Draw.text(&random), destination: Draw.text(&random))
            mount.name = Draw.text(&random)
            mount.source = Draw.text(&random)
            mount.driver = Draw.text(&random)
            mount.mode = Draw.text(&random)
            mount.isWritable = Bool.random(using: &random)
            mount.propagation = Draw.text(&random)
            return mount
        }
        config.portBindings = Draw.list(&random) { random in
            Port(
                privatePort: UInt16.random(in: 0...UInt16.max, using: &random),
                publicPort: UInt16.random(in: 0...UInt16.max, using: &random), ip: Draw.text(&random),
                type: Draw.text(&random))
        }
        config.links = Draw.list(&random, Draw.text)
        config.logDriver = Draw.text(&random)
        config.memoryLimit = Draw.number(&random)
        config.truncated = Draw.map(&random) { Truncation(length: Draw.number(&$0), digest: Draw.text(&$0)) }
        return config
    }
}

extension Compose {
    fileprivate static func random(using random: inout SplitMix64) -> Compose {
        var compose = Compose(kind: Draw.name(&random), project: Draw.name(&random))
        compose.service = Draw.text(&random)
        compose.number = Draw.number(&random)
        compose.configFiles = Draw.list(&random, Draw.text)
        compose.workingDirectory = Draw.text(&random)
        compose.dependsOn = Draw.list(&random, Draw.text)
        compose.isOneOff = Bool.random(using: &random)
        return compose
    }
}
