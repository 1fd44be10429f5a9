import OS
import TLS
import TestSupport
import Testing

/// A3: the aggregator makes its own authority and certificate at its first start.
@Suite struct `A certificate authority` {
    private let now = Sample.now
    private let day = Sample.day

    private func load(_ folder: String, _ names: [String] = ["a.example"], now: Int64) throws(TLSError)
        -> CertificateAuthority
    {
        try CertificateAuthority.loadOrMake(in: folder, names: names, now: now)
    }

    private func bytes(_ path: String) throws -> [UInt8] { try readFile(path, limit: 100_000) }

    @Test func `is made once, for its owner only, and found again`() async throws {
        try await TemporaryDirectory.with { parent in
            let folder = "\(parent)/tls"
            let made = try load(folder, ["a.example", "10.0.0.7", "FE80::1", "a.example"], now: now)
            #expect(made.deed == .made)
            #expect(made.publicKeySHA256.count == 32)
            #expect(made.server.names == ["a.example", "10.0.0.7", "fe80::1"])
            #expect(made.authority.isAuthority && !made.server.isAuthority)
            #expect(made.server.issuer == made.authority.subject)
            #expect(made.server.notBefore == now - 3 * day && made.server.notAfter == now + 365 * day)
            #expect(made.authority.notAfter == now + 3_653 * day)
            for name in ["ca-key.pem", "server-key.pem"] {
                #expect(try filePermissions("\(folder)/\(name)").mode == 0o600)
            }
            for name in ["ca.pem", "server.pem"] {
                #expect(try filePermissions("\(folder)/\(name)").mode == 0o644)
            }
            #expect(try filePermissions(folder).mode & 0o077 == 0)
            let again = try load(folder, ["10.0.0.7"], now: now + day)
            #expect(again.deed == .loaded)
            #expect(again.authority == made.authority && again.server == made.server)
            #expect(try CertificateFacts.read(made.chainFile) == [made.server, made.authority])
        }
    }

    @Test func `renews the server's certificate when two thirds of its time are over`() async throws {
        try await TemporaryDirectory.with { folder in
            let made = try load(folder, now: now)
            let key = try bytes(made.keyFile)
            #expect(made.renewalTime == made.server.renewalTime)
            #expect(try load(folder, now: made.renewalTime - 1).deed == .loaded)
            let renewed = try load(folder, now: made.renewalTime)
            #expect(renewed.deed == .renewed)
            #expect(renewed.server.notAfter == made.renewalTime + 365 * day)
            #expect(renewed.authority == made.authority)
            #expect(try bytes(made.keyFile) == key, "only one file is replaced, so no moment has half of it")
            #expect(try load(folder, now: made.renewalTime).deed == .loaded)
        }
    }

    @Test func `keeps its key when its own certificate is renewed, so tokens stay good`() async throws {
        try await TemporaryDirectory.with { folder in
            let made = try load(folder, now: now)
            let later = now + 8 * 365 * day
            let renewed = try load(folder, now: later)
            #expect(renewed.deed == .renewed)
            #expect(renewed.authority.notAfter == later + 3_653 * day)
            #expect(renewed.publicKeySHA256 == made.publicKeySHA256)
            #expect(renewed.authority.subject == made.authority.subject)
            let pair = Pair(
                try TLSClientContext(
                    .pinned(publicKeySHA256: made.publicKeySHA256, name: "a.example"), clock: { later }),
                try Sample.server(renewed))
            pair.pump()
            #expect(pair.isEstablished)
        }
    }

    @Test func `makes a new certificate when a name is missing`() async throws {
        try await TemporaryDirectory.with { folder in
            _ = try load(folder, ["a.example"], now: now)
            let wider = try load(folder, ["a.example", "192.0.2.1"], now: now)
            #expect(wider.deed == .renewed)
            #expect(wider.server.names == ["a.example", "192.0.2.1"])
            #expect(try load(folder, ["192.0.2.1"], now: now).deed == .loaded)
        }
    }

    @Test func `goes on from every moment at which the first start may have died`() async throws {
        try await TemporaryDirectory.with { parent in
            let order = ["ca-key.pem", "ca.pem", "server-key.pem", "server.pem"]
            for count in 0...4 {
                let folder = "\(parent)/\(count)"
                let whole = try load(folder, now: now)
                for name in order.dropFirst(count) { try removeFile("\(folder)/\(name)") }
                let again = try load(folder, now: now)
                if count > 0 { #expect(again.publicKeySHA256 == whole.publicKeySHA256) }
                #expect(try CertificateFacts.read(again.chainFile) == [again.server, again.authority])
                let pair = Pair(
                    try Sample.client(.pinned(publicKeySHA256: again.publicKeySHA256, name: "a.example")),
                    try Sample.server(again))
                pair.pump()
                #expect(pair.isEstablished)
            }
        }
    }

    @Test func `refuses a folder without its key, and replaces nothing`() async throws {
        try await TemporaryDirectory.with { folder in
            _ = try load(folder, now: now)
            try removeFile("\(folder)/ca-key.pem")
            let before = try bytes("\(folder)/ca.pem")
            let error = #expect(throws: TLSError.self) { _ = try load(folder, now: now) }
            #expect(error?.kind == .badFile)
            #expect(error?.sentence.contains("\(folder)/ca-key.pem is missing") == true)
            #expect(try bytes("\(folder)/ca.pem") == before)
            #expect(!fileExists("\(folder)/ca-key.pem"))
        }
    }

    @Test func `refuses what does not belong together`() async throws {
        try await TemporaryDirectory.with { folder in
            _ = try load(folder, now: now)
            try writeFileAtomically("\(folder)/ca.pem", try bytes(Sample.stranger.authorityFile))
            let error = #expect(throws: TLSError.self) { _ = try load(folder, now: now) }
            #expect(error?.sentence.contains("is not the certificate of the authority whose key") == true)
        }
    }

    @Test(arguments: ["ca-key.pem", "ca.pem", "server-key.pem", "server.pem"])
    func `refuses a damaged file with a sentence`(name: String) async throws {
        try await TemporaryDirectory.with { folder in
            _ = try load(folder, now: now)
            let path = "\(folder)/\(name)"
            var damaged = try bytes(path)
            damaged[damaged.count / 3] = UInt8(ascii: "!")
            for content in [damaged, [], Array(damaged.prefix(damaged.count / 2)), [0, 255, 1]] {
                try writeFileAtomically(path, content, mode: 0o600)
                let error = #expect(throws: TLSError.self) { _ = try load(folder, now: now) }
                #expect(error?.kind == .badFile)
                #expect(error?.sentence.contains(path) == true)
                #expect(try bytes(path) == content)
            }
        }
    }

    @Test func `refuses a key that others may read`() async throws {
        try await TemporaryDirectory.with { folder in
            _ = try load(folder, now: now)
            let key = try bytes("\(folder)/ca-key.pem")
            try writeFileAtomically("\(folder)/ca-key.pem", key, mode: 0o644)
            let error = #expect(throws: TLSError.self) { _ = try load(folder, now: now) }
            #expect(error?.sentence.contains("chmod 600") == true)
        }
    }

    @Test func `refuses names that are none`() async throws {
        try await TemporaryDirectory.with { folder in
            for name in [
                "", "a,URI:http://x", "a b", "ü.example", "a\nb", "x:y", String(repeating: "a", count: 254),
            ] {
                let error = #expect(throws: TLSError.self) { _ = try load(folder, [name], now: now) }
                #expect(error?.kind == .wrongName)
            }
            #expect(!fileExists("\(folder)/ca-key.pem"))
            let many = (0...CertificateAuthority.mostNames).map { "n\($0)" }
            #expect(throws: TLSError.self) { _ = try load(folder, many, now: now) }
        }
    }

    /// A board without a battery starts in 1970 until it has asked the network.
    @Test func `leaves its certificates alone while the clock is behind them`() async throws {
        try await TemporaryDirectory.with { folder in
            let made = try load(folder, now: now)
            let early = try load(folder, now: 1_000_000)
            #expect(early.deed == .loaded)
            #expect(early.server == made.server)
            let wider = try load(folder, ["b.example"], now: 1_000_000)
            #expect(wider.deed == .renewed)
            #expect(wider.server.notAfter > now + 300 * day)
        }
    }
}
