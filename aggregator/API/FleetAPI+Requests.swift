import AggregatorCore
import Freshness
import HTTPServer
import Inventory
import JSON
import OS
import Synchronization
import Wire

extension FleetAPI {
    /// How long a host is waited for unless the question says otherwise, and at most.
    static let patience = Duration.seconds(10)
    static let longestPatience = Duration.seconds(120)

    /// Who answers what agents are asked.
    var broker: Broker { door.broker }

    /// How long a host is waited for that nobody asked to be looked at: its data is past its lifetime.
    static let shortPatience = Duration.seconds(2)
    /// A host that gave no answer is not asked again without being told to for so long, in ms.
    private static let rest: Int64 = 30_000

    /// Has a host look at its Engine now; the reason why what is cached must do, if it must (requirement B4).
    func refresh(_ host: HostInfo, _ container: ContainerID? = nil, within limit: Duration) async -> String? {
        do throws(RequestError) {
            try await broker.refresh(host.id, container, within: limit)
            deafHosts.withLock { _ = $0.removeValue(forKey: host.key) }
            return nil
        } catch {
            let now = BootClock.now.milliseconds
            deafHosts.withLock { deaf in
                deaf = deaf.filter { $0.value > now }
                deaf[host.key] = now + Self.rest
            }
            return "what is cached is shown: \(error.sentence)"
        }
    }

    /// Whether what is known of a host is past a lifetime, and its agent may be asked for something newer.
    func isPastLifetime(_ host: HostInfo) -> Bool {
        let now = moment
        guard !broker.isAway(host.id), deafHosts.withLock({ $0[host.key] ?? 0 }) <= now.steady else {
            return false
        }
        return Facet.allCases.contains { facet in
            keeping.age(of: facet, on: host, at: now).map { $0.state != .fresh } ?? false
        }
    }

    /// Whether a list is of one host whose data is past a lifetime.
    func wantsLook(_ parameters: Parameters) throws(Problem) -> Bool {
        guard !parameters.isWatch, !parameters.isRetained, parameters.hosts.count == 1,
            let hosts = try chosen(parameters), hosts.count == 1
        else { return false }
        return isPastLifetime(hosts[0])
    }

    /// Answers `GET /containers` once the hosts that it names have looked at their Engines, or could not (requirement B4).
    func listRefreshed(
        _ parameters: Parameters, _ request: HTTPServerRequest, _ exchange: HTTPExchange
    ) throws(Problem) {
        guard !parameters.isWatch else {
            throw .badRequest("a watch is told of changes anyway; leave out refresh")
        }
        let limit = parameters.isRefresh ? parameters.timeout : Self.shortPatience
        guard let hosts = try chosen(parameters), hosts.count <= Self.refreshedAtOnce else {
            throw .badRequest("refresh is for up to \(Self.refreshedAtOnce) hosts; name them with host=")
        }
        try later(exchange) {
            let warnings = await withTaskGroup(of: String?.self) { group in
                for host in hosts {
                    group.addTask(name: "refresh") { await self.refresh(host, within: limit) }
                }
                var warnings: [String] = []
                for await warning in group { if let warning { warnings.append(warning) } }
                return warnings.sorted()
            }
            do throws(Problem) {
                exchange.answer(try self.list(parameters, request, warnings: warnings))
            } catch {
                exchange.answer(error.response)
            }
        }
    }

    /// How many hosts one request may have look at their Engines.
    private static let refreshedAtOnce = 16

    /// `GET /containers/{host}/{id}/health-log`: what the last health checks printed.
    func healthLog(_ place: (host: HostInfo, id: ContainerID), within limit: Duration) async
        -> HTTPServerResponse
    {
        do throws(RequestError) {
            let question = Question(Operation.healthLog, of: place.id, timeout: limit, limit: 4 << 20)
            let body = try await broker.ask(place.host.id, question).rest()
            // It is parsed and not passed on as it is: an agent may say anything.
            guard let said = try? JSONValue(parsing: body, limits: JSONLimits(depth: 8, length: 4 << 20))
            else {
                throw RequestError(
                    .broken, "the agent of host \(place.host.id) sent a health log that is no JSON")
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("host", place.host.id.rawValue)
                writer.member("id", place.id.description)
                writer.member("status", said["status"]?.string ?? "")
                writer.member("failingStreak", said["failingStreak"]?.integer ?? 0)
                writer.array("log") { writer in
                    for run in said["log"]?.elements ?? [] {
                        writer.object { writer in
                            writer.member("start", run["start"]?.string ?? "")
                            writer.member("end", run["end"]?.string ?? "")
                            writer.member("exitCode", run["exitCode"]?.integer ?? 0)
                            writer.member("output", run["output"]?.string ?? "")
                        }
                    }
                }
            }
            return .json(writer)
        } catch {
            return Problem.asked(error, of: place.host.id).response
        }
    }
}

extension Problem {
    /// Why a host's agent gave no answer.
    static func asked(_ error: RequestError, of host: HostID) -> Problem {
        switch error.kind {
        case .away: .ofHost(.hostUnreachable, host, error.sentence)
        case .unreachable: .ofHost(.connection, host, error.sentence)
        case .notAllowed: .ofHost(.notAllowed, host, error.sentence)
        case .notFound: .ofHost(.containerNotFound, host, error.sentence)
        case .timedOut: .ofHost(.timeout, host, error.sentence)
        case .failed, .broken, .cancelled: .ofHost(.protocol, host, error.sentence)
        case .unsupported:
            Problem(
                status: 501, title: "the host's agent can't do that", detail: error.sentence,
                kind: .notAllowed,
                host: host)
        case .tooLarge:
            Problem(
                status: 413, title: "the answer is too large", detail: error.sentence, kind: .protocol,
                host: host)
        case .busy:
            Problem(
                status: 429, title: "too much is being asked", detail: error.sentence, kind: .unavailable,
                host: host)
        }
    }
}
