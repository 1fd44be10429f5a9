/// Why a command ended before its time.
package struct Failure: Error, Sendable {
    /// What the shell is told.
    package let code: ExitCode

    /// What happened and what to do; empty when there is nothing to say, as with a closed pipe.
    package let sentence: String

    /// Whether the answer was "410 Gone": the history before the asked revision was compacted.
    package let isGone: Bool

    /// Whether the connection broke, so that trying again makes sense.
    package let isBroken: Bool

    /// Whether somebody answered who isn't known as the aggregator.
    package let isSuspicious: Bool

    /// A failure with its sentence.
    package init(
        _ code: ExitCode, _ sentence: String, isGone: Bool = false, isBroken: Bool = false,
        isSuspicious: Bool = false
    ) {
        self.code = code
        self.sentence = sentence
        self.isGone = isGone
        self.isBroken = isBroken
        self.isSuspicious = isSuspicious
    }

    /// Nobody reads our output any more, as with `bayplan ps | head -1`: a quiet end.
    package static let outputClosed = Failure(.ok, "")
}
