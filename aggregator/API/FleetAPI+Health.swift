import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import OS
import Wire

extension FleetAPI {
    /// How many members are on a page unless another number is asked for.
    private static let usualMembers = 1_000

    /// `GET /health`: containers counted by what their health checks say, in all or by host (requirement B10).
    func health(_ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        let revision = journal.current
        let chosen = try chosen(parameters).map { Set($0.map(\.key)) }
        let view = fleet.read()
        let isByHost = parameters.grouping != nil
        let hosts = isByHost || chosen != nil ? view.healthByHost(chosen) : []
        var writer = JSONWriter(capacity: 256 + (isByHost ? hosts.count * 160 : 0))
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.tally(chosen == nil ? view.health : hosts.reduce(HealthTally()) { $0 + $1.health })
            guard isByHost else { return }
            writer.array("items") { writer in
                for host in hosts {
                    writer.object { writer in
                        writer.member("host", host.id.rawValue)
                        writer.optional("hostName", host.name)
                        writer.tally(host.health)
                    }
                }
            }
        }
        return .json(writer)
    }

    /// `GET /health/{word}`: the containers of which that is said (requirement B10).
    func healthMembers(_ text: String, _ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        guard let word = HealthTally.Word(rawValue: text), word != .other else {
            throw .notFound("there is no health \(text); there are healthy, unhealthy, starting and none")
        }
        let revision = journal.current
        let view = fleet.read()
        var query = parameters.query
        query.hosts = try chosen(parameters).map { Set($0.map(\.key)) }
        query.health = [word.rawValue]
        query.limit = query.limit ?? Self.usualMembers
        let found = view.containers(matching: query)
        var writer = JSONWriter(capacity: 256 + found.slots.count * 256)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("total", found.total)
            if let next = found.next { writer.member("continue", next.description) }
            writer.array("items") { writer in
                for slot in found.slots { view.write(slot, parameters.fields, into: &writer) }
            }
        }
        return .json(writer)
    }

}

extension JSONWriter {
    /// Writes the counts as members; zeros too, as they are what is asked for.
    mutating func tally(_ health: HealthTally) {
        member("total", health.total)
        member("healthy", health.healthy)
        member("unhealthy", health.unhealthy)
        member("starting", health.starting)
        member("none", health.none)
        if health.other > 0 { member("other", health.other) }
    }
}
