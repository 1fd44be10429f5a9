import Inventory
import Simulation
import Wire

/// Draws what happens to a fleet, one thing after the other: what containers, people and networks do all day.
///
/// The same seed on the same fleet gives the same sequence, however fast it is stepped through.
struct FleetChurn {
    /// What share of all things each kind has, of 1,000.
    private static let shares: [(share: Int, kind: Deed.Kind)] = [
        (400, .health), (180, .crash), (90, .restart), (80, .stop), (30, .pause), (80, .recreate),
        (40, .network),
        (20, .rename), (35, .scale), (8, .redeploy), (12, .run), (10, .remove), (8, .drop), (3, .outage),
        (4, .agent),
    ]
    /// A share of the hosts may be out of reach at a time.
    private static let outageShare = 10

    var random: SeededRandom
    private var workload: Workload
    private var round = 0
    /// Hosts that can't be heard, with the step at which they can again.
    private var outages: [(host: Int, until: Int)] = []
    /// How many steps an outage lasts at most.
    private let longestOutage: Int
    /// Above so many containers a host gets no further ones.
    private let most: Int

    init(_ plan: FleetPlan, longestOutage: Int) {
        random = SeededRandom(seed: plan.seed &+ 0x5EED)
        workload = Workload(seed: plan.seed &+ 0x10AD, domain: "churn.example.com")
        self.longestOutage = max(2, longestOutage)
        most = plan.containers.upperBound + max(2, plan.containers.upperBound / 10)
    }

    /// Does one thing to the fleet and says what; nil when what was drawn can't be done here.
    mutating func step(on hosts: [SimulatedHost]) -> Deed? {
        round += 1
        if let place = outages.firstIndex(where: { $0.until <= round }) {
            let host = outages.remove(at: place).host
            hosts[host].link.become(.whole)
            return Deed(.healed, "\(hosts[host].description.id) is heard again")
        }
        guard !hosts.isEmpty else { return nil }
        let number = Int.random(in: hosts.indices, using: &random)
        var draw = Int.random(in: 0..<1_000, using: &random)
        let kind =
            Self.shares.first { share in
                draw -= share.share
                return draw < 0
            }?.kind ?? .health
        switch kind {
        case .drop, .outage, .agent: return disturb(hosts, number, kind)
        default: break
        }
        let ids = hosts[number].engine.ids
        guard !ids.isEmpty || kind == .run else { return nil }
        do {
            if kind == .run { return try run(hosts[number], number) }
            guard let container = hosts[number].engine[random.pick(ids)] else { return nil }
            return try act(kind, on: container, hosts, number)
        } catch {
            // The Engine refused, as real ones do: a port or a name is taken. What it did until then has happened.
            return Deed(
                kind, "\(hosts[number].description.id): refused", [(number, hosts[number].engine.ids)])
        }
    }

    /// Hosts that can't be heard, by number; forgotten, since somebody heals them all.
    mutating func endOutages() {
        outages = []
    }

    // MARK: Networks and agents

    private mutating func disturb(_ hosts: [SimulatedHost], _ number: Int, _ kind: Deed.Kind) -> Deed? {
        let host = hosts[number]
        let id = host.description.id
        guard !outages.contains(where: { $0.host == number }) else { return nil }
        switch kind {
        case .drop:
            host.link.drop()
            return Deed(.drop, "\(id) lost its connection")
        case .outage:
            guard outages.count < max(1, hosts.count / Self.outageShare) else { return nil }
            outages.append((number, round + Int.random(in: 1...longestOutage, using: &random)))
            let isCut = random.chance(50)
            host.link.become(isCut ? .cut : .silent)
            return Deed(.outage, "\(id) \(isCut ? "is cut off" : "fell silent")")
        default:
            let saysGoodbye = random.chance(50)
            host.restart(saysGoodbye: saysGoodbye)
            return Deed(.agent, "\(id): agent \(saysGoodbye ? "restarted" : "was killed and started again")")
        }
    }

    // MARK: Containers

    private mutating func act(
        _ kind: Deed.Kind, on container: SimulatedContainer, _ hosts: [SimulatedHost], _ number: Int
    ) throws(EngineRefusal) -> Deed? {
        let engine = hosts[number].engine
        let name = "\(hosts[number].description.id): \(container.name)"
        let own = [(host: number, ids: [container.id])]
        switch (kind, container.state) {
        case (.scale, _): return try scale(container, hosts[number], number)
        case (.redeploy, _): return redeploy(container, hosts, number)
        case (.recreate, _):
            return Deed(.recreate, "\(name) recreated", [(number, try recreate(container, on: engine))])
        case (.rename, _):
            // A hand puts a suffix on, and takes it off again.
            let suffix = "-old"
            let isOld = container.name.hasSuffix(suffix)
            try engine.rename(
                container.id, to: isOld ? String(container.name.dropLast(4)) : container.name + suffix)
            return Deed(.rename, "\(name) renamed", own)
        case (.remove, .exited), (.remove, .created), (.remove, .dead):
            try engine.remove(container.id)
            return Deed(.remove, "\(name) removed", own)
        case (.remove, _): return nil
        case (_, .restarting):
            try engine.comeBack(container.id)
            return Deed(.comeback, "\(name) came back", own)
        case (_, .paused):
            try engine.unpause(container.id)
            return Deed(.unpause, "\(name) goes on", own)
        case (_, .running): return try disturb(kind, container, engine, name, own)
        default:
            try engine.start(container.id)
            return Deed(.start, "\(name) started", own)
        }
    }

    private mutating func disturb(
        _ kind: Deed.Kind, _ container: SimulatedContainer, _ engine: SimulatedEngine, _ name: String,
        _ own: [(host: Int, ids: [ContainerID])]
    ) throws(EngineRefusal) -> Deed? {
        switch kind {
        case .health:
            guard let health = container.health else {
                try engine.restart(container.id)
                return Deed(.restart, "\(name) restarted", own)
            }
            let verdict =
                health.status != Health.healthy || random.chance(60) ? Health.healthy : Health.unhealthy
            try engine.check(container.id, as: verdict)
            return Deed(.health, "\(name) is \(verdict)", own)
        case .crash:
            let isOOM = random.chance(10)
            try engine.crash(
                container.id, exitCode: isOOM ? 137 : random.pick([0, 1, 1, 2, 139]), isOOM: isOOM)
            return Deed(.crash, "\(name) ended", own)
        case .stop:
            try engine.stop(container.id)
            return Deed(.stop, "\(name) stopped", own)
        case .pause:
            try engine.pause(container.id)
            return Deed(.pause, "\(name) paused", own)
        case .network:
            let isConnected = container.endpoints["shared"] != nil
            if isConnected {
                try engine.disconnect(container.id, from: "shared")
            } else {
                try engine.connect(container.id, to: "shared")
            }
            return Deed(.network, "\(name) \(isConnected ? "left" : "joined") the network shared", own)
        default:
            try engine.restart(container.id)
            return Deed(.restart, "\(name) restarted", own)
        }
    }

    private mutating func run(_ host: SimulatedHost, _ number: Int) throws(EngineRefusal) -> Deed? {
        guard host.engine.count < most else { return nil }
        var spec = workload.single()
        spec.name = "\(spec.name)-\(random.hexadecimal(4))"
        let id = try host.engine.run(spec)
        return Deed(.run, "\(host.description.id): \(spec.name) runs", [(number, [id])])
    }

    /// Makes the container anew with another configuration, as `docker compose up` does after a change.
    private mutating func recreate(
        _ container: SimulatedContainer, on engine: SimulatedEngine, image: String? = nil
    ) throws(EngineRefusal) -> [ContainerID] {
        var spec = container.spec
        spec.name = container.name
        spec.image = image ?? spec.image
        if spec.labels["com.docker.compose.config-hash"] != nil {
            spec.labels["com.docker.compose.config-hash"] = random.hexadecimal(64)
        }
        try engine.rename(container.id, to: "\(container.id.short)_\(container.name)")
        let fresh = try engine.create(spec)
        if container.state.isLive { try engine.stop(container.id) }
        try engine.remove(container.id)
        try engine.start(fresh)
        return [container.id, fresh]
    }

    /// One replica more or fewer of a Compose service.
    private mutating func scale(
        _ container: SimulatedContainer, _ host: SimulatedHost, _ number: Int
    ) throws(EngineRefusal) -> Deed? {
        guard let stack = Compose(labels: container.spec.labels), stack.kind == Compose.compose else {
            return nil
        }
        let engine = host.engine
        let replicas = engine.containers.filter { other in
            Compose(labels: other.spec.labels).map {
                $0.project == stack.project && $0.service == stack.service
            }
                ?? false
        }
        let text = "\(host.description.id): \(stack.project) \(stack.service) scaled"
        if replicas.count > 1, random.chance(50) {
            try engine.remove(container.id, force: true)
            return Deed(.scale, "\(text) down", [(number, [container.id])])
        }
        guard engine.count < most else { return nil }
        let next = 1 + (replicas.compactMap { Compose(labels: $0.spec.labels)?.number }.max() ?? 0)
        var spec = container.spec
        spec.name = "\(stack.project)-\(stack.service)-\(next)-\(random.hexadecimal(3))"
        spec.labels["com.docker.compose.container-number"] = "\(next)"
        spec.aliases = [spec.name, stack.service]
        for index in spec.publishedPorts.indices { spec.publishedPorts[index].hostPort = 0 }
        let id = try engine.run(spec)
        return Deed(.scale, "\(text) up", [(number, [id])])
    }

    /// A new release of every container of a stack, on all hosts that it is on.
    private mutating func redeploy(
        _ container: SimulatedContainer, _ hosts: [SimulatedHost], _ number: Int
    ) -> Deed? {
        guard let stack = Compose(labels: container.spec.labels) else { return nil }
        let release = "release-\(round)"
        var touched: [(host: Int, ids: [ContainerID])] = []
        // A stack lies on the host where it was drawn and on the two after it at most.
        let around = Set((-2...2).map { (number + $0 + 2 * hosts.count) % hosts.count }).sorted()
        for place in around {
            let engine = hosts[place].engine
            var ids: [ContainerID] = []
            for member in engine.containers
            where Compose(labels: member.spec.labels)?.project == stack.project {
                let name = member.spec.image.prefix { $0 != "@" && $0 != ":" }
                ids += (try? recreate(member, on: engine, image: "\(name):\(release)")) ?? engine.ids
            }
            if !ids.isEmpty { touched.append((place, ids)) }
        }
        return Deed(.redeploy, "\(hosts[number].description.id): \(stack.project) redeployed", touched)
    }
}
