extension Log {
    /// How much a line matters to whoever runs the program.
    package enum Level: String, Comparable, CaseIterable, Sendable {
        /// For those who write Bayplan; the only level at which anything user-supplied may appear.
        case debug
        /// A state that a user would notice has changed.
        case info
        /// Something went wrong and we recovered.
        case warning
        /// Someone must act.
        case error

        /// The less it matters, the smaller.
        package static func < (left: Level, right: Level) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int {
            switch self {
            case .debug: 0
            case .info: 1
            case .warning: 2
            case .error: 3
            }
        }
    }

    /// How a line looks.
    package enum Format: String, CaseIterable, Sendable {
        /// `2026-11-20T11:04:54.123Z warning agent cut off host=node1`, for people.
        case text
        /// One JSON object per line, for programs.
        case json
    }
}
