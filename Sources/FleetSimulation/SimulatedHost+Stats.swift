import AgentCore
import Inventory
import OS
import Simulation
import Wire

extension SimulatedHost {
    /// Reports what the containers use, at the pace of a real agent, until the task is cancelled.
    func reportUse(by agent: HostState, every interval: Duration) async {
        var random = SystemRandom()
        var pace = StatsPace(interval: interval.wholeMilliseconds)
        var history = StatsHistory()
        var wait = pace.wait(using: &random)
        while (try? await BootClock().sleep(for: .milliseconds(wait))) != nil {
            guard agent.isHeard(Feature.stats) else {
                wait = 1_000
                continue
            }
            wait = pace.wait(using: &random)
            let samples = samples(&history, longest: 3 * pace.interval)
            let now = WallClock.now()
            for piece in StatsReport.pieces(of: samples, now: now, at: now, interval: wait) {
                agent.say(.stats(piece), room: 1 << 20)
            }
        }
    }

    private func samples(_ history: inout StatsHistory, longest: Int64) -> [StatsReport.Sample] {
        let now = engine.now()
        let system = SimulatedContainer.system(at: now, cpus: engine.facts.processors)
        let containers = engine.containers
        history.keep(Set(containers.map(\.id)))
        return containers.compactMap { container in
            guard var use = container.use(at: now) else { return nil }
            if let used = use.cpuTime {
                use.cpu = history.percent(
                    container.id, startedAt: container.startedAt, CPUShare(used: used, system: system),
                    now: now / 1_000_000, longest: longest)
            }
            return StatsReport.Sample(id: container.id, stats: use)
        }
    }
}
