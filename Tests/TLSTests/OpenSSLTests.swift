import OS
import TLS
import TestSupport
import Testing

/// The same with OpenSSL's own program at the other end, as an administrator would try it.
@Suite struct `The real openssl` {
    private let soon = Deadline.after(.seconds(60))

    private func openssl(_ arguments: [String]) async throws -> ProcessFixture.Finished {
        ToolUse.record("openssl")
        return try await ProcessFixture.run("/usr/bin/openssl", arguments, within: .seconds(60))
    }

    /// Runs `openssl s_server -www` with these files while `body` runs.
    private func withServer(
        chain: String, key: String, _ options: [String] = [], _ body: (SocketAddress) async throws -> Void
    ) async throws {
        ToolUse.record("openssl")
        let port = try Places.freePort()
        let server = try ProcessFixture(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", chain, "-cert_chain", chain, "-key", key,
                "-www",
            ]
                + options)
        _ = try await server.waitForLine(containing: "ACCEPT", within: .seconds(60))
        try await body(SocketAddress("127.0.0.1:\(port)"))
    }

    private func page(_ address: SocketAddress, _ context: TLSClientContext) async throws -> (String, String?)
    {
        let stream = try await TLSConnector(SocketConnector(address), context).connectSecurely(deadline: soon)
        try await stream.write(Array("GET / HTTP/1.0\r\n\r\n".utf8), deadline: soon)
        var page: [UInt8] = []
        while true {
            let bytes = try await stream.read(atMost: 4_096, deadline: soon)
            if bytes.isEmpty { break }
            page += bytes
        }
        return (String(decoding: page, as: UTF8.self), stream.version)
    }

    @Test func `verifies the chain, strictly and by name`() async throws {
        let authority = Sample.make(names: ["node1.example", "192.0.2.7"], now: WallClock.now())
        for name in [["-verify_hostname", "node1.example"], ["-verify_ip", "192.0.2.7"]] {
            let arguments = [
                "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", authority.authorityFile,
            ]
            let verified = try await openssl(arguments + name + [authority.chainFile])
            #expect(verified.status == 0, "\(verified.errors)")
        }
        let other = try await openssl([
            "verify", "-CAfile", Sample.stranger.authorityFile, authority.chainFile,
        ])
        #expect(other.status != 0)
        let key = try await openssl(["pkey", "-in", authority.keyFile, "-noout", "-check"])
        #expect(key.status == 0)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"]) func `serves us`(version: String) async throws {
        try await withServer(chain: Sample.authority.chainFile, key: Sample.authority.keyFile, [version]) {
            address in
            let (page, spoken) = try await page(address, try Sample.client(name: "127.0.0.1"))
            #expect(page.hasPrefix("HTTP/1.0 200"))
            #expect(spoken == (version == "-tls1_2" ? "TLSv1.2" : "TLSv1.3"))
            let wrong = await #expect(throws: StreamError.self) {
                let pin = TLSTrust.pinned(publicKeySHA256: Sample.stranger.publicKeySHA256, name: nil)
                _ = try await self.page(address, try Sample.client(pin))
            }
            #expect(wrong?.kind == .insecure)
            #expect(wrong?.sentence.contains("is not signed by the authority of this token") == true)
        }
    }

    /// Issue 3, bad input: TLS 1.1.
    @Test func `is refused when it speaks only TLS 1.1`() async throws {
        let old = ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
        try await withServer(chain: Sample.authority.chainFile, key: Sample.authority.keyFile, old) {
            address in
            let error = await #expect(throws: StreamError.self) {
                _ = try await page(address, try Sample.client())
            }
            #expect(error?.kind == .insecure)
            #expect(error?.sentence.contains("does not speak TLS 1.2 or newer") == true)
        }
    }

    @Test func `makes a certificate for clients only, which no server may show`() async throws {
        try await TemporaryDirectory.with { folder in
            let authority = Sample.make(names: ["a.example"], now: WallClock.now())
            let (request, leaf, extensions) = ("\(folder)/r.pem", "\(folder)/leaf.pem", "\(folder)/x")
            try writeFileAtomically(extensions, Array("extendedKeyUsage=clientAuth\n".utf8))
            let asked = try await openssl([
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=x",
                "-keyout", "\(folder)/k.pem", "-out", request,
            ])
            try #require(asked.status == 0, "\(asked.errors)")
            let signed = try await openssl([
                "x509", "-req", "-in", request, "-CA", authority.authorityFile, "-CAkey",
                "\(authority.folder)/ca-key.pem", "-days", "9", "-extfile", extensions, "-out", leaf,
            ])
            try #require(signed.status == 0, "\(signed.errors)")
            let chain =
                try readFile(leaf, limit: 10_000) + (try readFile(authority.authorityFile, limit: 10_000))
            try writeFileAtomically(leaf, chain)
            let pin = TLSTrust.pinned(publicKeySHA256: authority.publicKeySHA256, name: nil)
            let pair = Pair(
                try TLSClientContext(pin), try TLSServerContext(chainFile: leaf, keyFile: "\(folder)/k.pem"))
            pair.pump()
            #expect(pair.clientError?.kind == .untrusted)
            #expect(pair.clientError?.sentence.contains("purpose") == true)
        }
    }

    @Test func `makes a key with a passphrase, which is refused without asking for it`() async throws {
        try await TemporaryDirectory.with { folder in
            let locked = try await openssl([
                "pkey", "-in", Sample.authority.keyFile, "-aes256", "-passout", "pass:x", "-out",
                "\(folder)/k.pem",
            ])
            try #require(locked.status == 0, "\(locked.errors)")
            let error = #expect(throws: TLSError.self) {
                _ = try TLSServerContext(chainFile: Sample.authority.chainFile, keyFile: "\(folder)/k.pem")
            }
            #expect(error?.sentence.contains("is protected by a passphrase") == true)
        }
    }

    @Test func `makes an administrator's certificate, RSA and signed by itself, which works too`()
        async throws
    {
        try await TemporaryDirectory.with { folder in
            let (chain, key) = ("\(folder)/c.pem", "\(folder)/k.pem")
            let made = try await openssl([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-addext",
                "subjectAltName=DNS:admin.example", "-days", "9", "-keyout", key, "-out", chain,
            ])
            try #require(made.status == 0, "\(made.errors)")
            let server = try TLSServerContext(chainFile: chain, keyFile: key)
            for trust in [
                TLSTrust.file(chain, name: "admin.example"),
                .pinned(publicKeySHA256: server.chain[0].publicKeySHA256, name: "admin.example"),
            ] {
                let pair = Pair(try TLSClientContext(trust), server)
                pair.pump()
                #expect(pair.isEstablished, "\(pair.clientError?.sentence ?? "")")
            }
        }
    }
}
