import Inventory

/// Small changes as a fleet sees them all day: health checks, crashes, restarts, new versions, somebody's hands.
package struct Churn: Sendable {
    private var random: SeededRandom
    private var round = 0

    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// Does one thing to one container and says what; nil when the Engine has none, or refused.
    package mutating func step(on engine: SimulatedEngine) -> String? {
        round += 1
        let ids = engine.ids
        guard !ids.isEmpty else { return nil }
        do {
            return try act(on: try engine.container(random.pick(ids)), of: engine)
        } catch {
            // Somebody else was faster, over the socket: the next step finds the fleet as it is.
            return nil
        }
    }

    private mutating func act(
        on container: SimulatedContainer, of engine: SimulatedEngine
    ) throws(EngineRefusal) -> String? {
        let name = container.name
        switch container.state {
        case .running: return try disturb(container, of: engine)
        case .restarting:
            try engine.comeBack(container.id)
            return "\(name) came back"
        case .paused:
            try engine.unpause(container.id)
            return "\(name) goes on"
        case .exited where random.chance(10): return try recreate(container, on: engine)
        default:
            try engine.start(container.id)
            return "\(name) started"
        }
    }

    private mutating func disturb(
        _ container: SimulatedContainer, of engine: SimulatedEngine
    ) throws(EngineRefusal) -> String? {
        let name = container.name
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<50:
            guard container.health != nil else { return nil }
            let verdict = random.chance(93) ? Health.healthy : Health.unhealthy
            try engine.check(container.id, as: verdict)
            return "\(name) is \(verdict)"
        case 50..<62:
            let isOOM = random.chance(10)
            try engine.crash(
                container.id, exitCode: isOOM ? 137 : random.pick([0, 1, 1, 2, 139]), isOOM: isOOM)
            return "\(name) ended"
        case 62..<77:
            try engine.restart(container.id)
            return "\(name) restarted"
        case 77..<84:
            try engine.stop(container.id)
            return "\(name) stopped"
        case 84..<94: return try recreate(container, on: engine)
        case 94..<96:
            try engine.pause(container.id)
            return "\(name) paused"
        case 96..<98:
            try engine.kill(container.id, signal: 1)
            return "\(name) got SIGHUP"
        default:
            if container.endpoints["shared"] == nil {
                try engine.connect(container.id, to: "shared")
            } else {
                try engine.disconnect(container.id, from: "shared")
            }
            return "\(name) changed its networks"
        }
    }

    /// Makes the container anew with another configuration, as `docker compose up` does after a change.
    private mutating func recreate(
        _ container: SimulatedContainer, on engine: SimulatedEngine
    ) throws(EngineRefusal) -> String {
        var spec = container.spec
        let name = container.name
        spec.name = name
        spec.labels["com.docker.compose.config-hash"] = random.hexadecimal(64)
        spec.labels["com.example.round"] = "\(round)"
        try engine.rename(container.id, to: "\(container.id.short)_\(name)")
        let fresh = try engine.create(spec)
        if container.isLive { try engine.stop(container.id) }
        try engine.remove(container.id)
        try engine.start(fresh)
        return "\(name) recreated"
    }
}

extension SimulatedEngine {
    /// Makes and starts so many containers of a workload, over the thirty days before now.
    ///
    /// Nine in ten of those that check their health are healthy; a few were never started, a few were stopped.
    package func populate(_ count: Int, seed: UInt64) {
        var workload = Workload(seed: seed)
        populate(workload.containers(count), seed: seed)
    }

    /// Makes and starts these containers, over the thirty days before now, with fates that follow from the seed.
    package func populate(_ specs: [ContainerSpec], seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 1)
        let span: Int64 = 30 * 86_400_000_000_000
        let begin = now() - span
        for (index, spec) in specs.enumerated() {
            let time = begin + span / Int64(specs.count) * Int64(index)
            let fate = (created: random.chance(4), healthy: random.chance(90), stopped: random.chance(3))
            do {
                try change(at: time) { state, now throws(EngineRefusal) in
                    let id = try state.create(spec, at: now).description
                    guard !fate.created else { return }
                    try state.start(id, at: now)
                    if !spec.healthCheck.isEmpty {
                        try state.check(id, as: fate.healthy ? Health.healthy : Health.unhealthy, at: now)
                    }
                    if fate.stopped { try state.stop(id, at: now) }
                }
            } catch {
                // A name of this workload is taken, because it was populated twice: that container is left out.
                continue
            }
        }
    }
}
