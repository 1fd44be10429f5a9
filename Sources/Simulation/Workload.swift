import Inventory

/// Draws containers such as people run them: Compose stacks, single containers, proxy labels, mounts, secrets.
///
/// The same seed draws the same containers. No value is real: every secret says that it is simulated.
package struct Workload: Sendable {
    private var random: SeededRandom
    private var stacks = 0
    private var projects: Set<String> = []
    /// The registry that images of one's own come from.
    private let domain: String

    package init(seed: UInt64, domain: String = "example.com") {
        random = SeededRandom(seed: seed)
        self.domain = domain
    }

    /// So many containers: mostly stacks, some on their own.
    package mutating func containers(_ count: Int) -> [ContainerSpec] {
        var drawn: [ContainerSpec] = []
        while drawn.count < count {
            if random.chance(80) { drawn += stack() } else { drawn.append(single()) }
        }
        return Array(drawn.prefix(count))
    }

    /// One Compose stack, as `docker compose up` makes its containers.
    package mutating func stack() -> [ContainerSpec] {
        stacks += 1
        let blueprint = random.pick(Self.blueprints)
        let isFirst = projects.insert(blueprint.project).inserted
        let project = isFirst ? blueprint.project : "\(blueprint.project)-\(stacks)"
        let isClassic = random.chance(20)
        var drawn: [ContainerSpec] = []
        for part in blueprint.parts {
            let replicas = part.scales && random.chance(30) ? Int.random(in: 2...3, using: &random) : 1
            for number in 1...replicas {
                drawn.append(container(part, of: project, number: number, isClassic: isClassic))
            }
        }
        return drawn
    }

    /// A container without a stack.
    package mutating func single() -> ContainerSpec {
        stacks += 1
        let part = random.pick(Self.singles)
        var spec = base(part)
        spec.name = "\(part.service)-\(stacks)"
        if part.webPort != 0, random.chance(50) {
            spec.labels.merge(routing(part, spec.name)) { _, new in new }
        }
        return spec
    }

    private mutating func container(
        _ part: Part, of project: String, number: Int, isClassic: Bool
    ) -> ContainerSpec {
        var spec = base(part)
        let mark = isClassic ? "_" : "-"
        spec.name = [project, part.service, "\(number)"].joined(separator: mark)
        spec.networkMode = "\(project)_default"
        spec.aliases = [spec.name, part.service]
        let directory = "/srv/stacks/\(project)"
        let labels = [
            "project": project, "service": part.service, "container-number": "\(number)", "oneoff": "False",
            "project.working_dir": directory, "version": isClassic ? "1.29.2" : "2.27.1",
            "config-hash": random.hexadecimal(64),
            "project.config_files": isClassic ? "docker-compose.yml" : "\(directory)/compose.yaml",
        ]
        for (name, value) in labels { spec.labels["com.docker.compose.\(name)"] = value }
        if !isClassic {
            spec.labels["com.docker.compose.depends_on"] =
                part.dependsOn.map { "\($0):service_started:false" }.joined(separator: ",")
        }
        if part.webPort != 0, random.chance(85) {
            spec.labels.merge(routing(part, project)) { _, new in new }
        }
        return spec
    }

    private mutating func base(_ part: Part) -> ContainerSpec {
        var spec = ContainerSpec(image: part.image, command: part.command)
        spec.environment = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TZ=Etc/UTC",
        ]
        for name in part.environment {
            let isSecret = ["PASSWORD", "SECRET", "TOKEN", "KEY"].contains { name.hasSuffix($0) }
            spec.environment.append(
                "\(name)=\(isSecret ? "simulated-" + random.hexadecimal(24) : "simulated")")
        }
        spec.labels["org.opencontainers.image.title"] = part.service
        spec.labels["org.opencontainers.image.revision"] = random.hexadecimal(40)
        spec.restartPolicy = RestartPolicy(
            name: random.pick(["always", "unless-stopped", "unless-stopped", "no"]))
        spec.healthCheck = part.healthCheck
        spec.memoryLimit = random.chance(40) ? Int64(random.pick([128, 256, 512, 1_024])) << 20 : 0
        spec.exposedPorts = part.exposedPorts.map { "\($0)/tcp" }
        if part.webPort != 0 {
            spec.exposedPorts.append("\(part.webPort)/tcp")
            if random.chance(70) { spec.publishedPorts = [PortRequest(part.webPort)] }
        }
        for destination in part.volumes {
            let last = destination.split(separator: "/").last ?? "data"
            var mount = Mount(type: "volume", destination: destination)
            mount.name = "\(part.service)-\(last)-\(random.hexadecimal(6))"
            mount.source = "/var/lib/docker/volumes/\(mount.name)/_data"
            mount.driver = "local"
            mount.mode = "z"
            mount.isWritable = true
            spec.mounts.append(mount)
        }
        for destination in part.binds {
            var mount = Mount(type: "bind", destination: destination)
            mount.source = "/srv/appdata/\(part.service)\(destination)"
            mount.isWritable = random.chance(70)
            mount.mode = mount.isWritable ? "rw" : "ro"
            mount.propagation = "rprivate"
            spec.mounts.append(mount)
        }
        return spec
    }

    /// The labels that make a route, in one of the two grammars.
    private mutating func routing(_ part: Part, _ name: String) -> [String: String] {
        let isFlat = random.chance(25)
        let prefix = isFlat ? "snadboy.revp" : "snadboy.revp.\(part.webPort)"
        var labels = ["\(prefix).domain": "\(name).\(domain)"]
        if isFlat { labels["\(prefix).backend-port"] = "\(part.webPort)" }
        if random.chance(30) { labels["\(prefix).path"] = "/" + part.service }
        if random.chance(20) { labels["\(prefix).support-websocket"] = "true" }
        if random.chance(20) { labels["\(prefix).force-ssl"] = random.pick(["true", "false", "yes"]) }
        return labels
    }
}
