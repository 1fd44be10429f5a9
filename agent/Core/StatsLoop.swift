package import Docker
package import Inventory
import Lifecycle
package import Log
import OS
package import Settings
import Wire

/// Where what containers use comes from.
package enum StatsMode: String, CaseIterable, Sendable {
    /// The kernel's files, and the Engine where those can't be read.
    case auto
    /// The kernel's files only.
    case files
    /// Nothing is sampled.
    case off
}

/// Samples what containers use, all of them at an interval and those that somebody watches each second, and reports it
/// (requirement B16).
///
/// Nothing is read while no aggregator takes it. Everything runs beside the sessions and the watcher.
package final class StatsLoop: Service {
    package let name = "stats"
    /// What stands between the watcher and the host's state.
    package let targets: StatsTargets
    /// Who watches which containers.
    package let demands: StatsDemands
    private let host: HostState
    private let sampler: StatsSampler
    private let engine: EngineStats?
    private let interval: Int64
    private let wake = Wake()
    private let log: Log

    /// An aggregator that still has so much to read gets no samples meanwhile.
    private static let room = 1 << 20
    /// Between two answers of the Engine about one container, in ms: with many, its turn comes only after some cycles.
    private static let longestTurn: Int64 = 3_600_000
    /// How soon it is looked again whether an aggregator takes samples, in ms.
    private static let lookPause: Int64 = 1_000

    /// Prepares; nil when samples are switched off.
    package convenience init?(_ settings: Configuration, host: HostState, log: Log) {
        let mode = settings[AgentSettings.stats]
        guard mode != .off else { return nil }
        let docker = settings[AgentSettings.docker]
        let calls = settings[AgentSettings.statsCalls]
        // Apart from the watcher's connections, since each answer may hold one for seconds.
        let engine = EngineClient(
            connector: SocketConnector(docker), name: "\(docker)", maxConnections: max(2, calls))
        self.init(
            host: host, cgroups: settings[AgentSettings.cgroupRoot], proc: settings[AgentSettings.procRoot],
            interval: settings[AgentSettings.statsInterval], engine: mode == .auto ? engine : nil,
            calls: calls, log: log)
    }

    /// Prepares.
    ///
    /// - Parameters:
    ///   - host: What the watcher writes into, and what reports.
    ///   - cgroups: Where the host's control groups are mounted.
    ///   - proc: Where the host's `/proc` is.
    ///   - interval: Between two sweeps over all containers.
    ///   - engine: Asked where files can't be read; nil = it is never asked.
    ///   - calls: How many questions at once.
    ///   - log: Where it is said when files can't be read.
    package init(
        host: HostState, cgroups: String, proc: String, interval: Duration, engine: EngineClient?, calls: Int,
        log: Log
    ) {
        self.host = host
        self.interval = interval.wholeMilliseconds
        self.log = log
        targets = StatsTargets(before: host)
        demands = StatsDemands(wake: wake)
        sampler = StatsSampler(root: cgroups, proc: proc)
        self.engine = engine.map { EngineStats($0, calls: calls) }
    }

    /// Samples until the task is cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "files") { try await self.readFiles() }
            if let engine {
                group.addTask(name: "Engine") {
                    try await engine.run(machineMemory: { self.targets.machineMemory }) { id, sample in
                        await self.tell(id, sample)
                    }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Samples a container live for a time, or until the task is cancelled.
    ///
    /// - Returns: False, at once, when too many are watched already.
    package func watch(
        _ id: ContainerID, interval: Duration = .seconds(1), for time: Duration = .seconds(3_600)
    ) async -> Bool {
        guard let demand = demands.begin(id, interval: interval) else { return false }
        defer { demands.end(demand) }
        try? await BootClock().sleep(for: time)
        return true
    }

    private func readFiles() async throws {
        var random = SystemRandom()
        var pace = StatsPace(interval: interval)
        var next = BootClock.now.milliseconds + pace.wait(using: &random)
        while true {
            let due = min(next, demands.next ?? .max)
            await wake.wait(until: .after(.milliseconds(max(0, due - BootClock.now.milliseconds))))
            try Task.checkCancellation()
            let now = BootClock.now.milliseconds
            if now >= next {
                if targets.isKnown, host.isHeard(Feature.stats) {
                    let wait = pace.wait(using: &random)
                    next = now + wait
                    await sweep(now: now, next: wait)
                } else {
                    next = now + Self.lookPause
                }
            }
            for round in demands.due(now: now) { await sweep(round, now: now) }
        }
    }

    /// Reads all containers.
    private func sweep(now: Int64, next: Int64) async {
        let at = WallClock.now()
        let sweep = await sampler.sweep(targets.subjects, isAll: true, now: now, longest: 3 * interval)
        report(sweep.samples, at: at, interval: next)
        engine?.begin(sweep.unreadable)
    }

    /// Reads those that somebody watches.
    private func sweep(_ round: StatsDemands.Round, now: Int64) async {
        guard host.isHeard(Feature.stats) else { return }
        let at = WallClock.now()
        let subjects = targets.subjects(of: round.ids)
        let sweep = await sampler.sweep(subjects, isAll: false, now: now, longest: 3 * interval)
        report(sweep.samples, at: at, interval: round.interval)
        engine?.add(live: sweep.unreadable)
    }

    /// Reports what the Engine said of one container.
    private func tell(_ id: ContainerID, _ said: EngineSample) async {
        guard let subject = targets.subjects(of: [id]).first else { return }
        let at = WallClock.now()
        let sample = await sampler.complete(
            said.stats, said.share, of: subject, now: BootClock.now.milliseconds,
            longest: Self.longestTurn)
        // When its turn comes again depends on how many others wait.
        report([sample], at: at, interval: 0)
    }

    private func report(_ samples: [StatsReport.Sample], at: Int64, interval: Int64) {
        let pieces = StatsReport.pieces(of: samples, now: WallClock.now(), at: at, interval: interval)
        for piece in pieces { host.say(.stats(piece), room: Self.room) }
    }
}
