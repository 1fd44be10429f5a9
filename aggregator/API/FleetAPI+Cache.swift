import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import OS

extension FleetAPI {
    /// `GET /cache/stats`: what is kept, how old it is, and how well it answers (requirement B11).
    ///
    /// The fleet stands under its own name, so that other caches can stand beside it.
    var cacheStatistics: HTTPServerResponse {
        let hosts = directory.all
        let view = fleet.read()
        let now = moment
        var writer = JSONWriter(capacity: 1_024 + hosts.count * 512)
        writer.object { writer in
            writer.object("fleet") { writer in
                writer.member("hosts", hosts.count)
                writer.member("hostsOffline", hosts.count { $0.condition == .offline })
                writer.member("containers", view.count)
                writer.member("containersOnDisk", hosts.reduce(0) { $0 + ($1.retained?.containers ?? 0) })
                writer.member("updateInterval", door.heartbeat)
                writer.object("lifetimes") { writer in
                    for part in Keeping.Part.allCases {
                        writer.key(part.rawValue)
                        writer.integer(keeping.lifetime(of: part))
                    }
                }
                writer.object("retention") { writer in
                    writer.member("memory", keeping.inMemory)
                    writer.member("disk", keeping.onDisk)
                    writer.member("memoryCleanUp", keeping.memoryCleanUp.wholeMilliseconds)
                    writer.member("diskCleanUp", keeping.diskCleanUp.wholeMilliseconds)
                }
                writer.member("hits", questions.hits)
                writer.member("misses", questions.misses)
                if let rate = questions.hitRate {
                    writer.key("hitRate")
                    writer.raw(Array("\((rate * 1_000).rounded() / 1_000)".utf8))
                }
                writer.array("items") { writer in
                    for host in hosts {
                        writer.object { writer in
                            writer.member("id", host.id.rawValue)
                            writer.member("name", host.name)
                            writer.member("state", host.condition.rawValue)
                            writer.member(
                                "containers",
                                host.retained?.containers ?? view.host(host.key)?.containers ?? 0)
                            writer.member("ageMs", host.age(at: now.steady))
                            writer.freshness(of: host, keeping, at: now)
                        }
                    }
                }
            }
        }
        return .json(writer)
    }

    /// `POST /hosts/{id}/clear`: declares a host's rows invalid, and has its agent send them again.
    func clearHost(
        _ text: String, _ request: HTTPServerRequest, _ exchange: HTTPExchange
    ) throws(Problem) {
        guard request.method == .post else { throw .methodNotAllowed(["POST"]) }
        _ = try Parameters(request, taking: [])
        let id = try known(text).id
        try later(exchange) {
            guard let clearing = await self.door.clear(id) else {
                return exchange.answer(Problem.notFound("there is no host \(id)").response)
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("id", id.rawValue)
                writer.member("containers", clearing.containers)
                writer.member("connected", clearing.isConnected)
            }
            exchange.answer(.json(writer))
        }
    }
}
