import Lifecycle
import OS
import Settings
import Simulation

/// `bayplan-simulator engine`: simulated Docker Engines on Unix sockets.
struct EngineCommand {
    private let settings: Configuration

    init(_ settings: Configuration) throws(Refusal) {
        let sockets = settings[EngineSettings.sockets]
        guard !sockets.isEmpty else {
            throw Refusal("No socket was named, so nothing was started. Add --socket PATH.", status: 2)
        }
        guard settings[EngineSettings.names].count <= sockets.count else {
            throw Refusal(
                "There are more names than sockets, so nothing was started. Each --name belongs to one --socket.",
                status: 2)
        }
        guard Set(sockets).count == sockets.count else {
            throw Refusal(
                "A socket was named twice, so nothing was started. Each Engine needs its own.", status: 2)
        }
        self.settings = settings
    }

    /// Opens all doors first, so that a bad path ends the program before anything is served.
    nonisolated func run() async throws {
        let seed = settings[EngineSettings.seed]
        let count = settings[EngineSettings.containers]
        var doors: [(engine: SimulatedEngine, door: EngineDoor)] = []
        for (index, path) in settings[EngineSettings.sockets].enumerated() {
            let engine = SimulatedEngine(name: name(at: index), seed: seed &+ UInt64(index) &* 1_000)
            let door = try EngineDoor(engine, at: path)
            engine.populate(count, seed: seed &+ UInt64(index))
            tell("\(name(at: index)): \(count) containers on unix://\(path)")
            doors.append((engine, door))
        }
        let served = doors
        await withSignals([.terminate, .interrupt]) { signals in
            await withDiscardingTaskGroup { group in
                for (index, (engine, door)) in served.enumerated() {
                    group.addTask(name: "engine \(index)") { await door.run() }
                    guard settings[EngineSettings.churn] > 0 else { continue }
                    group.addTask(name: "churn \(index)") { await disturb(engine, index) }
                }
                _ = await signals.next()
                group.cancelAll()
            }
        }
        tell("ended")
    }

    private func disturb(_ engine: SimulatedEngine, _ index: Int) async {
        var churn = Churn(seed: settings[EngineSettings.seed] &+ UInt64(index) &* 7)
        let pause = Duration.seconds(1 / settings[EngineSettings.churn])
        while !Task.isCancelled {
            try? await Task.sleep(for: pause)
            let news = churn.step(on: engine)
            if let news, !settings[EngineSettings.quiet] { tell("\(name(at: index)): \(news)") }
        }
    }

    /// The name of the Engine at that place in the list.
    private func name(at index: Int) -> String {
        let names = settings[EngineSettings.names]
        return names.indices.contains(index) ? names[index] : "sim-\(index + 1)"
    }
}
