extension SettingsTable {
    /// A YAML file with every setting, each explained and commented out, with its default where it has one.
    ///
    /// Made from this table, so that it can't say anything else than the program does. A line that is a setting
    /// begins with `#` and its name, an explanation with `#` and a blank; one whose value stands in capitals has no
    /// default.
    package func commentedFile(width: Int = 100) -> String {
        var file = HelpText(width: width - 2)
        file.paragraph("Settings of \(program). \(summary)")
        file.paragraph(
            "A line that begins with # and a name shows the default, or in capitals what to write: take away the # and "
                + "change the value. Every setting can also be given as a flag (--name) or in the environment "
                + "(BAYPLAN_NAME); a flag wins over the environment, and the environment over this file.")
        var lines = file.lines.map { "# \($0)" }
        for group in groups {
            let given = settings.map(\.facts).filter { $0.group == group && $0.sources.contains(.file) }
            guard !given.isEmpty else { continue }
            lines += ["", "", "# \(group)"]
            for facts in given {
                var text = HelpText(width: width - 2)
                text.paragraph(facts.help)
                text.paragraph("Must be \(facts.form)." + (facts.isReloadable ? " Changes with SIGHUP." : ""))
                lines.append("")
                lines += text.lines.map { "# \($0)" }
                lines.append("#" + facts.line)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension SettingFacts {
    /// The line of the YAML file that says what holds anyway, or what to write.
    fileprivate var line: String {
        if isSecret { return "\(name)-file: PATH" }
        let isMissing = shownDefault.isEmpty
        let value = isMissing ? placeholder : shownDefault
        guard isList else { return "\(name): \(isMissing ? value : Self.scalar(value))" }
        let values =
            isMissing ? [value] : value.split(separator: separator ?? ",").map { Self.scalar(String($0)) }
        return "\(name): [\(values.joined(separator: ", "))]"
    }

    /// A value as a YAML scalar: plain where nothing in it could mean anything else.
    private static func scalar(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard !isPlain else { return text }
        let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }
}
