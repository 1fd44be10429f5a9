import Access
import AgentCore
import Inventory
import Lifecycle
import Log
import OS
import TLS
import TestSupport
import Testing
import Wire

/// A1, A3 and the agent's part of the doors: TLS, tokens, and their replacement while the agent runs.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `An agent behind TLS` {
    /// An aggregator with its own authority, and what its tokens pin.
    private struct Secured {
        let aggregator: ScriptedAggregator
        let authority: CertificateAuthority

        init(_ folder: String) throws {
            authority = try CertificateAuthority.loadOrMake(
                in: folder + "/tls", names: ["127.0.0.1", "localhost"], now: WallClock.now())
            aggregator = try ScriptedAggregator(
                certificate: TLSServerContext(chainFile: authority.chainFile, keyFile: authority.keyFile))
        }

        func token(pin: [UInt8]? = nil) -> AccessToken {
            Token.of("attic", at: "\(aggregator.address)", pin: pin ?? authority.publicKeySHA256)
        }
    }

    /// Runs the whole agent with these settings while `body` runs.
    private static func with(
        _ folder: String, _ arguments: [String], _ body: (Agent, MemorySink) async throws -> Void
    ) async throws {
        let sink = MemorySink()
        let agent = try Agent(
            settings(
                ["--state", folder + "/state", "--docker", "unix://\(folder)/no.sock"] + arguments),
            version: "1", log: Log(LogSettings(level: .info), to: sink))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await runGroup(agent.services) }
            defer { tasks.cancelAll() }
            try await body(agent, sink)
        }
    }

    @Test func `shows its token to the aggregator that the token pins, as the host that it names`()
        async throws
    {
        try await TemporaryDirectory.with { folder in
            let secured = try Secured(folder)
            let token = secured.token()
            let file = try Token.file(folder, "token", [token])
            try await Self.with(folder, ["--token-file", file]) { _, sink in
                let (peer, hello) = try await secured.aggregator.welcoming(.wait, heartbeat: 50)
                #expect(hello.host.id.rawValue == "attic" && hello.credential == token.credential.text)
                _ = try await peer.expect("heartbeat") { if case .heartbeat = $0 { true } else { nil } }
                #expect(
                    !sink.lines.contains { $0.contains(token.credential.text) || $0.contains("plain TCP") })
            }
        }
    }

    @Test func `says nothing to another`() async throws {
        try await TemporaryDirectory.with { folder in
            let secured = try Secured(folder)
            let token = secured.token(pin: Array(repeating: 7, count: 32))
            let file = try Token.file(folder, "token", [token])
            try await Self.with(folder, ["--token-file", file]) { agent, sink in
                _ = try await secured.aggregator.refusedHandshake()
                try await eventually {
                    sink.lines.contains { $0.contains("no connection to the aggregator") }
                }
                let line = try #require(sink.records.first { $0.message.contains("no connection") })
                #expect(
                    line.level == .error
                        && line.facts.contains { $0.key == "wait_ms" && Int($0.value) ?? 0 > 29_000 })
                // The right token, and SIGHUP: no restart, and no pause of half a minute.
                _ = try Token.file(folder, "token", [secured.token()])
                agent.reload()
                _ = try await secured.aggregator.welcoming(.wait)
            }
        }
    }

    @Test func `trusts the authority of a file when it is told to, for the name that it connects to`()
        async throws
    {
        try await TemporaryDirectory.with { folder in
            let secured = try Secured(folder)
            let file = try Token.file(folder, "token", [secured.token(pin: Array(repeating: 7, count: 32))])
            let authority = ["--token-file", file, "--ca-file", secured.authority.authorityFile]
            try await Self.with(folder, authority) { _, _ in
                _ = try await secured.aggregator.welcoming(.wait)
            }
            let error = #expect(throws: AgentError.self) {
                try Agent(
                    settings([
                        "--state", folder + "/state", "--token-file", file, "--ca-file", folder + "/none",
                    ]),
                    version: "1", log: .none)
            }
            #expect(error?.sentence.contains(folder + "/none") == true)
        }
    }

    /// A token is replaced without a restart: the next connection shows the new one.
    @Test func `takes a replaced token with its next connection, and survives a damaged one`() async throws {
        try await TemporaryDirectory.with { folder in
            let secured = try Secured(folder)
            let (old, new) = (secured.token(), secured.token())
            let file = try Token.file(folder, "token", [old])
            try await Self.with(folder, ["--token-file", file]) { _, sink in
                let (peer, hello) = try await secured.aggregator.welcoming(.wait)
                #expect(hello.credential == old.credential.text)
                try writeFileAtomically(file, Array("bayplan1.cut".utf8), mode: 0o600)
                peer.stream.close()
                try await eventually {
                    sink.records.contains {
                        $0.level == .error && $0.message.contains("nothing to connect with")
                    }
                }
                let other = Token.of(
                    "cellar", at: "\(secured.aggregator.address)", pin: secured.authority.publicKeySHA256)
                _ = try Token.file(folder, "token", [other])
                try await eventually { sink.lines.contains { $0.contains("cellar") && $0.contains("attic") } }
                _ = try Token.file(folder, "token", [new])
                let (_, next) = try await secured.aggregator.welcoming(.wait)
                #expect(next.credential == new.credential.text)
            }
        }
    }

    /// Each file of tokens is a group of its own; the lines of one are tried in turn.
    @Test func `reports to the aggregators of two files at once, and along the lines of one`() async throws {
        try await TemporaryDirectory.with { folder in
            let (one, other) = (try Secured(folder + "/1"), try Secured(folder + "/2"))
            let dead = Token.of("attic", at: "127.0.0.1:\(try Places.freePort())")
            let tokens = (one.token(), other.token())
            let first = try Token.file(folder, "first", [dead, tokens.0])
            let second = try Token.file(folder, "second", [tokens.1])
            try await Self.with(folder, ["--token-file", first, "--token-file", second]) { _, _ in
                let (_, hello) = try await one.aggregator.welcoming(.wait)
                let (_, also) = try await other.aggregator.welcoming(.wait)
                #expect(hello.credential == tokens.0.credential.text)
                #expect(also.credential == tokens.1.credential.text)
                #expect(hello.epoch == also.epoch && hello.instance == also.instance)
            }
        }
    }
}
