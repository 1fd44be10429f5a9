import Inventory
import JSON

extension SimulatedContainer {
    /// The container as `/containers/{id}/json` gives it, the members in the Engine's order.
    func writeInspection(to writer: inout JSONWriter) {
        let directory = "/var/lib/docker/containers/\(id)"
        writer.object { writer in
            writer.member("Id", id.description)
            writer.member("Created", EngineTime.text(created))
            writer.member("Path", words.first ?? "")
            writer.member("Args", Array(words.dropFirst()))
            writer.object("State") { writer in writeState(to: &writer) }
            writer.member("Image", imageID)
            writer.member("ResolvConfPath", "\(directory)/resolv.conf")
            writer.member("HostnamePath", "\(directory)/hostname")
            writer.member("HostsPath", "\(directory)/hosts")
            writer.member("LogPath", spec.logDriver == "json-file" ? "\(directory)/\(id)-json.log" : "")
            writer.member("Name", "/" + name)
            writer.member("RestartCount", restartCount)
            writer.member("Driver", "overlay2")
            writer.member("Platform", "linux")
            writer.member("MountLabel", "")
            writer.member("ProcessLabel", "")
            writer.member("AppArmorProfile", "")
            writer.nullMember("ExecIDs")
            writer.object("HostConfig") { writer in writeHostConfig(to: &writer) }
            writer.object("GraphDriver") { writer in
                let layer = "/var/lib/docker/overlay2/\(Self.digest(of: id.description))"
                writer.object("Data") { writer in
                    writer.member("LowerDir", "\(layer)-init/diff")
                    writer.member("MergedDir", "\(layer)/merged")
                    writer.member("UpperDir", "\(layer)/diff")
                    writer.member("WorkDir", "\(layer)/work")
                }
                writer.member("Name", "overlay2")
            }
            writer.array("Mounts") { writer in writeMounts(to: &writer) }
            writer.object("Config") { writer in writeConfig(to: &writer) }
            writer.object("NetworkSettings") { writer in writeNetworkSettings(to: &writer) }
        }
    }

    private func writeState(to writer: inout JSONWriter) {
        writer.member("Status", state.rawValue)
        writer.member("Running", isLive)
        writer.member("Paused", state == .paused)
        writer.member("Restarting", state == .restarting)
        writer.member("OOMKilled", isOOMKilled)
        writer.member("Dead", state == .dead)
        writer.member("Pid", pid)
        writer.member("ExitCode", exitCode)
        writer.member("Error", error)
        writer.member("StartedAt", EngineTime.text(startedAt))
        writer.member("FinishedAt", EngineTime.text(finishedAt))
        guard let health else { return }
        writer.object("Health") { writer in
            writer.member("Status", health.status)
            writer.member("FailingStreak", health.failingStreak)
            writer.array("Log") { writer in
                for probe in health.log {
                    writer.object { writer in
                        writer.member("Start", EngineTime.text(probe.start))
                        writer.member("End", EngineTime.text(probe.end))
                        writer.member("ExitCode", probe.exitCode)
                        writer.member("Output", probe.output)
                    }
                }
            }
        }
    }

    private func writeConfig(to writer: inout JSONWriter) {
        writer.member("Hostname", spec.hostname.isEmpty ? id.short : spec.hostname)
        writer.member("Domainname", "")
        writer.member("User", spec.user)
        writer.member("AttachStdin", false)
        writer.member("AttachStdout", false)
        writer.member("AttachStderr", false)
        let exposed = Set(spec.exposedPorts).union(spec.publishedPorts.map(\.key))
        if !exposed.isEmpty {
            writer.object("ExposedPorts") { writer in
                for key in exposed.sorted() {
                    writer.key(key)
                    writer.object { _ in }
                }
            }
        }
        writer.member("Tty", spec.log?.hasTerminal ?? false)
        writer.member("OpenStdin", false)
        writer.member("StdinOnce", false)
        writer.member("Env", spec.environment)
        writer.list("Cmd", orNull: spec.command)
        if !spec.healthCheck.isEmpty {
            writer.object("Healthcheck") { writer in
                writer.member("Test", ["CMD-SHELL", spec.healthCheck])
                writer.member("Interval", 30_000_000_000)
            }
        }
        writer.member("Image", spec.image)
        writer.nullMember("Volumes")
        writer.member("WorkingDir", spec.workingDirectory)
        writer.list("Entrypoint", orNull: spec.entrypoint)
        writer.nullMember("OnBuild")
        writer.map("Labels", spec.labels)
    }

    private func writeNetworkSettings(to writer: inout JSONWriter) {
        let sandbox = isLive ? Self.digest(of: "\(id)\(startedAt)") : ""
        writer.member("Bridge", "")
        writer.member("SandboxID", sandbox)
        writer.member("HairpinMode", false)
        writer.member("LinkLocalIPv6Address", "")
        writer.member("LinkLocalIPv6PrefixLen", 0)
        writer.object("Ports") { writer in writePortMap(to: &writer) }
        writer.member("SandboxKey", sandbox.isEmpty ? "" : "/var/run/docker/netns/\(sandbox.prefix(12))")
        writer.nullMember("SecondaryIPAddresses")
        writer.nullMember("SecondaryIPv6Addresses")
        // What follows repeats the default bridge's endpoint, for old clients.
        let old = endpoints["bridge"] ?? SimulatedEndpoint(networkID: "")
        writer.member("EndpointID", old.id)
        writer.member("Gateway", old.gateway)
        writer.member("GlobalIPv6Address", "")
        writer.member("GlobalIPv6PrefixLen", 0)
        writer.member("IPAddress", old.ip)
        writer.member("IPPrefixLen", old.prefix)
        writer.member("IPv6Gateway", "")
        writer.member("MacAddress", old.mac)
        writeEndpoints(to: &writer, withAliases: true)
    }

    private func writePortMap(to writer: inout JSONWriter) {
        guard isLive, spec.networkMode != "host" else { return }
        let byKey = Dictionary(grouping: bindings) { "\($0.privatePort)/\($0.type)" }
        for key in Set(spec.exposedPorts).union(byKey.keys).sorted() {
            writer.key(key)
            guard let bound = byKey[key] else {
                writer.null()
                continue
            }
            writer.array { writer in
                for binding in bound {
                    writer.object { writer in
                        writer.member("HostIp", binding.ip)
                        writer.member("HostPort", "\(binding.publicPort)")
                    }
                }
            }
        }
    }
}
