package import Inventory

/// What a simulated container is made with: the part of `docker create` that the simulation knows.
package struct ContainerSpec: Hashable, Sendable {
    /// Without the slash; empty = the Engine draws one.
    package var name: String
    package var image: String
    package var entrypoint: [String] = []
    package var command: [String]
    /// `NAME=value`, as in `docker inspect`.
    package var environment: [String] = []
    package var labels: [String: String] = [:]
    /// Empty = the short id.
    package var hostname = ""
    package var user = ""
    package var workingDirectory = ""
    /// `80/tcp`: documented, not published.
    package var exposedPorts: [String] = []
    package var publishedPorts: [PortRequest] = []
    package var mounts: [Mount] = []
    /// `default`, `host`, `none`, `container:<id>`, or a network's name, which is made when it is missing.
    package var networkMode = "default"
    /// Further names in a network of one's own.
    package var aliases: [String] = []
    package var links: [String] = []
    package var restartPolicy = RestartPolicy(name: "no")
    /// Bytes; 0 = unlimited.
    package var memoryLimit: Int64 = 0
    package var logDriver = "json-file"
    /// The shell command of a health check; empty = none.
    package var healthCheck = ""
    /// What it has written; nil = nothing.
    package var log: SimulatedLog?

    package init(
        name: String = "", image: String = "busybox:1.36", command: [String] = ["sleep", "infinity"],
        labels: [String: String] = [:], publishing ports: [PortRequest] = []
    ) {
        self.name = name
        self.image = image
        self.command = command
        self.labels = labels
        publishedPorts = ports
    }

    /// The same with a label value of so many bytes, as a real Engine accepts it.
    package func withGiantLabel(_ name: String = "giant", bytes: Int) -> ContainerSpec {
        var copy = self
        copy.labels[name] = String(repeating: "x", count: bytes)
        return copy
    }
}

/// A port to publish, as `docker run -p` asks for it.
package struct PortRequest: Hashable, Sendable {
    package var privatePort: UInt16
    /// 0 = the Engine chooses.
    package var hostPort: UInt16
    /// Empty = every address, version 4 and 6.
    package var hostIP: String
    package var type: String

    package init(_ privatePort: UInt16, on hostPort: UInt16 = 0, hostIP: String = "", type: String = "tcp") {
        self.privatePort = privatePort
        self.hostPort = hostPort
        self.hostIP = hostIP
        self.type = type
    }

    /// `80/tcp`.
    package var key: String { "\(privatePort)/\(type)" }
}
