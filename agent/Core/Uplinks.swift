import Lifecycle

/// All uplinks of an agent: they run side by side, and say goodbye side by side.
final class Uplinks: Stoppable {
    private let all: [Uplink]

    init(_ all: [Uplink]) {
        self.all = all
    }

    var name: String { "uplinks" }

    /// Reports to every aggregator until the task is cancelled or `stop` was called.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, uplink) in all.enumerated() {
                group.addTask(name: "uplink \(number + 1)") { try await uplink.run() }
            }
            defer { group.cancelAll() }
            try await group.waitForAll()
        }
    }

    /// Says goodbye to all at once; `run` returns once each has it, or can't be told.
    func stop() async {
        for uplink in all { await uplink.stop() }
    }

    /// One for each uplink.
    var probes: [Probe] {
        all.enumerated().map { number, uplink in
            .mark("uplink \(number + 1)", uplink.progress, within: Uplink.longestTurn)
        }
    }

    /// How many of them report, for people.
    var status: String {
        let reporting = all.count { $0.isWelcomed }
        return all.count == 1
            ? reporting == 1 ? "reporting" : "not reporting"
            : "reporting to \(reporting) of \(all.count) aggregators"
    }

    /// Lets every uplink that waits try at once.
    func wake() {
        for uplink in all { uplink.wake() }
    }
}
