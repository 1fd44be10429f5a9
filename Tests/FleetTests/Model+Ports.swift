import Fleet
import Inventory

extension Model {
    /// Counts containers by what their health checks say, by looking at each.
    static func health(_ entries: [Entry]) -> HealthTally {
        func count(_ word: String?) -> Int {
            entries.count { $0.container.status.health?.status == word }
        }
        return HealthTally(
            healthy: count("healthy"), unhealthy: count("unhealthy"), starting: count("starting"),
            none: count(nil),
            other: entries.count {
                !["healthy", "unhealthy", "starting", nil].contains($0.container.status.health?.status)
            })
    }

    /// What containers have of their hosts' ports, as text, sorted.
    static func ports(_ entries: [Entry], isComplete: Bool) -> [String] {
        entries.flatMap { entry in
            claims(entry).filter { isComplete || $0.isPublished }.map { text(entry, $0) }
        }.sorted()
    }

    private static func claims(_ entry: Entry) -> [(port: Port, isPublished: Bool)] {
        let published = entry.container.network.ports.filter { $0.publicPort > 0 }
        if !published.isEmpty { return published.map { ($0, true) } }
        return entry.container.config.portBindings.filter { $0.publicPort > 0 }.map { ($0, false) }
    }

    private static func text(_ entry: Entry, _ claim: (port: Port, isPublished: Bool)) -> String {
        let port = claim.port
        return text(
            "\(entry.host.rawValue)/\(entry.id.short)", port.publicPort, port.ip, port.type, port.privatePort,
            claim.isPublished)
    }

    /// The same of what a view gave.
    static func text(_ port: HostPort, _ view: FleetView) -> String {
        let container = view.summary(port.slot)
        return text(
            "\(container.host.rawValue)/\(container.id.short)", port.port, port.ip, port.type,
            port.privatePort,
            port.isPublished)
    }

    private static func text(
        _ container: String, _ port: UInt16, _ ip: String, _ type: String, _ inside: UInt16,
        _ isPublished: Bool
    ) -> String {
        "\(container) \(port) \(ip)|\(type)|\(inside) \(isPublished)"
    }

    /// Groups of claims of which each overlaps another one's, of several containers: by joining pairs until none is left.
    static func clashes(_ entries: [Entry]) -> [[String]] {
        var groups: [[(entry: Entry, port: Port, isPublished: Bool)]] = []
        for entry in entries {
            for claim in claims(entry) {
                var group = [(entry: entry, port: claim.port, isPublished: claim.isPublished)]
                for (index, other) in groups.enumerated().reversed()
                where other.contains(where: {
                    $0.entry.host == entry.host && $0.port.publicPort == claim.port.publicPort
                        && $0.port.type == claim.port.type
                        && HostAddress($0.port.ip).overlaps(HostAddress(claim.port.ip))
                }) {
                    group += groups.remove(at: index)
                }
                groups.append(group)
            }
        }
        return groups.filter { Set($0.map(\.entry.id)).count > 1 }.map { group in
            group.map { text($0.entry, ($0.port, $0.isPublished)) }.sorted()
        }
    }
}
