import AggregatorAPI
import AggregatorCore
import Daemon
import Inventory
import Journal
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
        let daemon = Daemon(
            AggregatorSettings.table, version: bayplanVersion, logLevel: AggregatorSettings.logLevel,
            logFormat: AggregatorSettings.logFormat)
        await daemon.main(
            healthcheck: { await Readiness.ask(.unix($0[AggregatorSettings.socket])) }, start: start)
    }

    private static func start(_ settings: Configuration, _ log: Log) async throws -> Daemon.Work {
        let aggregator = try await Aggregator(settings, log: log)
        var random = SystemRandom()
        let api = FleetAPI(
            aggregator, settings: settings.describe(), process: Hexadecimal.text(random.next()), log: log)
        let doors = try Doors(settings, api: api, log: log)
        // Stopped in this order: doors first, storage last.
        var work = Daemon.Work(
            services: [doors, api, aggregator.door, HeapTrimming()] + aggregator.watches + [
                aggregator.storage
            ],
            probes: [
                .turn("agents' door") { aggregator.door.answerTurn($0) },
                .turn("HTTP door") { doors.answerTurn($0) },
                .turn("journal") { aggregator.journal.answerTurn($0) },
            ],
            status: { aggregator.status })
        work.reload = { _ in aggregator.identity?.reload(isAsked: true) }
        return work
    }
}
