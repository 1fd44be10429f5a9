import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import OS
import Wire

extension FleetAPI {
    /// Containers in a ranking, unless another number is asked for.
    private static let usuallyRanked = 10
    /// The longest ranking.
    private static let mostRanked = 1_000

    /// When a sample must have been taken so that it isn't shown as what is used now, in ms of the monotonic clock.
    func oldestSample(now: Int64) -> Int64 { now - 2 * statsLifetime }

    /// A container of a list, with what it uses where that is asked for.
    func write(
        _ slot: FleetView.Slot, _ fields: FieldSet, of view: FleetView, now: Int64,
        into writer: inout JSONWriter
    ) {
        guard fields.contains(.stats) else { return view.write(slot, fields, into: &writer) }
        writer.object { writer in
            view.writeMembers(slot, fields, into: &writer)
            writer.stats(of: slot, in: view, now: now, lifetime: statsLifetime)
        }
    }

    /// `GET /usage/top`: the containers that use most (requirement B8).
    func top(_ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        let limit = parameters.query.limit ?? Self.usuallyRanked
        guard limit <= Self.mostRanked else {
            throw .badRequest("limit must be at most \(Self.mostRanked) here, not \(limit)")
        }
        let revision = journal.current
        let view = fleet.read()
        let now = BootClock.now.milliseconds
        var query = try query(parameters, in: view)
        query.limit = nil
        // Whatever has a sample runs; without a wish the column alone decides.
        let isNarrow = parameters.isNarrow
        let ranking = view.top(
            limit, by: parameters.measure, among: isNarrow ? query : nil, notBefore: oldestSample(now: now))
        var writer = JSONWriter(capacity: 256 + ranking.slots.count * 1_024)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("by", parameters.measure.rawValue)
            writer.member("sampled", ranking.sampled)
            writer.member("total", ranking.slots.count)
            writer.array("items") { writer in
                for slot in ranking.slots {
                    write(slot, parameters.fields.union(.stats), of: view, now: now, into: &writer)
                }
            }
        }
        return .json(writer)
    }

    /// `GET /containers/{host}/{id}/stats`: the last sample, or samples as they come (requirement C10).
    func stats(
        of host: String, _ id: String, _ request: HTTPServerRequest, _ exchange: HTTPExchange,
        _ caller: Caller
    ) throws(Problem) {
        try allow(request)
        let parameters = try Parameters(request, taking: ["watch"])
        let place = try find(host: host, container: id)
        guard parameters.isWatch else {
            var writer = JSONWriter()
            guard usage(of: place, into: &writer) else {
                throw .notFound("host \(place.0.id) has no container \(place.1.short)")
            }
            return exchange.answer(.json(writer))
        }
        guard request.method == .get else {
            return exchange.answer(HTTPServerResponse(status: 200, headers: Watch.headers))
        }
        guard let watch = feed.watch(place.0.key, place.1) else {
            throw .unavailable("too many containers are watched already; try again when others have stopped")
        }
        try later(exchange) {
            await self.whileGood(caller) {
                await StatsWatch(api: self, host: place.0.id, id: place.1, watch: watch).run(on: exchange)
            }
        }
    }

    /// Writes what is known of a container's usage; false when the container is gone.
    private func usage(of place: (host: HostInfo, id: ContainerID), into writer: inout JSONWriter) -> Bool {
        let view = fleet.read()
        guard let slot = view.container(place.id, on: place.host.key) else { return false }
        writer.object { writer in
            writer.usage(of: slot, on: place.host, in: view, lifetime: statsLifetime)
        }
        return true
    }
}

extension JSONWriter {
    /// Writes the members that say whose usage it is, how its host is, and what it uses or why that isn't known.
    mutating func usage(of slot: FleetView.Slot, on host: HostInfo, in view: FleetView, lifetime: Int64) {
        view.writeMembers(slot, [.host, .hostName, .id, .name, .state], into: &self)
        member("hostState", host.condition.rawValue)
        guard view.stats(of: slot) == nil else {
            return stats(of: slot, in: view, now: BootClock.now.milliseconds, lifetime: lifetime)
        }
        let state = view.summary(slot).status.state
        if !state.isLive {
            member("reason", "the container doesn't run: it is \(state.rawValue)")
        } else if host.condition != .live {
            member("reason", "its host is \(host.condition.rawValue), and no sample is kept")
        } else if host.stats.reports == 0 {
            member(
                "reason",
                "its host's agent has sent no samples: they come within its interval, unless switched off")
        } else {
            member("reason", "its host's agent has sent none of this container since it started")
        }
    }

    /// Writes what a container uses, if that is known; with the sample's age in ms and what that means.
    mutating func stats(of slot: FleetView.Slot, in view: FleetView, now: Int64, lifetime: Int64) {
        guard let (sample, at) = view.stats(of: slot) else { return }
        let hostMemory = view.hostMemory(of: slot)
        object("stats") { writer in
            if let cpu = sample.cpu { writer.hundredths("cpuPercent", cpu) }
            if let time = sample.cpuTime { writer.member("cpuTime", time) }
            if let memory = sample.memory { writer.member("memory", memory) }
            writer.member("memoryLimit", sample.memoryLimit)
            let available = sample.effectiveMemoryLimit(hostMemory: hostMemory)
            if available > 0 { writer.member("memoryAvailable", available) }
            if let part = sample.memoryPercent(hostMemory: hostMemory) {
                writer.hundredths("memoryPercent", (part + 50) / 100)
            }
            if let pids = sample.pids { writer.member("pids", pids) }
            if let bytes = sample.received { writer.member("networkReceived", bytes) }
            if let bytes = sample.sent { writer.member("networkSent", bytes) }
            if let bytes = sample.read { writer.member("blockRead", bytes) }
            if let bytes = sample.written { writer.member("blockWritten", bytes) }
            let age = max(0, now - at)
            writer.member("age", age)
            writer.member("state", age <= lifetime ? "fresh" : age <= 2 * lifetime ? "stale" : "expired")
        }
    }

    /// A number that is given in hundredths.
    private mutating func hundredths(_ name: StaticString, _ value: Int64) {
        key(name)
        double(Double(value) / 100)
    }
}
