/// How long to wait before the next try: doubling from `base` to `ceiling`, half of it by chance.
///
/// Row B14 and C4. The chance keeps many clients from coming back at the same instant.
package struct Backoff: Hashable, Sendable {
    /// The wait after the first failure, before chance takes its part.
    package let base: Duration
    /// No wait is longer.
    package let ceiling: Duration

    /// A base above zero and a ceiling not below it.
    package init(base: Duration, ceiling: Duration) {
        precondition(base > .zero && base <= ceiling, "a back-off grows from its base to its ceiling")
        self.base = base
        self.ceiling = ceiling
    }

    /// The wait after `attempt` earlier failures, drawn from the upper half of base · 2^attempt, or of the ceiling.
    ///
    /// - Parameters:
    ///   - attempt: From 0; grows without bound, the wait does not.
    ///   - random: Where the chance comes from.
    /// - Returns: At least half and at most all of min(ceiling, base · 2^attempt).
    package func delay(attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
        let full = min(ceiling, base * (1 << min(max(attempt, 0), 16)))
        return full / 2 + (full / 2) * Double.random(in: 0...1, using: &random)
    }
}
