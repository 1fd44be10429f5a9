/// The state that the Engine gives a container; open, since newer Engines may know more.
package struct ContainerState: RawRepresentable, Hashable, Sendable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package static let created = ContainerState(rawValue: "created")
    package static let running = ContainerState(rawValue: "running")
    package static let paused = ContainerState(rawValue: "paused")
    package static let restarting = ContainerState(rawValue: "restarting")
    package static let removing = ContainerState(rawValue: "removing")
    package static let exited = ContainerState(rawValue: "exited")
    package static let dead = ContainerState(rawValue: "dead")

    /// Whether `docker ps` lists the container without `-a`: a process of it exists.
    package var isLive: Bool { self == .running || self == .paused || self == .restarting }
}

/// What a container's health check says.
package struct Health: Hashable, Sendable {
    /// `starting`, `healthy` or `unhealthy`.
    package var status: String
    /// Failed checks in a row.
    package var failingStreak: Int64

    package init(status: String, failingStreak: Int64 = 0) {
        self.status = status
        self.failingStreak = failingStreak
    }

    package static let starting = "starting"
    package static let healthy = "healthy"
    package static let unhealthy = "unhealthy"
}

/// The `status` facet: what changes when a container starts, stops or fails.
///
/// Times in ms since 1970, 0 = never.
package struct Status: Hashable, Sendable {
    package var state: ContainerState
    /// The main process on the host, 0 when none.
    package var pid: Int64 = 0
    package var startedAt: Int64 = 0
    package var finishedAt: Int64 = 0
    package var exitCode: Int64 = 0
    /// The Engine's sentence when a start failed.
    package var error = ""
    package var isOOMKilled = false
    package var isDead = false
    package var restartCount: Int64 = 0
    /// Nil when the container has no health check.
    package var health: Health?

    package init(state: ContainerState) {
        self.state = state
    }
}
