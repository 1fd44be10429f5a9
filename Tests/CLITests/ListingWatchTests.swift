import CLI
import Synchronization
import Testing

/// B6, H2: `bayplan ps --watch` on what an aggregator says, word for word.
@Suite struct `A listing that follows` {
    private static let id = FleetFixture.webID

    private static func put(
        _ revision: String, _ name: String, _ state: String, id: String = id, label: String = "x"
    ) -> String {
        #"""
        {"type":"put","revision":"\#(revision)","host":"h1","id":"\#(id)","at":1795172694000,"changes":{"status":{"state":"\#(state)","startedAt":1795165494000,"finishedAt":1795172514000},"config":{"name":"\#(name)","image":"nginx","created":1795165493000,"labels":{"app":"\#(label)"}}}}

        """#
    }

    private static func bookmark(_ revision: String) -> String {
        "{\"type\":\"bookmark\",\"revision\":\"\(revision)\"}\n"
    }

    /// Answers watches one after another, and everything else from the fixture.
    private static func watches(_ answers: [StubAggregator.Answer])
        -> @Sendable (String) -> StubAggregator.Answer
    {
        let rest = Script(answers)
        let others = routes(FleetFixture.all)
        return { request in request.contains("watch=1") ? rest.next() : others(request) }
    }

    private final class Script: Sendable {
        private let rest: Mutex<[StubAggregator.Answer]>
        init(_ answers: [StubAggregator.Answer]) { rest = Mutex(answers) }
        func next() -> StubAggregator.Answer {
            rest.withLock {
                $0.isEmpty ? .init(status: 403, body: #"{"detail":"The test is over"}"#) : $0.removeFirst()
            }
        }
    }

    @Test func `prints the table, then each row that changed, and what is gone once more`() async throws {
        let other = FleetFixture.dbID
        let first =
            Self.put("r.1", "web", "running") + Self.put("r.1", "db", "exited", id: other)
            + Self.bookmark("r.1")
            + Self.put("r.2", "web", "paused") + Self.put("r.3", "db", "running", id: other)
        // After the break r.3 comes again, and isn't shown again; a change that can't be seen isn't shown either.
        let second =
            Self.put("r.3", "db", "running", id: other) + Self.put("r.4", "db", "running", id: other)
            + Self.put("r.5", "db", "exited", id: other)
            + Self.put("r.6", "db", "exited", id: other, label: "y")
            + "{\"type\":\"delete\",\"revision\":\"r.7\",\"host\":\"h1\",\"id\":\"\(Self.id)\",\"cause\":\"destroyed\"}\n"
        let run = try await bayplan(
            "ps", "--watch", answer: Self.watches([.init(body: first, breaks: true), .init(body: second)]))
        #expect(run.code == .notAllowed)
        #expect(
            run.lines.map { line in
                line.split(separator: "  ").map { $0.trimmed }.filter { !$0.isEmpty }.suffix(2).joined(
                    separator: "|")
            } == [
                "PORTS|NAMES", "Up 2 hours|web", "Up 2 hours (Paused)|web", "Up 2 hours|db",
                "Exited (0) 3 minutes ago|db",
                "Removed|web",
            ])
        #expect(
            run.requests.last?.hasSuffix("fromRevision=r.5") == true
                || run.requests.last?.hasSuffix("fromRevision=r.6") == true)
    }

    @Test func `shows what a filter chooses, also when that changes`() async throws {
        let body =
            Self.put("r.1", "web", "running") + Self.bookmark("r.1")
            + Self.put("r.2", "web", "running", label: "y")
            + Self.put("r.3", "web", "paused", label: "y") + Self.put("r.4", "web", "paused")
        let run = try await bayplan(
            "ps", "-w", "-a", "-l", "app=x", "-f", "name=^w", "-f", "ancestor=nginx:latest", "--format",
            "{{.State}} {{.Labels}}",
            answer: Self.watches([.init(body: body)]))
        // The second says why it goes; the third is none of ours.
        #expect(run.lines == ["running app=x", "running app=y", "paused app=x"])
    }

    @Test func `tells what a new beginning changed, and only that`() async throws {
        let second =
            "{\"type\":\"reset\",\"reason\":\"compacted\",\"revision\":\"r.90\"}\n"
            + Self.put("r.91", "web", "running")
            + Self.put("r.91", "new", "running", id: FleetFixture.oldID) + Self.bookmark("r.91")
        let run = try await bayplan(
            "ps", "-w", "--format", "{{.Names}} {{.State}}",
            answer: Self.watches([
                .init(
                    body: Self.put("r.1", "web", "running")
                        + Self.put("r.1", "db", "running", id: FleetFixture.dbID) + Self.bookmark("r.1")),
                .init(body: second),
            ]))
        #expect(run.lines == ["db running", "web running", "db Removed", "new running"])
        #expect(run.notes.contains("can't go on from there: compacted"))
    }

    @Test func `draws the table anew on a terminal, as much as fits`() async throws {
        let body =
            (0..<30).map { number in
                let id = String(repeating: "0", count: 62) + (number < 10 ? "0" : "") + "\(number)"
                return Self.put("r.1", "c\(number)", "running", id: id)
            }.joined() + Self.bookmark("r.1")
        let run = try await bayplan(
            words: ["ps", "-w"], terminal: Terminal(width: 120, height: 10, hasColour: false),
            outputLimit: 900,
            answer: { request in
                request.contains("watch=1") ? .init(body: body) : routes(FleetFixture.all)(request)
            })
        #expect(run.code == .ok || run.code == .notAllowed)
        #expect(run.output.hasPrefix("\u{1b}[H\u{1b}[2JHOST"))
        #expect(run.output.contains("… and 23 more; a filter or --host shows fewer."))
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
