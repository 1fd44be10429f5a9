/// All settings of one program.
///
/// From this one table come its flags, YAML keys, environment variables, help text and `config show`.
///
/// ```swift
/// enum AggregatorSettings {
///     static let data = Setting(
///         "data", .path("DIR"), default: "/var/lib/bayplan", group: "Storage",
///         help: "Folder of the database. It is made if it is missing.")
///     static let http = Setting(
///         "http", .address, defaultText: "127.0.0.1:4681", group: "Doors",
///         help: "Where the HTTP API listens.")
///     static let hostName = Setting("host-name", optional: .text("NAME"), help: "Name that people see.")
///     static let label = Setting("label", .list(of: .pair), default: [], help: "Label of this host.")
///     static let insecure = Setting("insecure", .bool, default: false, help: "Allow plain TCP.")
///
///     static let table = SettingsTable(
///         program: "bayplan-aggregator",
///         summary: "Keeps the state of every container of the fleet and answers questions about it.",
///         defaultFile: "/etc/bayplan/aggregator.yaml",
///         settings: [data, http, hostName, label, insecure])
/// }
///
/// switch try AggregatorSettings.table.resolve(.ofProcess()) {
/// case .help: print(AggregatorSettings.table.help())
/// case .version: print(version)
/// case .run(let settings):
///     let address: SocketAddress = settings[AggregatorSettings.http]
///     for row in settings.describe() { print(row.name, row.value, row.origin) }
/// }
/// ```
///
/// A flag wins over the environment, which wins over the file, which wins over a profile, which wins over the
/// default; a list is replaced whole. Where a context holds, it stands in for environment and file. Every value is checked,
/// also one that something else wins over, and all problems come in one error.
package struct SettingsTable: Sendable {
    /// The program's name.
    package let program: String

    /// What the program is for, in a sentence or two.
    package let summary: String

    /// What stands behind the name in the usage line.
    package let usage: String

    /// Examples: a command line and what it does.
    package let examples: [(command: String, does: String)]

    /// Words that make the program do something else than run, and what that is.
    package let commands: [(name: String, does: String)]

    /// The YAML file that is read when nobody names one, if it is there; nil when the program reads no file.
    package let defaultFile: String?

    /// Whether words that are no flags are let through as ``Configuration/arguments``.
    package let takesArguments: Bool

    /// The settings, in the order of the help text.
    package let settings: [any SettingDeclaration]

    /// Sets of values that a setting chooses between; nil when there are none.
    package let profiles: (setting: String, all: [SettingsProfile])?

    /// A table; two settings of one name, or two of one letter, are a programming error.
    ///
    /// With `sharesLetters`, for the options of several commands together, the first setting of a letter has it.
    package init(
        program: String,
        summary: String,
        usage: String = "[OPTIONS]",
        examples: [(command: String, does: String)] = [],
        commands: [(name: String, does: String)] = [],
        defaultFile: String? = nil,
        takesArguments: Bool = false,
        settings: [any SettingDeclaration],
        profiles: (setting: String, all: [SettingsProfile])? = nil,
        sharesLetters: Bool = false,
    ) {
        self.program = program
        self.summary = summary
        self.usage = usage
        self.examples = examples
        self.commands = commands
        self.defaultFile = defaultFile
        self.takesArguments = takesArguments
        self.settings = settings
        self.profiles = profiles
        let names = settings.map(\.facts.name) + ["help", "version"] + (defaultFile == nil ? [] : ["config"])
        precondition(Set(names).count == names.count, "each setting needs its own name: \(names)")
        let letters = settings.compactMap(\.facts.short) + ["h"]
        precondition(
            sharesLetters || Set(letters).count == letters.count,
            "each setting needs its own letter: \(letters)")
        let unknown = (profiles?.all ?? []).flatMap(\.values.keys).filter { !names.contains($0) }
        precondition(unknown.isEmpty, "profiles set what there is not: \(unknown)")
    }

    /// Puts together what default, file, environment and command line say.
    package func resolve(_ input: SettingsInput) throws(SettingsError) -> Resolution {
        var problems: [String] = []
        let line = CommandLineScan(input.arguments, table: self)
        if line.wantsHelp { return .help }
        if line.wantsVersion { return .version }
        problems += line.problems
        var isUsage = !problems.isEmpty
        let path = line.file?.path ?? input.environment("BAYPLAN_CONFIG")
        let file = FileScan(path: path, table: self, input: input)
        problems += file.problems
        var resolved: [String: ResolvedSetting] = [:]
        let profile = profile(file, line, input)
        for setting in settings {
            let facts = setting.facts
            var candidates: [Candidate] = []
            if let text = profile?.values[facts.name], let name = profile?.name {
                candidates = [
                    Candidate(texts: [text], origin: .profile(name), place: "the profile \(name)")
                ]
            }
            if let context = input.context, context.settings.contains(facts.name) {
                if let text = context.values[facts.name] {
                    let place = "context \(context.name)"
                    candidates += [Candidate(texts: [text], origin: .context(context.name), place: place)]
                }
            } else {
                candidates += file.candidates[facts.name] ?? []
                candidates += EnvironmentScan.candidates(facts, input: input)
            }
            candidates += line.candidates[facts.name] ?? []
            let before = problems.count
            resolved[facts.name] = resolve(setting, candidates, input, &problems)
            if problems.count > before, line.candidates[facts.name] != nil { isUsage = true }
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems, isUsage: isUsage) }
        return .run(
            Configuration(
                order: settings.map(\.facts),
                values: resolved,
                arguments: line.arguments,
                file: file.path.map { path in
                    (
                        path,
                        line.file?.origin ?? (path == defaultFile ? .builtIn : .environment("BAYPLAN_CONFIG"))
                    )
                },
            ))
    }

    /// The places of the words that are neither flags nor a flag's value, such as a command's name.
    package func argumentPlaces(in arguments: [String]) -> [Int] {
        CommandLineScan(arguments, table: self).places
    }

    /// The profile that is chosen; a name that none has is told where its setting is read.
    private func profile(
        _ file: FileScan, _ line: CommandLineScan, _ input: SettingsInput
    ) -> SettingsProfile? {
        guard let profiles, let setting = settings.first(where: { $0.facts.name == profiles.setting }) else {
            return nil
        }
        let candidates =
            (file.candidates[profiles.setting] ?? [])
            + EnvironmentScan.candidates(setting.facts, input: input)
            + (line.candidates[profiles.setting] ?? [])
        guard let name = candidates.last?.texts.last else { return nil }
        return profiles.all.first { $0.name == name }
    }

    /// The candidate that wins, after every one was read.
    private func resolve(
        _ setting: any SettingDeclaration,
        _ candidates: [Candidate],
        _ input: SettingsInput,
        _ problems: inout [String],
    ) -> ResolvedSetting {
        let standard = setting.defaultAny
        var result = ResolvedSetting(value: standard, text: setting.shown(standard), origin: .builtIn)
        for candidate in candidates {
            var texts = candidate.texts
            if candidate.isFilePath {
                switch input.secret(at: texts.last ?? "") {
                case .value(let text): texts = [text]
                case .refused(let reason):
                    problems.append("\(candidate.place): \(reason)")
                    continue
                }
            }
            switch setting.read(texts) {
            case .value(let value):
                result = ResolvedSetting(value: value, text: setting.shown(value), origin: candidate.origin)
            case .refused(let text):
                let found = setting.facts.isSecret ? "what stands there" : quoted(text)
                problems.append("\(candidate.place): must be \(setting.facts.form), not \(found)")
            }
        }
        return result
    }
}

/// What came of a command line.
package enum Resolution: Sendable {
    /// Help was asked for.
    case help
    /// The version was asked for.
    case version
    /// Settings to run with.
    case run(Configuration)
}

/// A value that somebody gave, not yet read.
struct Candidate {
    /// The texts: one, or several of a list.
    var texts: [String]
    /// Where it came from, as `config show` tells it.
    var origin: Origin
    /// Where it stands, as an error begins.
    var place: String
    /// Whether the text is the path of a file that holds the value.
    var isFilePath = false
}
