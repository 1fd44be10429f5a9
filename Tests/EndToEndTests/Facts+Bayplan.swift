internal import JSON

extension Facts {
    /// What one item of `bayplan ps -o json`, or `bayplan inspect -o json`, says.
    init(item: JSONValue) {
        note("id", item["id"]?.string)
        note("name", item["name"]?.string)
        note(status: item["status"])
        note(network: item["network"])
        note(config: item["config"])
        note(compose: item["compose"])
    }

    private mutating func note(status: JSONValue?) {
        for field in ["state", "error"] { note("status.\(field)", status?[field]?.string) }
        for field in ["pid", "startedAt", "finishedAt", "exitCode", "restartCount"] {
            note("status.\(field)", status?[field]?.integer)
        }
        for field in ["oomKilled", "dead"] { note("status.\(field)", status?[field]?.bool) }
        note("status.health.status", status?["health"]?["status"]?.string)
        note("status.health.failingStreak", status?["health"]?["failingStreak"]?.integer)
    }

    private mutating func note(network: JSONValue?) {
        note("network.mode", network?["mode"]?.string)
        note(
            "network.ports",
            set: (network?["ports"]?.elements ?? []).map { port in
                let inner = "\(port["privatePort"]?.integer ?? 0)/\(port["type"]?.string ?? "tcp")"
                guard let outer = port["publicPort"]?.integer else { return inner }
                return "\(port["ip"]?.string ?? ""):\(outer)->\(inner)"
            })
        for one in network?["networks"]?.elements ?? [] {
            let name = one["name"]?.string ?? ""
            let path = "network.networks[\(name)]"
            note("network.networks", set: [name])
            for field in ["id", "ip", "gateway", "ipv6", "ipv6Gateway", "mac"] {
                note("\(path).\(field)", one[field]?.string)
            }
            for field in ["prefix", "ipv6Prefix"] { note("\(path).\(field)", one[field]?.integer) }
            note("\(path).aliases", set: (one["aliases"]?.elements ?? []).compactMap(\.string))
        }
    }

    private mutating func note(config: JSONValue?) {
        for field in ["image", "imageId", "hostname", "user", "workingDir", "logDriver"] {
            note("config.\(field)", config?[field]?.string)
        }
        for field in ["created", "memoryLimit"] { note("config.\(field)", config?[field]?.integer) }
        for field in ["command", "entrypoint"] { note("config.\(field)", list: config?[field]) }
        note("config.labels", map: config?["labels"])
        note("config.env", set: (config?["env"]?.members ?? []).map(\.name))
        // A value that is shown is a difference of its own: by default only keys leave the host (H5).
        for variable in config?["env"]?.members ?? [] {
            note("config.env[\(variable.name)].value", variable.value["value"]?.string)
        }
        note("config.restartPolicy.name", config?["restartPolicy"]?["name"]?.string)
        note(
            "config.restartPolicy.maximumRetryCount", config?["restartPolicy"]?["maximumRetryCount"]?.integer)
        note("config.links", set: (config?["links"]?.elements ?? []).compactMap(\.string))
        for mount in config?["mounts"]?.elements ?? [] {
            let path = "config.mounts[\(mount["destination"]?.string ?? "")]"
            for field in ["type", "name", "source", "driver", "mode", "propagation"] {
                note("\(path).\(field)", mount[field]?.string)
            }
            note("\(path).rw", mount["rw"]?.bool)
        }
    }

    private mutating func note(compose: JSONValue?) {
        for field in ["kind", "project", "service", "workingDir"] {
            note("compose.\(field)", compose?[field]?.string)
        }
        note("compose.number", compose?["number"]?.integer)
        note("compose.oneoff", compose?["oneoff"]?.bool)
        note("compose.configFiles", set: (compose?["configFiles"]?.elements ?? []).compactMap(\.string))
    }
}
