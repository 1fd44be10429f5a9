internal import Inventory
internal import JSON

extension JSONReader {
    /// Reads `NetworkSettings`: `Ports` and `Networks` only, since Docker 29 dropped the rest.
    mutating func readNetworkSettings(_ network: inout Network) throws(JSONError) {
        guard try beginObjectUnlessNull() else { return }
        while let key = try nextKey() {
            switch key {
            case "Ports": network.ports = try readPorts()
            case "Networks": network.networks = try readEndpoints()
            default: try skip()
            }
        }
    }

    /// Reads `{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "81/tcp": null}` into what `docker ps` lists.
    ///
    /// A host's port that is still to be chosen, `""`, `0` or a range, is none.
    mutating func readPorts() throws(JSONError) -> [Port] {
        var ports: [Port] = []
        guard try beginObjectUnlessNull() else { return [] }
        while let key = try nextKey() {
            let inside = Self.port(key.string)
            var isPublished = false
            if try beginArrayUnlessNull() {
                while try nextElement() {
                    let (ip, number) = try readBinding()
                    guard let inside, let number else { continue }
                    isPublished = true
                    ports.append(
                        Port(privatePort: inside.number, publicPort: number, ip: ip, type: inside.type))
                }
            }
            if !isPublished, let inside {
                ports.append(Port(privatePort: inside.number, type: inside.type))
            }
        }
        return ports.sorted()
    }

    private mutating func readBinding() throws(JSONError) -> (ip: String, port: UInt16?) {
        var (ip, port): (String, UInt16?) = ("", nil)
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "HostIp": ip = try readText()
            case "HostPort": port = UInt16(try readText())
            default: try skip()
            }
        }
        return (ip, port)
    }

    private static func port(_ text: String) -> (number: UInt16, type: String)? {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let number = UInt16(first) else { return nil }
        return (number, parts.count == 2 ? String(parts[1]) : "tcp")
    }

    private mutating func readEndpoints() throws(JSONError) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        guard try beginObjectUnlessNull() else { return [] }
        while let name = try nextKey() {
            var endpoint = Endpoint(name: name.string)
            var names: Set<String> = []
            if try beginObjectUnlessNull() {
                while let key = try nextKey() {
                    switch key {
                    case "NetworkID": endpoint.id = try readText()
                    case "IPAddress": endpoint.ip = try readText()
                    case "IPPrefixLen": endpoint.prefix = try readNumber()
                    case "Gateway": endpoint.gateway = try readText()
                    case "GlobalIPv6Address": endpoint.ipv6 = try readText()
                    case "GlobalIPv6PrefixLen": endpoint.ipv6Prefix = try readNumber()
                    case "IPv6Gateway": endpoint.ipv6Gateway = try readText()
                    case "MacAddress": endpoint.mac = try readText()
                    // Up to API 1.44 the aliases hold the short id too; from then on only `DNSNames` does.
                    case "Aliases", "DNSNames": names.formUnion(try readTexts())
                    default: try skip()
                    }
                }
            }
            endpoint.aliases = names.sorted()
            endpoints.append(endpoint)
        }
        return endpoints.sorted { $0.name < $1.name }
    }
}
