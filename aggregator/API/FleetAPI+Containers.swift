import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import Log
import Metrics
import OS
import RevP
import Wire

extension FleetAPI {
    /// Answers `GET /containers`.
    ///
    /// `warnings` say of which hosts only what is cached could be had.
    func list(
        _ parameters: Parameters, _ request: HTTPServerRequest, warnings: [String] = []
    ) throws(Problem) -> HTTPServerResponse {
        // The revision first: the answer then holds at least all of it, and perhaps more.
        let revision = journal.current
        let view = fleet.read()
        // Samples come and go without the generation noticing.
        let isOfState = !parameters.fields.contains(.stats) && !parameters.query.filters.asksForUsage
        let tag = "\"\(process)-\(view.generation)\""
        if isOfState, warnings.isEmpty, let known = request.headers["if-none-match"], known == tag {
            unchangedLists.add()
            return HTTPServerResponse(status: 304, headers: [("ETag", tag)])
        }
        madeLists.add()
        let query = try query(parameters, in: view)
        let found = view.containers(matching: query)
        questions.hit()
        return .json(
            list(
                found, in: view, parameters, revision: revision.description, source: HostInfo.fromMemory,
                warnings: warnings),
            headers: isOfState ? [("ETag", tag)] : [])
    }

    /// A list with what a page of it carries.
    func list(
        _ found: Selection, in view: FleetView, _ parameters: Parameters, revision: String, source: String,
        warnings: [String] = []
    ) -> JSONWriter {
        let now = moment
        var writer = JSONWriter(capacity: 256 + found.slots.count * 256)
        writer.object { writer in
            writer.member("revision", revision)
            writer.member("total", found.total)
            writer.member("source", source)
            if !warnings.isEmpty { writer.member("warnings", warnings) }
            writer.hiddenValues(asked: parameters.query.filters.environment, in: view)
            if let next = found.next { writer.member("continue", next.description) }
            writer.array("items") { writer in
                for slot in found.slots {
                    write(slot, parameters.fields, of: view, now: now.steady, into: &writer)
                }
            }
            guard parameters.tellsFreshness else { return }
            let hosts = view.hosts(of: found.slots).compactMap { directory[$0] }
            writer.freshness(ofEach: hosts, keeping, at: now)
        }
        return writer
    }

    /// The containers that a request asks for, with hosts and names looked up.
    func query(_ parameters: Parameters, in view: FleetView) throws(Problem) -> Query {
        var query = parameters.query
        query.hosts = try chosen(parameters).map { Set($0.map(\.key)) }
        query.usageNotBefore = oldestSample(now: BootClock.now.milliseconds)
        try bound(&query, in: view)
        return query
    }

    /// `GET /containers/{host}/{id}`: everything that is known, also what memory doesn't keep.
    ///
    /// With `refresh` the host's Engine is asked first; when it can't be, what is cached comes with a warning.
    func record(
        _ place: (host: HostInfo, id: ContainerID), _ parameters: Parameters
    ) async -> HTTPServerResponse {
        let staleness: String?
        var source: String?
        if parameters.isRefresh || isPastLifetime(place.host) {
            staleness = await refresh(
                place.host, place.id, within: parameters.isRefresh ? parameters.timeout : Self.shortPatience)
            if staleness == nil { source = HostInfo.fromHost }
        } else {
            staleness = nil
        }
        let view = fleet.read()
        var warning = staleness
        guard let slot = view.container(place.id, on: place.host.key) else {
            questions.miss()
            return await retainedRecord(place)
        }
        questions.hit()
        var stored: EncodedContainer?
        var changes: [Facet: Int64] = [:]
        do {
            stored = try await journal.facets(host: place.host.key, container: place.id)
            changes = try await journal.changeTimes(host: place.host.key, container: place.id)
        } catch {
            warning = "only what memory holds is shown: \(error)"
            log(.warning, "a record could not be read from disk", ["error": "\(error)"])
        }
        return .json(
            record(
                slot, in: view, of: directory[place.host.key] ?? place.host, stored: stored, changes: changes,
                warning: warning, source: source))
    }

    /// The record of a container that left memory with its host.
    private func retainedRecord(_ place: (host: HostInfo, id: ContainerID)) async -> HTTPServerResponse {
        let gone = Problem.notFound("host \(place.host.id) has no container \(place.id.short)")
        guard place.host.condition == .offline else { return gone.response }
        do throws(JournalError) {
            guard let found = try await retainedContainer(place.id, of: place.host) else {
                return gone.response
            }
            let changes = try await journal.changeTimes(host: place.host.key, container: place.id)
            return .json(
                record(
                    found.slot, in: found.view, of: place.host, stored: found.facets, changes: changes,
                    warning: nil))
        } catch {
            log(.warning, "a record could not be read from disk", ["error": "\(error)"])
            return Problem.unavailable("the container could not be read from disk: \(error)").response
        }
    }

    private func record(
        _ slot: FleetView.Slot, in view: FleetView, of host: HostInfo, stored: EncodedContainer?,
        changes: [Facet: Int64], warning: String?, source: String? = nil
    ) -> JSONWriter {
        var writer = JSONWriter(capacity: 4_096)
        writer.object { writer in
            if let stored {
                writer.member("host", host.id.rawValue)
                writer.member("hostName", host.name)
                writer.member("id", view.summary(slot).id.description)
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
            writer.surroundings(of: slot, on: host, in: view)
            writer.member("hostState", host.condition.rawValue)
            writer.freshness(of: host, keeping, changes: changes, source: source, at: moment)
            if let warning = warning ?? host.doubt { writer.member("warning", warning) }
        }
        return writer
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

extension HostInfo {
    /// Why its rows may not be true any more, beside their age; nil when nothing is known to be wrong.
    fileprivate var doubt: String? {
        if isInvalid {
            return "the host's rows were declared invalid, and its agent has not sent them again yet"
        }
        guard condition == .live, engine.state == EngineCondition.unreachable else { return nil }
        return "the host's agent can't hear its Engine, so it confirms nothing: \(engine.reason)"
    }
}
