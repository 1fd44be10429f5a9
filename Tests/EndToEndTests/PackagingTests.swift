import OS
import TestSupport
import Testing

/// Issue 3, point 3: what `make install` puts onto a machine, with the programs of this build.
@Suite(.serialized, .timeLimit(.minutes(5))) struct `An installation` {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private func install(_ folder: String, _ verb: String = "install") async throws -> String {
        let finished = try await ProcessFixture.run(
            "\(Self.root)/scripts/install", [verb],
            environment: ["DESTDIR": folder, "BUILD": Places.binaries, "PREFIX": "/usr/local"])
        #expect(finished.status == 0, "\(finished.errors)")
        return finished.output
    }

    /// All files with their modes and sums.
    private func files(_ folder: String) async throws -> String {
        try await Command.output(
            "/bin/sh",
            ["-c", "cd \(folder) && find . -type f -printf '%m %p ' -exec sha256sum {} \\; | sort -k2"])
    }

    private func unit(_ program: String, in folder: String) -> String {
        "\(folder)/etc/systemd/system/bayplan-\(program).service"
    }

    @Test func `is the same the second time, and says what it could not do here`() async throws {
        try await TemporaryDirectory.with { folder in
            let told = try await install(folder)
            #expect(told.contains("not done: systemd does not run here") || fileExists("/run/systemd/system"))
            let first = try await files(folder)
            _ = try await install(folder)
            #expect(try await files(folder) == first)
            for path in [
                "usr/local/bin/bayplan", "usr/local/bin/bayplan-agent", "usr/local/bin/bayplan-aggregator",
                "etc/bayplan/agent.yaml", "etc/bayplan/aggregator.yaml",
                "usr/local/share/doc/bayplan/operations.md",
            ] {
                #expect(first.contains(" ./\(path) "), "\(path)")
            }
            #expect(try filePermissions("\(folder)/var/lib/bayplan").mode == 0o700)
            #expect(try filePermissions("\(folder)/var/lib/bayplan-agent").mode == 0o700)
        }
    }

    @Test func `never overwrites configuration, and leaves only data when it goes`() async throws {
        try await TemporaryDirectory.with { folder in
            _ = try await install(folder)
            let mine = Array("log-level: debug\n".utf8)
            try writeFileAtomically("\(folder)/etc/bayplan/agent.yaml", mine, mode: 0o644)
            try writeFileAtomically("\(folder)/var/lib/bayplan/fleet.db", [1])
            #expect(try await install(folder).contains("agent.yaml.new"))
            #expect(try readFile("\(folder)/etc/bayplan/agent.yaml", limit: 1_000) == mine)
            #expect(fileExists("\(folder)/etc/bayplan/agent.yaml.new"))
            let told = try await install(folder, "uninstall")
            #expect(told.contains("/etc/bayplan") && told.contains("/var/lib/bayplan"))
            let left = try await files(folder).split(separator: "\n").map { $0.split(separator: " ")[1] }
            #expect(left == ["./etc/bayplan/agent.yaml", "./var/lib/bayplan/fleet.db"])
            _ = try await install(folder, "uninstall")
        }
    }

    @Test func `has configuration files that the programs read and that say what holds anyway`() async throws
    {
        try await TemporaryDirectory.with { folder in
            _ = try await install(folder)
            for (program, file) in [("bayplan-agent", "agent"), ("bayplan-aggregator", "aggregator")] {
                let path = "\(folder)/etc/bayplan/\(file).yaml"
                let told = try await Command.output(
                    Places.binary(program), ["print-config", "--config", path])
                let installed = String(decoding: try readFile(path, limit: 1 << 20), as: UTF8.self)
                let lines = { (text: String) in
                    text.split(separator: "\n").filter { !$0.contains("token-file:") }
                }
                #expect(lines(told) == lines(installed))
                let isSet = installed.contains("\ntoken-file: [\"/etc/bayplan/agent.token\"]\n")
                #expect(isSet == (file == "agent"))
            }
        }
    }

    @Test(arguments: ["agent", "aggregator"]) func `has units that systemd accepts and finds well locked`(
        program: String
    ) async throws {
        try await TemporaryDirectory.with { folder in
            _ = try await install(folder)
            ToolUse.record("systemd-analyze")
            let text = String(decoding: try readFile(unit(program, in: folder), limit: 65_536), as: UTF8.self)
            #expect(
                !text.contains("insecure") && text.contains("Type=notify") && text.contains("WatchdogSec="))
            // As it stands, but with the program where it is now.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.hasPrefix("ExecStart=")
                    ? "ExecStart=\(Places.binary("bayplan-\(program)"))" : String(line)
            }
            let path = "\(folder)/bayplan-\(program).service"
            try writeFileAtomically(path, Array(lines.joined(separator: "\n").utf8), mode: 0o644)
            let verified = try await Command.run("/usr/bin/systemd-analyze", ["verify", "--man=no", path])
            #expect(verified.status == 0 && verified.errors.isEmpty, "\(verified.errors)")
            // 20 means an exposure of 2.0.
            let security = try await Command.run(
                "/usr/bin/systemd-analyze",
                ["security", "--offline=true", "--threshold=20", "--no-pager", path])
            #expect(security.status == 0, "\(security.text)")
        }
    }
}
