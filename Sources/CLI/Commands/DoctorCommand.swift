import Inventory
import JSON
import OS
import Settings

/// `bayplan doctor`: what is wrong, from this terminal to every host, each with what to do (row B19).
enum DoctorCommand {
    static let command = Command(
        name: "doctor",
        summary: "Look for what is wrong, and say what to do",
        usage: "[OPTIONS]",
        about: """
            Goes the way of an answer step by step: where the aggregator is, whether it can be reached, its disk, memory \
            and journal, then every host with its agent, Engine and clock. Exit code: 0 all is well, 3 warnings only, \
            1 errors; 5, 4 or 6 when the aggregator was not reached, as with every command. docs/operations.md \
            explains each finding by its code.
            """,
        options: [ListingOptions.documentOutput],
        examples: [
            ("doctor", "Everything, a line for each thing that is well, and a remedy for each that isn't."),
            ("doctor -o json", "The same for scripts."),
        ],
        runWithoutWay: { settings, surroundings, failure throws(Failure) in
            var examination = Examination()
            examination.noteNoWay(settings, failure)
            try show(examination.checks, settings, surroundings)
            return failure.code
        },
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        var examination = Examination()
        var code = await examination.goToAggregator(call)
        if code == .ok, examination.checks.contains(where: \.hasErrors) { code = .failed }
        if code == .ok, examination.checks.contains(where: { !$0.findings.isEmpty }) { code = .partial }
        try show(examination.checks, call.settings, call.surroundings)
        return code
    }

    private static func show(
        _ checks: [DoctorCheck], _ settings: Configuration, _ surroundings: Surroundings
    ) throws(Failure) {
        switch settings[ListingOptions.documentOutput] {
        case "json": return try surroundings.output.write(document(checks) + [0x0A])
        case "yaml":
            guard let value = try? JSONValue(parsing: document(checks)) else { return }
            return try surroundings.output.write(yamlText(value))
        default: break
        }
        let hasColour = ClientSettings.hasColour(settings, surroundings.terminal)
        func painted(_ text: String, _ colour: Colour) -> String { hasColour ? colour.paint(text) : text }
        var lines: [String] = []
        for check in checks {
            let isWell = check.findings.isEmpty
            let mark =
                isWell ? painted("✓", .green) : painted("!", check.hasErrors ? .red : .yellow)
            let name = check.name + String(repeating: " ", count: max(0, 12 - check.name.count))
            lines.append("\(mark) \(name) \(TerminalText.safe(check.summary))")
            for finding in check.findings {
                let code = painted(
                    "[\(TerminalText.safe(finding.code))]", finding.severity == .error ? .red : .yellow)
                lines.append(
                    "    \(TerminalText.safe(finding.subject)): \(TerminalText.safe(finding.what)) \(code)")
                lines.append("    → \(TerminalText.safe(finding.fix))")
            }
        }
        let findings = checks.flatMap(\.findings)
        let errors = findings.count { $0.severity == .error }
        lines.append(
            findings.isEmpty
                ? "All is well."
                : "\(errors) errors, \(findings.count - errors) warnings. Each code is explained in docs/operations.md."
        )
        for line in lines { try surroundings.output.line(line) }
    }

    private static func document(_ checks: [DoctorCheck]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("checks") { writer in
                for check in checks {
                    writer.object { writer in
                        writer.member("name", check.name)
                        writer.member("summary", check.summary)
                        writer.array("findings") { writer in
                            for finding in check.findings {
                                writer.object { writer in
                                    writer.member("code", finding.code)
                                    writer.member("severity", finding.severity.rawValue)
                                    writer.member("subject", finding.subject)
                                    writer.member("what", finding.what)
                                    writer.member("fix", finding.fix)
                                }
                            }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }
}

/// One thing that was looked at.
struct DoctorCheck: Sendable {
    let name: String
    /// How it stands, in a few words.
    let summary: String
    var findings: [Finding] = []

    var hasErrors: Bool { findings.contains { $0.severity == .error } }

    /// Reads one check of the API's document.
    init?(_ value: JSONValue) {
        guard let name = value["name"]?.string, let summary = value["summary"]?.string else { return nil }
        self.init(name: name, summary: summary)
        findings = (value["findings"]?.elements ?? []).map { value in
            Finding(
                code: value["code"]?.string ?? "", value["severity"]?.string == "error" ? .error : .warning,
                value["subject"]?.string ?? "", value["what"]?.string ?? "", fix: value["fix"]?.string ?? "")
        }
    }

    init(name: String, summary: String, findings: [Finding] = []) {
        self.name = name
        self.summary = summary
        self.findings = findings
    }
}
