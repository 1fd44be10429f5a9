import AgentCore
import Glibc
import OS
import TestSupport
import Testing
import Wire

@Suite struct `An agent's identity` {
    @Test func `is made once, for its owner only, and read again after that`() async throws {
        try await TemporaryDirectory.with { folder in
            var random = SystemRandom()
            let first = try Identity.load(from: folder, using: &random)
            let bytes = try readFile(folder + "/identity.json", limit: 10_000)
            #expect(mode(of: folder + "/identity.json") == 0o600)
            let second = try Identity.load(from: folder, using: &random)
            #expect(first == second)
            #expect(try readFile(folder + "/identity.json", limit: 10_000) == bytes)
            #expect(first.digestKey != first.secretKey && first.instance.id != first.instance.secret)
            let other = Identity(using: &random)
            #expect(other != first)
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"instance":"x","secret":"y","digestKey":"z","secretKey":"w"}"#,
        #"{"instance":5,"secret":"y","digestKey":"z","secretKey":"w"}"#,
    ]) func `that is damaged is an error that says what to do, and stays as it is`(text: String) async throws
    {
        try await TemporaryDirectory.with { folder in
            let path = folder + "/identity.json"
            try writeFileAtomically(path, Array(text.utf8))
            var random = SystemRandom()
            let error = #expect(throws: StateError.self) { try Identity.load(from: folder, using: &random) }
            let sentence = "\(try #require(error))"
            #expect(
                sentence.contains(path) && sentence.contains("damaged")
                    && sentence.contains("bayplan host rm"))
            #expect(try readFile(path, limit: 10_000) == Array(text.utf8))
        }
    }

    @Test func `that can't be kept is an error`() async throws {
        try await TemporaryDirectory.with { folder in
            try writeFileAtomically(folder + "/file", [])
            var random = SystemRandom()
            #expect(throws: StateError.self) { try Identity.load(from: folder + "/file", using: &random) }
            #expect(throws: StateError.self) { try Identity.load(from: folder + "/missing", using: &random) }
        }
    }

    private func mode(of path: String) -> UInt32 {
        var facts = stat()
        _ = unsafe lstat(path, &facts)
        return facts.st_mode & 0o777
    }
}
