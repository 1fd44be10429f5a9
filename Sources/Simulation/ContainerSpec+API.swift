import Inventory
import JSON

extension ContainerSpec {
    /// Reads the body of `POST /containers/create`; what the simulation does not know is passed over.
    init(name: String, api body: JSONValue) throws(EngineRefusal) {
        let image = body["Image"]?.string ?? ""
        guard !image.isEmpty else { throw EngineRefusal(400, "No command specified") }
        self.init(name: name, image: image, command: Self.strings(body["Cmd"]))
        entrypoint = Self.strings(body["Entrypoint"])
        if entrypoint.isEmpty, command.isEmpty { command = ["/bin/sh"] }
        environment = Self.strings(body["Env"])
        for member in body["Labels"]?.members ?? [] { labels[member.name] = member.value.string ?? "" }
        hostname = body["Hostname"]?.string ?? ""
        user = body["User"]?.string ?? ""
        workingDirectory = body["WorkingDir"]?.string ?? ""
        exposedPorts = (body["ExposedPorts"]?.members ?? []).map(\.name)
        healthCheck = Self.strings(body["Healthcheck"]?["Test"]).dropFirst().joined(separator: " ")
        guard let host = body["HostConfig"] else { return }
        links = Self.strings(host["Links"])
        memoryLimit = host["Memory"]?.integer ?? 0
        let mode = host["NetworkMode"]?.string ?? ""
        networkMode = mode.isEmpty || mode == "bridge" ? "default" : mode
        let driver = host["LogConfig"]?["Type"]?.string ?? ""
        if !driver.isEmpty { logDriver = driver }
        let policy = host["RestartPolicy"]?["Name"]?.string ?? ""
        restartPolicy = RestartPolicy(
            name: policy.isEmpty ? "no" : policy,
            maximumRetryCount: host["RestartPolicy"]?["MaximumRetryCount"]?.integer ?? 0)
        for member in host["PortBindings"]?.members ?? [] { try publish(member) }
        mounts = Self.strings(host["Binds"]).compactMap(Self.mount)
        let endpoint = body["NetworkingConfig"]?["EndpointsConfig"]?[networkMode]
        aliases = Self.strings(endpoint?["Aliases"])
    }

    private mutating func publish(_ member: JSONValue.Member) throws(EngineRefusal) {
        let parts = member.name.split(separator: "/")
        guard let number = parts.first.flatMap({ UInt16($0) }) else {
            throw EngineRefusal(400, "invalid port specification: \"\(member.name)\"")
        }
        for binding in member.value.elements ?? [] {
            publishedPorts.append(
                PortRequest(
                    number, on: UInt16(binding["HostPort"]?.string ?? "") ?? 0,
                    hostIP: binding["HostIp"]?.string ?? "", type: parts.count == 2 ? String(parts[1]) : "tcp"
                ))
        }
    }

    private static func strings(_ value: JSONValue?) -> [String] {
        value?.elements?.compactMap(\.string) ?? []
    }

    /// Reads `source:destination[:mode]`.
    private static func mount(_ bind: String) -> Mount? {
        let parts = bind.split(separator: ":").map { String($0) }
        guard parts.count >= 2 else { return nil }
        let isBind = parts[0].hasPrefix("/")
        var mount = Mount(type: isBind ? "bind" : "volume", destination: parts[1])
        mount.name = isBind ? "" : parts[0]
        mount.source = isBind ? parts[0] : "/var/lib/docker/volumes/\(parts[0])/_data"
        mount.driver = isBind ? "" : "local"
        mount.mode = parts.count > 2 ? parts[2] : (isBind ? "" : "z")
        mount.isWritable = !mount.mode.split(separator: ",").contains("ro")
        mount.propagation = isBind ? "rprivate" : ""
        return mount
    }
}
