import Inventory
import JSON

/// What an Engine says of itself and its machine.
package struct EngineFacts: Hashable, Sendable {
    /// The machine's host name, `Name` in `/info`.
    package var name: String
    /// The Engine's id; real ones collide on cloned machines, so it may be given.
    package var id: String
    package var processors = 4
    /// Bytes.
    package var memory: Int64 = 16_673_308_672
    package var serverVersion = "20.10.24"
    package var apiVersion = "1.41"
    package var kernelVersion = "6.1.0-31-amd64"
    package var labels: [String] = []

    /// Draws the Engine's id.
    package init(name: String, using random: inout SeededRandom) {
        self.name = name
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        id = (0..<12).map { _ in String((0..<4).map { _ in random.pick(alphabet) }) }.joined(separator: ":")
    }

    /// How many containers are in which state, for `/info`.
    struct Counts {
        var running = 0
        var paused = 0
        var stopped = 0
        var images = 0

        init(_ containers: some Collection<SimulatedContainer>) {
            for container in containers {
                switch container.state {
                case .running: running += 1
                case .paused: paused += 1
                case .restarting: running += 1
                default: stopped += 1
                }
            }
            images = Set(containers.map(\.spec.image)).count
        }
    }

    func info(_ counts: Counts, listeners: Int, at now: Int64) -> [UInt8] {
        var writer = JSONWriter(capacity: 2_048)
        writer.object { writer in
            writer.member("ID", id)
            writer.member("Containers", counts.running + counts.paused + counts.stopped)
            writer.member("ContainersRunning", counts.running)
            writer.member("ContainersPaused", counts.paused)
            writer.member("ContainersStopped", counts.stopped)
            writer.member("Images", counts.images)
            writer.member("Driver", "overlay2")
            writer.key("DriverStatus")
            writer.raw(Array(#"[["Backing Filesystem","extfs"],["Supports d_type","true"]]"#.utf8))
            writer.key("Plugins")
            writer.raw(Array(Self.plugins.utf8))
            writer.member("MemoryLimit", true)
            writer.member("SwapLimit", true)
            writer.member("KernelMemory", true)
            writer.member("CpuCfsPeriod", true)
            writer.member("CpuCfsQuota", true)
            writer.member("CPUShares", true)
            writer.member("CPUSet", true)
            writer.member("PidsLimit", true)
            writer.member("IPv4Forwarding", true)
            writer.member("BridgeNfIptables", true)
            writer.member("BridgeNfIp6tables", true)
            writer.member("Debug", false)
            writer.member("NFd", 52)
            writer.member("OomKillDisable", true)
            writer.member("NGoroutines", 54 + listeners)
            writer.member("SystemTime", EngineTime.text(now))
            writer.member("LoggingDriver", "json-file")
            writer.member("CgroupDriver", "systemd")
            writer.member("CgroupVersion", "2")
            writer.member("NEventsListener", listeners)
            writer.member("KernelVersion", kernelVersion)
            writer.member("OperatingSystem", "Debian GNU/Linux 12 (bookworm), simulated")
            writer.member("OSVersion", "12")
            writer.member("OSType", "linux")
            writer.member("Architecture", "x86_64")
            writer.member("IndexServerAddress", "https://index.docker.io/v1/")
            writer.nullMember("RegistryConfig")
            writer.member("NCPU", processors)
            writer.member("MemTotal", memory)
            writer.nullMember("GenericResources")
            writer.member("DockerRootDir", "/var/lib/docker")
            writer.member("HttpProxy", "")
            writer.member("HttpsProxy", "")
            writer.member("NoProxy", "")
            writer.member("Name", name)
            writer.member("Labels", labels)
            writer.member("ExperimentalBuild", false)
            writer.member("ServerVersion", serverVersion)
            writer.key("Runtimes")
            writer.raw(Array(#"{"io.containerd.runc.v2":{"path":"runc"},"runc":{"path":"runc"}}"#.utf8))
            writer.member("DefaultRuntime", "runc")
            writer.key("Swarm")
            writer.raw(Array(Self.swarm.utf8))
            writer.member("LiveRestoreEnabled", false)
            writer.member("Isolation", "")
            writer.member("InitBinary", "docker-init")
            writer.member("SecurityOptions", ["name=seccomp,profile=default"])
            writer.nullMember("Warnings")
        }
        return writer.bytes
    }

    var version: [UInt8] {
        var writer = JSONWriter(capacity: 1_024)
        writer.object { writer in
            writer.object("Platform") { writer in writer.member("Name", "") }
            writer.array("Components") { writer in
                writer.object { writer in
                    writer.member("Name", "Engine")
                    writer.member("Version", serverVersion)
                    writer.object("Details") { writer in
                        writer.member("ApiVersion", apiVersion)
                        writer.member("Arch", "amd64")
                        writer.member("Experimental", "false")
                        writer.member("GitCommit", "simulated")
                        writer.member("GoVersion", "none")
                        writer.member("KernelVersion", kernelVersion)
                        writer.member("MinAPIVersion", "1.12")
                        writer.member("Os", "linux")
                    }
                }
            }
            writer.member("Version", serverVersion)
            writer.member("ApiVersion", apiVersion)
            writer.member("MinAPIVersion", "1.12")
            writer.member("GitCommit", "simulated")
            writer.member("GoVersion", "none")
            writer.member("Os", "linux")
            writer.member("Arch", "amd64")
            writer.member("KernelVersion", kernelVersion)
        }
        return writer.bytes
    }

    private static let plugins = """
        {"Volume":["local"],"Network":["bridge","host","ipvlan","macvlan","null","overlay"],"Authorization":null,\
        "Log":["journald","json-file","local","syslog"]}
        """
    private static let swarm = """
        {"NodeID":"","NodeAddr":"","LocalNodeState":"inactive","ControlAvailable":false,"Error":"",\
        "RemoteManagers":null}
        """
}
