import Access
import AgentCore
import Inventory
import Log
import OS
import Settings
import TestSupport
import Testing

/// A1 and the agent's part of the doors: whom an agent speaks for, and whom it reports to, comes from its tokens.
@Suite struct `An agent's tokens` {
    /// Tries to put an agent together and answers why that is impossible; nil when it isn't.
    private static func refusal(_ folder: String, _ arguments: String...) throws -> String? {
        try refusal(folder, arguments)
    }

    private static func refusal(_ folder: String, _ arguments: [String]) throws -> String? {
        do {
            _ = try Agent(
                try settings(["--state", folder + "/state"] + arguments), version: "1", log: .none)
            return nil
        } catch let error as AgentError {
            return error.sentence
        }
    }

    @Test func `name the host and the aggregators`() async throws {
        try await TemporaryDirectory.with { folder in
            let file = try Token.file(folder, "t", [Token.of("attic", at: "a:4680", "b:4680")])
            #expect(try Self.refusal(folder, "--token-file", file) == nil)
            #expect(try Self.refusal(folder, "--token-file", file, "--host-id", "attic") == nil)
        }
    }

    @Test func `that contradict the host id are refused, both named`() async throws {
        try await TemporaryDirectory.with { folder in
            let file = try Token.file(folder, "t", [Token.of("attic", at: "a:4680")])
            let sentence = try #require(
                try Self.refusal(folder, "--token-file", file, "--host-id", "cellar"))
            #expect(sentence.contains("cellar") && sentence.contains("attic") && sentence.contains(file))
        }
    }

    @Test func `that contradict each other are refused, both named`() async throws {
        try await TemporaryDirectory.with { folder in
            let one = try Token.file(folder, "one", [Token.of("attic", at: "a:4680")])
            let two = try Token.file(folder, "two", [Token.of("cellar", at: "b:4680")])
            let sentence = try #require(try Self.refusal(folder, "--token-file", one, "--token-file", two))
            for part in ["attic", "cellar", one, two] { #expect(sentence.contains(part)) }
        }
    }

    @Test func `of a scope are refused`() async throws {
        try await TemporaryDirectory.with { folder in
            let token = Token.of("attic", at: "a:4680")
            let scope = AccessToken(
                addresses: token.addresses, pin: token.pin, checksName: false, subject: .scope(.admin),
                credential: token.credential)
            let file = try Token.file(folder, "t", [scope])
            let sentence = try #require(try Self.refusal(folder, "--token-file", file))
            #expect(sentence.contains("scope admin") && sentence.contains("token create --host"))
            #expect(!sentence.contains(token.credential.text))
        }
    }

    @Test func `are wanted at the start, and nothing that makes no sense beside them`() async throws {
        try await TemporaryDirectory.with { folder in
            let none = try #require(try Self.refusal(folder, "--token-file", folder + "/none"))
            #expect(none.contains(folder + "/none"))
            let file = try Token.file(folder, "t", [Token.of("attic", at: "a:4680")])
            let plain = try #require(try Self.refusal(folder, "--token-file", file, "--insecure"))
            #expect(plain.contains("--insecure"))
            let bad = try Token.file(folder, "bad", [Token.of("attic", at: "nowhere")])
            let address = try #require(try Self.refusal(folder, "--token-file", bad))
            #expect(address.contains("nowhere") && address.contains(bad))
            try writeFileAtomically(
                folder + "/open", Array(Token.of("attic", at: "a:1").text.utf8), mode: 0o644)
            let open = try #require(try Self.refusal(folder, "--token-file", folder + "/open"))
            #expect(open.contains("chmod 600"))
        }
    }

    /// With `--aggregator` the token is the one that names the address, else the only one, else nobody knows.
    @Test func `are found for an address that is given apart`() async throws {
        try await TemporaryDirectory.with { folder in
            let a = try Token.file(folder, "a", [Token.of("attic", at: "a:4680")])
            let b = try Token.file(folder, "b", [Token.of("attic", at: "b:4680")])
            #expect(try Self.refusal(folder, "--token-file", a, "--aggregator", "10.0.0.1:4680") == nil)
            let both = ["--token-file", a, "--token-file", b]
            #expect(try Self.refusal(folder, both + ["--aggregator", "b:4680,a:4680"]) == nil)
            let sentence = try #require(
                try Self.refusal(folder, both + ["--aggregator", "a:4680", "--aggregator", "c:4680"]))
            #expect(sentence.contains("names c:4680") && sentence.contains(a) && sentence.contains("b:4680"))
        }
    }

    @Test func `and addresses have bounds, and no aggregator is named twice`() async throws {
        try await TemporaryDirectory.with { folder in
            let twice = try #require(
                try Self.refusal(
                    folder,
                    ["--insecure", "--host-id", "x", "--aggregator", "a:1,b:1", "--aggregator", "b:1"]))
            #expect(twice.contains("b:1 is given twice") && twice.contains("flag --aggregator"))
            let many = (1...9).flatMap { ["--aggregator", "a:\($0)"] }
            let nine = try #require(try Self.refusal(folder, ["--insecure", "--host-id", "x"] + many))
            #expect(nine.contains("9 aggregators") && nine.contains("8"))
            let eight = Array(many.prefix(16))
            #expect(try Self.refusal(folder, ["--insecure", "--host-id", "x"] + eight) == nil)
            let line = (1...17).map { "a:\($0)" }.joined(separator: ",")
            let long = try #require(
                try Self.refusal(folder, ["--insecure", "--host-id", "x", "--aggregator", line]))
            #expect(long.contains("17 addresses"))
            let one = try Token.file(folder, "one", [Token.of("attic", at: "a:1")])
            let same = try Token.file(folder, "same", [Token.of("attic", at: "b:1", "a:1")])
            let tokens = try #require(try Self.refusal(folder, ["--token-file", one, "--token-file", same]))
            #expect(tokens.contains("a:1 is given twice"))
        }
    }
}

/// Tokens as an aggregator would print them.
enum Token {
    static func of(_ host: String, at addresses: String..., pin: [UInt8] = Array(0..<32)) -> AccessToken {
        var random = SystemRandom()
        guard let id = HostID(host) else { preconditionFailure("\(host) is no host id") }
        return AccessToken(
            addresses: addresses, pin: pin, checksName: false, subject: .host(id),
            credential: Credential(using: &random))
    }

    /// Writes a file with these, one in a line, and answers its path.
    static func file(_ folder: String, _ name: String, _ tokens: [AccessToken]) throws -> String {
        let path = "\(folder)/\(name)"
        try writeFileAtomically(
            path, Array(tokens.map { $0.text + "\n" }.joined().utf8), mode: 0o600)
        return path
    }
}
