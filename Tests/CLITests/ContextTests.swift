import Access
import CLI
import JSON
import OS
import TestSupport
import Testing

/// Named connections, in a real folder.
@Suite struct `A context` {
    private static let answers = routes(FleetFixture.all)

    private static func permissions(_ path: String) throws -> String { try filePermissions(path).text }

    @Test func `is made, listed, shown, used and removed`() async throws {
        try await TemporaryDirectory.with { folder in
            let environment = ["XDG_CONFIG_HOME": "\(folder)/config"]
            func run(_ words: String...) async throws -> Run {
                try await bayplan(words: words, environment: environment, addressed: false)
            }
            #expect(try await run("context", "ls", "-q").lines == ["default"])
            #expect(
                try await run("context", "create", "home", "--url", "http://10.0.0.1:4681", "--use").code
                    == .ok)
            #expect(try await run("context", "create", "work", "--socket", "/run/work.sock").code == .ok)
            #expect(try await run("context", "ls", "-q").lines == ["default", "home", "work"])
            let list = try await run("context", "ls").lines.map {
                $0.split(separator: " ").joined(separator: " ")
            }
            #expect(
                list == [
                    "NAME CURRENT AGGREGATOR TOKEN", "default as set no", "home * http://10.0.0.1:4681 no",
                    "work /run/work.sock no",
                ])
            #expect(try await run("context", "show").output.contains("http://10.0.0.1:4681"))
            #expect(try await run("context", "show", "work").output.contains("/run/work.sock"))
            #expect(try await run("context", "use", "work").code == .ok)
            let shown = try await run("context", "show", "-o", "json").output
            #expect(try JSONValue(parsing: Array(shown.utf8))["socket"]?.string == "/run/work.sock")
            #expect(try await run("context", "rm", "work").code == .failed)
            #expect(try await run("context", "rm", "home").lines == ["home"])
            #expect(try await run("context", "use", "default").code == .ok)
            #expect(try await run("context", "rm", "work").code == .ok)
            #expect(try await run("context", "ls", "-q").lines == ["default"])
        }
    }

    @Test func `lies where nobody else may read it`() async throws {
        try await TemporaryDirectory.with { folder in
            let environment = ["HOME": folder]
            _ = try await bayplan(
                "context", "create", "a", "--url", "http://h:1", "--use", environment: environment,
                addressed: false)
            let contexts = "\(folder)/.config/bayplan/contexts"
            #expect(try Self.permissions(contexts) == "0700")
            for file in ["a.json", "current"] {
                #expect(try Self.permissions("\(contexts)/\(file)") == "0600")
            }
        }
    }

    @Test func `says where to ask, unless a flag or the environment does`() async throws {
        let stub = try StubAggregator(answer: Self.answers)
        try await TemporaryDirectory.with { folder in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask(name: "stub") { await stub.run() }
                defer { group.cancelAll() }
                var environment = ["XDG_CONFIG_HOME": folder]
                func run(_ words: String...) async throws -> Run {
                    try await bayplan(words: words, environment: environment, addressed: false)
                }
                let place = stub.address.description
                _ = try await run("context", "create", "good", "--url", place, "--use")
                _ = try await run("context", "create", "bad", "--url", "unix:///nowhere")
                #expect(try await run("stack", "ls", "-q").lines == ["shop"])
                #expect(try await run("stack", "ls", "-q", "--context", "bad").code == .unreachable)
                #expect(try await run("stack", "ls", "-q", "--url", "unix:///nowhere").code == .unreachable)
                let both = try await run("stack", "ls", "--context", "good", "--url", place)
                #expect(both.code == .usage && both.notes.contains("both say where"))
                let none = try await run("stack", "ls", "--context", "none-such")
                #expect(none.code == .failed && none.notes.contains("`bayplan context ls` lists all"))
                let shown = try await run("config", "show").output
                #expect(shown.contains("context good"))
                _ = try await run("context", "use", "bad")
                #expect(try await run("stack", "ls").code == .unreachable)
                environment["BAYPLAN_URL"] = place
                #expect(try await run("stack", "ls", "-q").lines == ["shop"])
                #expect(try await run("stack", "ls", "--context", "bad").code == .unreachable)
                environment["BAYPLAN_URL"] = nil
                environment["BAYPLAN_CONTEXT"] = "good"
                #expect(try await run("stack", "ls", "-q").lines == ["shop"])
                environment["BAYPLAN_CONTEXT"] = "default"
                #expect(try await run("stack", "ls").notes.contains("/run/bayplan/bayplan.sock"))
            }
        }
    }

    @Test(arguments: [
        "", "default", "../x", "a/b", ".hidden", "a b", "-x", String(repeating: "a", count: 64),
    ])
    func `has a name that is no path`(name: String) async throws {
        try await TemporaryDirectory.with { folder in
            let run = try await bayplan(
                words: ["context", "create", "--url", "http://h:1", "--", name],
                environment: ["HOME": folder],
                addressed: false)
            #expect(run.code == .usage)
            #expect(!fileExists("\(folder)/.config/bayplan/contexts/.json"))
        }
    }

    @Test func `is not replaced by chance, and a broken one is told`() async throws {
        try await TemporaryDirectory.with { folder in
            let environment = ["HOME": folder]
            func run(_ words: String...) async throws -> Run {
                try await bayplan(words: words, environment: environment, addressed: false)
            }
            #expect(try await run("context", "create", "a").code == .usage)
            #expect(try await run("context", "create", "a", "--url", "http://h:1").code == .ok)
            #expect(try await run("context", "create", "a", "--url", "http://h:2").code == .failed)
            #expect(try await run("context", "create", "a", "--url", "http://h:2", "--replace").code == .ok)
            #expect(try await run("context", "show", "a").output.contains("http://h:2"))
            try writeFileAtomically("\(folder)/.config/bayplan/contexts/b.json", Array("{".utf8))
            #expect(try await run("context", "show", "b").notes.contains("no JSON document"))
            #expect(try await bayplan("context", "ls", addressed: false).notes.contains("HOME"))
            #expect(try await run("context", "use", "none-such").code == .failed)
        }
    }

    @Test func `keeps a token, and never shows it`() async throws {
        try await TemporaryDirectory.with { folder in
            var random = SplitMix64(seed: 7)
            let token = AccessToken(
                addresses: ["127.0.0.1:9"], pin: [UInt8](repeating: 7, count: 32), checksName: false,
                subject: .scope(.read), credential: Credential(using: &random))
            try writeFileAtomically("\(folder)/token", Array("\(token.text)\n".utf8))
            func run(_ words: String...) async throws -> Run {
                try await bayplan(words: words, environment: ["HOME": folder], addressed: false)
            }
            #expect(
                try await run("context", "create", "t", "--token-file", "\(folder)/token", "--use").code
                    == .ok)
            let kept = "\(folder)/.config/bayplan/contexts/t.token"
            #expect(try Self.permissions(kept) == "0600")
            try removeFile("\(folder)/token")
            for words in [["ls"], ["ls", "-o", "json"], ["show"], ["show", "-o", "json"]] {
                let shown = try await bayplan(
                    words: ["context"] + words, environment: ["HOME": folder], addressed: false)
                #expect(shown.code == .ok && !shown.output.contains("bayplan1."))
                #expect(!shown.output.contains(token.credential.text))
            }
            #expect(try await run("context", "show").output.contains("kept"))
            // Nobody listens there: the token's own address is asked.
            let asked = try await run("stack", "ls")
            #expect(asked.code == .unreachable && asked.notes.contains("127.0.0.1:9"))
            _ = try await run("context", "use", "default")
            #expect(try await run("context", "rm", "t").code == .ok && !fileExists(kept))
            try writeFileAtomically("\(folder)/open", Array("\(token.text)\n".utf8), mode: 0o644)
            let open = try await run("context", "create", "u", "--token-file", "\(folder)/open")
            #expect(open.code == .notAllowed && open.notes.contains("chmod 600"))
        }
    }
}
