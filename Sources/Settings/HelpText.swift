extension SettingsTable {
    /// The help text: what the program is for, how it is called, every option by group, examples.
    package func help(width: Int = 100) -> String {
        var text = HelpText(width: width)
        text.add("Usage: \(program)\(usage.isEmpty ? "" : " \(usage)")")
        text.add("")
        text.paragraph(summary)
        if !commands.isEmpty {
            text.add("")
            text.add("Commands, which take the same options:")
            for command in commands { text.entry(command.name, command.does) }
        }
        for group in groups {
            text.add("")
            text.add("\(group):")
            for setting in settings
            where setting.facts.group == group && setting.facts.sources.contains(.flag) {
                text.entry(setting.facts.synopsis, setting.facts.explanation)
            }
            if group == groups.last {
                if let defaultFile {
                    text.entry(
                        "    --config PATH", "YAML file with settings. (default: \(defaultFile) if it exists)"
                    )
                }
                text.entry("-h, --help", "Show this text.")
            }
        }
        if !examples.isEmpty {
            text.add("")
            text.add("Examples:")
            for example in examples { text.example(example.command, example.does) }
        }
        let outside = settings.map(\.facts).filter { $0.sources != .flag && !$0.sources.isEmpty }
        if let first = outside.first {
            text.add("")
            let file = defaultFile == nil ? "" : " or as a line `\(first.name): …` of the YAML file"
            let which =
                outside.count == settings.count ? "Every option" : "Options that say where and how to connect"
            text.paragraph(
                "\(which) can also be given in the environment, as \(first.environmentName) for "
                    + "\(first.flagName),\(file) so that it needn't be repeated. A flag wins over the "
                    + "environment"
                    + (defaultFile == nil ? "." : ", the environment over the file."))
        }
        return text.lines.joined(separator: "\n") + "\n"
    }

    /// The usage line alone, for a usage error.
    package var usageLine: String { "Usage: \(program)\(usage.isEmpty ? "" : " \(usage)")" }

    var groups: [String] {
        var groups: [String] = []
        for setting in settings
        where !groups.contains(setting.facts.group) && setting.facts.sources.contains(.flag) {
            groups.append(setting.facts.group)
        }
        return groups.isEmpty ? ["Options"] : groups
    }
}

extension SettingFacts {
    /// `-l, --selector SELECTOR`.
    fileprivate var synopsis: String {
        let value = isSecret ? " PATH" : placeholder.isEmpty ? "" : " \(placeholder)"
        return "\(short.map { "-\($0), " } ?? "    ")\(flagName)\(value)"
    }

    /// The help with what the option is by default and how often it may stand.
    fileprivate var explanation: String {
        var notes: [String] = []
        if isList { notes.append("may be repeated") }
        if !shownDefault.isEmpty, !isFlag, !isSecret { notes.append("default: \(shownDefault)") }
        if isFlag, shownDefault == "true" { notes.append("default: true; \(flagName)=false switches it off") }
        return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
    }
}

/// Lines of help, wrapped to a width.
package struct HelpText {
    /// The lines so far.
    package private(set) var lines: [String] = []
    private let width: Int

    /// An empty text; a width below 40 counts as 40.
    package init(width: Int) { self.width = max(40, width) }

    /// Adds a line as it is.
    package mutating func add(_ line: String) { lines.append(line) }

    /// Adds wrapped text.
    package mutating func paragraph(_ text: String, indent: Int = 0) {
        let blank = String(repeating: " ", count: indent)
        lines += Self.wrapped(text, width: width - indent).map { blank + $0 }
    }

    /// Adds a name and its explanation beside it, or below where the name is long.
    package mutating func entry(_ name: String, _ explanation: String, column: Int = 30) {
        let left = "  \(name)"
        var rest = Self.wrapped(explanation, width: max(20, width - column))[...]
        if left.count < column - 1, let first = rest.popFirst() {
            lines.append(left + String(repeating: " ", count: column - left.count) + first)
        } else {
            lines.append(left)
        }
        let blank = String(repeating: " ", count: column)
        lines += rest.map { blank + $0 }
    }

    /// Adds a command line and what it does.
    package mutating func example(_ command: String, _ does: String) {
        lines.append("  \(command)")
        paragraph(does, indent: 6)
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return lines + [line]
    }
}
