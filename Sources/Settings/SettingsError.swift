/// Everything that was wrong with a program's settings, all at once.
package struct SettingsError: Error, Sendable, CustomStringConvertible {
    /// One sentence each, beginning with the origin: `/etc/x.yaml:3:1: …`, `--http: …`, `BAYPLAN_HTTP: …`.
    package let problems: [String]

    /// Whether the command line itself was wrong, so that a usage line helps.
    package let isUsage: Bool

    /// Problems, at least one.
    package init(problems: [String], isUsage: Bool) {
        precondition(!problems.isEmpty, "an error needs a problem")
        self.problems = problems
        self.isUsage = isUsage
    }

    /// One line per problem.
    package var description: String { problems.joined(separator: "\n") }
}
