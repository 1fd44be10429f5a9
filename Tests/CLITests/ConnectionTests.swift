import Access
import CLI
import Inventory
import OS
import TLS
import TestSupport
import Testing

/// Requirements A3, H7: how the program finds its aggregator, knows it, and says who asks.
@Suite(.timeLimit(.minutes(1))) struct `A connection` {
    private static let hosts = routes(FleetFixture.all)

    /// A stub, and a file with a token for it.
    private static func with(
        _ subject: AccessToken.Subject = .scope(.read), before others: [String] = [],
        answer: @escaping @Sendable (String) -> StubAggregator.Answer = hosts,
        _ body: (_ stub: SecureStub, _ token: AccessToken, _ file: String, _ folder: String) async throws ->
            Void
    ) async throws {
        try await TemporaryDirectory.with { folder in
            let stub = try SecureStub(folder + "/tls", answer: answer)
            let token = stub.token(subject, before: others)
            let file = folder + "/token"
            try writeFileAtomically(file, Array("# for tests\n\(token.text)\n".utf8))
            try await body(stub, token, file, folder)
        }
    }

    @Test func `needs nothing but a token's file`() async throws {
        try await Self.with { stub, token, file, _ in
            let run = await bayplan(["host", "ls", "-q", "--token-file", file], with: [stub])
            #expect(run.code == .ok && run.lines == ["h1", "h2"], "\(run.notes)")
            #expect(stub.authorizations == ["Authorization: Bearer \(token.credential.text)"])
            let byName = await bayplan(
                ["host", "ls", "-q"], environment: ["BAYPLAN_TOKEN_FILE": file], with: [stub])
            #expect(byName.code == .ok)
        }
    }

    /// Of url, socket and token the closest says where; a token beside a url says only who.
    @Test func `goes where the closest setting says`() async throws {
        try await Self.with(before: []) { stub, token, file, folder in
            let url = "https://\(stub.address)"
            let flag = await bayplan(
                ["host", "ls", "-q", "--url", url], environment: ["BAYPLAN_TOKEN_FILE": file], with: [stub])
            #expect(flag.code == .ok)
            #expect(stub.authorizations.last == "Authorization: Bearer \(token.credential.text)")
            let closer = await bayplan(
                ["host", "ls", "-q", "--token-file", file],
                environment: ["BAYPLAN_URL": "https://127.0.0.1:1"], with: [stub])
            #expect(closer.code == .ok)
            let socket = await bayplan(
                ["host", "ls", "--socket", folder + "/none"], environment: ["BAYPLAN_TOKEN_FILE": file],
                with: [stub])
            #expect(socket.code == .unreachable && socket.notes.contains(folder + "/none"))
        }
    }

    /// A1: clients fail over as agents do, in the order that is given.
    @Test func `goes to the next of several URLs when one doesn't answer`() async throws {
        try await Self.with { stub, _, file, _ in
            let free = try Places.freePort()
            let both = "https://127.0.0.1:\(free),https://\(stub.address)"
            let run = await bayplan(
                ["host", "ls", "-q", "--url", both, "--token-file", file], with: [stub])
            #expect(run.code == .ok && run.lines == ["h1", "h2"], "\(run.notes)")
            let wrong = await bayplan(
                ["host", "ls", "--url", both + ",", "--token-file", file], with: [stub])
            #expect(wrong.code == .usage && wrong.notes.contains("--url: must be"))
        }
    }

    /// On the way a token would be anybody's.
    @Test func `shows no token without TLS`() async throws {
        try await Self.with { stub, _, file, folder in
            let run = await bayplan(
                ["host", "ls", "--url", "http://\(stub.address)", "--token-file", file], with: [stub])
            #expect(run.code == .unreachable && run.notes.contains("https://"), "\(run.notes)")
            let plain = try SecureStub(folder + "/plain", isPlain: true, answer: Self.hosts)
            let open = await bayplan(
                ["host", "ls", "-q", "--url", "http://\(plain.address)", "--token-file", file], with: [plain])
            #expect(open.code == .ok && plain.authorizations.isEmpty)
        }
    }

    @Test func `is not made to a server with another authority`() async throws {
        try await Self.with { stub, token, file, folder in
            let forged = AccessToken(
                addresses: token.addresses, pin: [UInt8](repeating: 9, count: 32), checksName: false,
                subject: token.subject, credential: token.credential)
            try writeFileAtomically(file, Array(forged.text.utf8))
            let run = await bayplan(["host", "ls", "--token-file", file], with: [stub])
            #expect(run.code == .unreachable && run.notes.contains("authority"), "\(run.notes)")
            #expect(run.notes.contains("Nothing was asked of https://\(stub.address)"))
            let system = await bayplan(["host", "ls", "--url", "https://\(stub.address)"], with: [stub])
            #expect(system.code == .unreachable)
            #expect(stub.authorizations.isEmpty)
            // The authority's file does as well as a pin, and goes before it.
            let named = await bayplan(
                ["host", "ls", "-q", "--token-file", file, "--ca-file", folder + "/tls/ca.pem"], with: [stub])
            #expect(named.code == .ok, "\(named.notes)")
            let missing = await bayplan(
                ["host", "ls", "--token-file", file, "--ca-file", folder + "/none.pem"], with: [stub])
            #expect(missing.code == .usage && missing.notes.contains("none.pem"))
        }
    }

    @Test func `tries a token's next address when one doesn't answer`() async throws {
        let dead = "127.0.0.1:\(try Places.freePort())"
        try await Self.with(before: [dead]) { stub, _, file, _ in
            let run = await bayplan(["host", "ls", "-q", "--token-file", file], with: [stub])
            #expect(run.code == .ok && run.lines == ["h1", "h2"], "\(run.notes)")
            let none = await bayplan(
                ["host", "ls", "--token-file", file, "--timeout", "500ms"], with: [])
            #expect(none.code == .unreachable || none.code == .timedOut)
        }
    }

    /// Several lines are aggregators that stand in for each other, each with its own secret.
    @Test func `goes to the next aggregator when one is gone`() async throws {
        try await Self.with { first, one, file, folder in
            let second = try SecureStub(folder + "/tls2", answer: Self.hosts)
            let other = second.token(.scope(.read))
            try writeFileAtomically(file, Array("\(one.text)\n\(other.text)\n".utf8))
            first.listener.close()
            let run = await bayplan(["host", "ls", "-q", "--token-file", file], with: [second])
            #expect(run.code == .ok && run.lines == ["h1", "h2"], "\(run.notes)")
            #expect(second.authorizations == ["Authorization: Bearer \(other.credential.text)"])
        }
    }

    @Test func `is not made with a file that others can read, or that holds no token for people`()
        async throws
    {
        try await Self.with { stub, token, file, folder in
            try writeFileAtomically(file, Array(token.text.utf8), mode: 0o644)
            let open = await bayplan(["host", "ls", "--token-file", file], with: [stub])
            #expect(open.code == .notAllowed && open.notes.contains("chmod 600 \(file)"))
            let attic = try #require(HostID("attic"))
            for (text, says) in [
                (stub.token(.host(attic)).text, "for the agent of host attic"),
                (String(token.text.dropLast(9)), "cut short"),
                ("", "holds no token"), ("bayplan2.x", "another release"),
            ] {
                try writeFileAtomically(file, Array(text.utf8))
                let run = await bayplan(["host", "ls", "--token-file", file], with: [stub])
                #expect(run.code == .notAllowed && run.notes.contains(says), "\(run.notes)")
                #expect(!run.notes.contains(text.isEmpty ? "?" : String(text.suffix(20))))
            }
            let missing = await bayplan(["host", "ls", "--token-file", folder + "/none"], with: [stub])
            #expect(missing.code == .notAllowed && missing.notes.contains(folder + "/none"))
            #expect(stub.authorizations.isEmpty)
        }
    }

    @Test(arguments: [401, 403]) func `that isn't allowed ends with 4 and the aggregator's reason`(
        status: Int
    )
        async throws
    {
        let problem = #"{"detail":"token 7kq2 expired at noon; create one"}"#
        try await Self.with(answer: { _ in .init(status: status, body: problem) }) { stub, _, file, _ in
            for words in [["ps"], ["watch"], ["token", "ls"]] {
                let run = await bayplan(words + ["--token-file", file], with: [stub])
                #expect(run.code == .notAllowed)
                #expect(run.notes == "bayplan: token 7kq2 expired at noon; create one.\n")
            }
        }
    }
}
