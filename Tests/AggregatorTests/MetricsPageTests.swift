import Access
import AggregatorCore
import HTTP
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Wire

/// Requirement C7.
@Suite(.timeLimit(.minutes(2)), .serialized) struct `The aggregator's page of metrics` {
    /// The samples of a page, by what stands before the value.
    private static func samples(_ text: String) -> [String: Double] {
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let blank = line.lastIndex(of: " ") else { continue }
            samples[String(line[..<blank])] = Double(line[line.index(after: blank)...])
        }
        return samples
    }

    private static func page(_ client: Client) async throws -> String {
        let response = try await client.send(.get, "/metrics")
        guard response.status == 200 else { throw Unexpected("/metrics answered \(response.status)") }
        return response.text
    }

    /// A fleet with everything that a page can be about, hostile names too.
    private static func fleet(
        _ arguments: [String] = [], _ body: (Station, Client, RawAgent, HostLog) async throws -> Void
    ) async throws {
        try await Station.with(Station.Options(arguments: arguments)) { station in
            var who = try Who("attic")
            who.name = "the \"attic\"\\\n# TYPE evil counter"
            var log = who.log
            log.put(
                Sample.id(1),
                Sample.container(
                    1, name: "a\"} 1\nevil 2", labels: ["x": "\n"], compose: Sample.compose("sh\\op", "w\"eb")
                ))
            log.put(Sample.id(2), Sample.container(2, state: .exited))
            log.put(Sample.id(3), Sample.container(3, state: ContainerState(rawValue: "levitating\n")))
            log.completed()
            let agent = try await RawAgent.synchronized(station, as: who, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 3 }
            try await station.settle()
            try await body(station, client, agent, log)
        }
    }

    /// The real checker of Prometheus, over everything that can be on the page.
    @Test(arguments: [[], ["--metrics-containers", "10"]])
    func `pleases promtool`(arguments: [String]) async throws {
        try await Self.fleet(arguments) { station, client, _, _ in
            _ = try await client.get("/nothing")
            _ = try await client.json("/stacks")
            try await eventually { try await Self.page(client).contains("/api/v1/stacks") }
            let text = try await Self.page(client)
            try writeFileAtomically("\(station.folder)/page", Array(text.utf8))
            ToolUse.record("promtool")
            let checked = try await ProcessFixture.run(
                "/bin/sh", ["-c", "exec /usr/bin/promtool check metrics <\(station.folder)/page"])
            #expect(
                checked.status == 0 && checked.errors.isEmpty, "\(checked.output)\(checked.errors)\n\(text)")
            #expect(
                !text.split(separator: "\n").contains { $0.hasPrefix("evil") || $0.hasPrefix("# TYPE evil") })
            #expect(text.contains("bayplan_container_restarts_total{") == !arguments.isEmpty)
        }
    }

    @Test func `counts what happened`() async throws {
        try await Self.fleet { _, client, agent, _ in
            let before = Self.samples(try await Self.page(client))
            #expect(before["bayplan_hosts{state=\"live\"}"] == 1)
            #expect(before["bayplan_host_up{host=\"attic\"}"] == 1)
            #expect(before["bayplan_host_containers{host=\"attic\"}"] == 3)
            #expect(before["bayplan_containers{state=\"running\"}"] == 1)
            #expect(before["bayplan_containers{state=\"other\"}"] == 1)
            #expect(before["bayplan_containers_health{health=\"none\"}"] == 3)
            #expect(before["bayplan_agent_sessions"] == 1)
            #expect(before["bayplan_agent_sessions_total{opening=\"manifest\"}"] == 1)
            #expect(before["bayplan_journal_up"] == 1)
            #expect((before["bayplan_journal_commit_duration_seconds_count"] ?? 0) >= 1)
            #expect((before["bayplan_revision"] ?? 0) >= 3)
            #expect((before["process_resident_memory_bytes"] ?? 0) > 1e6)
            #expect(before["bayplan_build_info{version=\"\(bayplanVersion)\"}"] == 1)
            agent.stream.close()
            try await eventually("the connection's end is counted") {
                let after = Self.samples(try await Self.page(client))
                return after.contains {
                    $0.key.hasPrefix("bayplan_agent_connection_errors_total") && $0.value >= 1
                }
            }
            let after = Self.samples(try await Self.page(client))
            #expect(after["bayplan_host_up{host=\"attic\"}"] == 0)
            #expect(after["bayplan_agent_sessions"] == 0)
        }
    }

    @Test func `counts requests by route, never by what was asked for`() async throws {
        try await Self.fleet { _, client, _, _ in
            for path in [
                "/containers", "/containers/attic/\(Sample.id(1))", "/x%0A%22y", "/nobody", "/hosts/nobody",
            ] {
                _ = try await client.get(path)
            }
            _ = try await client.send(.delete, "/api/v1/hosts/nobody")
            let samples = Self.samples(try await Self.page(client))
            func count(_ route: String, _ method: String, _ code: Int) -> Double? {
                samples[
                    "bayplan_http_requests_total{route=\"\(route)\",method=\"\(method)\",code=\"\(code)\"}"]
            }
            #expect((count("/api/v1/containers", "GET", 200) ?? 0) >= 1)
            #expect(count("/api/v1/containers/*/*", "GET", 200) == 1)
            #expect(count("other", "GET", 404) == 2)
            #expect(count("/api/v1/hosts/*", "GET", 404) == 1)
            #expect(count("/api/v1/hosts/*", "DELETE", 404) == 1)
            #expect(samples["bayplan_http_request_duration_seconds_count{route=\"other\"}"] == 2)
            let routes = Set(
                samples.keys.compactMap { key in
                    key.split(separator: "\"").dropFirst().first.map(String.init)
                }.filter { $0.hasPrefix("/") })
            #expect(
                routes.isSubset(of: [
                    "/api/v1/containers", "/api/v1/containers/*/*", "/api/v1/hosts/*", "/metrics",
                ]))
        }
    }

    @Test func `has series for as many hosts and containers as the settings allow`() async throws {
        try await Self.fleet(["--metrics-hosts", "1", "--metrics-containers", "2"]) { station, client, _, _ in
            let other = try Who("cellar")
            _ = try await RawAgent.synchronized(station, as: other, Sample.log(other, 7...8))
            try await eventually { try await client.names("/containers").count == 5 }
            let text = try await Self.page(client)
            let samples = Self.samples(text)
            #expect(samples["bayplan_hosts_without_series"] == 1)
            #expect(samples["bayplan_host_containers{host=\"attic\"}"] == 3)
            #expect(!text.contains("host=\"cellar\""))
            #expect(samples["bayplan_containers_without_series"] == 3)
            #expect(text.split(separator: "\n").count { $0.hasPrefix("bayplan_container_state{") } == 2)
        }
    }

    @Test func `needs a token that may read, over TCP`() async throws {
        try await Station.with(Station.Options(isLocked: true)) { station in
            let reader = try station.client(try await station.token(.scope(.read)))
            let response = try await reader.send(.get, "/metrics")
            #expect(response.status == 200)
            #expect(response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            var nobody = reader
            nobody.authorization = nil
            #expect(try await nobody.send(.get, "/metrics").status == 401)
            #expect(try await station.client.send(.get, "/metrics").status == 200)
            #expect(try await station.client.send(.get, "/metrics?x=1").status == 400)
            #expect(try await station.client.send(.delete, "/metrics").status == 405)
        }
    }
}

/// Requirement C7: what happens at the hosts.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `What agents measure` {
    @Test func `stands on the page with its host, and nothing that isn't known`() async throws {
        try await Station.with { station in
            let who = try Who("attic")
            let agent = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...1))
            var measures = Measures()
            func counter(_ name: String, _ value: Int64, _ labels: [String: String] = [:]) {
                measures.counters.append(Measures.Counter(name: name, labels: labels, value: value))
            }
            func histogram(_ name: String, _ labels: [String: String], bounds: [Int64] = [1_000, 20_000]) {
                measures.histograms.append(
                    Measures.Histogram(
                        name: name, labels: labels, bounds: bounds, counts: [2, 1, 0], sum: 5_000))
            }
            counter("engine_events_total", 17)
            counter("engine_call_errors_total", 3, ["call": "list"])
            counter("engine_call_errors_total", 4, ["call": "evil\"} 1"])
            counter("engine_connection_errors_total", 5, ["x": "y"])
            counter("evil_total", 9)
            histogram("engine_call_duration_seconds", ["call": "inspect"])
            histogram("engine_call_duration_seconds", ["call": "info"], bounds: [9, 9])
            histogram("engine_call_duration_seconds", ["kind": "complete"])
            histogram("engine_events_total", [:])
            try await agent.send(.measures(measures))
            var lines: [Substring] = []
            try await eventually("the report") {
                let text = try await station.client.send(.get, "/metrics").text
                lines = text.split(separator: "\n")
                return text.contains("bayplan_engine_events_total{host=\"attic\"} 17")
            }
            let own = lines.filter { line in
                ["# HELP", "# TYPE"].allSatisfy { !line.hasPrefix($0) }
                    && ["bayplan_engine_", "bayplan_discovery_", "evil"].contains { line.hasPrefix($0) }
            }
            #expect(
                own.sorted()
                    == [
                        "bayplan_engine_call_duration_seconds_bucket{host=\"attic\",call=\"inspect\",le=\"+Inf\"} 3",
                        "bayplan_engine_call_duration_seconds_bucket{host=\"attic\",call=\"inspect\",le=\"0.001\"} 2",
                        "bayplan_engine_call_duration_seconds_bucket{host=\"attic\",call=\"inspect\",le=\"0.02\"} 3",
                        "bayplan_engine_call_duration_seconds_count{host=\"attic\",call=\"inspect\"} 3",
                        "bayplan_engine_call_duration_seconds_sum{host=\"attic\",call=\"inspect\"} 0.005",
                        "bayplan_engine_call_errors_total{host=\"attic\",call=\"list\"} 3",
                        "bayplan_engine_events_total{host=\"attic\"} 17",
                    ].sorted(), "\(own.joined(separator: "\n"))")
            #expect(try await station.client.state(of: "attic") == "live")
            _ = try await station.client.send(.delete, "/api/v1/hosts/attic")
            let after = try await station.client.send(.get, "/metrics").text
            #expect(!after.contains("attic"))
        }
    }

    /// C7, B16: series of containers, by cAdvisor's names.
    @Test func `includes what containers use, where they have series`() async throws {
        try await Station.with(Station.Options(arguments: ["--metrics-containers", "5"])) { station in
            let who = try Who("attic")
            let agent = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...2))
            try await eventually { try await station.client.names("/containers").count == 2 }
            var stats = ContainerStats()
            stats.cpuTime = 1_500_000_000
            stats.memory = 4_096
            stats.memoryLimit = 8_192
            stats.received = 7
            let now = WallClock.now()
            let sample = StatsReport.Sample(id: Sample.id(1), stats: stats)
            try await agent.send(.stats(StatsReport(now: now, at: now, interval: 1_000, samples: [sample])))
            let labels = "{host=\"attic\",id=\"\(Sample.id(1))\",name=\"c1\",image=\"nginx:1.25\"}"
            var text = ""
            try await eventually("the sample") {
                text = try await station.client.send(.get, "/metrics").text
                return text.contains("container_cpu_usage_seconds_total\(labels) 1.5\n")
            }
            #expect(text.contains("\ncontainer_memory_working_set_bytes\(labels) 4096\n"))
            #expect(text.contains("\ncontainer_spec_memory_limit_bytes\(labels) 8192\n"))
            #expect(text.contains("\ncontainer_network_receive_bytes_total\(labels) 7\n"))
            // What couldn't be read is missing, and so is what has no sample.
            #expect(!text.contains("container_network_transmit_bytes_total"))
            #expect(
                text.split(separator: "\n").count { $0.hasPrefix("container_memory_working_set_bytes{") } == 1
            )
        }
    }

    @Test func `is kept of as many hosts as have series`() async throws {
        try await Station.with(Station.Options(arguments: ["--metrics-hosts", "1"])) { station in
            var measures = Measures()
            measures.counters.append(Measures.Counter(name: "engine_events_total", value: 1))
            var agents: [RawAgent] = []
            for name in ["attic", "cellar"] {
                let who = try Who(name)
                agents.append(try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...1)))
                try await agents[agents.count - 1].send(.measures(measures))
                // Its place in line behind the report.
                try await eventually { station.aggregator.door.hostMeasures.all.count == 1 }
            }
            try await eventually { try await station.client.names("/containers").count == 2 }
            #expect(station.aggregator.door.hostMeasures.all.count == 1)
        }
    }
}
