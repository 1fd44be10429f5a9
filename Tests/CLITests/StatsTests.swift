import CLI
import JSON
import Testing

/// Requirements B8, B16, C10: what containers use, on the command line.
@Suite struct `A list of usage` {
    /// What the API says of `web`, and of `db` that has no sample, and of `old` that doesn't run.
    private static let rows = #"""
        {"host":"h1","hostName":"node1","id":"\#(FleetFixture.webID)","name":"web","status":{"state":"running"},
        "stats":{"cpuPercent":90.5,"cpuTime":5,"memory":13107200,"memoryLimit":0,"memoryAvailable":2061234176,
        "memoryPercent":0.64,"pids":7,"networkReceived":1049,"networkSent":0,"blockRead":999600,"blockWritten":4096,
        "age":2000,"state":"fresh"}},
        {"host":"h2","hostName":"node2","id":"\#(FleetFixture.dbID)","name":"db","status":{"state":"running"},
        "stats":{"cpuPercent":9.5,"memory":1,"age":999999,"state":"expired"}},
        {"host":"h1","hostName":"node1","id":"\#(FleetFixture.oldID)","name":"old","status":{"state":"exited"}}
        """#

    private static let answer: @Sendable (String) -> StubAggregator.Answer = { request in
        if request.contains("/usage/top") {
            return .init(
                body: #"{"revision":"r.7","by":"cpu","sampled":2,"total":3,"items":[\#(rows)]}"#)
        }
        if request.contains("/containers?") {
            return .init(body: #"{"revision":"r.7","total":3,"items":[\#(rows)]}"#)
        }
        return routes(FleetFixture.all)(request)
    }

    /// docker's own formatter writes it so.
    @Test func `is written in docker's words`() async throws {
        let format =
            "{{.Container}}|{{.Name}}|{{.ID}}|{{.CPUPerc}}|{{.MemUsage}}|{{.MemPerc}}|{{.NetIO}}|{{.BlockIO}}|{{.PIDs}}"
        let run = try await bayplan("stats", "-a", "--no-stream", "--format", format, answer: Self.answer)
        #expect(run.code == .ok, "\(run.notes)")
        #expect(
            run.lines == [
                "a1a1a1a1a1a1|old|a1a1a1a1a1a1|0.00%|0B / 0B|0.00%|0B / 0B|0B / 0B|0",
                "a1a1a1a1a1a1|web|a1a1a1a1a1a1|90.50%|12.5MiB / 1.92GiB|0.64%|1.05kB / 0B|1e+03kB / 4.1kB|7",
                "b2b2b2b2b2b2|db|b2b2b2b2b2b2|--|-- / --|--|--|--|--",
            ])
        #expect(
            run.requests.last?.contains("fields=") == true && run.requests.last?.contains("stats") == true)
        let table = try await bayplan("stats", "--no-stream", answer: Self.answer)
        #expect(
            table.lines.first?.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
                == "HOST CONTAINER ID NAME CPU % MEM USAGE / LIMIT MEM % NET I/O BLOCK I/O PIDS")
        let json = try await bayplan("stats", "--no-stream", "--format", "json", answer: Self.answer)
        let first = try JSONValue(parsing: Array((json.lines.first ?? "").utf8))
        #expect(
            first.members?.map(\.name).sorted() == [
                "BlockIO", "CPUPerc", "Container", "Host", "ID", "MemPerc", "MemUsage", "Name", "NetIO",
                "PIDs",
            ])
        let whole = try await bayplan(
            "stats", "--no-stream", "--no-trunc", "--format", "{{.ID}}", answer: Self.answer)
        #expect(whole.lines.contains(FleetFixture.dbID))
    }

    @Test(arguments: [
        ("cpu", ["old", "db", "web"]), ("-memory", ["web", "old", "db"]), ("-pids", ["web", "old", "db"]),
    ]) func `is sorted by what is used`(by: String, names: [String]) async throws {
        let run = try await bayplan(
            "stats", "--no-stream", "--sort-by", by, "--format", "{{.Name}}", answer: Self.answer)
        #expect(Set(run.lines.suffix(1)) == Set(names.suffix(1)) || run.lines.first == names.first)
    }

    @Test func `of the greediest keeps the aggregator's order, and asks for it`() async throws {
        let run = try await bayplan(
            "top", "-n", "3", "--by", "memory-percent", "-f", "cpu>5", "--host", "h1", "--no-stream",
            "--format",
            "{{.Name}}", answer: Self.answer)
        #expect(run.lines == ["web", "db", "old"])
        for part in ["limit=3", "by=memoryPercent", "filter=cpu%3E5", "host=h1"] {
            #expect(run.requests.last?.contains(part) == true)
        }
        // In a pipe it is one list by itself.
        #expect(try await bayplan("top", answer: Self.answer).lines.count == 4)
        #expect(try await bayplan("top", "-o", "json", answer: Self.answer).output.contains("\"sampled\":2"))
    }

    @Test(arguments: [
        (["ps", "-w", "-f", "cpu>5"], "bayplan top"), (["ps", "-f", "cpu>much"], ">="),
        (["stats", "-f", "memory>"], "memory"), (["top", "--by", "size"], "memory-percent"),
        (["top", "-n", "0"], "1"), (["ps", "-w", "--sort-by", "cpu"], "--sort-by"),
    ]) func `is not what can't be meant`(words: [String], sentence: String) async throws {
        let run = try await bayplan(words: words, answer: Self.answer)
        #expect(run.code == .usage)
        #expect(run.notes.contains(sentence), "\(run.notes)")
    }

    @Test func `stands beside other columns of containers`() async throws {
        let run = try await bayplan(
            "ps", "-a", "--format", "{{.Names}} {{.CPUPerc}} {{.MemUsage}}", answer: Self.answer)
        #expect(run.lines.contains("web 90.50% 12.5MiB"))
        #expect(run.requests.last?.contains("stats") == true)
        let wide = try await bayplan("ps", "-a", "-o", "wide", answer: Self.answer)
        #expect(wide.lines.first?.contains("CPU %") == true && wide.lines.first?.contains("MEM") == true)
        #expect(try await bayplan("ps", answer: Self.answer).requests.last?.contains("stats") == false)
    }
}
