import CLI
import Testing

/// What the hidden command answers to the shells' scripts.
@Suite struct `A completion` {
    private static let labels = #"""
        {"total":3,"items":[{"key":"app","containers":2,"values":1},{"key":"com.docker.compose.project","containers":1,
        "values":1},{"key":"od d$(x)","containers":1,"values":1}]}
        """#
    private static let hostile = #"""
        {"items":[{"host":"h1","hostName":"node1","id":"\#(FleetFixture.webID)","name":"we b$(id)'\"`","status":{"state":
        "running"}},{"host":"h1","hostName":"node1","id":"\#(FleetFixture.dbID)","name":"we\u001b[2J\nfiles","status":
        {"state":"running"}}]}
        """#

    /// The answered words, without what they mean, after the line that says what to do.
    private func answer(
        _ shell: String, _ words: [String], containers: String = FleetFixture.containers
    ) async throws -> [String] {
        var table = FleetFixture.all
        table["GET /api/v1/containers?"] = containers
        table["GET /api/v1/labels?"] = Self.labels
        let run = try await bayplan(
            words: ["__complete", shell] + words, environment: ["BAYPLAN_COMPLETION_TIMEOUT": "60s"],
            answer: routes(table))
        #expect(run.code == .ok && run.notes.isEmpty)
        return run.lines.map { String($0.prefix { $0 != "\t" }) }
    }

    @Test(arguments: [
        (["ru"], []), (["comp"], ["completion"]),
        (["host", ""], ["discover", "health", "inspect", "ls", "rm"]),
        (["help", "host", ""], ["discover", "health", "inspect", "ls", "rm"]),
        (["completion", ""], ["bash", "fish", "zsh"]),
        (["completion", "f"], ["fish"]), (["completion", "bash", ""], []),
        (["ps", "--no-t"], ["--no-trunc"]), (["ps", "--host", ""], ["h1", "h2", "node1", "node2"]),
        (["ps", "--host=n"], ["--host=node1", "--host=node2"]), (["ps", "-a", "--stack", ""], ["shop"]),
        (["--stack", "x", "ps", "--al"], ["--all"]), (["inspect", "w"], ["web"]),
        (["inspect", "web", ""], ["db", "old"]),
        (["inspect", "node1/"], ["node1/old", "node1/web"]), (["ps", "--", "--a"], []),
        (["stack", "ps", ""], ["shop"]), (["host", "rm", "h"], ["h1", "h2"]),
        (["ps", "-f", "health=h"], ["health=healthy"]),
        (["label", "values", "com"], ["com.docker.compose.project"]),
        (["revp", "ls", "--prob"], ["--problems"]),
        (["ps", "-a", ""], []), (["nothing", ""], []),
    ]) func `gives what the tables and the aggregator know`(words: [String], expected: [String]) async throws
    {
        #expect(try await answer("bash", words) == ["words"] + expected)
    }

    @Test func `of a selector goes on behind a comma, without a blank`() async throws {
        #expect(
            try await answer("bash", ["ps", "-l", "tier=front,a"]) == ["open", "tier=front,app"])
        #expect(try await answer("bash", ["ps", "-f", "heal"]) == ["open", "health="])
    }

    @Test func `of a path is left to the shell`() async throws {
        for words in [["--socket", ""], ["ps", "--socket=x"], ["ps", "--config", ""]] {
            #expect(try await answer("bash", words) == ["files"])
        }
    }

    @Test func `quotes hostile names for bash, and leaves out what a terminal obeys`() async throws {
        #expect(
            try await answer("bash", ["inspect", ""], containers: Self.hostile) == [
                "words", #"we\ b\$\(id\)\'\"\`"#,
            ])
        #expect(try await answer("bash", ["inspect", #"we\ b"#], containers: Self.hostile).count == 2)
        #expect(try await answer("bash", ["inspect", "\"we"], containers: Self.hostile) == ["words"])
        #expect(try await answer("bash", ["inspect", "'w"]) == ["words", "web"])
        #expect(
            try await answer("zsh", ["inspect", "we b"], containers: Self.hostile) == [
                "words", #"we b$(id)'"`"#,
            ])
    }

    @Test func `is silent when nobody answers or the words make no sense`() async throws {
        for words in [["inspect", ""], ["ps", "--host", ""], ["ps", "-l", "a"]] {
            let run = try await bayplan(
                words: ["__complete", "bash"] + words, environment: ["BAYPLAN_URL": "unix:///nowhere/at/all"],
                addressed: false)
            #expect(run.code == .ok && run.notes.isEmpty && run.lines.count == 1)
        }
        let run = try await bayplan(words: ["__complete", "tcsh", "x"], addressed: false)
        #expect(run.code == .ok && run.notes.isEmpty && run.output.isEmpty)
    }

    @Test func `is not in any help text`() async throws {
        #expect(try await !bayplan("help").output.contains("__complete"))
        #expect(try await bayplan("completion", "tcsh").code == .usage)
    }
}
