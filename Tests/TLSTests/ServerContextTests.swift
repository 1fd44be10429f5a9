import OS
import TLS
import TestSupport
import Testing

/// Issue 3: certificates reload without a restart.
@Suite struct `A server's certificate` {
    @Test func `is replaced for new connections while the old ones go on`() async throws {
        try await TemporaryDirectory.with { folder in
            let chain = "\(folder)/chain.pem"
            let key = "\(folder)/key.pem"
            try copy(Sample.authority, chain, key)
            let context = try TLSServerContext(chainFile: chain, keyFile: key)
            let old = Pair(try Sample.client(), context)
            old.pump()
            let halfway = Pair(try Sample.client(), context)
            halfway.toServer(halfway.client.takeOutput())

            try copy(Sample.stranger, chain, key)
            try context.reload()
            #expect(context.chain.first == Sample.stranger.server)
            halfway.pump()
            #expect(halfway.isEstablished)
            try old.client.send([1, 2, 3])
            old.pump()
            #expect(old.atServer == [1, 2, 3])
            let new = Pair(
                try Sample.client(.pinned(publicKeySHA256: Sample.stranger.publicKeySHA256, name: nil)),
                context)
            new.pump()
            #expect(new.isEstablished)
        }
    }

    @Test func `stays when the new files are bad`() async throws {
        try await TemporaryDirectory.with { folder in
            let chain = "\(folder)/chain.pem"
            let key = "\(folder)/key.pem"
            try copy(Sample.authority, chain, key)
            let context = try TLSServerContext(chainFile: chain, keyFile: key)
            let breakages: [(String, () throws -> Void)] = [
                ("is not that of the first certificate", { try copy(Sample.stranger, chain, nil) }),
                ("holds no certificate", { try writeFileAtomically(chain, []) }),
                ("could not be read", { try removeFile(chain) }),
            ]
            for (words, damage) in breakages {
                try damage()
                let error = #expect(throws: TLSError.self) { try context.reload() }
                #expect(error?.kind == .badFile)
                #expect(error?.sentence.contains(words) == true)
                #expect(
                    error?.sentence.hasSuffix("The certificate that was read before stays in use.") == true)
                let pair = Pair(try Sample.client(), context)
                pair.pump()
                #expect(pair.isEstablished)
            }
            try copy(Sample.authority, chain, key)
            try context.reload()
        }
    }

    private func copy(_ authority: CertificateAuthority, _ chain: String, _ key: String?) throws {
        try writeFileAtomically(chain, try readFile(authority.chainFile, limit: 100_000))
        if let key { try writeFileAtomically(key, try readFile(authority.keyFile, limit: 100_000)) }
    }
}
