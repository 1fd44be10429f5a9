import Lifecycle
import OS

/// Gives memory back that only starting or a pass over all containers needed.
///
/// The start alone touches most of the program's code; afterwards the agent needs about a third of it.
struct MemoryRelease: Service {
    private static let first = Duration.seconds(2)
    private static let longest = Duration.seconds(10)

    /// Releases again and again, soon after the start and then every ten seconds, until it is cancelled.
    func run() async throws {
        var pause = Self.first
        while true {
            try await BootClock().sleep(for: pause)
            ThisProcess.releaseMemory()
            pause = min(pause * 2, Self.longest)
        }
    }
}
