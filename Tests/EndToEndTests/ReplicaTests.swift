internal import JSON
internal import TestSupport
internal import Testing

/// The watcher of the crash scenarios, on a stream written by hand.
@Suite struct `A replica` {
    private let listing = """
        {"revision":"r.3","items":[{"host":"h1","id":"aa","name":"web","status":{"state":"running"},
        "config":{"name":"web","image":"bb:1"}},{"host":"h1","id":"bb","name":"old","status":{"state":"exited"}}]}
        """
    private let stream = """
        {"type":"put","host":"h1","id":"aa","revision":"r.4","changes":{"status":{"state":"paused"}}}
        {"type":"delete","host":"h1","id":"bb","revision":"r.5"}
        {"type":"put","host":"h2","id":"cc","revision":"r.6","changes":{"status":{"state":"created"},
        """

    private func written(_ text: String, in folder: String) throws -> Program {
        try Program("/usr/bin/printf", ["%s", text], output: "\(folder)/out", errors: "\(folder)/err")
    }

    @Test func `replaces facets, forgets what is removed and leaves out a line that was cut`() async throws {
        try await TemporaryDirectory.with { folder in
            var replica = Replica(listing: try .parse(listing))
            let program = try written(stream, in: folder)
            #expect(await program.ended(within: .seconds(5)) == 0)
            try replica.apply(program)
            #expect(replica.events == 2)
            let expected = """
                {"items":[{"host":"h1","id":"aa","name":"web","status":{"state":"paused"},"config":{"image":"bb:1"}}]}
                """
            #expect(replica.differences(from: try .parse(expected)) == [])
            #expect(replica.differences(from: try .parse(listing)).count == 2)
        }
    }

    @Test func `resumes at the last revision that is whole`() async throws {
        try await TemporaryDirectory.with { folder in
            var replica = Replica(listing: try .parse(listing))
            #expect(replica.revision == "r.3")
            let program = try written(stream, in: folder)
            _ = await program.ended(within: .seconds(5))
            try replica.apply(program)
            // Others of r.5 may have been on their way when the stream was cut.
            #expect(replica.revision == "r.4")
        }
    }

    @Test func `counts a reset and believes a bookmark`() async throws {
        try await TemporaryDirectory.with { folder in
            var replica = Replica(listing: try .parse(listing))
            let program = try written(
                "{\"type\":\"reset\",\"revision\":\"r.3\"}\n{\"type\":\"bookmark\",\"revision\":\"q.9\"}\n",
                in: folder)
            _ = await program.ended(within: .seconds(5))
            try replica.apply(program)
            #expect(replica.resets == 1)
            #expect(replica.revision == "q.9")
        }
    }
}
