/// Which containers are asked for in the words of `docker ps --filter`: every key that is given must hold.
///
/// Of several values of one key any will do, except for `label`, `env` and thresholds, of which all must hold. The meanings are
/// the Engine's (moby, daemon/list.go), as far as they can be known from records; `docs/cli.md` says where they
/// can't. Values are parsed once, so that a bad one is an error before anything is looked at.
package struct ContainerFilters: Hashable, Sendable {
    /// Of what the name must match one, with or without the slash that Docker puts before it.
    package var names: [Pattern] = []
    /// How the id must begin, in lowercase hexadecimal digits.
    package var ids: [String] = []
    /// Labels that must be there, with a value where one is given.
    package var labels: [Pair] = []
    /// Environment variables that must be there; a value is found only where the host's policy shows it.
    package var environment: [Pair] = []
    /// Values of `ancestor`: names and ids of images.
    package var images: [String] = []
    /// Containers that others must be older than.
    package var before: [ContainerName] = []
    /// Containers that others must be younger than.
    package var since: [ContainerName] = []
    /// Exit codes.
    package var exited: [Int64] = []
    /// Ports of the host, one of which it must be published at.
    package var published: [PortRange] = []
    /// Ports of the container, one of which it must expose while it runs.
    package var exposed: [PortRange] = []
    /// `starting`, `healthy`, `unhealthy` or `none`.
    package var health: [String] = []
    package var states: [ContainerState] = []
    /// Whether it must be a task of a Swarm service, or must not.
    package var isTask: Bool?
    /// Names of networks, or how their ids begin.
    package var networks: [String] = []
    /// Names of volumes, paths on the host, or places in the container.
    package var volumes: [String] = []
    /// Paths on the host, at or under one of which something must be mounted from.
    package var mounts: [PathPrefix] = []
    /// Numbers that must be above or below something, all of them.
    package var thresholds: [Threshold] = []

    /// Asks for every container.
    package init() {}

    /// A name with perhaps a value.
    package struct Pair: Hashable, Sendable {
        package let key: String
        /// Nil when any value will do.
        package let value: String?

        package init(_ key: String, _ value: String? = nil) {
            self.key = key
            self.value = value
        }
    }

    /// A container as users name it: `[HOST/]NAME`, or the beginning of an id in the name's place.
    package struct ContainerName: Hashable, Sendable {
        /// A host's id or name; nil when none is given.
        package let host: String?
        package let name: String

        /// Reads it; nil for an empty one.
        package init?(_ text: String) {
            // Docker itself takes `/web` for `web`.
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let last = parts.last, !last.isEmpty else { return nil }
            host = parts.count == 2 && !parts[0].isEmpty ? String(parts[0]) : nil
            name = String(last)
        }
    }

    /// Ports from one number to another, of one protocol.
    package struct PortRange: Hashable, Sendable {
        package let numbers: ClosedRange<UInt16>
        /// `tcp`, `udp` or `sctp`.
        package let type: String

        package init(_ numbers: ClosedRange<UInt16>, _ type: String = "tcp") {
            self.numbers = numbers
            self.type = type
        }

        /// Whether a port is one of these.
        package func contains(_ port: PortKey) -> Bool { type == port.type && numbers.contains(port.number) }
    }
}

extension ContainerFilters.ContainerName: CustomStringConvertible {
    package var description: String { host.map { "\($0)/\(name)" } ?? name }
}

/// A container's port, as in an image's `EXPOSE`.
package struct PortKey: Hashable, Sendable {
    package var number: UInt16
    /// `tcp`, `udp` or `sctp`.
    package var type: String

    package init(_ number: UInt16, _ type: String = "tcp") {
        self.number = number
        self.type = type
    }
}
