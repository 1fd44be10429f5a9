package import AggregatorCore
import Fleet
import Freshness
package import HTTPServer
import Inventory
import JSON
import Journal
import Lifecycle
package import Log
import Metrics
import OS
package import Settings
import Synchronization

/// The HTTP API under `/api/v1`, with the probes beside it.
///
/// Small answers come from memory on the server's own thread; what may take longer runs as a job of `run()`.
package final class FleetAPI: HTTPHandler, Service {
    let fleet: Fleet
    let directory: HostDirectory
    let journal: Journal
    let events: EventStore
    let door: AgentDoor
    /// Samples as they come, for those who watch.
    let feed: StatsFeed
    let gatekeeper: Gatekeeper
    /// Nil where TCP is plain, and no tokens are asked for.
    let identity: ServerIdentity?
    let reach: Reach
    /// Where the API is reached over TCP; known once the doors are bound.
    let tcpDoors = Mutex<[SocketAddress]>([])
    let settings: [SettingRow]
    let log: Log
    /// Names this process in entity tags, since the fleet's generation begins anew with it.
    let process: String
    let stacks = StackList()
    /// How many series `/metrics` may have.
    let metricsBounds: MetricsBounds
    /// What was asked, and how long it took.
    let measures = HTTPMeasures()
    /// Lists that a client had already (304), and lists that were made.
    let unchangedLists = Counter()
    let madeLists = Counter()
    /// What counts as fresh.
    let keeping: Keeping
    /// The aggregator's wall clock, in ms since 1970.
    let wall: @Sendable () -> Int64
    /// How well memory answers.
    let questions = QuestionCount()
    /// What was read of offline hosts a moment ago.
    let retained = FleetAPI.retainedCache()
    let discoveries: DiscoveryList
    /// When the API was made, which is when the aggregator started.
    let started = BootClock.now
    /// Hosts that gave no answer a moment ago, and until when they aren't asked without being told to, in ms.
    let deafHosts = Mutex<[HostKey: Int64]>([:])
    let jobs = Mailbox<@Sendable () async -> Void>(limit: 1_024, whenFull: .refuse)

    /// A watch with nothing to tell says where it is this often, so that both ends know that the other lives.
    let quiet: Duration

    /// How long a sample of usage counts as fresh, in ms (requirement B1).
    var statsLifetime: Int64 { keeping.lifetime(of: .stats) }

    /// Fleets up to this many containers and hosts are listed on the server's thread: well under 200 µs.
    private static let inlineRows = 200

    /// The API of an aggregator.
    ///
    /// - Parameters:
    ///   - aggregator: What it answers from.
    ///   - settings: What `GET /config` shows.
    ///   - process: Names this process in entity tags.
    ///   - quiet: How often a watch with nothing to tell says where it is.
    ///   - log: Where it reports.
    package init(
        _ aggregator: Aggregator, settings: [SettingRow], process: String, quiet: Duration = .seconds(10),
        log: Log
    ) {
        fleet = aggregator.fleet
        directory = aggregator.hosts
        journal = aggregator.journal
        events = aggregator.events
        door = aggregator.door
        feed = aggregator.feed
        gatekeeper = aggregator.gatekeeper
        identity = aggregator.identity
        reach = aggregator.reach
        metricsBounds = aggregator.metrics
        keeping = aggregator.keeping
        wall = aggregator.now
        discoveries = DiscoveryList(patterns: aggregator.dataPatterns)
        self.settings = settings
        self.process = process
        self.quiet = quiet
        self.log = log
    }

    /// Works on what was put off; cancelling it ends every watch.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask(name: "clean-ups") { [retained] in
                await retained.run { try await BootClock().sleep(for: $0) }
            }
            defer { retained.shutDown() }
            for await job in jobs {
                group.addTask(name: "request") { await job() }
            }
        }
    }

    /// Answers one request, now or as a job.
    package func handle(_ request: HTTPServerRequest, _ exchange: HTTPExchange) {
        measures.observe(request, exchange)
        do throws(Problem) {
            switch request.segments {
            case ["livez"]: exchange.answer(try probe(request, .text(200, "ok")))
            case ["readyz"]: exchange.answer(try probe(request, readiness))
            default: try admitted(request, exchange)
            }
        } catch {
            exchange.answer(error.response)
        }
    }

    /// Answers whoever may ask; the token of a stream ends the stream.
    func route(_ request: HTTPServerRequest, _ exchange: HTTPExchange, _ caller: Caller) throws(Problem) {
        let path = request.segments
        if path == ["metrics"] { return try metrics(request, exchange) }
        guard path.count >= 3, path[0] == "api", path[1] == "v1" else {
            throw .notFound("there is nothing at \(request.path); the API begins at /api/v1")
        }
        switch (path[2], path.count) {
        case ("containers", 3): try containers(request, exchange, caller)
        case ("containers", 5):
            try allow(request)
            let parameters = try Parameters(request, taking: Parameters.ofContainer)
            let place = try find(host: path[3], container: path[4])
            try later(exchange) { await exchange.answer(self.record(place, parameters)) }
        case ("containers", 6) where path[5] == "logs":
            try allow(request)
            let wanted = try LogParameters(request)
            let place = try find(host: path[3], container: path[4])
            let isHead = request.method == .head
            try later(exchange) {
                await self.whileGood(caller) {
                    await self.sendLogs(of: place, wanted, isHead: isHead, on: exchange)
                }
            }
        case ("containers", 6) where path[5] == "health-log":
            try allow(request)
            let limit = try Parameters(request, taking: Parameters.ofHealthLog).timeout
            let place = try find(host: path[3], container: path[4])
            try later(exchange) { await exchange.answer(self.healthLog(place, within: limit)) }
        case ("containers", 6) where path[5] == "stats":
            try stats(of: path[3], path[4], request, exchange, caller)
        case ("usage", 4) where path[3] == "top":
            try answer(request, exchange, taking: Parameters.ofTop) { parameters throws(Problem) in
                try self.top(parameters)
            }
        case ("hosts", 3):
            try answer(request, exchange, taking: Parameters.ofHosts) { parameters throws(Problem) in
                try self.listHosts(parameters)
            }
        case ("hosts", 4) where request.method == .delete: try removeHost(path[3], request, exchange)
        case ("hosts", 4):
            try allow(request, also: [.delete])
            try answer(request, exchange) { _ throws(Problem) in try self.host(path[3]) }
        case ("hosts", 5) where path[4] == "clear": try clearHost(path[3], request, exchange)
        case ("cache", 4) where path[3] == "stats":
            try answer(request, exchange) { _ throws(Problem) in self.cacheStatistics }
        case ("hosts", 5) where path[4] == "health":
            try answer(request, exchange) { _ throws(Problem) in try self.hostHealth(path[3]) }
        case ("mounts", 3):
            try answer(request, exchange, taking: Parameters.ofMounts) { parameters throws(Problem) in
                try self.listMounts(parameters)
            }
        case ("ports", 3):
            try answer(request, exchange, taking: Parameters.ofPorts) { parameters throws(Problem) in
                try self.listPorts(parameters)
            }
        case ("health", 3):
            try answer(request, exchange, taking: Parameters.ofHealth) { parameters throws(Problem) in
                try self.health(parameters)
            }
        case ("health", 4):
            try answer(request, exchange, taking: Parameters.ofHealthMembers) { parameters throws(Problem) in
                try self.healthMembers(path[3], parameters)
            }
        case ("discovery", 3):
            try allow(request)
            let parameters = try Parameters(request, taking: Parameters.ofDiscovery)
            let asked = try discoveryPage(parameters)
            try later(exchange) { await exchange.answer(self.discover(asked)) }
        case ("stacks", 3):
            try answer(request, exchange, taking: ["kind"]) { parameters throws(Problem) in
                self.listStacks(parameters)
            }
        case ("stacks", 4):
            try answer(request, exchange, taking: ["kind", "fields"]) { parameters throws(Problem) in
                try self.stack(path[3], parameters)
            }
        case ("stacks", 5) where path[4] == "compose-file":
            try allow(request)
            let parameters = try Parameters(request, taking: Parameters.ofComposeFile)
            let members = try composeMembers(path[3], parameters)
            try later(exchange) {
                await exchange.answer(self.composeFiles(path[3], members, within: parameters.timeout))
            }
        case ("tokens", 3), ("tokens", 4): try tokens(request, exchange, caller)
        case ("revp", 4) where path[3] == "services":
            try answer(request, exchange, taking: Parameters.ofRevP) { parameters throws(Problem) in
                try self.listRevP(parameters)
            }
        case ("search", 3):
            try answer(request, exchange, taking: Parameters.ofSearch) { parameters throws(Problem) in
                try self.search(parameters)
            }
        case ("labels", 3):
            try answer(request, exchange, taking: Parameters.ofLabels) { parameters throws(Problem) in
                self.listLabels(parameters)
            }
        case ("labels", 4):
            try answer(request, exchange, taking: Parameters.ofLabelValues) { parameters throws(Problem) in
                try self.listLabelValues(path[3], parameters)
            }
        case ("events", 3): try tellEvents(request, exchange, caller)
        case ("config", 3): try answer(request, exchange) { _ throws(Problem) in self.configuration }
        case ("diagnosis", 3):
            try allow(request)
            _ = try Parameters(request, taking: [])
            // Looks at files, which may take long on a sick disk.
            try later(exchange) { exchange.answer(self.diagnosis) }
        case ("sd", 4) where path[3] == "prometheus":
            try answer(request, exchange, taking: Parameters.ofTargets) { parameters throws(Problem) in
                try self.listTargets(parameters)
            }
        case ("version", 3): try answer(request, exchange) { _ throws(Problem) in self.version }
        default: throw .notFound("there is nothing at \(request.path)")
        }
    }

    private func probe(
        _ request: HTTPServerRequest, _ response: HTTPServerResponse
    ) throws(Problem) -> HTTPServerResponse {
        try allow(request)
        return response
    }

    /// `GET /containers`: a list, or a watch.
    private func containers(
        _ request: HTTPServerRequest, _ exchange: HTTPExchange, _ caller: Caller
    ) throws(Problem) {
        try allow(request)
        let parameters = try Parameters(request, taking: Parameters.ofContainers)
        guard !parameters.isRefresh, try !wantsLook(parameters) else {
            return try listRefreshed(parameters, request, exchange)
        }
        guard parameters.isWatch else {
            guard !parameters.isRetained else {
                return try later(exchange) { exchange.answer(await self.listRetained(parameters)) }
            }
            return try answer(exchange, parameters, isSmall: parameters.query.isOfFewIDs) {
                parameters throws(Problem) in
                try self.list(parameters, request)
            }
        }
        let watch = try Watch(try Parameters(request, taking: Parameters.ofWatch), self)
        guard request.method == .get else {
            return exchange.answer(HTTPServerResponse(status: 200, headers: Watch.headers))
        }
        try later(exchange) { await self.whileGood(caller) { await watch.run(on: exchange) } }
    }

    func allow(
        _ request: HTTPServerRequest, also others: [HTTPServerRequest.Method] = []
    ) throws(Problem) {
        let allowed = [.get, .head] + others
        guard allowed.contains(request.method) else { throw .methodNotAllowed(allowed.map(\.rawValue)) }
    }

    /// Answers from memory: at once for a small fleet, as a job for a large one.
    private func answer(
        _ request: HTTPServerRequest, _ exchange: HTTPExchange, taking names: [String] = [],
        _ make: @escaping @Sendable (Parameters) throws(Problem) -> HTTPServerResponse
    ) throws(Problem) {
        try allow(request)
        try answer(exchange, try Parameters(request, taking: names), isSmall: false, make)
    }

    /// The same with parameters that were read; `isSmall` when the answer is, whatever the size of the fleet.
    private func answer(
        _ exchange: HTTPExchange, _ parameters: Parameters, isSmall: Bool,
        _ make: @escaping @Sendable (Parameters) throws(Problem) -> HTTPServerResponse
    ) throws(Problem) {
        guard !isSmall, fleet.read().count + directory.count > Self.inlineRows else {
            return exchange.answer(try make(parameters))
        }
        try later(exchange) {
            do throws(Problem) {
                exchange.answer(try make(parameters))
            } catch {
                exchange.answer(error.response)
            }
        }
    }

    func later(_ exchange: HTTPExchange, _ job: @escaping @Sendable () async -> Void) throws(Problem) {
        guard jobs.post(job) == .kept else {
            throw .unavailable("the aggregator has too many requests to answer; try again in a moment")
        }
    }

    private func removeHost(_ text: String, _ request: HTTPServerRequest, _ exchange: HTTPExchange)
        throws(Problem)
    {
        _ = try Parameters(request, taking: [])
        let id = try hostID(text)
        try later(exchange) {
            do {
                guard let removal = try await self.door.forget(id) else {
                    return exchange.answer(Problem.noHost("there is no host \(id)").response)
                }
                var writer = JSONWriter()
                writer.object { writer in
                    writer.member("id", id.rawValue)
                    writer.member("tokens", removal.tokens)
                }
                exchange.answer(.json(writer))
            } catch {
                exchange.answer(Problem.unavailable("the host was not removed: \(error)").response)
            }
        }
    }
}
