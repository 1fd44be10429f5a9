import AggregatorAPI
import AggregatorCore
import Inventory
import Lifecycle
import Log
import OS
import Settings
import Wire

@main
struct BayplanAggregator {
    static func main() async {
        ignoreSIGPIPE()
        _ = raiseDescriptorLimit()
        let input = SettingsInput.ofProcess()
        do {
            switch try AggregatorSettings.table.resolve(input) {
            case .help: say(AggregatorSettings.table.help())
            case .version: say("bayplan-aggregator \(bayplanVersion)\n")
            case .run(let settings): await run(settings, input)
            }
        } catch {
            say("\(error)\n", to: 2)
            leave(status: error.isUsage ? 2 : 1)
        }
    }

    private static func run(_ settings: Configuration, _ input: SettingsInput) async {
        let logSettings = LogSettings(
            level: settings[AggregatorSettings.logLevel], format: settings[AggregatorSettings.logFormat])
        let log = Log(logSettings, to: DescriptorSink.standardError)
        do {
            log(
                .info, "bayplan-aggregator starts",
                ["version": bayplanVersion, "data": settings[AggregatorSettings.data]])
            let aggregator = try await Aggregator(settings, log: log)
            var random = SystemRandom()
            let api = FleetAPI(
                aggregator, settings: settings.describe(), process: Hexadecimal.text(random.next()), log: log)
            let doors = try Doors(settings, api: api, log: log)
            // Stopped in this order: doors first, storage last.
            let program = Program(
                [doors, api, aggregator.door, HeapTrimming()] + aggregator.watches + [aggregator.storage],
                log: log,
                reload: {
                    reload(input, logSettings, log)
                    aggregator.identity?.reload(isAsked: true)
                })
            _ = SystemdNotifier()?.ready()
            let outcome = try await program.run()
            log(.info, "bayplan-aggregator ends", ["why": "\(outcome)"])
            if case .ended = outcome { leave(status: 1) }
        } catch {
            log(.error, "bayplan-aggregator ends", ["error": "\(error)"])
            leave(status: 1)
        }
    }

    /// SIGHUP: reads the configuration again; a bad one is refused whole.
    private static func reload(_ input: SettingsInput, _ logSettings: LogSettings, _ log: Log) {
        do {
            guard case .run(let settings) = try AggregatorSettings.table.resolve(input) else { return }
            logSettings.change(
                level: settings[AggregatorSettings.logLevel], format: settings[AggregatorSettings.logFormat])
            log(.info, "log settings and certificates read again; all others need a restart")
        } catch {
            log(.error, "the configuration was refused and stays as it was", ["error": "\(error)"])
        }
    }
}
