package import Docker

/// Whether the Engine answers.
package enum EngineState: Hashable, Sendable {
    /// It answers; what it said about itself, and since when it has been so, in ms since 1970.
    case reachable(EngineFacts, since: Int64)
    /// It has not answered for several attempts; why, and since when. Attempts go on for ever.
    case unreachable(reason: String, since: Int64)

    /// Whether it is `reachable`.
    package var isReachable: Bool { if case .reachable = self { true } else { false } }
}

/// What an Engine said about itself when it was reached last.
package struct EngineFacts: Hashable, Sendable {
    /// What `GET /info` said.
    package var info: EngineInfo
    /// The version of the API that was agreed on.
    package var apiVersion: APIVersion

    package init(info: EngineInfo, apiVersion: APIVersion) {
        self.info = info
        self.apiVersion = apiVersion
    }
}
