import AggregatorCore
import Fleet
import Inventory
import OS

/// Finds at which addresses a Prometheus can reach containers (requirement H4).
struct TargetFinder {
    let view: FleetView
    /// The network that Prometheus is in, and the host of that network unless it spans hosts; nil when in none.
    let network: (host: String?, name: String)?

    /// `docker_sd_configs` takes this port of a container that names none.
    private static let usualPort: UInt16 = 80
    /// Network namespaces that are shared in a row; more would be a circle.
    private static let depth = 8

    /// The targets of a container: none when nothing of it can be reached.
    func targets(_ container: ContainerSummary, on host: HostInfo) -> [ScrapeTarget] {
        let common = ScrapeTarget.Common(container, on: host)
        let network = owner(of: container.network, on: host)
        if let shared = shared(network, host) { return inside(network, shared, common) }
        guard let address = Self.address(of: host) else { return [] }
        // The Engine doesn't say on which ports such a container listens; relabelling can add one.
        if network.mode == "host" { return [common.target(address, network.networks.first, nil)] }
        return published(network, address, common)
    }

    /// The network facet of whoever owns the container's namespace.
    private func owner(of given: Network, on host: HostInfo) -> Network {
        var network = given
        for _ in 0..<Self.depth {
            guard network.mode.hasPrefix("container:"),
                let id = ContainerID(String(network.mode.dropFirst("container:".count))),
                let slot = view.container(id, on: host.key)
            else { break }
            network = view.summary(slot).network
        }
        return network
    }

    /// The container's place in the network that Prometheus is in too.
    private func shared(_ network: Network, _ host: HostInfo) -> Endpoint? {
        guard let wanted = self.network,
            wanted.host.map({ $0 == host.id.rawValue || $0 == host.name }) ?? true
        else { return nil }
        return network.networks.first { $0.name == wanted.name && !($0.ip.isEmpty && $0.ipv6.isEmpty) }
    }

    private func inside(_ network: Network, _ endpoint: Endpoint, _ common: ScrapeTarget.Common)
        -> [ScrapeTarget]
    {
        let ip = Self.bracketed(endpoint.ip.isEmpty ? endpoint.ipv6 : endpoint.ip)
        var seen: Set<UInt16> = []
        let targets = network.ports.filter { $0.type == "tcp" && seen.insert($0.privatePort).inserted }.map {
            common.target("\(ip):\($0.privatePort)", endpoint, $0)
        }
        return targets.isEmpty ? [common.target("\(ip):\(Self.usualPort)", endpoint, nil)] : targets
    }

    private func published(_ network: Network, _ address: String, _ common: ScrapeTarget.Common)
        -> [ScrapeTarget]
    {
        let endpoint =
            network.networks.first { $0.name == network.mode } ?? network.networks.first { !$0.ip.isEmpty }
            ?? network.networks.first
        var seen: Set<String> = []
        var targets: [ScrapeTarget] = []
        for port in network.ports where port.type == "tcp" && port.publicPort > 0 {
            let place: String
            switch port.ip {
            case "", "0.0.0.0", "::": place = address
            case let ip where ip.hasPrefix("127.") || ip == "::1": continue
            default: place = Self.bracketed(port.ip)
            }
            // An Engine lists a port for IPv4 and again for IPv6.
            guard seen.insert("\(place) \(port.publicPort) \(port.privatePort)").inserted else { continue }
            targets.append(common.target("\(place):\(port.publicPort)", endpoint, port))
        }
        return targets
    }

    /// Where others reach the host's published ports; its name where nobody said, nil where that can't be one.
    private static func address(of host: HostInfo) -> String? {
        let text = bracketed(host.address.isEmpty ? host.name : host.address)
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x3A, 0x5B, 0x5D, 0x25: true
            default: false
            }
        }
        return isPlain && !text.isEmpty ? text : nil
    }

    /// An IPv6 address in brackets, and anything else as it is.
    private static func bracketed(_ address: String) -> String {
        address.contains(":") && !address.hasPrefix("[") ? "[\(address)]" : address
    }
}
