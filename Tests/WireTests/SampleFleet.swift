import Inventory

/// Containers as a real Engine describes them.
enum SampleFleet {
    /// What `docker compose up` makes of a small web service: one network, one published port.
    static var web: Container {
        var status = Status(state: .running)
        status.pid = 48_213
        status.startedAt = 1_763_640_001_250
        var endpoint = Endpoint(name: "shop_default")
        endpoint.id = "b1f0c6e5b1a49278d3f0c6e5b1a49278d3f0c6e5b1a49278d3f0c6e5b1a49270"
        endpoint.ip = "172.18.0.4"
        endpoint.prefix = 16
        endpoint.gateway = "172.18.0.1"
        endpoint.mac = "02:42:ac:12:00:04"
        endpoint.aliases = ["4c01db0b339c", "shop-web-1", "web"]
        var network = Network()
        network.mode = "shop_default"
        network.ports = [
            Port(privatePort: 80, publicPort: 8_080, ip: "0.0.0.0"),
            Port(privatePort: 80, publicPort: 8_080, ip: "::"),
        ]
        network.networks = [endpoint]
        var config = Config(name: "shop-web-1")
        config.image = "nginx:1.29"
        config.imageID = "sha256:d261fd19cb63238535ab80d4e1be1d9e7f6c8b5a28a820188968dd3e6f06072d"
        config.created = 1_763_640_000_900
        config.entrypoint = ["/docker-entrypoint.sh"]
        config.command = ["nginx", "-g", "daemon off;"]
        config.labels = [
            "com.docker.compose.project": "shop", "com.docker.compose.service": "web",
            "com.docker.compose.container-number": "1", "maintainer": "NGINX Docker Maintainers",
        ]
        config.environment = ["NGINX_VERSION": .digest("35b4d0a16f0be1b7"), "TZ": .value("Europe/Berlin")]
        config.restartPolicy = RestartPolicy(name: "unless-stopped")
        return Container(
            id: Sample.id(1), status: status, network: network, config: config,
            compose: Compose(labels: config.labels))
    }

    /// The same container after `docker stop` killed it.
    static var stopped: Container {
        var container = web
        container.status = Status(state: .exited)
        container.status.startedAt = 1_763_640_001_250
        container.status.finishedAt = 1_763_643_601_250
        container.status.exitCode = 137
        return container
    }

    /// One with every member that a record can have.
    static var everything: Container {
        var container = web
        container.id = Sample.id(2)
        container.status.finishedAt = 1_763_639_999_000
        container.status.exitCode = 1
        container.status.error = "driver failed programming external connectivity: port is already allocated"
        container.status.isOOMKilled = true
        container.status.isDead = true
        container.status.restartCount = 3
        container.status.health = Health(status: Health.unhealthy, failingStreak: 4)
        container.network.ports.append(Port(privatePort: 443))
        container.network.ports.append(
            Port(privatePort: 5_353, publicPort: 5_353, ip: "10.0.0.7", type: "udp"))
        container.network.networks[0].ipv6 = "fd00:18::4"
        container.network.networks[0].ipv6Prefix = 64
        container.network.networks[0].ipv6Gateway = "fd00:18::1"
        container.config.hostname = "shop-web-1"
        container.config.user = "101:101"
        container.config.workingDirectory = "/srv"
        container.config.restartPolicy = RestartPolicy(name: "on-failure", maximumRetryCount: 5)
        var volume = Mount(type: "volume", destination: "/var/cache/nginx")
        volume.name = "shop_cache"
        volume.source = "/var/lib/docker/volumes/shop_cache/_data"
        volume.driver = "local"
        volume.mode = "z"
        volume.isWritable = true
        var bind = Mount(type: "bind", destination: "/srv")
        bind.source = "/home/ann/shop"
        bind.propagation = "rprivate"
        container.config.mounts = [bind, volume]
        container.config.portBindings = [
            Port(privatePort: 80, publicPort: 8_080),
            Port(privatePort: 5_353, publicPort: 5_353, ip: "10.0.0.7", type: "udp"),
        ]
        container.config.links = ["/shop-db-1:/shop-web-1/db"]
        container.config.logDriver = "json-file"
        container.config.memoryLimit = 268_435_456
        container.config.labels["com.example.motd"] = "café \u{1F600}\u{0}\n\"quoted\" \\"
        container.config.truncated = [
            "labels.com.example.long": Truncation(length: 5_000, digest: "9c2a51d3e0b1f467")
        ]
        var compose = Compose(kind: Compose.compose, project: "shop")
        compose.service = "web"
        compose.number = 2
        compose.configFiles = ["/home/ann/shop/compose.yaml"]
        compose.workingDirectory = "/home/ann/shop"
        compose.dependsOn = ["db"]
        compose.isOneOff = true
        container.compose = compose
        return container
    }
}
