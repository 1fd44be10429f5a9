import Glibc
import Lifecycle
import OS
import Simulation

@main
enum Simulator {
    static func main() async {
        ignoreSIGPIPE()
        raiseDescriptorLimit()
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") || arguments.first == "help" {
            print(Options.help)
            return
        }
        guard arguments.first == "engine" else {
            let what = arguments.first.map { "\($0) is not a command" } ?? "No command was given"
            complain("\(what), so nothing was started. Try: bayplan-simulator engine --socket /tmp/sim.sock")
            exit(2)
        }
        do {
            try await run(try Options(Array(arguments.dropFirst())))
        } catch let refusal as Options.Refusal {
            complain(refusal.sentence)
            exit(2)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    /// Opens all doors first, so that a bad path ends the program before anything is served.
    private nonisolated static func run(_ options: Options) async throws {
        var doors: [(engine: SimulatedEngine, door: EngineDoor)] = []
        for (index, path) in options.sockets.enumerated() {
            let engine = SimulatedEngine(
                name: options.name(at: index), seed: options.seed &+ UInt64(index) &* 1_000)
            let door = try EngineDoor(engine, at: path)
            engine.populate(options.containers, seed: options.seed &+ UInt64(index))
            say("\(options.name(at: index)): \(options.containers) containers on unix://\(path)")
            doors.append((engine, door))
        }
        let served = doors
        await withSignals([.terminate, .interrupt]) { signals in
            await withDiscardingTaskGroup { group in
                for (index, (engine, door)) in served.enumerated() {
                    group.addTask(name: "engine \(index)") { await door.run() }
                    guard options.churn > 0 else { continue }
                    group.addTask(name: "churn \(index)") { await disturb(engine, index, options) }
                }
                _ = await signals.next()
                group.cancelAll()
            }
        }
        say("ended")
    }

    private static func disturb(_ engine: SimulatedEngine, _ index: Int, _ options: Options) async {
        var churn = Churn(seed: options.seed &+ UInt64(index) &* 7)
        let pause = Duration.seconds(1 / options.churn)
        while !Task.isCancelled {
            try? await Task.sleep(for: pause)
            let news = churn.step(on: engine)
            if let news, !options.isQuiet { say("\(options.name(at: index)): \(news)") }
        }
    }

    private static func say(_ line: String) {
        print(line)
        // What is printed is also seen when it goes into a pipe or file.
        _ = fflush(nil)
    }

    private static func complain(_ sentence: String) {
        let line = Array("bayplan-simulator: \(sentence)\n".utf8)
        _ = unsafe write(2, line, line.count)
    }
}
