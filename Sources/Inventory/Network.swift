/// A container port and, when it is published, where on the host.
package struct Port: Hashable, Sendable {
    /// The port inside the container.
    package var privatePort: UInt16
    /// The port on the host; 0 when it is only exposed.
    package var publicPort: UInt16 = 0
    /// The host address that it is bound to; empty when it is only exposed.
    package var ip = ""
    /// `tcp`, `udp` or `sctp`.
    package var type = "tcp"

    package init(privatePort: UInt16, publicPort: UInt16 = 0, ip: String = "", type: String = "tcp") {
        self.privatePort = privatePort
        self.publicPort = publicPort
        self.ip = ip
        self.type = type
    }
}

extension Port: Comparable {
    package static func < (one: Port, other: Port) -> Bool {
        (one.privatePort, one.type, one.ip, one.publicPort) < (
            other.privatePort, other.type, other.ip, other.publicPort
        )
    }
}

/// A container's place in one network.
package struct Endpoint: Hashable, Sendable {
    /// The network's name.
    package var name: String
    /// The network's id.
    package var id = ""
    package var ip = ""
    package var prefix: Int64 = 0
    package var gateway = ""
    package var ipv6 = ""
    package var ipv6Prefix: Int64 = 0
    package var ipv6Gateway = ""
    package var mac = ""
    /// The names that the network's resolver knows the container by.
    package var aliases: [String] = []

    package init(name: String) {
        self.name = name
    }
}

/// The `network` facet: new at every start.
package struct Network: Hashable, Sendable {
    /// `bridge`, `host`, `none`, `container:<id>` or a network's name.
    package var mode = ""
    /// Sorted, so that equal networks encode to equal bytes.
    package var ports: [Port] = []
    /// Sorted by name.
    package var networks: [Endpoint] = []

    package init() {}
}
