/// Why a token can't be used; never holds a part of the secret.
package struct AccessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, what did not happen, and what to do.
    package let sentence: String

    package init(_ sentence: String) {
        self.sentence = sentence
    }

    package var description: String { sentence }

    static let noToken = AccessError(
        "This is no Bayplan token: one begins with `bayplan1.`. Copy the whole line that `bayplan token create` "
            + "printed.")
    static let newerToken = AccessError(
        "This token is of another release of Bayplan, or it was changed. Use the same release here as on the "
            + "aggregator, or create a new one there with `bayplan token create`.")
    static let damagedToken = AccessError(
        "This token was cut short or mistyped: its checksum is wrong. Copy the whole line that "
            + "`bayplan token create` printed.")
}
