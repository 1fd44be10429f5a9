import CLI
import JSON
import Synchronization
import Testing

/// H2: a watch resumes with nothing missed, or says plainly that it begins again.
@Suite struct `bayplan watch` {
    private static func put(_ revision: String, _ id: String, _ state: String) -> String {
        #"""
        {"type":"put","revision":"\#(revision)","host":"h1","id":"\#(id)","at":1795172694000,"changes":{"status":{"state":"\#(state)"},"config":{"name":"web"}}}

        """#
    }

    private static func bookmark(_ revision: String) -> String {
        "{\"type\":\"bookmark\",\"revision\":\"\(revision)\"}\n"
    }

    /// Answers one watch after another; when all are used up, the client is forbidden and ends.
    private static func watches(_ answers: [StubAggregator.Answer])
        -> @Sendable (String) -> StubAggregator.Answer
    {
        let rest = Script(answers)
        return { _ in rest.next() }
    }

    private final class Script: Sendable {
        private let rest: Mutex<[StubAggregator.Answer]>
        init(_ answers: [StubAggregator.Answer]) { rest = Mutex(answers) }
        func next() -> StubAggregator.Answer {
            rest.withLock { rest in
                rest.isEmpty
                    ? .init(status: 403, body: #"{"detail":"The test is over"}"#) : rest.removeFirst()
            }
        }
    }

    @Test func `resumes from the last revision that was complete`() async throws {
        let first =
            Self.put("r.1", "aa", "running") + Self.bookmark("r.1") + Self.put("r.2", "aa", "exited")
            + Self.put("r.3", "aa", "running") + Self.put("r.3", "bb", "running")
        let run = try await bayplan(
            "watch", "-o", "json",
            answer: Self.watches([
                .init(body: first, breaks: true), .init(body: Self.put("r.3", "cc", "running")),
                .init(body: Self.bookmark("r.9")),
            ]))
        #expect(run.code == .notAllowed)
        #expect(
            run.requests == [
                "GET /api/v1/containers?watch=1", "GET /api/v1/containers?watch=1&fromRevision=r.2",
                // The second answer held only r.3, which may not have been all of it.
                "GET /api/v1/containers?watch=1&fromRevision=r.2",
                "GET /api/v1/containers?watch=1&fromRevision=r.9",
            ])
        #expect(run.output.hasPrefix(first))
        #expect(run.notes.contains("Trying again until it works."))
    }

    @Test func `tells nothing twice that comes again after a break`() async throws {
        let told = Self.put("r.3", "aa", "running") + Self.put("r.3", "bb", "running")
        let run = try await bayplan(
            "watch", "-o", "json",
            answer: Self.watches([
                .init(body: Self.bookmark("r.1") + Self.put("r.2", "aa", "exited") + told, breaks: true),
                .init(body: told + Self.put("r.3", "cc", "running")),
            ]))
        let once = told + Self.put("r.3", "cc", "running")
        #expect(run.output == Self.bookmark("r.1") + Self.put("r.2", "aa", "exited") + once)
    }

    @Test func `begins again when a snapshot was cut off`() async throws {
        let run = try await bayplan(
            "watch", "-o", "json",
            answer: Self.watches([
                .init(body: Self.put("r.1", "aa", "running"), breaks: true),
                .init(body: Self.bookmark("r.1")),
            ]))
        #expect(
            run.requests == [
                "GET /api/v1/containers?watch=1", "GET /api/v1/containers?watch=1",
                "GET /api/v1/containers?watch=1&fromRevision=r.1",
            ])
    }

    @Test func `says plainly that the history is gone and restarts from a snapshot`() async throws {
        let run = try await bayplan(
            "watch", "-o", "json", "--from-revision", "old.5",
            answer: Self.watches([
                .init(
                    status: 410, type: "application/problem+json",
                    body: #"{"detail":"Revision old.5 is of another run"}"#),
                .init(body: Self.put("r.1", "aa", "running") + Self.bookmark("r.1")),
            ]))
        #expect(
            run.requests == [
                "GET /api/v1/containers?watch=1&fromRevision=old.5", "GET /api/v1/containers?watch=1",
                "GET /api/v1/containers?watch=1&fromRevision=r.1",
            ])
        #expect(
            run.lines.first
                == #"{"type":"reset","reason":"Revision old.5 is of another run.","revision":"old.5"}"#)
        #expect(
            run.notes.contains("The history since revision old.5 is gone: Revision old.5 is of another run."))
    }

    @Test func `takes a reset in the stream`() async throws {
        let body =
            Self.put("r.6", "bb", "running")
            + "{\"type\":\"reset\",\"reason\":\"compacted\",\"revision\":\"r.90\"}\n"
            + Self.put("r.91", "aa", "running") + Self.put("r.92", "bb", "running")
        let run = try await bayplan(
            "watch", "-o", "json", "--from-revision", "r.5",
            answer: Self.watches([.init(body: body, breaks: true), .init(body: Self.bookmark("r.92"))]))
        // Broken before the snapshot's bookmark: only another snapshot is safe.
        #expect(run.requests.dropFirst().first == "GET /api/v1/containers?watch=1")
        #expect(run.notes.contains("can't go on from revision r.5: compacted"))
    }

    @Test func `tells people what happened, by name`() async throws {
        let body =
            Self.put("r.1", "aa", "running") + Self.bookmark("r.1") + #"""
                {"type":"put","revision":"r.2","host":"h1","id":"aa","at":1795172694000,"changes":{"status":{"state":"exited","exitCode":1}}}
                {"type":"put","revision":"r.3","host":"h1","id":"aa","at":1795172694000,"changes":{"network":null,"config":{"name":"e\u001b[31m"}}}
                {"type":"future","revision":"r.3"}
                {"type":"delete","revision":"r.4","host":"h1","id":"aa","at":1795172694000,"cause":"destroy"}

                """#
        let run = try await bayplan("watch", answer: Self.watches([.init(body: body)]))
        #expect(run.lines.first == "Watching 1 container from revision r.1.")
        #expect(
            run.lines.dropFirst().map { $0.dropFirst(10) } == [
                "h1/web  exited (1)", "h1/e\\x1b[31m  network gone, renamed from web",
                "h1/e\\x1b[31m  removed (destroy)",
            ])
    }

    @Test func `ends at once when the first connection fails or the output closes`() async throws {
        let unreachable = try await bayplan(
            "watch", "--socket", "/nonexistent/bayplan.sock", addressed: false)
        #expect(unreachable.code == .unreachable)
        let closed = try await bayplan(
            "watch", "-o", "json", outputLimit: 20,
            answer: Self.watches([.init(body: Self.bookmark("r.1") + Self.bookmark("r.2"))]))
        #expect(closed.code == .ok)
        #expect(closed.notes.isEmpty)
    }
}
