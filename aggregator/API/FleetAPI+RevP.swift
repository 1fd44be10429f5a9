import AggregatorCore
import Fleet
import HTTPServer
import JSON
import Journal
import RevP
import Wire

extension FleetAPI {
    /// Answers `GET /revp/services`: every container with labels for a reverse proxy, and what they say (D6).
    func listRevP(_ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        let revision = journal.current
        let view = fleet.read()
        var query = parameters.query
        query.hosts = try named(parameters.hosts).map { Set($0.map(\.key)) }
        let found = view.containers(withKey: { LabelPrefix.standard.isPrefix(of: $0) }, matching: query)
        var writer = JSONWriter(capacity: 256 + found.slots.count * 800)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("total", found.total)
            if let next = found.next { writer.member("continue", next.description) }
            writer.array("items") { writer in
                for slot in found.slots {
                    writer.object { writer in
                        view.writeMembers(slot, [.host, .hostName, .id, .name, .state], into: &writer)
                        writer.revp(view.revp(slot))
                    }
                }
            }
        }
        return .json(writer)
    }
}

extension FleetView {
    /// What a container's labels say of its services.
    func revp(_ slot: Slot) -> ParsedLabels { ParsedLabels(labels(slot), cutPaths: cutLabels(slot)) }
}
