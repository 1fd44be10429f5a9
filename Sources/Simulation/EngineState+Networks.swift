import Inventory

/// Addresses and ports: given at a start, taken back when the container ends.
extension EngineState {
    /// Gives a starting container its addresses and host ports, or none of them.
    mutating func plug(_ container: inout SimulatedContainer, at now: Int64) throws(EngineRefusal) {
        var given: [Inventory.Port] = []
        for request in container.spec.publishedPorts where container.spec.networkMode != "host" {
            guard let port = ports.take(request) else {
                for binding in given { ports.giveBack(binding.publicPort, type: binding.type) }
                throw refuse(&container, request)
            }
            // Without an address the Engine binds version 4 and version 6.
            for ip in request.hostIP.isEmpty ? ["0.0.0.0", "::"] : [request.hostIP] {
                given.append(
                    Inventory.Port(
                        privatePort: request.privatePort, publicPort: port, ip: ip, type: request.type))
            }
        }
        container.bindings = given
        for name in container.endpoints.keys.sorted() { join(&container, name, at: now) }
    }

    /// Takes a container's addresses and host ports back.
    mutating func unplug(_ container: inout SimulatedContainer, at now: Int64) {
        for binding in container.bindings where binding.ip != "::" {
            ports.giveBack(binding.publicPort, type: binding.type)
        }
        container.bindings = []
        for name in container.endpoints.keys.sorted() { leave(&container, name, at: now) }
    }

    mutating func connect(_ reference: String, to name: String, aliases: [String], at now: Int64)
        throws(EngineRefusal)
    {
        guard networks[name] != nil else { throw EngineRefusal(404, "network \(name) not found") }
        var container = try find(reference)
        guard container.endpoints[name] == nil else {
            throw EngineRefusal(403, "endpoint with name \(container.name) already exists in network \(name)")
        }
        container.endpoints[name] = SimulatedEndpoint(networkID: "", aliases: aliases)
        if container.isLive { join(&container, name, at: now) }
        store(container)
    }

    mutating func disconnect(_ reference: String, from name: String, at now: Int64) throws(EngineRefusal) {
        guard networks[name] != nil else { throw EngineRefusal(404, "network \(name) not found") }
        var container = try find(reference)
        guard container.endpoints[name] != nil else {
            throw EngineRefusal(500, "container \(container.id) is not connected to the network \(name)")
        }
        leave(&container, name, at: now)
        container.endpoints[name] = nil
        store(container)
    }

    private mutating func join(_ container: inout SimulatedContainer, _ name: String, at now: Int64) {
        let network = network(named: name, at: now)
        var endpoint = SimulatedEndpoint(networkID: network.id)
        endpoint.id = random.hexadecimal(64)
        endpoint.aliases = container.endpoints[name]?.aliases ?? []
        if network.subnet != 0, let number = takeAddress(in: name) {
            endpoint.gateway = network.gateway
            endpoint.ip = "172.\(network.subnet).\(number >> 8).\(number & 255)"
            endpoint.prefix = 16
            let bytes = [172, network.subnet, number >> 8, number & 255]
            endpoint.mac = "02:42" + bytes.map { ":" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        container.endpoints[name] = endpoint
        emit("network", "connect", network.id, attributes(network, container), at: now)
    }

    private mutating func leave(_ container: inout SimulatedContainer, _ name: String, at now: Int64) {
        guard let endpoint = container.endpoints[name], !endpoint.id.isEmpty, let network = networks[name]
        else {
            return
        }
        let numbers = endpoint.ip.split(separator: ".").compactMap { Int($0) }
        if numbers.count == 4 { giveBack(address: numbers[2] << 8 | numbers[3], in: name) }
        container.endpoints[name] = SimulatedEndpoint(
            networkID: endpoint.networkID, aliases: endpoint.aliases)
        emit("network", "disconnect", network.id, attributes(network, container), at: now)
    }

    private func attributes(_ network: SimulatedNetwork, _ container: SimulatedContainer) -> [String: String]
    {
        ["container": container.id.description, "name": network.name, "type": network.driver]
    }

    /// Leaves the container as the Engine leaves one whose host port was taken.
    private mutating func refuse(_ container: inout SimulatedContainer, _ request: PortRequest)
        -> EngineRefusal
    {
        let address = request.hostIP.isEmpty ? "0.0.0.0" : request.hostIP
        let message =
            request.hostPort == 0
            ? "all ports are allocated"
            : "Bind for \(address):\(request.hostPort) failed: port is already allocated"
        let endpoint = random.hexadecimal(64)
        container.error =
            "driver failed programming external connectivity on endpoint \(container.name) (\(endpoint)): \(message)"
        container.exitCode = 128
        if container.state == .restarting { container.state = .exited }
        store(container)
        return EngineRefusal(500, container.error)
    }
}
