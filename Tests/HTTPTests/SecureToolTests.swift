import HTTPServer
import OS
import TLS
import TestSupport
import Testing

/// HTTPS with the programs that people use: curl and `openssl s_client`.
@Suite struct `The real curl and openssl` {
    private func curl(_ arguments: [String]) async throws -> ProcessFixture.Finished {
        ToolUse.record("curl")
        return try await ProcessFixture.run(
            "/usr/bin/curl", ["--silent", "--show-error", "--max-time", "20"] + arguments)
    }

    /// `input` is a shell command whose output is typed.
    private func openssl(
        _ address: SocketAddress, _ options: String, typing input: String = "true"
    ) async throws -> ProcessFixture.Finished {
        ToolUse.record("openssl")
        let command =
            "\(input) | openssl s_client -connect \(address) -CAfile \(Secure.authority.authorityFile) "
            + "-verify_return_error \(options)"
        return try await ProcessFixture.run("/bin/sh", ["-c", command])
    }

    private var trust: [String] { ["--cacert", Secure.authority.authorityFile] }

    @Test func `get, post and stream`() async throws {
        try await TemporaryDirectory.with { folder in
            let big = "\(folder)/big"
            let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
            try writeFileAtomically(big, bytes)
            let handler = { @Sendable (request: HTTPServerRequest, exchange: HTTPExchange) in
                guard request.path == "/stream" else {
                    return exchange.answer(
                        HTTPServerResponse(status: 200, body: request.body + Array("!".utf8)))
                }
                let stream = exchange.stream()
                Task {
                    for _ in 0..<100 { try await stream.send(bytes) }
                    stream.finish()
                }
            }
            try await withSecureServer(answering: handler) { _, address in
                for version in [["--tls-max", "1.2"], ["--tlsv1.3"]] {
                    let got = try await curl(
                        trust + version + ["https://\(address)/a", "https://\(address)/b"])
                    #expect(got.status == 0, "\(got.errors)")
                    #expect(got.output == "!!")
                }
                let posted = try await curl(
                    trust + ["--data-binary", "@\(big)", "-o", "\(folder)/back", "https://\(address)/"])
                #expect(posted.status == 0, "\(posted.errors)")
                #expect(try readFile("\(folder)/back", limit: 2_000_000) == bytes + Array("!".utf8))
                let streamed = try await curl(
                    trust + ["-o", "/dev/null", "-w", "%{size_download}", "https://\(address)/stream"])
                #expect(streamed.status == 0 && streamed.output == "100000000", "\(streamed.errors)")
                let slow = try await curl(
                    trust + ["--limit-rate", "3M", "-o", "\(folder)/slow", "--data-binary", "@\(big)"]
                        + ["https://\(address)/"])
                #expect(slow.status == 0, "\(slow.errors)")
                #expect(try readFile("\(folder)/slow", limit: 2_000_000).count == 1_000_001)
            }
        }
    }

    @Test func `refuse what they should, and are refused`() async throws {
        try await TemporaryDirectory.with { folder in
            let stranger = try CertificateAuthority.loadOrMake(in: folder, names: ["x"], now: WallClock.now())
            try await withSecureServer { _, address in
                let port = address.port ?? 0
                let wrong = try await curl(["--cacert", stranger.authorityFile, "https://\(address)/"])
                #expect(wrong.status == 60, "\(wrong.errors)")
                let name = try await curl(
                    trust + [
                        "--resolve", "other.example:\(port):127.0.0.1", "https://other.example:\(port)/",
                    ])
                #expect(name.status == 60, "\(name.errors)")
                let old = try await curl(
                    trust + ["--tls-max", "1.1", "--ciphers", "ALL:@SECLEVEL=0", "https://\(address)/"])
                #expect(old.status == 35, "\(old.errors)")
                let plain = try await curl(["-w", "%{http_code}", "-o", "/dev/null", "http://\(address)/"])
                #expect(plain.output == "400", "\(plain.errors)")
            }
        }
    }

    /// Issue 3, bad input: TLS 1.1; nor are renegotiation and resumption there to be abused.
    @Test func `find TLS 1.2 and 1.3 and nothing else`() async throws {
        let asked = Noted(0)
        try await withSecureServer(answering: {
            asked.withLock { $0 += 1 }
            $1.answer(.text("done \($0.path)"))
        }) { _, address in
            for version in ["-tls1", "-tls1_1"] {
                let old = try await openssl(address, "\(version) -cipher ALL:@SECLEVEL=0")
                #expect(old.status != 0)
                #expect(old.errors.contains("protocol version"), "\(old.errors)")
            }
            let weak = try await openssl(address, "-tls1_2 -cipher AES128-SHA:AES256-GCM-SHA384:@SECLEVEL=0")
            #expect(weak.status != 0)
            #expect(asked.withLock { $0 } == 0)
            for version in ["-tls1_2", "-tls1_3"] {
                let new = try await openssl(address, "\(version) -alpn h2,http/1.1 -verify_ip 127.0.0.1")
                #expect(new.status == 0, "\(new.errors)")
                #expect(new.output.contains("Verify return code: 0 (ok)"))
                #expect(new.output.contains("ALPN protocol: http/1.1"))
                #expect(new.output.contains("Compression: NONE"))
                #expect(!new.output.contains("session ticket:"))
            }
            let request = "printf 'GET /k HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n'"
            let keys = try await openssl(
                address, "-tls1_3", typing: "(sleep 0.3; echo K; sleep 0.3; \(request); sleep 0.5)")
            #expect(keys.errors.contains("KEYUPDATE"), "\(keys.output) \(keys.errors)")
            #expect(keys.output.contains("done /k"), "\(keys.output) \(keys.errors)")
            let again = try await openssl(address, "-tls1_2", typing: "(echo R; sleep 0.5)")
            #expect(
                (again.output + again.errors).contains("no renegotiation"), "\(again.output) \(again.errors)")
        }
    }
}
