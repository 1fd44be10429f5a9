import AggregatorCore
import Fleet
import HTTPServer
import JSON
import Journal
import Wire

extension FleetAPI {
    /// The most containers that a search answers with, whatever is asked for.
    private static let mostFound = 10_000
    /// How many it answers with unless asked for more.
    private static let usuallyFound = 1_000

    /// `GET /search`: containers with a text in their name, image or id, on all hosts (requirement B7).
    func search(_ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        guard !parameters.text.isEmpty else {
            throw .badRequest("say what to search for: q=TEXT, a part of a name, an image or an id")
        }
        let limit = min(parameters.query.limit ?? Self.usuallyFound, Self.mostFound)
        let revision = journal.current
        let view = fleet.read()
        let found = view.search(parameters.text, limit: limit)
        var writer = JSONWriter(capacity: 256 + found.slots.count * 256)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("hosts", directory.count)
            writer.member("hostsWithMatches", found.hosts)
            writer.member("total", found.total)
            writer.array("items") { writer in
                for slot in found.slots { view.write(slot, parameters.fields, into: &writer) }
            }
        }
        return .json(writer)
    }
}
