import Lifecycle
import OS
import Watch
import Wire

/// Tells the aggregators at intervals what the agent counted; a report that is lost is made good by the next.
struct Measuring: Service {
    let tally: Tally
    let watcher: EngineWatcher
    let host: HostState
    let name = "measures"

    /// Prometheus usually scrapes each 15 s or more seldom.
    private static let pause = Duration.seconds(10)

    /// Reports until the task is cancelled.
    func run() async throws {
        while true {
            host.say(.measures(tally.measures(watcher.counters)))
            try await BootClock().sleep(for: Self.pause)
        }
    }
}
