import OS
import TLS
import TestSupport
import Testing

/// Issue 3, bad input: a wrong certificate authority, a wrong name, a clock that is off.
@Suite struct `A client` {
    private func refusal(
        _ trust: TLSTrust, by authority: CertificateAuthority = Sample.authority, now: Int64 = Sample.now
    ) throws -> TLSError? {
        let pair = Pair(try Sample.client(trust, now: now), try Sample.server(authority))
        try? pair.client.send(Array("a secret".utf8))
        pair.pump()
        #expect(pair.client.isEstablished == (pair.clientError == nil))
        #expect(pair.atServer.isEmpty == (pair.clientError != nil), "nothing is sent to a stranger")
        if pair.clientError != nil {
            #expect(pair.serverError?.kind == .untrusted || pair.serverError?.kind == .other)
        }
        return pair.clientError
    }

    private var pin: [UInt8] { Sample.authority.publicKeySHA256 }

    @Test func `accepts the authority it knows by its key, by its file, by a name and by an address`() throws
    {
        #expect(try refusal(.pinned(publicKeySHA256: pin, name: nil)) == nil)
        let file = Sample.authority.authorityFile
        for name in ["node1.example", "NODE1.example", "a.wild.example", "127.0.0.1", "::1", "0:0::1"] {
            #expect(try refusal(.pinned(publicKeySHA256: pin, name: name)) == nil, "\(name)")
            #expect(try refusal(.file(file, name: name)) == nil, "\(name)")
        }
    }

    @Test func `refuses another authority`() throws {
        let error = try #require(try refusal(.pinned(publicKeySHA256: pin, name: nil), by: Sample.stranger))
        #expect(error.kind == .untrusted)
        #expect(
            error.sentence
                == """
                The certificate that agg.example:4681 shows is not signed by the authority of this token; nothing was \
                sent. Check the address; if the aggregator was set up anew, make a new token there.
                """)
        let file = Sample.authority.authorityFile
        let other = try #require(try refusal(.file(file, name: "node1.example"), by: Sample.stranger))
        #expect(other.kind == .untrusted)
        #expect(other.sentence.contains(file))
        let unknown = try #require(try refusal(.system(name: "node1.example")))
        #expect(unknown.kind == .untrusted)
        #expect(unknown.sentence.contains("that this system trusts"))
    }

    /// Everybody can show the authority's certificate, which is public; what counts is the signature.
    @Test func `refuses a stranger's certificate beside the right authority`() async throws {
        try await TemporaryDirectory.with { folder in
            let own = try PEMText(Sample.stranger.chainFile).certificates
            let real = try PEMText(Sample.authority.authorityFile).certificates
            for (index, chain) in [
                [own[0], real[0]], [own[0], own[1], real[0]], [own[0], real[0], own[1]],
            ].enumerated() {
                let path = "\(folder)/\(index).pem"
                try writeFileAtomically(path, Array(chain.joined().utf8))
                let server = try TLSServerContext(chainFile: path, keyFile: Sample.stranger.keyFile)
                let pair = Pair(try Sample.client(), server)
                pair.pump()
                #expect(pair.clientError?.kind == .untrusted)
                #expect(!pair.client.isEstablished && !pair.server.isEstablished)
            }
        }
    }

    @Test func `refuses a pin that is the server's own key, which is no authority`() throws {
        let trust = TLSTrust.pinned(publicKeySHA256: Sample.authority.server.publicKeySHA256, name: nil)
        #expect(try refusal(trust)?.kind == .untrusted)
    }

    @Test func `refuses another name and says which names there are`() throws {
        for name in ["node2.example", "wild.example", "a.b.wild.example", "127.0.0.2", "::2"] {
            let error = try #require(try refusal(.pinned(publicKeySHA256: pin, name: name)))
            #expect(error.kind == .wrongName)
            #expect(
                error.sentence.contains(
                    "is not for \(name) but for node1.example, *.wild.example, 127.0.0.1, ::1"))
        }
        let server = try Sample.server()
        let pair = Pair(try Sample.client(name: "bad\u{0}name"), server)
        pair.pump()
        #expect(throws: TLSError.self) { try pair.client.send([1]) }
        #expect(!pair.client.isEstablished)
    }

    @Test func `refuses a certificate that has expired and shows both times`() throws {
        let later = Sample.now + CertificateAuthority.serverLifetime + 86_400_000
        let error = try #require(try refusal(.pinned(publicKeySHA256: pin, name: nil), now: later))
        #expect(error.kind == .expired)
        #expect(error.sentence.contains("was valid until 2027-11-20T12:00:00Z"))
        #expect(error.sentence.contains("this machine's clock says 2027-11-21T12:00:00Z"))
    }

    @Test func `refuses a certificate whose time has not come and shows both times`() throws {
        let earlier = Sample.now - CertificateAuthority.leadTime - 3_600_000
        let error = try #require(try refusal(.pinned(publicKeySHA256: pin, name: nil), now: earlier))
        #expect(error.kind == .notYetValid)
        #expect(error.sentence.contains("is valid from 2026-11-17T12:00:00Z on"))
        #expect(error.sentence.contains("this machine's clock says 2026-11-17T11:00:00Z"))
    }

    /// Issue 3, bad input: a clock off by a day.
    @Test(arguments: [-1, 1, -2, 300]) func `whose clock is off by days still connects`(days: Int64) throws {
        let now = Sample.now + days * Sample.day
        #expect(try refusal(.pinned(publicKeySHA256: pin, name: nil), now: now) == nil)
    }

    @Test func `refuses a pin of the wrong length and a file without certificates`() throws {
        let short = #expect(throws: TLSError.self) {
            _ = try TLSClientContext(.pinned(publicKeySHA256: [1, 2], name: nil))
        }
        #expect(short?.sentence.contains("32 bytes, not 2") == true)
        let error = #expect(throws: TLSError.self) {
            _ = try TLSClientContext(.file(Sample.authority.keyFile, name: "x"))
        }
        #expect(error?.kind == .badFile)
        #expect(error?.sentence.contains("holds no certificate") == true)
        let missing = #expect(throws: TLSError.self) {
            _ = try TLSClientContext(.file("/nowhere/ca.pem", name: "x"))
        }
        #expect(missing?.sentence.contains("/nowhere/ca.pem could not be read") == true)
    }
}

/// The certificates of a file as pieces of text.
struct PEMText {
    let certificates: [String]

    init(_ path: String) throws {
        let text = String(decoding: try readFile(path, limit: 100_000), as: UTF8.self)
        let end = "-----END CERTIFICATE-----\n"
        var certificates: [String] = []
        var piece = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            piece += line + "\n"
            if piece.hasSuffix(end) {
                certificates.append(piece)
                piece = ""
            }
        }
        self.certificates = certificates
    }
}
