import Inventory
import JSON

extension SimulatedContainer {
    /// The `HostConfig` of an inspection: what can be asked for varies, the rest is as Engines have it by default.
    func writeHostConfig(to writer: inout JSONWriter) {
        let binds = spec.mounts.filter { $0.type == "bind" || $0.type == "volume" }.map { mount in
            let from = mount.type == "volume" ? mount.name : mount.source
            return "\(from):\(mount.destination):\(mount.isWritable ? "rw" : "ro")"
        }
        writer.list("Binds", orNull: binds)
        writer.member("ContainerIDFile", "")
        writer.object("LogConfig") { writer in
            writer.member("Type", spec.logDriver)
            writer.map("Config", [:])
        }
        writer.member("NetworkMode", spec.networkMode)
        writer.object("PortBindings") { writer in writePortRequests(to: &writer) }
        writer.object("RestartPolicy") { writer in
            writer.member("Name", spec.restartPolicy.name)
            writer.member("MaximumRetryCount", spec.restartPolicy.maximumRetryCount)
        }
        writer.member("AutoRemove", false)
        writer.member("VolumeDriver", "")
        writer.constants(Self.beforeLinks)
        writer.list("Links", orNull: spec.links)
        writer.constants(Self.beforeMemory)
        writer.member("Memory", spec.memoryLimit)
        writer.constants(Self.beforeSwap)
        writer.member("MemorySwap", spec.memoryLimit * 2)
        writer.constants(Self.last)
    }

    private func writePortRequests(to writer: inout JSONWriter) {
        for (key, requests) in Dictionary(grouping: spec.publishedPorts, by: \.key).sorted(by: {
            $0.key < $1.key
        }) {
            writer.key(key)
            writer.array { writer in
                for request in requests {
                    writer.object { writer in
                        writer.member("HostIp", request.hostIP)
                        writer.member("HostPort", request.hostPort == 0 ? "" : "\(request.hostPort)")
                    }
                }
            }
        }
    }

    private static let beforeLinks: [(String, String)] = [
        ("VolumesFrom", "null"), ("CapAdd", "null"), ("CapDrop", "null"), ("CgroupnsMode", "\"private\""),
        ("Dns", "[]"), ("DnsOptions", "[]"), ("DnsSearch", "[]"), ("ExtraHosts", "null"),
        ("GroupAdd", "null"),
        ("IpcMode", "\"private\""), ("Cgroup", "\"\""),
    ]
    private static let beforeMemory: [(String, String)] = [
        ("OomScoreAdj", "0"), ("PidMode", "\"\""), ("Privileged", "false"), ("PublishAllPorts", "false"),
        ("ReadonlyRootfs", "false"), ("SecurityOpt", "null"), ("UTSMode", "\"\""), ("UsernsMode", "\"\""),
        ("ShmSize", "67108864"), ("Runtime", "\"runc\""), ("ConsoleSize", "[0,0]"), ("Isolation", "\"\""),
        ("CpuShares", "0"),
    ]
    private static let beforeSwap: [(String, String)] = [
        ("NanoCpus", "0"), ("CgroupParent", "\"\""), ("BlkioWeight", "0"), ("BlkioWeightDevice", "[]"),
        ("BlkioDeviceReadBps", "null"), ("BlkioDeviceWriteBps", "null"), ("BlkioDeviceReadIOps", "null"),
        ("BlkioDeviceWriteIOps", "null"), ("CpuPeriod", "0"), ("CpuQuota", "0"), ("CpuRealtimePeriod", "0"),
        ("CpuRealtimeRuntime", "0"), ("CpusetCpus", "\"\""), ("CpusetMems", "\"\""), ("Devices", "[]"),
        ("DeviceCgroupRules", "null"), ("DeviceRequests", "null"), ("KernelMemory", "0"),
        ("KernelMemoryTCP", "0"),
        ("MemoryReservation", "0"),
    ]
    private static let last: [(String, String)] = [
        ("MemorySwappiness", "null"), ("OomKillDisable", "false"), ("PidsLimit", "null"), ("Ulimits", "null"),
        ("CpuCount", "0"), ("CpuPercent", "0"), ("IOMaximumIOps", "0"), ("IOMaximumBandwidth", "0"),
        ("MaskedPaths", #"["/proc/asound","/proc/acpi","/proc/kcore","/proc/keys","/sys/firmware"]"#),
        ("ReadonlyPaths", #"["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]"#),
    ]
}

extension JSONWriter {
    /// Writes members whose values are JSON already.
    fileprivate mutating func constants(_ members: [(String, String)]) {
        for (name, json) in members {
            key(name)
            raw(json.utf8)
        }
    }
}
