internal import Glibc
internal import JSON
internal import OS
internal import TestSupport
internal import Testing

extension `A real fleet` {
    /// H4, C7: a real Prometheus finds and scrapes real containers of three hosts, and the aggregator itself.
    @Test func `is scraped by a Prometheus that discovers it`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        for host in lab.hosts {
            try await lab.serveMetrics(host.name, "app-\(host.name)", 80, "-p", "80", "-p", "81")
        }
        try await lab.serveMetrics("h3", "own", 9_100, "--network", "host")
        try await lab.docker("h1", "run", "-d", "--name", "silent", "-p", "80", "bb:1")
        try await fleet.parity("containers with metrics")
        let prometheus = try await Prometheus(fleet.station)
        let expected = ["app-h1 h1 up", "app-h2 h2 up", "app-h3 h3 up", "bayplan up", "own h3 up"]
        try await wait(for: "all targets are up", within: .seconds(30)) {
            let states = try await prometheus.states()
            guard states == expected else {
                throw Command.Failure(description: "\(states) \(prometheus.log)")
            }
            return true
        }
        try await wait(for: "all are scraped", within: .seconds(10)) {
            try await prometheus.values("sum by (host) (demo_answers_total)") == [
                "h1": "42", "h2": "42", "h3": "84",
            ]
        }

        try await lab.serveMetrics("h2", "second", 80, "-p", "80")
        let appeared = try await wait(for: "one more target", within: .seconds(15)) {
            try await prometheus.states().contains("second h2 up")
        }
        try await lab.docker("h3", "rm", "-f", "app-h3")
        let gone = try await wait(for: "one target less", within: .seconds(15)) {
            try await !prometheus.states().contains { $0.contains("app-h3") }
        }
        print("a target appeared after \(appeared.formatted), and went after \(gone.formatted)")
        #expect(try await prometheus.states().count == 5)

        // What the aggregator says of itself, by Prometheus' own reading.
        let engines = try await prometheus.values("bayplan_host_up")
        #expect(engines == ["h1": "1", "h2": "1", "h3": "1"])
        try await wait(for: "what agents measured", within: .seconds(40)) {
            let events = try await prometheus.values("bayplan_engine_events_total")
            let calls = try await prometheus.values(
                "sum by (host) (bayplan_engine_call_duration_seconds_count{call=\"inspect\"})")
            let passes = try await prometheus.values(
                "sum by (host) (bayplan_discovery_duration_seconds_count)")
            return [events, calls, passes].allSatisfy { values in
                ["h1", "h2", "h3"].allSatisfy { (Int(values[$0] ?? "") ?? 0) > 0 }
            }
        }
        #expect(await prometheus.end() == 0)
    }
}

extension Lab {
    /// A container that serves a page of metrics at a port, and asks to be scraped there.
    fileprivate func serveMetrics(_ host: String, _ name: String, _ port: Int, _ network: String...)
        async throws
    {
        let page = "# TYPE demo_answers_total counter\\ndemo_answers_total 42\\n"
        try await docker(
            host,
            [
                "run", "-d", "--name", name, "-l", "prometheus.io/scrape=true", "-l",
                "prometheus.io/port=\(port)",
            ]
                + network + [
                    "bb:1", "sh", "-c",
                    "mkdir -p /www && printf '\(page)' >/www/metrics && exec httpd -f -p \(port) -h /www",
                ])
    }
}

/// A real Prometheus beside an aggregator, with the configuration of docs/prometheus.md.
private final class Prometheus: Sendable {
    private let program: Program
    private let port: UInt16

    init(_ station: Station) async throws {
        let folder = "\(Station.root)/prometheus"
        try? makeDirectories(folder)
        let token = try await station.bayplan("token", "create", "--scope", "read", "--bearer")
        guard token.status == 0 else { throw Command.Failure(description: token.errors) }
        try writeFileAtomically("\(folder)/bayplan.token", Array(token.text.utf8))
        let authority = try readFile("\(station.data)/tls/ca.pem", limit: 65_536)
        try writeFileAtomically("\(folder)/bayplan-ca.pem", authority)
        let configuration = try await Self.documented(folder: folder, address: station.httpAddress)
        try writeFileAtomically("\(folder)/prometheus.yml", Array(configuration.utf8))
        ToolUse.record("promtool")
        try await Command.output("/usr/bin/promtool", ["check", "config", "\(folder)/prometheus.yml"])
        port = try Places.freePort()
        ToolUse.record("prometheus")
        program = try Program(
            "/usr/bin/prometheus",
            [
                "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
                "--web.listen-address=127.0.0.1:\(port)",
            ], output: "\(folder)/prometheus.out", errors: "\(folder)/prometheus.log")
    }

    /// The jobs of docs/prometheus.md, with our places in the place of its examples, and a shorter pace.
    private static func documented(folder: String, address: String) throws -> String {
        // Tests/EndToEndTests/PrometheusScenarios.swift → docs/prometheus.md
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = String(decoding: try readFile("\(root)/docs/prometheus.md", limit: 1 << 20), as: UTF8.self)
        let opening = "```yaml\nscrape_configs:\n"
        let jobs = page.split(separator: opening, omittingEmptySubsequences: false).dropFirst().compactMap {
            rest in
            rest.split(separator: "```", maxSplits: 1).first
        }
        try #require(jobs.count == 2, "docs/prometheus.md shows two jobs")
        return ("global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\nscrape_configs:\n" + jobs.joined())
            .replacing("bay.example:4681", with: address).replacing("/etc/prometheus", with: folder)
            .replacing("refresh_interval: 15s", with: "refresh_interval: 1s")
    }

    /// Ends it as systemd does, and answers its exit status.
    func end() async -> Int32? {
        program.signal(SIGTERM)
        return await program.ended(within: .seconds(20))
    }

    /// The end of what it wrote.
    var log: String {
        String(
            decoding: ((try? readFile(program.errors, limit: 16 << 20)) ?? []).suffix(2_000), as: UTF8.self)
    }

    /// Its targets that it scrapes: container, host and state, in order.
    func states() async throws -> [String] {
        let answer = try await ask("targets?state=active")
        return (answer["activeTargets"]?.elements ?? []).map { target in
            let labels = target["labels"]
            let words = ["container", "host"].compactMap { labels?[$0]?.string }
            let name = words.isEmpty ? [labels?["job"]?.string ?? ""] : words
            return
                (name
                + [target["health"]?.string ?? "", target["lastError"]?.string ?? ""].filter { !$0.isEmpty })
                .joined(separator: " ")
        }.sorted()
    }

    /// The value of an expression for each host.
    func values(_ expression: String) async throws -> [String: String] {
        let answer = try await ask("query", "query=\(expression)")
        var values: [String: String] = [:]
        for sample in answer["result"]?.elements ?? [] {
            values[sample["metric"]?["host"]?.string ?? ""] = sample["value"]?[1]?.string
        }
        return values
    }

    private func ask(_ path: String, _ form: String? = nil) async throws -> JSONValue {
        let text = try await Command.output(
            "/usr/bin/curl",
            ["-sS", "--max-time", "5", "http://127.0.0.1:\(port)/api/v1/\(path)"]
                + (form.map { ["--data-urlencode", $0] } ?? []))
        return try JSONValue.parse(text)["data"] ?? .null
    }
}
