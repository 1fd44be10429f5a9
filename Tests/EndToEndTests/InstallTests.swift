internal import JSON
internal import OS
internal import TestSupport
internal import Testing

private let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

/// A1, A3, H7: three machines without anything of Bayplan become a fleet by the README's own lines, nothing else.
///
/// Each machine has a real systemd, its own files and a real Engine; both programs run as their units say.
@Suite(.serialized, .timeLimit(.minutes(30))) struct `An installation by the README` {
    private static let lab = ["--prefix", "bayplan-install"]

    @Test func `takes three bare hosts to a live fleet behind TLS`() async throws {
        let readme = String(decoding: try readFile("\(repository)/README.md", limit: 1 << 20), as: UTF8.self)
        let aggregator = try #require(Self.lines(of: "sh aggregator", in: readme))
        let host = try #require(Self.lines(of: "sh host", in: readme))
        let archive = try await Self.archive()
        try await Self.lab("down")
        let hosts = try await Self.machines(3)
        let outcome: Result<Void, any Error>
        do {
            try await Self.follow(aggregator, host, archive, hosts)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await Self.lab("down")
        try outcome.get()
    }

    private static func follow(
        _ aggregator: [String], _ host: [String], _ archive: String, _ hosts: [String]
    ) async throws {
        for name in hosts { try await put(archive, name, "bayplan-dist.tar.gz") }
        let began = ContinuousClock.now
        var steps = 0
        for line in aggregator where !line.contains("token create") {
            steps += 1
            try await inside(hosts[0], line)
        }
        for name in hosts {
            for line in aggregator where line.contains("token create") {
                steps += 1
                try await inside(hosts[0], line.replacing("attic", with: name))
            }
            try await carry("\(name).token", from: hosts[0], to: name)
            for line in host where name != hosts[0] || !line.hasPrefix("tar ") {
                steps += 1
                try await inside(name, line.replacing("attic", with: name))
            }
        }
        try await wait(for: "three hosts are live", within: .seconds(30)) {
            let answer = try await inside(hosts[0], "bayplan host ls -o json")
            let states = try JSONValue.parse(answer)["items"]?.elements?.map { $0["state"]?.string ?? "" }
            return states == ["live", "live", "live"]
        }
        print("\(steps) lines, \((ContinuousClock.now - began).formatted) from bare hosts to a live fleet")

        for name in hosts { try await inside(name, "docker run -d --name web-\(name) -p 80 bb:1") }
        try await wait(for: "their containers are shown", within: .seconds(5)) {
            let answer = try await inside(
                hosts[0], "bayplan ps --format '{{.Host}} {{.Names}}' --sort-by name")
            return answer == hosts.map { "\($0) web-\($0)\n" }.joined()
        }
        let doctor = try await inside(hosts[0], "bayplan doctor -o json || true")
        #expect(!doctor.contains("\"severity\":\"error\""), "\(doctor)")
        // The watchdog's limit is a minute; what counts is that systemd took both for ready and runs them confined.
        for (name, unit) in [(hosts[0], "bayplan-aggregator"), (hosts[2], "bayplan-agent")] {
            let shown = try await inside(
                name, "systemctl show \(unit) -p SubState -p StatusText -p NRestarts")
            #expect(shown.contains("SubState=running") && shown.contains("NRestarts=0"), "\(shown)")
        }
        let listeners = try await inside(hosts[2], "ss -Hltnp | grep -c bayplan || true")
        #expect(listeners == "0\n", "the agent listens on the network")
        try await uninstall(hosts[2])
    }

    /// Only data is left, and what was there before is as it was.
    private static func uninstall(_ name: String) async throws {
        try await inside(name, "bayplan-*/install uninstall")
        let left = try await inside(
            name,
            "find /etc /usr/local /usr/lib/systemd /var/lib /run -name '*bayplan*' -not -path '*/engine/*'")
        let places = left.split(separator: "\n")
        #expect(
            places.allSatisfy { $0.hasPrefix("/var/lib/bayplan-agent") || $0.hasPrefix("/etc/bayplan") },
            "\(left)")
    }

    /// The lines of the fenced block that begins so.
    private static func lines(of fence: String, in text: String) -> [String]? {
        guard let start = text.firstRange(of: "```\(fence)\n"),
            let end = text[start.upperBound...].firstRange(of: "```")
        else { return nil }
        return text[start.upperBound..<end.lowerBound].split(separator: "\n").map(String.init)
    }

    /// The archive of `make dist`.
    private static func archive() async throws -> String {
        let answer = try await Command.output("\(repository)/scripts/dist", [], within: .seconds(1_200))
        let line = answer.split(separator: "\n").last { $0.contains(".tar.gz: ") }
        let path = line.map { $0.prefix(while: { $0 != ":" }) } ?? ""
        return "\(repository)/\(path)"
    }

    private static func machines(_ count: Int) async throws -> [String] {
        try await lab("up", "\(count)")
        for tool in ["dockerd", "containerd", "docker", "systemd"] { ToolUse.record(tool) }
        let hosts = (1...count).map { "h\($0)" }
        for host in hosts { try await lab("machine", host) }
        return hosts
    }

    private static func put(_ file: String, _ host: String, _ name: String) async throws {
        try await Command.output(
            "/bin/sh",
            [
                "-c", "exec \"$0\" \(lab.joined(separator: " ")) in \(host) tee \(name) <\"$1\" >/dev/null",
                Lab.script, file,
            ])
    }

    /// As scp would: the token goes from one machine's files into another's.
    private static func carry(_ name: String, from one: String, to other: String) async throws {
        guard one != other else { return }
        let text = try await inside(one, "cat \(name)")
        try await TemporaryDirectory.with { folder in
            try writeFileAtomically("\(folder)/token", Array(text.utf8))
            try await put("\(folder)/token", other, name)
        }
    }

    @discardableResult
    private static func inside(_ host: String, _ line: String) async throws -> String {
        try await Command.output(Lab.script, lab + ["in", host, "bash", "-c", line], within: .seconds(60))
    }

    @discardableResult
    private static func lab(_ arguments: String...) async throws -> String {
        try await Command.output(Lab.script, lab + arguments, within: .seconds(120))
    }
}
