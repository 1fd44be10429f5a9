import OS
import TestSupport
import Testing

/// Requirement A5: the schemas of `proto/schema` describe what is written: every member of it, and nothing else.
@Suite struct `The JSON schemas` {
    private static func validate(_ arguments: [String]) async throws -> ProcessFixture.Finished {
        ToolUse.record("python3-jsonschema")
        // Debian's own Python, which has the package; another one in PATH may not.
        return try await ProcessFixture.run(
            "/usr/bin/python3", [Fixtures.protocolFolder + "/schema/validate.py"] + arguments)
    }

    @Test func `allow every golden frame and every frame of every session, and describe all their members`()
        async throws
    {
        let run = try await Self.validate([
            "--complete", Fixtures.folder + "/frames", Fixtures.folder + "/sessions",
        ])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
    }

    @Test func `allow members that they don't know`() async throws {
        let run = try await Self.validate([Fixtures.folder + "/accepted"])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
    }

    @Test func `refuse members of wrong types`() async throws {
        let bad = [
            #"{"type":"synced","seq":"1","resync":0,"version":0}"#,
            #"{"type":"synced","seq":0,"resync":0,"version":0}"#,
            #"{"type":"synced","resync":0,"version":0}"#,
            #"{"type":"synced","seq":9007199254740992,"resync":0,"version":0}"#,
            #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"removed":true}]}"#,
            #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"\#(Sample.id(1))","status":[]}]}"#,
            #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"\#(Sample.id(1))","status":{"pid":1}}]}"#,
            #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"\#(Sample.id(1))","removed":true,"status":{"state":"a"}}]}"#,
            #"{"type":"need","resync":0,"ids":["4c01db0b339c"]}"#,
            #"{"type":"open","open":"resume"}"#,
            #"{"type":"hello","protocols":[1]}"#,
        ]
        try await TemporaryDirectory.with { folder in
            for (number, text) in bad.enumerated() {
                try writeFileAtomically("\(folder)/\(number).json", Array(text.utf8))
            }
            let run = try await Self.validate(["--refused", folder])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
        }
    }
}
