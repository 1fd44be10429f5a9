import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import Wire

extension FleetAPI {
    /// The most clashes that an answer has.
    private static let mostClashes = 10_000

    /// `GET /ports`: ports of hosts with the containers that have them, or those that several claim (requirement H9).
    func listPorts(_ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        let revision = journal.current
        let view = fleet.read()
        var query = parameters.ports
        query.hosts = try chosen(parameters).map { Set($0.map(\.key)) }
        query.limit = parameters.query.limit
        query.isComplete = parameters.isComplete
        var writer = JSONWriter(capacity: 4_096)
        guard !parameters.isOfClashes else {
            guard query.after == nil else {
                throw .badRequest("clashes=1 makes no pages; leave out continue")
            }
            let clashes = view.portClashes(query).clashes
            writer.object { writer in
                writer.member("revision", revision.description)
                writer.member("clashes", clashes.count)
                writer.array("items") { writer in
                    for (number, clash) in clashes.prefix(query.limit ?? Self.mostClashes).enumerated() {
                        for port in clash.claims { writer.port(port, clash: number + 1, in: view) }
                    }
                }
            }
            return .json(writer)
        }
        let found = view.ports(query)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("total", found.total)
            if let next = found.next { writer.member("continue", next.description) }
            writer.array("items") { writer in
                for port in found.ports { writer.port(port, in: view) }
            }
        }
        return .json(writer)
    }
}

extension JSONWriter {
    /// Writes a port and who has it; `clash` numbers those that stand in each other's way.
    fileprivate mutating func port(_ port: HostPort, clash: Int? = nil, in view: FleetView) {
        object { writer in
            if let clash { writer.member("clash", clash) }
            view.writeMembers(port.slot, [.host, .hostName], into: &writer)
            writer.optional("ip", port.ip)
            writer.member("publicPort", Int64(port.port))
            writer.member("type", port.type)
            writer.member("privatePort", Int64(port.privatePort))
            writer.member("published", port.isPublished)
            writer.container(port.slot, in: view)
        }
    }
}
