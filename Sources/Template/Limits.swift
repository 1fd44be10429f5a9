/// How much a template may ask for; none of it is reached by a template that somebody means.
package struct TemplateLimits: Sendable {
    /// Bytes of the template's text.
    package var source: Int

    /// Blocks, parentheses and calls of templates within each other.
    package var depth: Int

    /// Steps of one or all executions; a step is a node that is evaluated or 64 bytes that are made.
    package var steps: Int

    /// Bytes of a text that is made, and of the output.
    package var output: Int

    /// Limits; the defaults let a listing of a large fleet pass.
    package init(source: Int = 65_536, depth: Int = 100, steps: Int = 100_000_000, output: Int = 256 << 20) {
        self.source = source
        self.depth = depth
        self.steps = steps
        self.output = output
    }
}

/// Why a template can't be used, in Go's words: `template: :1:2: executing "" at <.Nope>: …`.
package struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole message.
    package let description: String

    /// Whether a field was asked for that there is not, which no other data can mend.
    package let isAboutFields: Bool

    /// An error with its message.
    package init(_ description: String, isAboutFields: Bool = false) {
        self.description = description
        self.isAboutFields = isAboutFields
    }
}
