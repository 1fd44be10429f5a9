import Access
import Inventory
import OS
import TestSupport
import Testing

/// Requirement A3: one string that takes a client to its aggregator.
@Suite struct `An access token` {
    private static func token(_ subject: AccessToken.Subject, pin: [UInt8]? = Array(0..<32)) -> AccessToken {
        var random = SplitMix64(seed: 7)
        return AccessToken(
            addresses: ["attic.example:4680", "[2001:db8::1]:4680"], pin: pin, checksName: pin == nil,
            subject: subject, credential: Credential(using: &random))
    }

    @Test func `comes back from its text`() throws {
        for scope in Scope.allCases {
            let token = Self.token(.scope(scope))
            #expect(try AccessToken(text: token.text) == token)
        }
        let host = Self.token(.host(try #require(HostID("attic"))), pin: nil)
        #expect(try AccessToken(text: host.text) == host)
    }

    @Test func `is refused when any end of it is missing`() {
        let text = Self.token(.scope(.read)).text
        for length in 0..<text.utf8.count {
            #expect(throws: AccessError.self) { try AccessToken(text: text.prefix(length)) }
        }
        #expect(throws: AccessError.self) { try AccessToken(text: text + "A") }
    }

    @Test func `is refused when one character of it is wrong`() {
        let text = Array(Self.token(.scope(.admin)).text.utf8)
        for index in text.indices {
            var other = text
            other[index] = other[index] == 0x41 ? 0x42 : 0x41
            #expect(throws: AccessError.self) {
                try AccessToken(text: String(decoding: other, as: UTF8.self))
            }
        }
    }

    @Test func `never shows its secret where it is printed`() {
        let token = Self.token(.scope(.admin))
        let secret = Base64URL.text(token.credential.secret)
        var dumped = ""
        dump(token, to: &dumped)
        dump(token.credential, to: &dumped)
        #expect(!"\(token) \(token.credential) \(dumped)".contains(secret))
        #expect(!dumped.contains(", 1"))
    }

    @Test(arguments: 0...40) func `is written in an alphabet that loses nothing`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 251) }
        #expect(Base64URL.bytes(Base64URL.text(bytes)) == bytes)
    }

    @Test func `orders what its scopes may do`() {
        #expect(Scope.allCases == Scope.allCases.sorted())
    }
}

/// Requirement A3: secrets from files.
@Suite struct `A token file` {
    @Test func `gives its tokens in order, without blanks and comments`() async throws {
        try await TemporaryDirectory.with { folder in
            var random = SplitMix64(seed: 1)
            let tokens = (1...3).map { number in
                AccessToken(
                    addresses: ["a:\(number)"], pin: nil, checksName: true, subject: .scope(.read),
                    credential: Credential(using: &random))
            }
            let path = folder + "/token"
            let text = "# ours\n\n  \(tokens[0].text)  \n\(tokens[1].text)\r\n\(tokens[2].text)"
            try writeFileAtomically(path, Array(text.utf8))
            #expect(try TokenFile.read(path) == tokens)
        }
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o606] as [UInt16])
    func `is refused when others can read it`(mode: UInt16) async throws {
        try await TemporaryDirectory.with { folder in
            let path = folder + "/token"
            var random = SplitMix64(seed: 1)
            let token = AccessToken(
                addresses: ["a:1"], pin: nil, checksName: true, subject: .scope(.read),
                credential: Credential(using: &random))
            try writeFileAtomically(path, Array(token.text.utf8), mode: mode)
            if mode == 0o640, try filePermissions(path).owner == 0 {
                #expect(try TokenFile.read(path) == [token], "root may give a file to a service's group")
            } else {
                let error = #expect(throws: AccessError.self) { try TokenFile.read(path) }
                #expect(error?.sentence.contains("chmod 600 \(path)") == true)
            }
        }
    }

    @Test func `says which line is wrong`() async throws {
        try await TemporaryDirectory.with { folder in
            let path = folder + "/token"
            try writeFileAtomically(path, Array("# mine\nbayplan1.AAAA\n".utf8))
            let error = #expect(throws: AccessError.self) { try TokenFile.read(path) }
            #expect(error?.sentence.hasPrefix("\(path), line 2: ") == true)
        }
    }
}
