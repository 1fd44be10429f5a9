import Inventory
import JSON
import OS
import Template

/// A container's record as `docker inspect -f` sees it: docker's names for what is known.
///
/// Beside them stand the members of Bayplan's own document by their names, which begin with small letters:
/// `{{.State.Status}}` and `{{.status.state}}` are both there. A field that isn't known is an error, as in docker.
struct DockerInspect {
    private let record: JSONValue
    private let row: ContainerRow

    /// Reads a record as the API gives it.
    init(_ body: [UInt8]) throws(Failure) {
        do throws(JSONError) {
            record = try JSONValue(parsing: body)
            var reader = JSONReader(body)
            row = try ContainerRow(&reader)
        } catch {
            throw Failure.unreadable(error)
        }
    }

    /// The whole record for a template.
    var value: Value {
        let config = record["config"]
        let own = (record.members ?? []).map { (key: $0.name, value: Value($0.value)) }
        return .record(
            Record(
                named: "container",
                [
                    ("Id", .foreign(row.id)), ("Created", time(row.created)),
                    ("Host", .foreign(row.hostTitle)),
                    ("Path", .foreign((row.entrypoint + row.command).first ?? "")),
                    ("Args", .foreign(Array((row.entrypoint + row.command).dropFirst()))),
                    ("State", state), ("Image", text(config?["imageId"])), ("Name", .foreign("/\(row.name)")),
                    ("RestartCount", .int(row.status.restartCount)), ("HostConfig", hostConfig),
                    ("Mounts", .list(row.mounts.map(mount))), ("Config", self.config),
                    ("NetworkSettings", networkSettings),
                ], extras: own))
    }

    private var state: Value {
        let status = row.status
        var fields: [(key: String, value: Value)] = [
            ("Status", .foreign(status.state.rawValue)),
            ("Running", .bool([.running, .paused, .restarting].contains(status.state))),
            ("Paused", .bool(status.state == .paused)), ("Restarting", .bool(status.state == .restarting)),
            ("OOMKilled", .bool(status.isOOMKilled)), ("Dead", .bool(status.isDead)),
            ("Pid", .int(status.pid)), ("ExitCode", .int(status.exitCode)), ("Error", .foreign(status.error)),
            ("StartedAt", time(status.startedAt)), ("FinishedAt", time(status.finishedAt)),
        ]
        guard let health = status.health else {
            return .record(Record(named: "State", fields, extras: [("Health", .none)]))
        }
        let checks: [(key: String, value: Value)] = [
            ("Status", .foreign(health.status)), ("FailingStreak", .int(health.failingStreak)),
        ]
        fields.append(("Health", .record(Record(named: "Health", checks))))
        return .record(Record(named: "State", fields))
    }

    private var hostConfig: Value {
        let config = record["config"]
        let policy = Record(
            named: "RestartPolicy",
            [
                ("Name", text(config?["restartPolicy"]?["name"])),
                ("MaximumRetryCount", .int(config?["restartPolicy"]?["maximumRetryCount"]?.integer ?? 0)),
            ])
        return .record(
            Record(
                named: "HostConfig",
                [
                    ("NetworkMode", text(record["network"]?["mode"])), ("RestartPolicy", .record(policy)),
                    (
                        "LogConfig",
                        .record(Record(named: "LogConfig", [("Type", text(config?["logDriver"]))]))
                    ),
                    ("Links", texts(config?["links"])),
                    ("Memory", .int(config?["memoryLimit"]?.integer ?? 0)),
                ]))
    }

    private var config: Value {
        let config = record["config"]
        let labels = row.labels.map { (key: $0.name, value: Value.foreign($0.value)) }
        // A variable whose value stays on its host is a name without `=`.
        let variables = (config?["env"]?.members ?? []).map { variable in
            variable.value["value"]?.string.map { "\(variable.name)=\($0)" } ?? variable.name
        }
        return .record(
            Record(
                named: "Config",
                [
                    ("Hostname", text(config?["hostname"])), ("User", text(config?["user"])),
                    ("Env", .foreign(variables)), ("Cmd", .foreign(row.command)),
                    ("Image", .foreign(row.image)),
                    ("WorkingDir", text(config?["workingDir"])), ("Entrypoint", .foreign(row.entrypoint)),
                    ("Labels", .map(Map(labels, holdsTexts: true))),
                ]))
    }

    private var networkSettings: Value {
        let networks = (record["network"]?["networks"]?.elements ?? []).map { network in
            let fields: [(key: String, value: Value)] = [
                ("NetworkID", text(network["id"])), ("Gateway", text(network["gateway"])),
                ("IPAddress", text(network["ip"])), ("IPPrefixLen", .int(network["prefix"]?.integer ?? 0)),
                ("GlobalIPv6Address", text(network["ipv6"])), ("MacAddress", text(network["mac"])),
                ("Aliases", texts(network["aliases"])),
            ]
            let name = network["name"]?.string ?? ""
            return (key: name, value: Value.record(Record(named: "EndpointSettings", fields)))
        }
        // The addresses at the top are those of the default network, as in docker.
        let bridge = networks.first { $0.key == "bridge" }?.value
        func top(_ name: String) -> Value {
            if case .record(let record) = bridge { record[name] ?? .text("") } else { .text("") }
        }
        return .record(
            Record(
                named: "NetworkSettings",
                [
                    ("Ports", ports), ("Gateway", top("Gateway")), ("IPAddress", top("IPAddress")),
                    ("MacAddress", top("MacAddress")), ("Networks", .map(Map(networks))),
                ]))
    }

    /// Ports as docker maps them: `80/tcp` to its places on the host.
    private var ports: Value {
        var bindings: [String: [Value]] = [:]
        for port in row.ports {
            let key = "\(port.privatePort)/\(port.type)"
            bindings[key, default: []] +=
                port.publicPort == 0
                ? []
                : [
                    .record(
                        Record(
                            named: "PortBinding",
                            [("HostIp", .foreign(port.ip)), ("HostPort", .foreign("\(port.publicPort)"))]))
                ]
        }
        return .map(Map(bindings.map { ($0.key, $0.value.isEmpty ? .none : .list($0.value)) }))
    }

    private func mount(_ mount: Mount) -> Value {
        .record(
            Record(
                named: "Mount",
                [
                    ("Type", .foreign(mount.type)), ("Name", .foreign(mount.name)),
                    ("Source", .foreign(mount.source)), ("Destination", .foreign(mount.destination)),
                    ("Driver", .foreign(mount.driver)), ("Mode", .foreign(mount.mode)),
                    ("RW", .bool(mount.isWritable)), ("Propagation", .foreign(mount.propagation)),
                ]))
    }

    private func text(_ value: JSONValue?) -> Value { .foreign(value?.string ?? "") }

    private func texts(_ value: JSONValue?) -> Value {
        .foreign((value?.elements ?? []).compactMap(\.string))
    }

    /// A time as docker writes it; the year 1 for never.
    private func time(_ milliseconds: Int64) -> Value {
        .text(milliseconds > 0 ? Timestamp.text(milliseconds: milliseconds) : "0001-01-01T00:00:00Z")
    }
}
