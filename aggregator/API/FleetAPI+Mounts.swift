import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import Wire

extension FleetAPI {
    /// `GET /mounts`: containers with mounts from the paths that are given, and these mounts (requirement B9).
    func listMounts(_ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        let revision = journal.current
        let view = fleet.read()
        var query = parameters.query
        query.hosts = try chosen(parameters).map { Set($0.map(\.key)) }
        let found = view.containers(mounting: parameters.paths, matching: query)
        var writer = JSONWriter(capacity: 256 + found.slots.count * 400)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("containers", found.total)
            if let next = found.next { writer.member("continue", next.description) }
            writer.array("items") { writer in
                for slot in found.slots {
                    for mount in view.mounts(slot, at: parameters.paths) {
                        writer.object { writer in
                            view.writeMembers(slot, [.host, .hostName], into: &writer)
                            writer.members(of: mount)
                            writer.container(slot, in: view)
                        }
                    }
                }
            }
        }
        return .json(writer)
    }
}

extension JSONWriter {
    /// Writes which container a row is about.
    mutating func container(_ slot: FleetView.Slot, in view: FleetView) {
        object("container") { view.writeMembers(slot, [.id, .name, .state], into: &$0) }
    }

    fileprivate mutating func members(of mount: Mount) {
        member("type", mount.type)
        optional("name", mount.name)
        member("source", mount.source)
        member("destination", mount.destination)
        optional("driver", mount.driver)
        member("rw", mount.isWritable)
    }
}
