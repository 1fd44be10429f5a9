import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import OS
import Wire

extension FleetAPI {
    /// Answers `GET /hosts`.
    func listHosts(_ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        let revision = journal.current
        let keys = try chosen(parameters).map { Set($0.map(\.key)) }
        let hosts = directory.all.filter { keys?.contains($0.key) ?? true }
        let view = fleet.read()
        let now = moment
        var writer = JSONWriter(capacity: 256 + hosts.count * 400)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("total", hosts.count)
            writer.member("heartbeatMs", door.heartbeat)
            writer.array("items") { writer in
                for host in hosts { writer.host(host, view.host(host.key), keeping, at: now) }
            }
        }
        return .json(writer)
    }

    /// Answers `GET /hosts/{id}`.
    func host(_ text: String) throws(Problem) -> HTTPServerResponse {
        let host = try known(text)
        var writer = JSONWriter()
        writer.host(host, fleet.read().host(host.key), keeping, at: moment)
        return .json(writer)
    }

    /// Answers `GET /stacks`.
    func listStacks(_ parameters: Parameters) -> HTTPServerResponse {
        let revision = journal.current
        let stacks = stacks.of(fleet.read()).filter { parameters.kind == nil || $0.kind == parameters.kind }
        var writer = JSONWriter(capacity: 256 + stacks.count * 200)
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("total", stacks.count)
            writer.array("items") { writer in
                for stack in stacks {
                    writer.object { writer in
                        writer.member("name", stack.name)
                        writer.member("kind", stack.kind)
                        writer.member("hosts", stack.hosts.map(\.rawValue))
                        writer.member("services", stack.services)
                        writer.member("containers", stack.containers)
                        writer.member("running", stack.running)
                    }
                }
            }
        }
        return .json(writer)
    }

    /// `GET /stacks/{name}`: its containers on all hosts, by service (requirement B5).
    func stack(_ name: String, _ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        let revision = journal.current
        let view = fleet.read()
        let stacks = view.stacks(named: name).filter { parameters.kind == nil || $0.kind == parameters.kind }
        guard let stack = stacks.first else { throw .notFound("there is no stack \(name)") }
        guard stacks.count == 1 else {
            throw .badRequest(
                "\(name) is a Compose project and a Swarm stack; say which with kind=compose or kind=swarm")
        }
        let services = view.members(ofStack: name, kind: stack.kind)
        var writer = JSONWriter(capacity: 512 + stack.containers * 512)
        writer.object { writer in
            writer.member("name", stack.name)
            writer.member("kind", stack.kind)
            writer.member("revision", revision.description)
            writer.member("hosts", stack.hosts.map(\.rawValue))
            writer.array("services") { writer in
                for service in services {
                    writer.object { writer in
                        writer.member("name", service.service)
                        writer.member("containers", service.slots.count)
                        writer.member("running", service.running)
                        let hosts = view.counts(service.slots)
                        writer.member("healthy", hosts.reduce(0) { $0 + $1.healthy })
                        writer.array("hosts") { writer in
                            for host in hosts {
                                writer.object { writer in
                                    writer.member("host", host.host.rawValue)
                                    writer.member("containers", host.containers)
                                    writer.member("running", host.running)
                                    writer.member("healthy", host.healthy)
                                }
                            }
                        }
                    }
                }
            }
            writer.member("total", stack.containers)
            writer.array("items") { writer in
                for slot in services.flatMap(\.slots) { view.write(slot, parameters.fields, into: &writer) }
            }
        }
        return .json(writer)
    }
}

extension JSONWriter {
    fileprivate mutating func host(
        _ host: HostInfo, _ counts: HostSummary?, _ keeping: Keeping, at now: AnswerTime
    ) {
        object { writer in
            writer.member("id", host.id.rawValue)
            writer.member("name", host.name)
            writer.member("state", host.condition.rawValue)
            writer.optional("since", host.since)
            writer.optional("address", host.address)
            writer.optional("labels", host.labels)
            writer.condition(host.engine)
            writer.object("agent") { $0.member("version", host.agentVersion) }
            writer.optional("engineId", host.engineID)
            writer.optional("machineId", host.machineID)
            // What an offline host has is on disk.
            writer.member("containers", host.retained?.containers ?? counts?.containers ?? 0)
            writer.member("running", host.retained?.running ?? counts?.running ?? 0)
            writer.member("lastHeard", host.lastHeard)
            writer.member("ageMs", host.age(at: now.steady))
            if let agreed = host.agreed { writer.member("confirmedAgeMs", max(0, now.steady - agreed)) }
            writer.freshness(of: host, keeping, at: now)
            writer.optional("clockMoved", host.isClockMoved)
            if let error = host.error { writer.member("error", error) }
        }
    }
}
