/// One setting of a program: its name, what it may be, what it is unless said otherwise, and what it is for.
///
/// A setting named `log-level` is the key `log-level` of the YAML file, `BAYPLAN_LOG_LEVEL` in the
/// environment and `--log-level` on the command line. See ``SettingsTable`` for a whole example.
package struct Setting<Value: Sendable>: SettingDeclaration {
    package let facts: SettingFacts

    /// What its texts may be and how they are read.
    package let kind: Kind<Value>

    /// The value that holds when nobody says otherwise.
    package let defaultValue: Value

    /// A setting that always has a value.
    package init(
        _ name: String,
        _ kind: Kind<Value>,
        default defaultValue: Value,
        short: Character? = nil,
        group: String = "Options",
        help: String,
        sources: SettingSources = .all,
        secret: Bool = false,
        reloadable: Bool = false,
    ) {
        self.kind = kind
        self.defaultValue = defaultValue
        facts = SettingFacts(
            name: name,
            short: short,
            group: group,
            help: help,
            placeholder: kind.placeholder,
            form: kind.form,
            isFlag: kind.isFlag,
            isList: kind.isList,
            choices: kind.choices,
            separator: kind.separator,
            takesMapping: kind.takesMapping,
            sources: sources,
            isSecret: secret,
            isReloadable: reloadable,
            shownDefault: kind.show(defaultValue),
        )
    }

    /// A setting whose default is written as a user would write it; one that can't be read is a programming
    /// error.
    package init(
        _ name: String,
        _ kind: Kind<Value>,
        defaultText: String,
        short: Character? = nil,
        group: String = "Options",
        help: String,
        sources: SettingSources = .all,
        secret: Bool = false,
        reloadable: Bool = false,
    ) {
        guard case .value(let value) = kind.read([defaultText]) else {
            preconditionFailure("the default \(defaultText) of \(name) must be \(kind.form)")
        }
        self.init(
            name, kind, default: value, short: short, group: group, help: help, sources: sources,
            secret: secret,
            reloadable: reloadable)
    }

    /// A setting that may stay without a value.
    package init<Wrapped: Sendable>(
        _ name: String,
        optional kind: Kind<Wrapped>,
        short: Character? = nil,
        group: String = "Options",
        help: String,
        sources: SettingSources = .all,
        secret: Bool = false,
        reloadable: Bool = false,
    ) where Value == Wrapped? {
        self.init(
            name, .optional(kind), default: nil, short: short, group: group, help: help, sources: sources,
            secret: secret, reloadable: reloadable)
    }

    /// Reads the texts that were given for it.
    package func read(_ texts: [String]) -> Reading<any Sendable> {
        switch kind.read(texts) {
        case .value(let value): .value(value)
        case .refused(let text): .refused(text)
        }
    }

    /// The value as text.
    package func shown(_ value: any Sendable) -> String {
        guard let value = value as? Value else { return "" }
        return kind.show(value)
    }

    package var defaultAny: any Sendable { defaultValue }
}

/// A setting without its type, as a table holds it.
package protocol SettingDeclaration: Sendable {
    /// Everything about it that has no type.
    var facts: SettingFacts { get }

    /// The default.
    var defaultAny: any Sendable { get }

    /// Reads what somebody wrote.
    func read(_ texts: [String]) -> Reading<any Sendable>

    /// Writes a value of this setting the way that it is read.
    func shown(_ value: any Sendable) -> String
}

/// Where a setting may be given.
package struct SettingSources: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// On the command line.
    package static let flag = SettingSources(rawValue: 1)

    /// In the environment.
    package static let environment = SettingSources(rawValue: 2)

    /// In the YAML file.
    package static let file = SettingSources(rawValue: 4)

    /// Everywhere.
    package static let all: SettingSources = [.flag, .environment, .file]
}

/// What is known of a setting whatever its type.
package struct SettingFacts: Sendable {
    /// The name, as in the YAML file.
    package let name: String

    /// The one-letter flag.
    package let short: Character?

    /// The heading in the help text.
    package let group: String

    /// What it is for, in a sentence or two.
    package let help: String

    /// What stands for the value in the help text, such as `ADDRESS:PORT`; empty for a Boolean.
    package let placeholder: String

    /// What the value may be, in words.
    package let form: String

    /// Whether the flag stands alone.
    package let isFlag: Bool

    /// Whether it may be given several times.
    package let isList: Bool

    /// The words that it may be; empty where it isn't one of a few.
    package let choices: [String]

    /// What stands between values in one environment variable; nil unless a list.
    package let separator: Character?

    /// Whether a YAML mapping does for a list.
    package let takesMapping: Bool

    /// Where it may be given.
    package let sources: SettingSources

    /// Whether the value must never be shown, and never stands on a command line.
    package let isSecret: Bool

    /// Whether a running program takes a new value at SIGHUP.
    package let isReloadable: Bool

    /// The default as text; empty when there is none.
    package let shownDefault: String

    /// `BAYPLAN_LOG_LEVEL` for `log-level`.
    package var environmentName: String {
        "BAYPLAN_" + name.uppercased().split(separator: "-").joined(separator: "_")
    }

    /// `--log-level` for `log-level`; a secret is only given by file: `--token-file`.
    package var flagName: String { isSecret ? "--\(name)-file" : "--\(name)" }
}
