/// The settings of a program that runs: a value for each, and where it came from.
package struct Configuration: Sendable {
    private let order: [SettingFacts]
    private let values: [String: ResolvedSetting]

    /// Words of the command line that are no flags.
    package let arguments: [String]

    /// The YAML file that was read, and who named it; nil if none was.
    package let file: (path: String, origin: Origin)?

    init(
        order: [SettingFacts],
        values: [String: ResolvedSetting],
        arguments: [String],
        file: (path: String, origin: Origin)?,
    ) {
        self.order = order
        self.values = values
        self.arguments = arguments
        self.file = file
    }

    /// The value of a setting of this program's table.
    package subscript<Value>(setting: Setting<Value>) -> Value {
        guard let value = values[setting.facts.name]?.value as? Value else {
            preconditionFailure("the setting \(setting.facts.name) isn't in this program's table")
        }
        return value
    }

    /// Where a setting's value came from.
    package func origin<Value>(of setting: Setting<Value>) -> Origin {
        values[setting.facts.name]?.origin ?? .builtIn
    }

    /// Every setting with its value as text and its origin, in the table's order; secrets are `********`.
    package func describe() -> [SettingRow] {
        order.compactMap { facts in
            values[facts.name].map { value in
                SettingRow(
                    name: facts.name,
                    value: facts.isSecret && !value.text.isEmpty ? "********" : value.text,
                    origin: value.origin.description,
                )
            }
        }
    }

    /// The settings whose values differ from an older reading of the same table, for SIGHUP.
    package func changes(since older: Configuration) -> [SettingChange] {
        order.compactMap { facts in
            guard values[facts.name]?.text != older.values[facts.name]?.text else { return nil }
            return SettingChange(name: facts.name, isReloadable: facts.isReloadable)
        }
    }
}

/// One line of `config show`.
package struct SettingRow: Sendable, Hashable {
    /// The setting's name.
    package let name: String

    /// Its value; `********` for a secret that is set, empty for one that has none.
    package let value: String

    /// `default`, `file:PATH:LINE`, `environment NAME` or `flag --NAME`.
    package let origin: String

    /// A line.
    package init(name: String, value: String, origin: String) {
        self.name = name
        self.value = value
        self.origin = origin
    }
}

/// A setting that was read anew and differs.
package struct SettingChange: Sendable, Hashable {
    /// The setting's name.
    package let name: String

    /// Whether the running program may take it.
    package let isReloadable: Bool

    /// A change.
    package init(name: String, isReloadable: Bool) {
        self.name = name
        self.isReloadable = isReloadable
    }
}

struct ResolvedSetting: Sendable {
    var value: any Sendable
    var text: String
    var origin: Origin
}
