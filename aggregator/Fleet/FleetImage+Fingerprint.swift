import Inventory
import Wire

extension FleetImage {
    /// Tells whether another process lays out a fleet as this one does: the checksum of an image of two containers.
    ///
    /// Whatever changes what a facet becomes in memory, which indexes there are, or how a table is written, changes
    /// these bytes too; so nobody has to remember to raise a number. The containers have every field that is kept.
    package static let fingerprint: UInt64 = {
        let fleet = Fleet()
        let host = HostKey(rawValue: 7)
        if let id = HostID("fingerprint") { fleet.add(host: host, id: id, name: "Fingerprint") }
        var set = PreparedSet(key: SipHash.Key(low: 1, high: 2))
        for number in 1...2 as ClosedRange<UInt64> {
            let container = EncodedContainer(sample(number))
            let change = ContainerChange(
                id: ContainerID(words: (number, 2, 3, 4)), kind: .put(FacetChanges(whole: container)))
            do { try set.add(change) } catch {
                preconditionFailure("a container of ours is refused: \(error)")
            }
        }
        fleet.apply(set, to: host, at: 5)
        let image = fleet.image()
        var out = ImageBytes()
        for section in Section.allCases {
            for block in 0..<image.blockCount(of: section) { image.write(block, of: section, into: &out) }
        }
        return BlockChecksum.of(out.bytes, count: out.bytes.count)
    }()

    private static func sample(_ number: UInt64) -> Container {
        var status = Status(state: .paused)
        (status.pid, status.startedAt, status.finishedAt) = (11, 12, 13)
        (status.exitCode, status.restartCount, status.error) = (14, 15, "error")
        (status.isOOMKilled, status.isDead) = (true, number == 1)
        status.health = Health(status: Health.healthy, failingStreak: 16)
        var network = Network()
        network.mode = "mode"
        network.ports = [Port(privatePort: 17, publicPort: 18, ip: "::", type: "udp")]
        var (endpoint, odd) = (Endpoint(name: "net"), Endpoint(name: "odd"))
        (endpoint.ip, endpoint.ipv6, endpoint.id) = ("10.0.0.1", "fd00::1", "0a1b")
        (endpoint.gateway, endpoint.mac, endpoint.aliases) = ("10.0.0.254", "02:42:00:00:00:01", ["alias"])
        odd.ip = "01.2.3.4"
        network.networks = [endpoint, odd]
        var config = Config(name: "name-\(number)")
        (config.image, config.imageID, config.created) = ("image", "sha256:00", 19)
        (config.entrypoint, config.command) = (["entry"], ["command", "argument"])
        (config.labels, config.environment) = (["key": "value"], ["SHOWN": .value("yes")])
        var mount = Mount(type: "volume", destination: "/destination")
        (mount.name, mount.source, mount.driver, mount.isWritable) = ("volume", "/source", "local", true)
        config.mounts = [mount]
        config.portBindings = [Port(privatePort: 21, publicPort: 22, ip: "10.0.0.2", type: "sctp")]
        config.restartPolicy = RestartPolicy(name: "always", maximumRetryCount: 3)
        config.truncated = ["labels.long": Truncation(length: 5_000, digest: "00")]
        var compose = Compose(kind: Compose.compose, project: "project")
        (compose.service, compose.number, compose.workingDirectory) = ("service", 20, "/srv")
        (compose.configFiles, compose.dependsOn) = (["/srv/compose.yml"], ["other"])
        compose.isOneOff = true
        return Container(
            id: ContainerID(words: (number, 2, 3, 4)), status: status, network: network, config: config,
            compose: compose)
    }
}
