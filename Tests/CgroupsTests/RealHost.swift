import Cgroups
import Glibc
import Inventory
import JSON
import OS
import TestSupport

/// A real dockerd in a network namespace of its own, by `scripts/lab`, and Docker's client on it.
struct RealHost {
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// A container that runs.
    struct Running {
        let name: String
        let id: ContainerID
        let subject: GroupReader.Subject
    }

    static let lab = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/scripts/lab"

    static var isPossible: Bool {
        guard geteuid() == 0 else { return false }
        for program in ["/usr/sbin/dockerd", "/usr/bin/docker", "/bin/busybox"] {
            guard unsafe access(program, X_OK) == 0 else { return false }
        }
        return CgroupVersion(mountedAt: "/sys/fs/cgroup") != nil
    }

    let socket: String

    static func with(_ body: (RealHost) async throws -> Void) async throws {
        let prefix = "bayplan-cgroups-\(getpid())"
        ToolUse.record("dockerd")
        do {
            _ = try await output(lab, ["up", "1", "--prefix", prefix])
            try await body(RealHost(socket: "/var/tmp/\(prefix)/h1/docker.sock"))
        } catch {
            _ = try? await output(lab, ["down", "--prefix", prefix])
            throw error
        }
        _ = try await output(lab, ["down", "--prefix", prefix])
    }

    private static func output(_ program: String, _ arguments: [String]) async throws -> String {
        let finished = try await ProcessFixture.run(program, arguments, within: .seconds(90))
        guard finished.status == 0 else {
            throw Refused(description: "\(program) \(arguments): \(finished.output) \(finished.errors)")
        }
        return String(finished.output.reversed().drop { $0.isWhitespace }.reversed())
    }

    func docker(_ arguments: String...) async throws -> String {
        try await docker(arguments)
    }

    private func docker(_ arguments: [String]) async throws -> String {
        ToolUse.record("docker")
        return try await Self.output("/usr/bin/docker", ["-H", "unix://\(socket)"] + arguments)
    }

    /// Starts a container with a line of shell.
    func run(_ name: String, _ options: [String], _ line: String) async throws -> Running {
        let id = try await docker(["run", "-d", "--name", name] + options + ["bb:1", "sh", "-c", line])
        guard let id = ContainerID(id) else { throw Refused(description: "\(id) is no id") }
        return try await running(name, id, hasOwnNetwork: !options.contains("host"))
    }

    /// The present run of a container.
    func running(_ name: String, _ id: ContainerID, hasOwnNetwork: Bool = true) async throws -> Running {
        let pid = try await docker("inspect", "-f", "{{.State.Pid}}", name)
        return Running(
            name: name, id: id,
            subject: GroupReader.Subject(id: id, pid: Int64(pid) ?? 0, hasOwnNetwork: hasOwnNetwork))
    }

    /// The disk that the Engine's data is on; nil when it is no disk.
    func device() async throws -> String? {
        let name = try await Self.output("/usr/bin/df", ["--output=source", "/var/tmp"])
            .split(separator: "\n").last.map(String.init)
        return name.flatMap { $0.hasPrefix("/dev/") ? $0 : nil }
    }

    /// What `docker stats` shows of all containers.
    func stats() async throws -> [String: Shown] {
        var shown: [String: Shown] = [:]
        for line in try await docker("stats", "--no-stream", "--format", "{{json .}}").split(separator: "\n")
        {
            let value = try JSONValue(parsing: Array(line.utf8))
            if let name = value["Name"]?.string { shown[name] = Shown(value) }
        }
        return shown
    }

    /// A line of `docker stats`, read back as far as it was rounded.
    struct Shown: CustomStringConvertible {
        let cpu: Double?
        let pids: Int64?
        private let memory: Double
        private let network: [Double]
        private let blocks: [Double]
        let description: String

        init(_ value: JSONValue) {
            func text(_ name: String) -> String { value[name]?.string ?? "" }
            cpu = Double(text("CPUPerc").dropLast())
            pids = Int64(text("PIDs"))
            memory = Self.sizes(text("MemUsage")).first ?? -1
            network = Self.sizes(text("NetIO"))
            blocks = Self.sizes(text("BlockIO"))
            description = ["MemUsage", "NetIO", "BlockIO", "PIDs"].map { text($0) }.joined(separator: " | ")
        }

        /// A few pages come and go with each look.
        func isMemory(_ bytes: Int64?) -> Bool {
            bytes.map { abs(Double($0) - memory) <= memory / 100 + 262_144 } ?? false
        }
        func isReceived(_ bytes: Int64?) -> Bool { Self.isNear(bytes, network.first) }
        func isSent(_ bytes: Int64?) -> Bool { Self.isNear(bytes, network.last) }
        func isRead(_ bytes: Int64?) -> Bool { Self.isNear(bytes, blocks.first) }
        func isWritten(_ bytes: Int64?) -> Bool { Self.isNear(bytes, blocks.last) }

        /// Shown with three digits; packets of the neighbours' discovery may come meanwhile.
        private static func isNear(_ bytes: Int64?, _ shown: Double?) -> Bool {
            guard let bytes, let shown else { return false }
            return abs(Double(bytes) - shown) <= shown / 100 + 2_000
        }

        private static func sizes(_ text: String) -> [Double] {
            text.split(separator: " / ").map { part in
                let digits = part.prefix { $0.isNumber || $0 == "." }
                let units: [String: Double] = [
                    "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1_024, "MiB": 1_048_576,
                    "GiB": 1_073_741_824,
                ]
                return (Double(digits) ?? -1) * (units[String(part.dropFirst(digits.count))] ?? -1)
            }
        }
    }
}
