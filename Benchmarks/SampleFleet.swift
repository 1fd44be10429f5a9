import Inventory
import Wire

/// The written data set of all figures of scale: what a container is when bytes and times are told.
///
/// Hosts of 100 containers in ten stacks each. A container has a name, a state, a health for every third; one
/// published port; one network with its own address; ten labels, one of which nobody else has, and two that only
/// its stack has; five variables hidden by the policy; a volume and a bind mount; an image of a hundred, its id,
/// entrypoint and command; and the Compose facet. As JSON it is 1,585 bytes.
enum SampleFleet {
    /// Containers on a host.
    static let perHost = 100

    /// The container's id, drawn from its number and its host's.
    static func id(_ number: Int, on host: Int) -> ContainerID {
        var random = Mixed(state: UInt64(host * 1_000 + number))
        return ContainerID(words: (random.next(), random.next(), random.next(), random.next()))
    }

    /// The container as an agent first reports it.
    static func put(_ container: Container) -> ContainerChange {
        ContainerChange(id: container.id, kind: .put(FacetChanges(whole: EncodedContainer(container))))
    }

    /// Much as Compose makes them.
    static func container(_ number: Int, on host: Int) -> Container {
        let stack = "stack-\(number / 10)-on-\(host)"
        let service = ["web", "db", "cache", "worker", "queue"][number % 5]
        var status = Status(state: number % 10 == 9 ? .exited : .running)
        status.pid = Int64(number + 1_000)
        status.startedAt = 1_700_000_000_000 + Int64(number)
        if number % 3 == 0 { status.health = Health(status: Health.healthy) }
        var network = Network()
        network.mode = "\(stack)_default"
        network.ports = [Port(privatePort: 80, publicPort: UInt16(20_000 + number), ip: "0.0.0.0")]
        var endpoint = Endpoint(name: network.mode)
        endpoint.ip = "172.\(16 + number / 10).0.\(number % 10 + 2)"
        endpoint.gateway = "172.\(16 + number / 10).0.1"
        endpoint.mac = "02:42:ac:12:00:02"
        endpoint.aliases = [service, "0123456789ab"]
        network.networks = [endpoint]
        var config = Config(name: "\(stack)-\(service)-\(number)")
        config.image = "registry.example.com/team/\(service):\(host % 20)"
        config.imageID = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        config.created = 1_690_000_000_000 + Int64(number)
        config.entrypoint = ["/entrypoint.sh"]
        config.command = ["serve", "--port", "80"]
        config.labels = [
            "com.docker.compose.project": stack, "com.docker.compose.service": service,
            "com.docker.compose.container-number": "\(number)", "com.docker.compose.oneoff": "False",
            "com.docker.compose.version": "2.29.1",
            "com.docker.compose.config-hash": "hash-\(host)-\(number)",
            "com.docker.compose.project.working_dir": "/srv/\(stack)",
            "com.example.team": "team-\(number % 40)",
            "org.opencontainers.image.version": "1.\(host % 20)", "maintainer": "somebody@example.com",
        ]
        for name in ["PATH", "HOME", "LANG", "TZ", "DATABASE_URL"] {
            config.environment[name] = .digest("0123456789abcdef")
        }
        var data = Mount(type: "volume", destination: "/data")
        data.name = "\(stack)_data"
        data.driver = "local"
        data.isWritable = true
        var settings = Mount(type: "bind", destination: "/etc/app")
        settings.source = "/srv/\(stack)/settings"
        config.mounts = [data, settings]
        config.restartPolicy = RestartPolicy(name: "unless-stopped")
        var compose = Compose(kind: Compose.compose, project: stack)
        compose.service = service
        compose.number = Int64(number)
        compose.workingDirectory = "/srv/\(stack)"
        compose.configFiles = ["/srv/\(stack)/compose.yml"]
        return Container(
            id: Self.id(number, on: host), status: status, network: network, config: config, compose: compose)
    }

    private struct Mixed: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }
}
