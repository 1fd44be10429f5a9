internal import Inventory
internal import JSON
internal import Wire

extension RecordMaker {
    /// The network facet within its limits; `network.ports` and `network.networks` note what did not fit.
    func network(_ given: Network, _ limits: ContentLimits, _ budget: inout ContentBudget) -> Network {
        var network = Network()
        network.mode = budget.text(given.mode, limits.text, at: "network.mode")
        for endpoint in given.networks {
            let kept = self.endpoint(endpoint, limits, &budget)
            guard budget.room > 0 else {
                budget.note("network.networks", length: given.networks.count, Self.text(of: given))
                break
            }
            network.networks.append(kept)
        }
        network.ports = ports(given.ports, at: "network.ports", &budget)
        return network
    }

    /// Ports within their limits; what did not fit is noted at `path`.
    func ports(_ given: [Port], at path: String, _ budget: inout ContentBudget) -> [Port] {
        var ports: [Port] = []
        for port in given {
            // `{"privatePort":65535,"publicPort":65535,"ip":"…","type":"udp"},`
            guard budget.take(80 + port.ip.utf8.count + port.type.utf8.count) else {
                budget.note(path, length: given.count, Self.text(of: given))
                break
            }
            ports.append(port)
        }
        return ports
    }

    private func endpoint(_ given: Endpoint, _ limits: ContentLimits, _ budget: inout ContentBudget)
        -> Endpoint
    {
        let path = "network.networks"
        var endpoint = Endpoint(name: budget.text(given.name, limits.text, at: path))
        endpoint.id = budget.text(given.id, limits.text, at: path)
        endpoint.ip = budget.text(given.ip, 64, at: path)
        endpoint.prefix = given.prefix
        endpoint.gateway = budget.text(given.gateway, 64, at: path)
        endpoint.ipv6 = budget.text(given.ipv6, 64, at: path)
        endpoint.ipv6Prefix = given.ipv6Prefix
        endpoint.ipv6Gateway = budget.text(given.ipv6Gateway, 64, at: path)
        endpoint.mac = budget.text(given.mac, 64, at: path)
        for alias in given.aliases where budget.room > 0 {
            endpoint.aliases.append(budget.text(alias, limits.text, at: path))
        }
        return endpoint
    }

    private static func text(of network: Network) -> [UInt8] {
        var writer = JSONWriter()
        writer.facet(network)
        return writer.bytes
    }

    private static func text(of ports: [Port]) -> [UInt8] {
        var network = Network()
        network.ports = ports
        return text(of: network)
    }
}
