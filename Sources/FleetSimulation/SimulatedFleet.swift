package import AgentCore
package import Inventory
package import Log
import OS
import Simulation
import Synchronization
import Wire

/// Any number of simulated hosts that report to one aggregator, and what happens to them.
///
/// Everything follows from the plan: the hosts, their containers, and the order in which things happen. Only the times
/// in the records are those of the clock that is handed in.
package final class SimulatedFleet: Sendable {
    /// What was done so far.
    package struct Counts: Hashable, Sendable {
        package var deeds: [Deed.Kind: Int] = [:]
        package var total: Int { deeds.values.reduce(0, +) }
    }

    private struct State {
        var churn: FleetChurn
        var counts = Counts()
    }

    package let hosts: [SimulatedHost]
    private let state: Mutex<State>

    /// Draws the fleet; nothing is connected before `run`.
    ///
    /// - Parameters:
    ///   - plan: What everything follows from.
    ///   - longestOutage: How many steps of `churn` a host may be out of reach.
    ///   - now: Nanoseconds since 1970; the system's own time unless given.
    ///   - statsInterval: How often each host reports what its containers use; nil = never.
    ///   - log: Where the hosts' agents report.
    ///   - aggregator: How a host reaches it, and what it shows there.
    /// - Throws: What `aggregator` throws.
    package init(
        _ plan: FleetPlan, longestOutage: Int = 100, now: (@Sendable () -> Int64)? = nil,
        statsInterval: Duration? = nil, log: Log, aggregator: (HostID) throws -> AggregatorGroup.Place
    ) rethrows {
        var draw = FleetDraw(plan)
        hosts = try draw.hosts().enumerated().compactMap { number, specs in
            guard let description = HostNames.description(of: number) else { return nil }
            let engine = SimulatedEngine(
                name: description.id.rawValue, seed: plan.seed &+ UInt64(number) &* 1_000_003,
                historyLimit: 0,
                now: now)
            engine.populate(specs, seed: plan.seed &+ UInt64(number))
            Self.mistreat(engine, seed: plan.seed &+ UInt64(number))
            return SimulatedHost(
                description, engine: engine, aggregator: try aggregator(description.id),
                statsInterval: statsInterval, log: log)
        }
        state = Mutex(State(churn: FleetChurn(plan, longestOutage: longestOutage)))
    }

    /// The ids that a fleet of this plan has for its hosts, in their order.
    package static func hostIDs(of plan: FleetPlan) -> [HostID] {
        (0..<plan.hosts).compactMap { HostNames.description(of: $0)?.id }
    }

    /// Reports until the task is cancelled or `stop` was called.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for host in hosts { group.addTask(name: "host") { await host.run() } }
        }
    }

    /// Lets every host say goodbye; `run` returns after that.
    package func stop() async {
        for host in hosts { await host.stop() }
    }

    /// Lets so many things happen now and tells the hosts' agents.
    ///
    /// - Returns: What happened; things that were drawn and can't be done are left out.
    @discardableResult
    package func churn(_ steps: Int) -> [Deed] {
        state.withLock { state in
            var deeds: [Deed] = []
            for _ in 0..<max(0, steps) {
                guard let deed = state.churn.step(on: hosts) else { continue }
                for (host, ids) in deed.touched { hosts[host].report(ids) }
                state.counts.deeds[deed.kind, default: 0] += 1
                deeds.append(deed)
            }
            return deeds
        }
    }

    /// Lets things happen at a rate until the task is cancelled; says each to `tell`.
    ///
    /// A machine that is too slow for the rate does what it can, and doesn't catch up.
    package func churn(perSecond rate: Double, tell: @Sendable (Deed) -> Void = { _ in }) async {
        guard rate > 0 else { return }
        let pause = Duration.seconds(max(0.01, min(1, 1 / rate)))
        var last = BootClock.now
        var due = 0.0
        while (try? await BootClock().sleep(for: pause)) != nil {
            let now = BootClock.now
            due = min(due + rate * (last.duration(to: now) / .seconds(1)), rate)
            last = now
            while due >= 1, !Task.isCancelled {
                let batch = min(64, Int(due))
                due -= Double(batch)
                for deed in churn(batch) { tell(deed) }
                await Task.yield()
            }
        }
    }

    /// Lets nothing more through from and to the host of this number, without breaking its connection.
    package func silence(_ number: Int) {
        hosts[number].link.become(.silent)
    }

    /// Ends every outage, so that all hosts can be heard again.
    package func heal() {
        state.withLock { $0.churn.endOutages() }
        for host in hosts { host.link.become(.whole) }
    }

    /// What was done so far.
    package var counts: Counts { state.withLock { $0.counts } }

    /// How many hosts' sessions the aggregator has accepted.
    package var welcomed: Int { hosts.count { $0.isWelcomed } }

    /// How many containers there are now.
    package var containers: Int { hosts.reduce(0) { $0 + $1.engine.count } }

    /// A few containers of each fleet are paused, in a crash loop, or ended badly.
    private static func mistreat(_ engine: SimulatedEngine, seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 99)
        for id in engine.ids {
            switch Int.random(in: 0..<100, using: &random) {
            case 0: try? engine.pause(id)
            case 1...2: try? engine.crash(id, exitCode: random.pick([1, 2, 139]))
            case 3: try? engine.crash(id, exitCode: 137, isOOM: true)
            case 4: try? engine.kill(id)
            default: break
            }
        }
    }
}
