package import Lifecycle
package import Log
internal import OS
package import Settings

/// The frame of a program that runs in the background: command line, log, signals, watchdog, exit status.
///
/// What the program does is `start`'s to say. `NAME healthcheck` and `NAME print-config` work with every such program.
package struct Daemon: Sendable {
    /// What a program runs once it is put together.
    package struct Work: Sendable {
        /// In the order in which they are stopped: doors first, storage last.
        package var services: [any Service]
        /// Every part that must make progress; when all have answered for the first time, the program is ready.
        package var probes: [Probe]
        /// The program's state in a line.
        package var status: @Sendable () -> String
        /// What SIGHUP does besides reading the log's settings.
        package var reload: @Sendable (Configuration) async -> Void = { _ in }
        /// A socket file on which the program answers health checks itself.
        package var statusPath: String?

        package init(
            services: [any Service], probes: [Probe], status: @escaping @Sendable () -> String
        ) {
            self.services = services
            self.probes = probes
            self.status = status
        }
    }

    private let table: SettingsTable
    private let version: String
    private let level: Setting<Log.Level>
    private let format: Setting<Log.Format>

    /// - Parameters:
    ///   - table: All settings; names the program.
    ///   - version: What `--version` says.
    ///   - level: The setting of the log's level, in that table.
    ///   - format: The setting of the log's format, in that table.
    package init(
        _ table: SettingsTable, version: String, logLevel level: Setting<Log.Level>,
        logFormat format: Setting<Log.Format>
    ) {
        self.table = table
        self.version = version
        self.level = level
        self.format = format
    }

    /// The program's whole life; returns when it ended as it should, and leaves with a status otherwise.
    ///
    /// - Parameters:
    ///   - input: Command line, environment and files.
    ///   - healthcheck: Asks the running program, found by the same settings, how it is.
    ///   - start: Puts the program together.
    package func main(
        _ input: SettingsInput = .ofProcess(),
        healthcheck: (Configuration) async -> Watchdog.Report,
        start: @Sendable (Configuration, Log) async throws -> Work
    ) async {
        let command = DaemonCommand(input.arguments)
        let input = SettingsInput(
            arguments: command == nil ? input.arguments : Array(input.arguments.dropFirst()),
            environment: input.environment, read: input.read)
        do {
            switch (try table.resolve(input), command) {
            case (.help, _): say(table.help())
            case (.version, _): say("\(table.program) \(version)\n")
            case (.run, .printConfig): say(table.commentedFile())
            case (.run(let settings), .healthcheck):
                let report = await healthcheck(settings)
                say(report.sentence + "\n", to: report.isWell ? 1 : 2)
                if !report.isWell { leave(status: 1) }
            case (.run(let settings), nil): await run(settings, input, start)
            }
        } catch {
            say("\(error)\n", to: 2)
            leave(status: error.isUsage ? 2 : 1)
        }
    }

    private func run(
        _ settings: Configuration, _ input: SettingsInput,
        _ start: @Sendable (Configuration, Log) async throws -> Work
    ) async {
        let logSettings = LogSettings(level: settings[level], format: settings[format])
        let log = Log(logSettings, to: DescriptorSink.standardError)
        do {
            log(.info, "starts", ["program": table.program, "version": version])
            let work = try await start(settings, log)
            let watchdog = Watchdog(
                work.probes, notifier: SystemdNotifier(), status: work.status, log: log)
            let program = Program(
                [watchdog] + status(work, watchdog, log) + work.services, log: log,
                reload: { await reload(input, logSettings, work, log) })
            let outcome = try await program.run()
            log(.info, "ends", ["program": table.program, "why": "\(outcome)"])
            if case .ended = outcome { leave(status: 1) }
        } catch {
            log(.error, "ends", ["program": table.program, "error": "\(error)"])
            leave(status: 1)
        }
    }

    /// The door for health checks; a program without it runs all the same.
    private func status(_ work: Work, _ watchdog: Watchdog, _ log: Log) -> [any Service] {
        guard let path = work.statusPath else { return [] }
        do {
            return [
                try StatusDoor(path) {
                    let report = watchdog.report()
                    return (report.isWell ? "well" : "ill") + "\n" + report.sentence + "\n"
                }
            ]
        } catch {
            log(.warning, "health checks will get no answer", ["cause": "\(error)"])
            return []
        }
    }

    /// SIGHUP: reads the configuration again; a bad one is refused whole.
    private func reload(
        _ input: SettingsInput, _ logSettings: LogSettings, _ work: Work, _ log: Log
    ) async {
        do {
            guard case .run(let settings) = try table.resolve(input) else { return }
            logSettings.change(level: settings[level], format: settings[format])
            await work.reload(settings)
            log(.info, "settings that can be changed now were read again; all others need a restart")
        } catch {
            log(.error, "the configuration was refused and stays as it was", ["error": "\(error)"])
        }
    }

    /// Asks a program that answers on a socket file how it is.
    package static func ask(_ path: String) async -> Watchdog.Report {
        do {
            let lines = try await StatusDoor.ask(path, within: .seconds(5))
                .split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let sentence = lines.dropFirst().first.map { String($0.prefix { $0 != "\n" }) } ?? ""
            return Watchdog.Report(isWell: lines.first == "well", sentence: sentence)
        } catch {
            return Watchdog.Report(isWell: false, sentence: "\(error)")
        }
    }
}

/// What a background program does instead of running.
enum DaemonCommand: String {
    case healthcheck
    case printConfig = "print-config"

    /// The first word of a command line, when it is a command.
    init?(_ arguments: [String]) {
        guard let word = arguments.first, let command = DaemonCommand(rawValue: word) else { return nil }
        self = command
    }
}
