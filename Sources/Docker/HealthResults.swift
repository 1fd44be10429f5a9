package import Inventory
internal import JSON
package import OS

/// What a container's health check found: its state, and the last results, the oldest first (Docker keeps five).
package struct HealthResults: Hashable, Sendable {
    /// One run of the check.
    package struct Run: Hashable, Sendable {
        /// RFC 3339, as the Engine wrote them.
        package var start: String
        package var end: String
        package var exitCode: Int64
        /// What the check printed, which the Engine cuts at 4 KiB.
        package var output: String
    }

    /// `healthy`, `unhealthy` or `starting`; empty when the container has no health check.
    package var status: String
    package var failingStreak: Int64
    package var runs: [Run]
}

extension EngineClient {
    /// The results of a container's last health checks, from an inspection of now.
    package func healthResults(of id: ContainerID, deadline: Deadline) async throws(DockerError)
        -> HealthResults
    {
        let body = try await get("/containers/\(id)/json", deadline: deadline)
        let value = try decoded("container \(id.short)") { () throws(JSONError) in
            try JSONValue(parsing: body)
        }
        // `Healthcheck` is Podman's word.
        let health = value["State"]?["Health"] ?? value["State"]?["Healthcheck"]
        return HealthResults(
            status: health?["Status"]?.string ?? "", failingStreak: health?["FailingStreak"]?.integer ?? 0,
            runs: (health?["Log"]?.elements ?? []).map { run in
                HealthResults.Run(
                    start: run["Start"]?.string ?? "", end: run["End"]?.string ?? "",
                    exitCode: run["ExitCode"]?.integer ?? 0, output: run["Output"]?.string ?? "")
            })
    }
}
