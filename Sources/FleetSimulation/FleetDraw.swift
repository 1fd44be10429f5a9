import Inventory
import Simulation

/// Draws what runs on each host: stacks on one host or over several, single containers, labels right and wrong.
struct FleetDraw {
    private var random: SeededRandom
    private var workload: Workload
    private let plan: FleetPlan

    init(_ plan: FleetPlan) {
        self.plan = plan
        random = SeededRandom(seed: plan.seed &* 0x9E37_79B9 &+ 17)
        workload = Workload(seed: plan.seed)
    }

    /// The containers of every host, in the hosts' order.
    mutating func hosts() -> [[ContainerSpec]] {
        let rooms = (0..<plan.hosts).map { _ in Int.random(in: plan.containers, using: &random) }
        var drawn = [[ContainerSpec]](repeating: [], count: plan.hosts)
        for host in 0..<plan.hosts {
            while drawn[host].count < rooms[host] {
                let specs = random.chance(82) ? workload.stack() : [workload.single()]
                let isSpread = plan.hosts > 1 && specs.count > 1 && random.chance(35)
                let isSwarm = isSpread && random.chance(40)
                let width = min(plan.hosts, random.pick([2, 2, 3]))
                for (index, spec) in specs.enumerated() {
                    var place = isSpread ? (host + index % width) % plan.hosts : host
                    if drawn[place].count >= rooms[place] { place = host }
                    guard drawn[place].count < rooms[place] else { continue }
                    drawn[place].append(decorated(isSwarm ? swarm(spec) : spec))
                }
            }
        }
        return drawn
    }

    /// What people add by hand: digests, fixed ports, loopback, owners, and labels with mistakes.
    private mutating func decorated(_ drawn: ContainerSpec) -> ContainerSpec {
        var spec = drawn
        if random.chance(8) { spec.image += "@sha256:" + random.hexadecimal(64) }
        if !spec.publishedPorts.isEmpty {
            if random.chance(15) {
                spec.publishedPorts[0].hostPort = UInt16.random(in: 8_000...8_999, using: &random)
            }
            if random.chance(6) { spec.publishedPorts[0].hostIP = "127.0.0.1" }
        }
        if random.chance(3) { spec.publishedPorts.append(PortRequest(53, type: "udp")) }
        if random.chance(10) { spec.entrypoint = ["/docker-entrypoint.sh"] }
        if random.chance(10) {
            spec.labels["com.example.owner"] = random.pick(["Jürgen", "Søren", "中村", "Zoë"])
        }
        if random.chance(4), spec.networkMode == "default" {
            spec.networkMode = "host"
            spec.publishedPorts = []
        }
        if random.chance(7), spec.labels.keys.contains(where: { $0.hasPrefix("snadboy.revp.") }) {
            let mistake = random.pick(Self.mistakes)
            spec.labels[mistake.0] = mistake.1
        }
        return spec
    }

    /// RevP labels as people get them wrong; none of them may hurt another container (REVP.md, labels).
    private static let mistakes = [
        ("snadboy.revp.http.domain", "shop.example.com"),
        ("snadboy.revp.70000.domain", "shop.example.com"),
        ("snadboy.revp.80.domain", "shop_.-example..com"),
        ("snadboy.revp.80.force-ssl", "perhaps"),
        ("snadboy.revp.80.colour", "green"),
        ("snadboy.revp.80.path", "no slash"),
        ("snadboy.revp.backend-scheme", "gopher"),
        ("snadboy.revp.9000.websocket", "true"),
    ]

    /// The same service as a task of a Swarm stack, named and labelled as `docker stack deploy` does it.
    private mutating func swarm(_ drawn: ContainerSpec) -> ContainerSpec {
        let prefix = "com.docker.compose."
        guard let stack = drawn.labels[prefix + "project"], let service = drawn.labels[prefix + "service"]
        else {
            return drawn
        }
        var spec = drawn
        spec.labels = drawn.labels.filter { !$0.key.hasPrefix(prefix) }
        let full = "\(stack)_\(service)"
        let task = identifier()
        spec.name = "\(full).\(drawn.labels[prefix + "container-number"] ?? "1").\(task)"
        spec.labels["com.docker.stack.namespace"] = stack
        spec.labels["com.docker.swarm.node.id"] = identifier()
        spec.labels["com.docker.swarm.service.id"] = identifier()
        spec.labels["com.docker.swarm.service.name"] = full
        spec.labels["com.docker.swarm.task"] = ""
        spec.labels["com.docker.swarm.task.id"] = task
        spec.labels["com.docker.swarm.task.name"] = spec.name
        spec.aliases = [service]
        return spec
    }

    /// 25 letters and digits, as Swarm's ids are.
    private mutating func identifier() -> String {
        let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
        let drawn = (0..<25).map { _ in random.pick(digits) }
        return String(decoding: drawn, as: UTF8.self)
    }
}
