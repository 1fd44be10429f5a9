import Glibc
import OS

/// Figures that are measured inside one process; `scripts/bench` runs it and puts peers beside them.
///
/// Each figure is a line `what: figure` on standard output.
@main
struct Benchmarks {
    private static let usage = """
        Usage: bayplan-benchmarks fleet [CONTAINERS]
               bayplan-benchmarks journal FOLDER [CHANGES]
               bayplan-benchmarks prepare FOLDER [CONTAINERS]
               bayplan-benchmarks stats [SWEEPS]
        FOLDER must be empty and on the disk that is to be measured. `prepare` leaves an aggregator's data folder
        there, with a simulated fleet in it. `stats` reads the containers that run here.

        """

    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.compactMap { Int($0) }
        do {
            switch arguments.first {
            case "fleet":
                let count = min(max(numbers.first ?? 100_000, 1_000), 10_000_000)
                let benchmark = FleetBenchmark(containers: count, now: processorTime) { say($0 + "\n") }
                try benchmark.run(resident: resident)
            case "journal" where arguments.count >= 2:
                let changes = min(max(numbers.first ?? 200_000, 1_000), 10_000_000)
                let folder = arguments[arguments.startIndex + 1]
                try await JournalBenchmark.run(in: folder, changes: changes) { say($0 + "\n") }
            case "prepare" where arguments.count >= 2:
                let count = min(max(numbers.first ?? 100_000, 1_000), 10_000_000)
                try await PreparedFolder.make(arguments[arguments.startIndex + 1], containers: count) {
                    say($0 + "\n")
                }
            case "stats":
                StatsBenchmark.run(sweeps: min(max(numbers.first ?? 100, 1), 10_000)) { say($0 + "\n") }
            default:
                say(usage, to: 2)
                exit(2)
            }
        } catch {
            say("bayplan-benchmarks: \(error); the figures above are all there are.\n", to: 2)
            exit(1)
        }
    }

    /// How long this process has had a processor, so that a busy machine tells the same as an idle one.
    private static func processorTime() -> Duration {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The process's memory in bytes; 0 when the system doesn't tell.
    private static func resident() -> Int {
        guard let memory = try? ProcessMemory.current() else { return 0 }
        return Int(memory.resident)
    }
}
