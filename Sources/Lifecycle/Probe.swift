package import OS

/// A question to a part of the program, whose answer shows that this part makes progress.
///
/// A part that waits for the world, as for an Engine, a disk or an aggregator, makes progress as long as it notices
/// the time pass; one that doesn't come round to answering is stuck.
package struct Probe: Sendable {
    /// The part, as messages name it.
    package let name: String
    /// Returns once the part came round: whether it is well; cancelled, it returns false.
    package let answer: @Sendable () async -> Bool

    /// A question of its own kind.
    package init(_ name: String, answer: @escaping @Sendable () async -> Bool) {
        self.name = name
        self.answer = answer
    }

    /// Asks a loop to send the reply at its next turn.
    package static func turn(_ name: String, of loop: @escaping @Sendable (Reply<Void>) -> Void) -> Probe {
        Probe(name) {
            let reply = Reply<Void>()
            loop(reply)
            if case .value = await reply.wait(until: .never) { return true }
            return false
        }
    }

    /// Asks whether a part left its mark within the time given.
    package static func mark(_ name: String, _ mark: ProgressMark, within limit: Duration) -> Probe {
        Probe(name) { mark.age() <= limit }
    }
}
