import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import Log
import OS
import RevP
import Wire

extension FleetAPI {
    /// Answers `GET /containers`.
    func list(_ parameters: Parameters, _ request: HTTPServerRequest) throws(Problem) -> HTTPServerResponse {
        // The revision first: the answer then holds at least all of it, and perhaps more.
        let revision = journal.current
        let view = fleet.read()
        // Samples come and go without the generation noticing.
        let isOfState = !parameters.fields.contains(.stats) && !parameters.query.filters.asksForUsage
        let tag = "\"\(process)-\(view.generation)\""
        if isOfState, let known = request.headers["if-none-match"], known == tag {
            return HTTPServerResponse(status: 304, headers: [("ETag", tag)])
        }
        let query = try query(parameters, in: view)
        let now = BootClock.now.milliseconds
        let found = view.containers(matching: query)
        var writer = JSONWriter(capacity: 256 + found.slots.count * 256)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("total", found.total)
            if let next = found.next { writer.member("continue", next.description) }
            writer.array("items") { writer in
                for slot in found.slots { write(slot, parameters.fields, of: view, now: now, into: &writer) }
            }
        }
        return .json(writer, headers: isOfState ? [("ETag", tag)] : [])
    }

    /// The containers that a request asks for, with hosts and names looked up.
    func query(_ parameters: Parameters, in view: FleetView) throws(Problem) -> Query {
        var query = parameters.query
        query.hosts = try chosen(parameters).map { Set($0.map(\.key)) }
        query.usageNotBefore = oldestSample(now: BootClock.now.milliseconds)
        try bound(&query, in: view)
        return query
    }

    /// The container that a path names.
    func find(host text: String, id: String) throws(Problem) -> (HostInfo, ContainerID) {
        let host = try known(text)
        guard let container = ContainerID(id) else {
            throw .badRequest(
                "a container id is 64 lowercase hexadecimal digits; find it with /containers?q=")
        }
        guard fleet.contains(container, on: host.key) else {
            throw .ofHost(
                .containerNotFound, host.id, "host \(host.id) has no container \(container.short)")
        }
        return (host, container)
    }

    /// `GET /containers/{host}/{id}`: everything that is known, also what memory doesn't keep.
    func record(_ place: (host: HostInfo, id: ContainerID)) async -> HTTPServerResponse {
        let view = fleet.read()
        guard let slot = view.container(place.id, on: place.host.key) else {
            return Problem.notFound("the container is gone").response
        }
        var stored: EncodedContainer?
        var warning: String?
        do {
            stored = try await journal.facets(host: place.host.key, container: place.id)
        } catch {
            warning = "only what memory holds is shown: \(error)"
            log(.warning, "a record could not be read from disk", ["error": "\(error)"])
        }
        var writer = JSONWriter(capacity: 4_096)
        writer.object { writer in
            if let stored {
                writer.member("host", place.host.id.rawValue)
                writer.member("hostName", place.host.name)
                writer.member("id", place.id.description)
                writer.member("name", view.summary(slot).config.name)
                for facet in Facet.allCases {
                    guard let bytes = stored[facet] else { continue }
                    writer.key(facet.rawValue)
                    writer.raw(bytes)
                }
                writer.member("changedAt", view.summary(slot).changedAt)
            } else {
                view.writeMembers(slot, into: &writer)
            }
            writer.stats(of: slot, in: view, now: BootClock.now.milliseconds, lifetime: statsLifetime)
            let labels = view.revp(slot)
            if !labels.isEmpty { writer.object("revp") { $0.revp(labels) } }
            writer.freshness(of: place.host, now: WallClock.now())
            if let warning { writer.member("warning", warning) }
        }
        return .json(writer)
    }

    func hostID(_ text: String) throws(Problem) -> HostID {
        guard let id = HostID(text) else {
            throw .badRequest("a host id is 1 to 63 letters, digits, `_`, `.` or `-`, not \(text)")
        }
        return id
    }

    /// A host by its id.
    func known(_ text: String) throws(Problem) -> HostInfo {
        let id = try hostID(text)
        guard let host = directory[id] else { throw .noHost("there is no host \(id)") }
        return host
    }
}

extension JSONWriter {
    /// Writes what the host's state says of the age of its rows, in ms; a facet that was never confirmed is left out.
    fileprivate mutating func freshness(of host: HostInfo, now: Int64) {
        member("hostState", host.condition.rawValue)
        guard !host.confirmed.isEmpty else { return }
        object("ages") { writer in
            for facet in Facet.allCases {
                guard let confirmed = host.confirmed[facet] else { continue }
                writer.key(facet.rawValue)
                writer.integer(max(0, now - confirmed))
            }
        }
    }
}
