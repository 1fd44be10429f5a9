import Inventory
import OS
import Settings

/// `bayplan`: finds the command, reads its options, runs it, and says what went wrong.
package struct CommandLineTool: Sendable {
    /// All commands by heading, in the order of the help text.
    static let groups: [(title: String, commands: [Command])] = [
        (
            "Containers",
            [
                PsCommand.command, SearchCommand.command, StatsCommand.command, TopCommand.command,
                InspectCommand.command, LogsCommand.command, HealthLogCommand.command, WatchCommand.command,
                EventsCommand.command,
                LabelCommands.list, LabelCommands.values, MountCommands.list, PortCommands.list,
                HealthCommands.command,
            ]
        ),
        (
            "Fleet",
            [
                HostCommands.list, InspectCommands.host, HealthCommands.host, DiscoverCommand.command,
                HostCommands.remove, StackCommands.list,
                StackCommands.ps,
                InspectCommands.stack, StackCommands.composeFile,
            ]
        ),
        ("Cache", [CacheCommands.statistics, CacheCommands.refresh, CacheCommands.clear]),
        ("Reverse proxies", [RevPCommands.list]),
        ("Monitoring", [DiscoveryCommands.prometheus]),
        ("Access", [TokenCommands.create, TokenCommands.list, TokenCommands.remove]),
        (
            "This program",
            [
                DoctorCommand.command, ConfigCommand.command, ContextCommands.create, ContextCommands.list,
                ContextCommands.choose, ContextCommands.show, ContextCommands.remove,
                CompletionCommand.command,
                VersionCommand.command,
            ]
        ),
    ]

    static var commands: [Command] { groups.flatMap(\.commands) }

    let surroundings: Surroundings

    /// A tool in its world.
    package init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    /// Does what the command line says.
    package func run() async -> ExitCode {
        if surroundings.input.arguments.first == Self.completionWord {
            await complete(Array(surroundings.input.arguments.dropFirst()))
            return .ok
        }
        do throws(Failure) {
            return try await perform()
        } catch {
            if !error.sentence.isEmpty {
                for (index, line) in error.sentence.split(separator: "\n").enumerated() {
                    let isUsage = index > 0 && line.hasPrefix("Usage: ")
                    try? surroundings.notes.line(
                        (isUsage ? "" : "bayplan: ") + TerminalText.safe(String(line)))
                }
            }
            return error.code
        }
    }

    private func perform() async throws(Failure) -> ExitCode {
        let arguments = surroundings.input.arguments
        let places = Self.everyOption.argumentPlaces(in: arguments)
        let words = places.map { arguments[$0] }
        guard let first = words.first else {
            if arguments.contains("--version") { return try await run(VersionCommand.command, []) }
            let unknown = arguments.first { $0 != "--help" && $0 != "-h" }
            guard let unknown else { return try show(help: HelpPages.overview(width: width)) }
            throw usage(
                "Say what to do: \(unknown) is an option, but there is no command", HelpPages.usageLine)
        }
        if first == "help" { return try help(on: Array(words.dropFirst())) }
        guard let (command, length) = Self.command(words) else {
            throw usage(HelpPages.unknown(words), HelpPages.usageLine)
        }
        var rest = arguments
        for place in places.prefix(length).reversed() { rest.remove(at: place) }
        return try await run(command, rest, noun: length == 1 && HelpPages.isNoun(first) ? first : nil)
    }

    /// The command that the first words call, and how many words that are; the longest that fits.
    static func command(_ words: [String]) -> (Command, Int)? {
        for length in [2, 1] where words.count >= length {
            let name = words.prefix(length).joined(separator: " ")
            if let command = commands.first(where: { $0.name == name || $0.aliases.contains(name) }) {
                return (command, length)
            }
        }
        return nil
    }

    private func run(_ command: Command, _ arguments: [String], noun: String? = nil) async throws(Failure)
        -> ExitCode
    {
        let table = table(command)
        let resolution = try resolve(table, arguments, asks: !command.isLocal)
        guard case .run(let settings) = resolution else {
            if case .version = resolution {
                try surroundings.output.line("bayplan \(bayplanVersion)")
                return .ok
            }
            if let noun { return try help(on: [noun]) }
            return try show(help: table.help(width: width))
        }
        guard command.arguments.contains(settings.arguments.count) else {
            guard let extra = settings.arguments.dropFirst(command.arguments.upperBound).first else {
                throw usage("Something is missing behind `bayplan \(command.name)`", table.usageLine)
            }
            guard let noun else {
                throw usage("`bayplan \(command.name)` doesn't take the word `\(extra)`", table.usageLine)
            }
            throw usage("There is no command `\(noun) \(extra)`", HelpPages.usageLine(noun: noun))
        }
        let api: APIClient
        do throws(Failure) {
            api = try APIClient(
                try ClientSettings.endpoints(settings), timeout: settings[ClientSettings.timeout],
                connector: surroundings.connector)
        } catch {
            guard let runWithoutWay = command.runWithoutWay else { throw error }
            return try runWithoutWay(settings, surroundings, error)
        }
        return try await command.run(
            Invocation(
                settings: settings, arguments: settings.arguments, surroundings: surroundings, api: api))
    }

    private func help(on words: [String]) throws(Failure) -> ExitCode {
        guard !words.isEmpty else { return try show(help: HelpPages.overview(width: width)) }
        if words.count == 1, let text = HelpPages.noun(words[0], width: width) { return try show(help: text) }
        guard let (command, length) = Self.command(words), length == words.count else {
            throw usage(HelpPages.unknown(words), HelpPages.usageLine)
        }
        return try show(help: table(command).help(width: width))
    }

    func table(_ command: Command) -> SettingsTable {
        SettingsTable(
            program: "bayplan \(command.name)",
            summary: command.about,
            usage: command.usage,
            examples: command.examples.map { ("bayplan \($0.command)", $0.does) },
            defaultFile: ClientSettings.defaultFile(surroundings.input.environment),
            takesArguments: true,
            settings: command.options + ClientSettings.all,
        )
    }

    /// A table with the options of all commands, to tell options' values from commands.
    static var everyOption: SettingsTable {
        var settings = ClientSettings.all
        for option in commands.flatMap(\.options)
        where !settings.contains(where: { $0.facts.name == option.facts.name }) {
            settings.append(option)
        }
        return SettingsTable(
            program: "bayplan", summary: "", defaultFile: "", takesArguments: true, settings: settings,
            sharesLetters: true)
    }

    private func usage(_ sentence: String, _ line: String) -> Failure {
        Failure(.usage, "\(sentence)\n\(line)")
    }

    private func show(help text: String) throws(Failure) -> ExitCode {
        try surroundings.output.write(Array(text.utf8))
        return .ok
    }

    private var width: Int { min(surroundings.terminal?.width ?? 100, 100) }
}

extension SettingsInput {
    /// The same world with another command line.
    func with(arguments: [String]) -> SettingsInput {
        SettingsInput(arguments: arguments, environment: environment, context: context, read: read)
    }

    /// The same world with a context.
    func with(context: SettingsContext) -> SettingsInput {
        SettingsInput(arguments: arguments, environment: environment, context: context, read: read)
    }
}
