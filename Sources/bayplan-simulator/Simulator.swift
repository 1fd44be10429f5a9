import Inventory
import OS
import Settings

/// Plays what Bayplan watches: Docker Engines on sockets, or a whole fleet of hosts that report to an aggregator.
@main
enum Simulator {
    static func main() async {
        ignoreSIGPIPE()
        raiseDescriptorLimit()
        var arguments = Array(CommandLine.arguments.dropFirst())
        let command = arguments.isEmpty ? "" : arguments.removeFirst()
        do {
            switch command {
            case "engine":
                guard let settings = resolve(EngineSettings.table, arguments) else { return }
                try await EngineCommand(settings).run()
            case "fleet":
                guard let settings = resolve(FleetSettings.table, arguments) else { return }
                try await FleetCommand(settings).run()
            case "help", "--help", "-h":
                switch arguments.first {
                case "engine": say(EngineSettings.table.help())
                case "fleet": say(FleetSettings.table.help())
                default: say(help)
                }
            case "version", "--version": say("bayplan-simulator \(bayplanVersion)\n")
            default:
                let what = command.isEmpty ? "No command was given" : "\(command) is not a command"
                throw Refusal("\(what), so nothing was started. See bayplan-simulator --help.", status: 2)
            }
        } catch let refusal as Refusal {
            complain(refusal.sentence)
            leave(status: refusal.status)
        } catch {
            complain("\(error)")
            leave(status: 1)
        }
    }

    /// The settings; nil when the help was asked for, and shown.
    private static func resolve(_ table: SettingsTable, _ arguments: [String]) -> Configuration? {
        do {
            switch try table.resolve(.ofProcess(arguments: arguments)) {
            case .help: say(table.help())
            case .version: say("bayplan-simulator \(bayplanVersion)\n")
            case .run(let settings): return settings
            }
        } catch {
            complain("\(error)")
            leave(status: error.isUsage ? 2 : 1)
        }
        return nil
    }

    private static func complain(_ sentence: String) {
        say("bayplan-simulator: \(sentence)\n", to: 2)
    }

    private static let help = """
        Usage: bayplan-simulator COMMAND [OPTIONS]

        Plays what Bayplan watches, for a first look, for tests and for load. Nothing runs, nothing is stored.

        Commands:
          engine    Docker Engines that answer on Unix sockets, for the agent and for docker
          fleet     hosts with containers that report to an aggregator, as agents do
          help      this text, or the options of a command: bayplan-simulator help fleet
          version   the release

        Exit status: 0 when it was asked to end or its time was over, 1 when it failed or --check found a difference,
        2 for a mistake in usage.

        """
}

/// Why nothing was started, or what failed, and with which exit status the program ends.
struct Refusal: Error {
    let sentence: String
    let status: Int32

    init(_ sentence: String, status: Int32 = 1) {
        self.sentence = sentence
        self.status = status
    }
}

/// Prints a line at once, also into a pipe or file.
func tell(_ line: String) {
    say(line + "\n")
}
