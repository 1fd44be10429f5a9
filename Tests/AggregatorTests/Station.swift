import AggregatorAPI
import AggregatorCore
import HTTPServer
import Journal
import Lifecycle
import Log
import OS
import Settings
import Synchronization
import TestSupport
import Wire

/// An aggregator in this process: real sockets, a real database, the same services as the program runs.
final class Station: Sendable {
    /// What a test wants different.
    struct Options {
        var heartbeat = "1s"
        var arguments: [String] = []
        var journal: (inout JournalSettings) -> Void = { _ in }
        var door: (inout AgentDoor.Settings) -> Void = { _ in }
        var image: (inout ImageUpkeep.Settings) -> Void = { _ in }
        var quiet = Duration.seconds(10)
        var timeouts = HTTPServerConfiguration.Timeouts()
        /// TLS and tokens, as the program has it unless told otherwise.
        var isLocked = false
        /// Wall clock of tokens and certificates; the machine's own unless a test moves it.
        var clock: TestTime?
    }

    let folder: String
    let aggregator: Aggregator
    let sink: MemorySink
    private let api: FleetAPI
    private let doors: Doors
    private let log: Log
    private let signals = Mailbox<Signal>(limit: 4, whenFull: .dropNewest)

    private init(_ folder: String, _ options: Options) async throws {
        self.folder = folder
        sink = MemorySink()
        log = Log(LogSettings(level: .debug), to: sink)
        let settings = try Self.settings(folder, options)
        aggregator = try await Aggregator(
            settings,
            journal: { journal in
                journal.retry = Backoff(base: .milliseconds(10), ceiling: .milliseconds(40))
                journal.checkLimit = .zero
                options.journal(&journal)
            }, door: options.door, image: options.image,
            now: { [clock = options.clock] in clock?.now ?? WallClock.now() },
            lookingEvery: .milliseconds(20), log: log)
        api = FleetAPI(
            aggregator, settings: settings.describe(), process: Self.process(), quiet: options.quiet, log: log
        )
        doors = try Doors(settings, api: api, timeouts: options.timeouts, log: log)
    }

    /// Runs an aggregator on a folder of its own while `body` runs.
    static func with(_ options: Options = Options(), _ body: (Station) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in try await with(folder, options, body) }
    }

    /// Runs an aggregator on a folder while `body` runs, and stops it as SIGTERM does.
    static func with(
        _ folder: String, _ options: Options = Options(), _ body: (Station) async throws -> Void
    ) async throws {
        let station = try await Station(folder, options)
        let program = Program(
            [station.doors, station.api, station.aggregator.door] + station.aggregator.watches
                + [station.aggregator.storage],
            log: station.log, reload: { station.aggregator.identity?.reload(isAsked: true) })
        let signals = station.signals
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "aggregator") { _ = try await program.run(signals) }
            do {
                try await body(station)
            } catch {
                station.terminate()
                throw error
            }
            station.terminate()
            try await group.waitForAll()
        }
    }

    /// Waits until everything that can be seen is on disk.
    func settle() async throws {
        // A change is seen a moment before the journal has it; both happen in one turn of the door.
        _ = await aggregator.door.connectionCount
        guard await aggregator.journal.flush(within: .seconds(20)) else {
            throw Unexpected("the journal is stuck")
        }
    }

    /// What SIGTERM does.
    func terminate() {
        _ = signals.post(.terminate)
    }

    /// What SIGHUP does.
    func hangUp() {
        _ = signals.post(.hangUp)
    }

    /// Where agents connect.
    var agents: SocketAddress { aggregator.door.address }
    /// Where the API answers on TCP.
    var http: SocketAddress { doors.addresses[0] }
    /// Where the API answers on this machine.
    var socket: SocketAddress { .unix(folder + "/api.sock") }

    private static func settings(_ folder: String, _ options: Options) throws -> Configuration {
        let arguments =
            [
                "--data", folder + "/data", "--agents", "127.0.0.1:0", "--http", "127.0.0.1:0", "--socket",
                folder + "/api.sock", "--heartbeat", options.heartbeat,
            ] + (options.isLocked ? [] : ["--insecure"]) + options.arguments
        let input = SettingsInput(
            arguments: arguments, environment: { _ in nil },
            read: { (_, _) throws(SettingsInput.FileProblem) in throw .missing })
        guard case .run(let settings) = try AggregatorSettings.table.resolve(input) else {
            throw Unexpected("the settings ask for help")
        }
        return settings
    }

    private static func process() -> String {
        var random = SystemRandom()
        return Hexadecimal.text(random.next())
    }
}

/// A wall clock that a test moves.
final class TestTime: Sendable {
    private let milliseconds: Mutex<Int64>

    init(_ now: Int64 = WallClock.now()) {
        milliseconds = Mutex(now)
    }

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(by duration: Duration) {
        milliseconds.withLock { $0 += duration.wholeMilliseconds }
    }
}
