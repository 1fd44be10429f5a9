/// Go's `text/template` as docker's `--format` uses it (https://pkg.go.dev/text/template, Go 1.19).
///
/// ```swift
/// let template = try Template(parsing: Array("{{.Name}}: {{json .Labels}}".utf8))
/// let text = try template.text(of: value, in: &workshop)
/// ```
///
/// Whatever a template holds, it ends: its text, its nesting, its steps and what it makes are bounded.
package struct Template: Sendable {
    let source: [UInt8]
    let templates: [String: [Node]]
    let limits: TemplateLimits
    let failsOnMissingKeys: Bool

    /// Reads a template; `failsOnMissingKeys` says that a field of nothing is an error, as in `docker inspect`.
    package init(
        parsing source: [UInt8], failsOnMissingKeys: Bool = false, limits: TemplateLimits = TemplateLimits()
    ) throws(TemplateError) {
        guard source.count <= limits.source else {
            throw TemplateError("template: : the template has more than \(limits.source) bytes")
        }
        self.source = source
        self.limits = limits
        self.failsOnMissingKeys = failsOnMissingKeys
        templates = try Parser.templates(in: source, functions: Function.all, limits: limits)
    }

    /// What the template makes of a value, which `.` stands for.
    ///
    /// With `headings` this is the heading of a table, where docker's functions leave texts as they are. The workshop
    /// says how strangers' texts are made safe, and holds the steps that are left.
    package func text(
        of value: Value, headings: Bool = false, in workshop: inout Workshop
    ) throws(TemplateError) -> [UInt8] {
        var evaluator = Evaluator(self, value, headings: headings, workshop)
        defer { workshop = evaluator.workshop }
        try evaluator.run(value)
        return evaluator.output
    }
}
