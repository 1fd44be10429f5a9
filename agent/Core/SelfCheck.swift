import Lifecycle
import Log
import OS
import Settings
import Watch
import Wire

/// Looks now and then whether the agent has what it needs, and lets the heartbeats tell (row B19).
struct SelfCheck: Service {
    private let socket: String?
    private let state: String
    /// Nil when nothing is read of what containers use.
    private let stats: StatsRoots?
    private let watcher: EngineWatcher
    private let host: HostState
    private let log: Log
    let name = "self-check"

    private static let pause = Duration.seconds(5)

    init(_ settings: Configuration, watcher: EngineWatcher, host: HostState, log: Log) {
        if case .unix(let path) = settings[AgentSettings.docker] { socket = path } else { socket = nil }
        state = settings[AgentSettings.state]
        if settings[AgentSettings.stats] == .off {
            stats = nil
        } else {
            var roots = StatsRoots()
            roots.cgroups = settings[AgentSettings.cgroupRoot]
            roots.proc = settings[AgentSettings.procRoot]
            stats = roots
        }
        self.watcher = watcher
        self.host = host
        self.log = log
    }

    func run() async throws {
        let lacks = mounts?.problems(socket: socket, state: state, stats: stats) ?? []
        for problem in lacks {
            log(
                .warning, "the container lacks something", ["code": problem.code, "problem": problem.message])
        }
        host.found(lacks)
        var wereDown = false
        while true {
            try await BootClock().sleep(for: Self.pause)
            // Twice in a row: a stream that has just ended is being asked for again.
            let areDown =
                watcher.counters.eventsSince == 0 && host.standing.engine.state == EngineCondition.reachable
            host.found(lacks + (areDown && wereDown ? [Self.eventsDown] : []))
            wereDown = areDown
        }
    }

    private static let eventsDown = AgentProblem(
        code: "events-down",
        message: "The Engine answers but sends no events; changes are found by comparing its list only.")

    /// Nil outside a container.
    private var mounts: ContainerMounts? {
        guard fileExists("/.dockerenv") || fileExists("/run/.containerenv") else { return nil }
        let texts = ["mountinfo", "cgroup"].map { name in
            String(decoding: (try? readFile("/proc/self/\(name)", limit: 4 << 20)) ?? [], as: UTF8.self)
        }
        // Process 2 is a kernel thread, which only the host's own namespace has (pid_namespaces(7)).
        let second = (try? readFile("/proc/2/comm", limit: 64)) ?? []
        return ContainerMounts(
            mountinfo: texts[0], cgroup: texts[1],
            sharesProcesses: String(decoding: second, as: UTF8.self) == "kthreadd\n")
    }
}
