import Inventory
import JSON

extension SimulatedContainer {
    /// The container as an element of `/containers/json`, the members in the Engine's order.
    func writeListEntry(to writer: inout JSONWriter, at now: Int64) {
        writer.object { writer in
            writer.member("Id", id.description)
            writer.member("Names", ["/" + name])
            writer.member("Image", spec.image)
            writer.member("ImageID", imageID)
            writer.member("Command", words.map(Self.quoted).joined(separator: " "))
            writer.member("Created", created / 1_000_000_000)
            writer.array("Ports") { writer in writePorts(to: &writer) }
            writer.map("Labels", spec.labels)
            writer.member("State", state.rawValue)
            writer.member("Status", statusText(at: now))
            writer.object("HostConfig") { writer in writer.member("NetworkMode", spec.networkMode) }
            writer.object("NetworkSettings") { writer in writeEndpoints(to: &writer, withAliases: false) }
            writer.array("Mounts") { writer in writeMounts(to: &writer) }
        }
    }

    /// What `docker ps` shows, such as `Up 3 minutes (healthy)`.
    func statusText(at now: Int64) -> String {
        let sinceStart = EngineTime.human(seconds: (now - startedAt) / 1_000_000_000)
        let sinceEnd = EngineTime.human(seconds: (now - finishedAt) / 1_000_000_000)
        switch state {
        case .paused: return "Up \(sinceStart) (Paused)"
        case .restarting: return "Restarting (\(exitCode)) \(sinceEnd) ago"
        case .running:
            guard let health else { return "Up \(sinceStart)" }
            return health.status == Health.starting
                ? "Up \(sinceStart) (health: starting)" : "Up \(sinceStart) (\(health.status))"
        case .created: return "Created"
        case .dead: return "Dead"
        case .removing: return "Removal In Progress"
        default: return startedAt == 0 ? "Created" : "Exited (\(exitCode)) \(sinceEnd) ago"
        }
    }

    private func writePorts(to writer: inout JSONWriter) {
        let published = Set(spec.publishedPorts.map(\.key))
        if isLive, spec.networkMode != "host" {
            for key in spec.exposedPorts where !published.contains(key) {
                let parts = key.split(separator: "/")
                writer.object { writer in
                    writer.member("PrivatePort", UInt16(parts.first ?? "") ?? 0)
                    writer.member("Type", parts.last ?? "tcp")
                }
            }
        }
        for binding in bindings {
            writer.object { writer in
                writer.member("IP", binding.ip)
                writer.member("PrivatePort", binding.privatePort)
                writer.member("PublicPort", binding.publicPort)
                writer.member("Type", binding.type)
            }
        }
    }

    /// Writes `Networks`; the list leaves the aliases out.
    func writeEndpoints(to writer: inout JSONWriter, withAliases: Bool) {
        writer.object("Networks") { writer in
            for (name, endpoint) in endpoints.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                writer.object { writer in
                    writer.nullMember("IPAMConfig")
                    writer.nullMember("Links")
                    let isOwn = !["bridge", "host", "none"].contains(name)
                    if withAliases, isOwn {
                        writer.member("Aliases", endpoint.aliases + [id.short])
                    } else {
                        writer.nullMember("Aliases")
                    }
                    writer.member("NetworkID", endpoint.networkID)
                    writer.member("EndpointID", endpoint.id)
                    writer.member("Gateway", endpoint.gateway)
                    writer.member("IPAddress", endpoint.ip)
                    writer.member("IPPrefixLen", endpoint.prefix)
                    writer.member("IPv6Gateway", "")
                    writer.member("GlobalIPv6Address", "")
                    writer.member("GlobalIPv6PrefixLen", 0)
                    writer.member("MacAddress", endpoint.mac)
                    writer.nullMember("DriverOpts")
                }
            }
        }
    }

    /// Writes the mounts' objects, as list and inspect both have them.
    func writeMounts(to writer: inout JSONWriter) {
        for mount in spec.mounts {
            writer.object { writer in
                writer.member("Type", mount.type)
                if mount.type == "volume" { writer.member("Name", mount.name) }
                writer.member("Source", mount.source)
                writer.member("Destination", mount.destination)
                if mount.type == "volume" { writer.member("Driver", mount.driver) }
                writer.member("Mode", mount.mode)
                writer.member("RW", mount.isWritable)
                writer.member("Propagation", mount.propagation)
            }
        }
    }

    private static func quoted(_ word: String) -> String {
        word.contains { $0 == " " || $0 == "'" || $0 == "\"" } ? "'" + word + "'" : word
    }
}
