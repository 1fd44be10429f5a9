internal import JSON

extension Facts {
    /// What one line of `docker ps --format '{{json .}}'`, or of ours, says.
    ///
    /// `Size` is left out: docker fills it in for this format by asking for sizes, which Bayplan never does.
    init(row: JSONValue) {
        for field in ["ID", "Image", "Command", "CreatedAt", "RunningFor", "State", "Status", "LocalVolumes"]
        {
            note("ps.\(field)", row[field]?.string)
        }
        for field in ["Names", "Labels", "Networks", "Mounts"] {
            note("ps.\(field)", set: (row[field]?.string ?? "").split(separator: ",").map(String.init))
        }
        note("ps.Ports", set: (row["Ports"]?.string ?? "").split(separator: ", ").map(String.init))
    }

    /// What one element of `docker inspect` says, under the names of our schema.
    init(inspected: JSONValue) {
        note("id", inspected["Id"]?.string)
        note("name", inspected["Name"]?.string.map { String($0.drop { $0 == "/" }) })
        note(state: inspected["State"])
        note("status.restartCount", inspected["RestartCount"]?.integer)
        note("network.mode", inspected["HostConfig"]?["NetworkMode"]?.string)
        note(ports: inspected["NetworkSettings"]?["Ports"])
        note(networks: inspected["NetworkSettings"]?["Networks"])
        note("config.imageId", inspected["Image"]?.string)
        note("config.created", inspected["Created"]?.string.flatMap(EngineTime.milliseconds))
        note(config: inspected["Config"])
        note(hostConfig: inspected["HostConfig"])
        note(mounts: inspected["Mounts"])
        note(composeLabels: inspected["Config"]?["Labels"])
    }

    private mutating func note(state: JSONValue?) {
        note("status.state", state?["Status"]?.string)
        note("status.pid", state?["Pid"]?.integer)
        note("status.startedAt", state?["StartedAt"]?.string.flatMap(EngineTime.milliseconds))
        note("status.finishedAt", state?["FinishedAt"]?.string.flatMap(EngineTime.milliseconds))
        note("status.exitCode", state?["ExitCode"]?.integer)
        note("status.error", state?["Error"]?.string)
        note("status.oomKilled", state?["OOMKilled"]?.bool)
        note("status.dead", state?["Dead"]?.bool)
        note("status.health.status", state?["Health"]?["Status"]?.string)
        note("status.health.failingStreak", state?["Health"]?["FailingStreak"]?.integer)
    }

    private mutating func note(ports: JSONValue?) {
        for port in ports?.members ?? [] {
            let bindings = port.value.elements ?? []
            if bindings.isEmpty { note("network.ports", set: [port.name]) }
            note(
                "network.ports",
                set: bindings.map { binding in
                    "\(binding["HostIp"]?.string ?? ""):\(binding["HostPort"]?.string ?? "")->\(port.name)"
                })
        }
    }

    private mutating func note(networks: JSONValue?) {
        for network in networks?.members ?? [] {
            let path = "network.networks[\(network.name)]"
            note("network.networks", set: [network.name])
            note("\(path).id", network.value["NetworkID"]?.string)
            note("\(path).ip", network.value["IPAddress"]?.string)
            note("\(path).prefix", network.value["IPPrefixLen"]?.integer)
            note("\(path).gateway", network.value["Gateway"]?.string)
            note("\(path).ipv6", network.value["GlobalIPv6Address"]?.string)
            note("\(path).ipv6Prefix", network.value["GlobalIPv6PrefixLen"]?.integer)
            note("\(path).ipv6Gateway", network.value["IPv6Gateway"]?.string)
            note("\(path).mac", network.value["MacAddress"]?.string)
            note("\(path).aliases", set: (network.value["Aliases"]?.elements ?? []).compactMap(\.string))
        }
    }

    private mutating func note(config: JSONValue?) {
        note("config.image", config?["Image"]?.string)
        note("config.command", list: config?["Cmd"])
        note("config.entrypoint", list: config?["Entrypoint"])
        note("config.labels", map: config?["Labels"])
        note(
            "config.env",
            set: (config?["Env"]?.elements ?? []).compactMap { entry in
                entry.string?.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first.map(
                    String.init)
            })
        note("config.hostname", config?["Hostname"]?.string)
        note("config.user", config?["User"]?.string)
        note("config.workingDir", config?["WorkingDir"]?.string)
    }

    private mutating func note(hostConfig: JSONValue?) {
        note("config.restartPolicy.name", hostConfig?["RestartPolicy"]?["Name"]?.string)
        note(
            "config.restartPolicy.maximumRetryCount",
            hostConfig?["RestartPolicy"]?["MaximumRetryCount"]?.integer)
        note("config.links", set: (hostConfig?["Links"]?.elements ?? []).compactMap(\.string))
        note("config.logDriver", hostConfig?["LogConfig"]?["Type"]?.string)
        note("config.memoryLimit", hostConfig?["Memory"]?.integer)
    }

    private mutating func note(mounts: JSONValue?) {
        for mount in mounts?.elements ?? [] {
            let path = "config.mounts[\(mount["Destination"]?.string ?? "")]"
            for field in ["Type", "Name", "Source", "Driver", "Mode", "Propagation"] {
                note("\(path).\(field.lowercased())", mount[field]?.string)
            }
            note("\(path).rw", mount["RW"]?.bool)
        }
    }

    /// Compose writes what it knows into labels (`com.docker.compose.*`).
    private mutating func note(composeLabels labels: JSONValue?) {
        let prefix = "com.docker.compose."
        guard let project = labels?[prefix + "project"]?.string else { return }
        note("compose.kind", "compose")
        note("compose.project", project)
        note("compose.service", labels?[prefix + "service"]?.string)
        note("compose.number", labels?[prefix + "container-number"]?.string.flatMap(Int64.init))
        note("compose.workingDir", labels?[prefix + "project.working_dir"]?.string)
        note("compose.oneoff", labels?[prefix + "oneoff"]?.string == "True")
        let files = labels?[prefix + "project.config_files"]?.string ?? ""
        note("compose.configFiles", set: files.split(separator: ",").map(String.init))
    }
}
