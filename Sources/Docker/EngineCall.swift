/// One question to an Engine, for metrics: what was asked, how long it took, and whether it failed (requirement C7).
package struct EngineCall: Hashable, Sendable {
    /// What was asked.
    package enum Operation: String, CaseIterable, Hashable, Sendable {
        case ping
        case info
        case version
        case list
        case inspect
        /// The beginning of an event stream.
        case events
        /// Everything else.
        case other

        /// What a path, with or without its version, asks for.
        init(path: String) {
            let words = path.split(separator: "/").drop {
                $0.first == "v" && $0.dropFirst().first?.isNumber == true
            }
            switch (words.first, words.count) {
            case ("_ping", 1): self = .ping
            case ("info", 1): self = .info
            case ("version", 1): self = .version
            case ("events", 1): self = .events
            case ("containers", 2) where words.last == "json": self = .list
            case ("containers", 3) where words.last == "json": self = .inspect
            default: self = .other
            }
        }
    }

    package let operation: Operation
    /// Until the whole answer was there; of what is read piece by piece, until its head was.
    package let duration: Duration
    /// Whether there was no usable answer; that something isn't there (any more) is one.
    package let isFailure: Bool

    package init(_ operation: Operation, _ duration: Duration, isFailure: Bool) {
        self.operation = operation
        self.duration = duration
        self.isFailure = isFailure
    }
}
