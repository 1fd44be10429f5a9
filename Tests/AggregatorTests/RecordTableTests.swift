import AgentCore
import HTTP
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Wire

/// Requirement B13: `docs/record.md` has every member of a record, and a record every member of the table.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `The table of a record's members` {
    /// The first column of the table.
    static func table() throws -> Set<String> {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let bytes = try readFile(parts.joined(separator: "/") + "/docs/record.md", limit: 1 << 20)
        var members: Set<String> = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("| `")
        {
            let cell = line.dropFirst(3).prefix { $0 != "`" }
            members.insert(String(cell))
        }
        return members
    }

    /// Every path of a document: `[]` for elements, `*` for the keys of maps.
    static func paths(_ value: JSONValue, at path: String = "") -> Set<String> {
        let maps = ["config.labels", "config.env", "config.truncated"]
        if let members = value.members {
            return members.reduce(into: []) { paths, member in
                let name = maps.contains(path) ? "*" : member.name
                paths.formUnion(Self.paths(member.value, at: path.isEmpty ? name : "\(path).\(name)"))
            }
        }
        guard let elements = value.elements else { return [path] }
        return elements.reduce(into: []) { $0.formUnion(Self.paths($1, at: path + "[]")) }
    }

    /// Whether the table has a path: itself, or something above it that stands for everything below.
    static func has(_ path: String, _ table: Set<String>) -> Bool {
        table.contains(path)
            || table.contains { $0.hasSuffix(".…") && path.hasPrefix($0.dropLast()) }
    }

    /// A container that has everything, but for what excludes it.
    static func whole(_ number: Int) -> Container {
        var status = Status(state: .running)
        (status.pid, status.startedAt, status.finishedAt, status.exitCode) = (77, 5, 4, 3)
        (status.error, status.isOOMKilled, status.isDead, status.restartCount) = ("no", true, true, 2)
        status.health = Health(status: Health.unhealthy, failingStreak: 4)
        var endpoint = Inventory.Endpoint(name: "bridge")
        (endpoint.id, endpoint.ip, endpoint.prefix, endpoint.gateway) = (
            "f00", "172.17.0.2", 16, "172.17.0.1"
        )
        (endpoint.ipv6, endpoint.ipv6Prefix, endpoint.ipv6Gateway) = ("fd00::2", 64, "fd00::1")
        (endpoint.mac, endpoint.aliases) = ("02:42:ac:11:00:02", ["web"])
        var network = Network()
        network.mode = "bridge"
        network.ports = [Port(privatePort: 53, publicPort: 5_353, ip: "0.0.0.0", type: "udp")]
        network.networks = [endpoint]
        var config = Config(name: "web-\(number)")
        (config.image, config.imageID, config.created) = ("app:1", "sha256:0", 3)
        (config.entrypoint, config.command) = (["/entry"], ["run"])
        config.labels = ["snadboy.revp.80.domain": "web.example", "snadboy.revp.81.colour": "red"]
        config.environment = ["MODE": .value("prod"), "KEY": .digest("0123456789abcdef")]
        (config.hostname, config.user, config.workingDirectory) = ("web", "1:1", "/srv")
        config.restartPolicy = RestartPolicy(name: "on-failure", maximumRetryCount: 5)
        var mount = Mount(type: "volume", destination: "/data")
        (mount.name, mount.source, mount.driver) = ("data", "/var/lib/docker/volumes/data/_data", "local")
        (mount.mode, mount.isWritable, mount.propagation) = ("z", true, "rprivate")
        config.mounts = [mount]
        config.portBindings = network.ports
        (config.links, config.logDriver, config.memoryLimit) = (["/db:/web/db"], "json-file", 1 << 20)
        config.truncated = ["labels.long": Truncation(length: 5_000, digest: "00")]
        var compose = Sample.compose("shop", "web")
        (compose.number, compose.configFiles, compose.workingDirectory) = (1, ["/srv/c.yaml"], "/srv")
        (compose.dependsOn, compose.isOneOff) = (["db"], true)
        return Container(
            id: Sample.id(number), status: status, network: network, config: config, compose: compose)
    }

    private static var stats: ContainerStats {
        var stats = ContainerStats()
        (stats.cpu, stats.cpuTime, stats.memory, stats.memoryLimit) = (150, 1_000, 1 << 20, 2 << 20)
        (stats.pids, stats.received, stats.sent, stats.read, stats.written) = (3, 4, 5, 6, 7)
        return stats
    }

    @Test func `has what a record has, and nothing else`() async throws {
        let table = try Self.table()
        try await Station.with(Station.Options(heartbeat: "200ms")) { station in
            let agent = try LiveAgent(Who("attic"), to: station.agents)
            agent.report((1...2).map { (Sample.id($0), EncodedContainer(Self.whole($0))) })
            let client = station.client
            try await agent.reporting { agent in
                try await eventually("a record that is confirmed and measured") {
                    let now = WallClock.now()
                    let sample = StatsReport.Sample(id: Sample.id(1), stats: Self.stats)
                    agent.host.say(.stats(StatsReport(now: now, at: now, samples: [sample])))
                    let answer = try await client.get("/containers/attic/\(Sample.id(1))")
                    guard answer.status == 200 else { return false }
                    let record = try JSONValue(parsing: answer.body)
                    return record["cachedAt"] != nil && record["stats"] != nil
                        && record["config"]?["env"] != nil
                }
                let record = try await client.json("/containers/attic/\(Sample.id(1))")
                let paths = Self.paths(record)
                for path in paths.sorted() { #expect(Self.has(path, table), "docs/record.md lacks \(path)") }
                for member in table.sorted() where member != "warning" {
                    let isThere =
                        member.hasSuffix(".…")
                        ? paths.contains { $0.hasPrefix(member.dropLast()) } : paths.contains(member)
                    #expect(isThere, "no record has \(member)")
                }
            }
        }
    }
}
