internal import Glibc
internal import JSON
internal import OS
internal import TestSupport

/// The real Engines of this suite, made and removed by `scripts/lab`.
struct Lab: Sendable {
    /// One Engine in its own network namespace.
    struct Host: Sendable {
        let name: String
        let socket: String
        let address: String
        /// This machine's address as the host sees it.
        let gateway: String
    }

    /// Debian's client by its path: another may stand earlier on PATH.
    static let docker = "/usr/bin/docker"
    let hosts: [Host]
    let directory: String

    static var script: String {
        // Tests/EndToEndTests/Lab.swift → scripts/lab
        let folders = #filePath.split(separator: "/").dropLast(3)
        return "/" + folders.joined(separator: "/") + "/scripts/lab"
    }

    /// Another one lets two runs share a machine.
    static let prefix = ThisProcess.environment("BAYPLAN_E2E_LAB") ?? "bayplan-e2e"

    /// Starts the Engines anew; what an interrupted run left is removed first.
    static func up(_ count: Int) async throws -> Lab {
        guard geteuid() == 0 else {
            throw Command.Failure(
                description: """
                    The end-to-end tests start real Docker Engines in network namespaces, which only root may do; \
                    nothing was tested. Run them as root, or leave them out: swift test --skip EndToEndTests
                    """)
        }
        try await Command.output(script, ["down", "--prefix", prefix])
        let answer = try await Command.output(script, ["up", "\(count)", "--json", "--prefix", prefix])
        let value = try JSONValue.parse(answer)
        for tool in ["dockerd", "containerd", "docker"] { ToolUse.record(tool) }
        let hosts = (value["hosts"]?.elements ?? []).map { host in
            Host(
                name: host["name"]?.string ?? "", socket: host["socket"]?.string ?? "",
                address: host["address"]?.string ?? "", gateway: host["gateway"]?.string ?? "")
        }
        return Lab(hosts: hosts, directory: value["dir"]?.string ?? "")
    }

    func down() async throws {
        try await Command.output(Self.script, ["down", "--prefix", Self.prefix])
    }

    subscript(name: String) -> Host {
        guard let host = hosts.first(where: { $0.name == name }) else {
            preconditionFailure("the lab has no host \(name)")
        }
        return host
    }

    /// Runs a command of `scripts/lab`.
    @discardableResult
    func run(_ arguments: String..., within limit: Duration = .seconds(120)) async throws -> String {
        if arguments.first == "compose" { ToolUse.record("docker-compose") }
        return try await Command.output(Self.script, ["--prefix", Self.prefix] + arguments, within: limit)
    }

    /// The arguments that run a program inside a host's network; the process stays the same one.
    func inside(_ host: String, _ program: [String]) -> [String] {
        ["--prefix", Self.prefix, "exec", host] + program
    }

    /// Asks an Engine through docker's client, and answers what it printed without the last newline.
    @discardableResult
    func docker(_ host: String, _ arguments: String...) async throws -> String {
        try await docker(host, arguments)
    }

    /// The same with the arguments in a list.
    @discardableResult
    func docker(_ host: String, _ arguments: [String]) async throws -> String {
        let text = try await Command.output(Self.docker, ["-H", "unix://\(self[host].socket)"] + arguments)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Removes every container of a host, whatever state it is in.
    func clear(_ host: String) async throws {
        let ids = try await docker(host, "ps", "-aq").split(separator: "\n").map(String.init)
        guard !ids.isEmpty else { return }
        try await Command.output(Self.docker, ["-H", "unix://\(self[host].socket)", "rm", "-f", "-v"] + ids)
    }

    /// What the Engine itself says about all its containers.
    func answer(_ host: String) async throws -> Parity.EngineAnswer {
        let client = ["-H", "unix://\(self[host].socket)"]
        // Every field of `{{json .}}` but Size, for which docker would ask the Engine to measure each container.
        let fields = [
            "ID", "Names", "Image", "Command", "CreatedAt", "RunningFor", "State", "Status", "Ports",
            "Labels",
            "Networks", "Mounts", "LocalVolumes",
        ]
        let format = "{" + fields.map { "\"\($0)\":{{json .\($0)}}" }.joined(separator: ",") + "}"
        let rows = try JSONValue.lines(
            try await Command.output(Self.docker, client + ["ps", "-a", "--no-trunc", "--format", format]))
        let ids = rows.compactMap { $0["ID"]?.string }
        guard !ids.isEmpty else { return .init(host: host, rows: [], inspected: []) }
        // One that has gone meanwhile makes this fail, and the caller asks again.
        let inspected = try JSONValue.parse(try await Command.output(Self.docker, client + ["inspect"] + ids))
        return .init(host: host, rows: rows, inspected: inspected.elements ?? [])
    }
}
