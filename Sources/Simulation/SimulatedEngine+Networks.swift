import JSON
import Synchronization

extension SimulatedEngine {
    /// Answers what is asked about networks.
    func networks(_ request: EngineRequest) throws(EngineRefusal) -> EngineAnswer {
        let path = request.path
        if request.method == "GET", path.count == 1 {
            let networks = shared.withLock { $0.state.networks.values.sorted { $0.name < $1.name } }
            var writer = JSONWriter(capacity: 1_024)
            writer.array { writer in
                for network in networks { network.write(to: &writer) }
            }
            writer.newline()
            return .json(writer.bytes)
        }
        guard path.count >= 2 else { throw .pageNotFound }
        let found = shared.withLock { shared in
            shared.state.networks[path[1]] ?? shared.state.networks.values.first { $0.id == path[1] }
        }
        guard let network = found else { throw EngineRefusal(404, "network \(path[1]) not found") }
        switch (request.method, path.count, path.last ?? "") {
        case ("GET", 2, _):
            var writer = JSONWriter(capacity: 512)
            network.write(to: &writer)
            writer.newline()
            return .json(writer.bytes)
        case ("POST", 3, "connect"), ("POST", 3, "disconnect"):
            guard let body = try? JSONValue(parsing: request.body), let container = body["Container"]?.string
            else {
                throw EngineRefusal(400, "got EOF while reading request body")
            }
            if path[2] == "disconnect" {
                try disconnect(container, from: network.name)
            } else {
                let aliases = body["EndpointConfig"]?["Aliases"]?.elements?.compactMap(\.string) ?? []
                try connect(container, to: network.name, aliases: aliases)
            }
            return EngineAnswer(status: 200, body: .none)
        default: throw .pageNotFound
        }
    }
}

extension SimulatedNetwork {
    /// The network as `/networks` gives it.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("Name", name)
            writer.member("Id", id)
            writer.member("Created", EngineTime.text(created))
            writer.member("Scope", "local")
            writer.member("Driver", driver)
            writer.member("EnableIPv6", false)
            writer.object("IPAM") { writer in
                writer.member("Driver", "default")
                writer.nullMember("Options")
                writer.array("Config") { writer in
                    if subnet != 0 {
                        writer.object { writer in writer.member("Subnet", "172.\(subnet).0.0/16") }
                    }
                }
            }
            writer.member("Internal", false)
            writer.member("Attachable", false)
            writer.member("Ingress", false)
            writer.object("ConfigFrom") { writer in writer.member("Network", "") }
            writer.member("ConfigOnly", false)
            writer.map("Containers", [:])
            writer.map("Options", [:])
            writer.map("Labels", [:])
        }
    }
}
