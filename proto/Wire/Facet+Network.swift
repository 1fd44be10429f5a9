package import Inventory
package import JSON

extension JSONWriter {
    /// Writes the `network` facet; members that hold their default are left out, `tcp` too.
    package mutating func facet(_ network: Network) {
        object { writer in
            writer.optional("mode", network.mode)
            if !network.ports.isEmpty {
                writer.array("ports") { writer in
                    for port in network.ports { writer.port(port) }
                }
            }
            if !network.networks.isEmpty {
                writer.array("networks") { writer in
                    for endpoint in network.networks { writer.endpoint(endpoint) }
                }
            }
        }
    }

    /// Writes one port, as in the `network` facet.
    package mutating func port(_ port: Port) {
        object { writer in
            writer.member("privatePort", port.privatePort)
            writer.optional("publicPort", port.publicPort)
            writer.optional("ip", port.ip)
            if port.type != "tcp" { writer.member("type", port.type) }
        }
    }

    private mutating func endpoint(_ endpoint: Endpoint) {
        object { writer in
            writer.member("name", endpoint.name)
            writer.optional("id", endpoint.id)
            writer.optional("ip", endpoint.ip)
            writer.optional("prefix", endpoint.prefix)
            writer.optional("gateway", endpoint.gateway)
            writer.optional("ipv6", endpoint.ipv6)
            writer.optional("ipv6Prefix", endpoint.ipv6Prefix)
            writer.optional("ipv6Gateway", endpoint.ipv6Gateway)
            writer.optional("mac", endpoint.mac)
            writer.optional("aliases", endpoint.aliases)
        }
    }
}

extension JSONReader {
    /// Reads the `network` facet; unknown members are passed over.
    package mutating func readNetwork() throws(JSONError) -> Network {
        var network = Network()
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "mode": network.mode = try readString()
            case "ports":
                try beginArray()
                while try nextElement() { network.ports.append(try readPort()) }
            case "networks":
                try beginArray()
                while try nextElement() { network.networks.append(try readEndpoint()) }
            default: try skip()
            }
        }
        return network
    }

    /// Reads one port, as in the `network` facet.
    package mutating func readPort() throws(JSONError) -> Port {
        var port = Port(privatePort: 0)
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "privatePort": port.privatePort = UInt16(try readInteger(in: 0...65_535))
            case "publicPort": port.publicPort = UInt16(try readInteger(in: 0...65_535))
            case "ip": port.ip = try readString()
            case "type": port.type = try readString()
            default: try skip()
            }
        }
        return port
    }

    private mutating func readEndpoint() throws(JSONError) -> Endpoint {
        var endpoint = Endpoint(name: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "name": endpoint.name = try readString()
            case "id": endpoint.id = try readString()
            case "ip": endpoint.ip = try readString()
            case "prefix": endpoint.prefix = try readInteger()
            case "gateway": endpoint.gateway = try readString()
            case "ipv6": endpoint.ipv6 = try readString()
            case "ipv6Prefix": endpoint.ipv6Prefix = try readInteger()
            case "ipv6Gateway": endpoint.ipv6Gateway = try readString()
            case "mac": endpoint.mac = try readString()
            case "aliases": endpoint.aliases = try readStrings()
            default: try skip()
            }
        }
        return endpoint
    }
}
