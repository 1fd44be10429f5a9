import CLI
import JSON
import Synchronization
import Testing

/// B15: `bayplan events` tells what `docker events` tells, of all hosts.
@Suite struct `bayplan events` {
    private static func event(
        _ number: Int, _ action: String, _ nanoseconds: Int = 123_456_789, cursor: Bool = true
    ) -> String {
        let place = cursor ? #""cursor":"5f.\#(number)","# : ""
        return #"""
            {"type":"event",\#(place)"event":{"host":"h1","number":\#(number),"type":"container","action":"\#(action)","actor":{"id":"4c01","attributes":{"image":"bb:1","name":"web"}},"scope":"local","time":1795172694,"timeNano":1795172694\#(nanoseconds)}}

            """#
    }

    private static let end = "{\"type\":\"end\"}\n"
    private static func bookmark(_ number: Int) -> String {
        "{\"type\":\"bookmark\",\"cursor\":\"5f.\(number)\"}\n"
    }

    /// Answers one follower after another; when all are used up, the client is forbidden and ends.
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

    private static func script(
        _ answers: [StubAggregator.Answer]
    ) -> @Sendable (String) -> StubAggregator.Answer {
        let script = Script(answers)
        return { _ in script.next() }
    }

    @Test func `prints docker's line, with the host`() async throws {
        let run = try await bayplan(
            "events", "--since", "10m", "--until", "0s", environment: ["TZ": "UTC"],
            answer: Self.script([
                .init(body: Self.event(1, "start", cursor: false) + Self.bookmark(1) + Self.end)
            ]))
        #expect(run.code == .ok)
        #expect(run.lines.count == 1)
        let line = try #require(run.lines.first)
        #expect(line.hasSuffix(" container start 4c01 (host=h1, image=bb:1, name=web)"), "\(line)")
        #expect(line.prefix(while: { $0 != " " }).contains(":54.123456789"))
        #expect(
            run.requests == [
                "GET /api/v1/events?watch=1&since=1795172094.000000000&until=1795172694.000000000"
            ])
    }

    @Test func `prints docker's object, with the host`() async throws {
        for format in ["json", "{{json .}}"] {
            let run = try await bayplan(
                "events", "--format", format,
                answer: Self.script([.init(body: Self.event(1, "start") + Self.end)]))
            #expect(
                run.output
                    == #"""
                    {"status":"start","id":"4c01","from":"bb:1","Type":"container","Action":"start","Actor":{"ID":"4c01","Attributes":{"image":"bb:1","name":"web"}},"scope":"local","time":1795172694,"timeNano":1795172694123456789,"host":"h1"}

                    """#)
        }
        let run = try await bayplan(
            "events", "--format",
            "{{.Type}} {{.Action}} {{.ID}} {{.Actor.Attributes.name}} {{.Host}} {{.TimeNano}}",
            answer: Self.script([.init(body: Self.event(1, "die") + Self.end)]))
        #expect(run.output == "container die 4c01 web h1 1795172694123456789\n")
    }

    @Test func `goes on after a break with nothing told twice`() async throws {
        let run = try await bayplan(
            "events", "--since", "1h", "--format", "{{.Action}}",
            answer: Self.script([
                // Broken in the middle of history, which has no cursors: it is asked for again from there.
                .init(
                    body: Self.event(1, "a", 1_00, cursor: false) + Self.event(2, "b", 2_00, cursor: false),
                    breaks: true),
                .init(
                    body: Self.event(2, "b", 2_00, cursor: false) + Self.event(3, "c", 2_00, cursor: false)
                        + Self.bookmark(3) + Self.event(4, "d"), breaks: true),
                .init(body: Self.event(5, "e") + Self.end),
            ]))
        #expect(run.lines == ["a", "b", "c", "d", "e"])
        #expect(run.requests.count == 3 && run.requests[2] == "GET /api/v1/events?watch=1&after=5f.4")
        #expect(run.code == .ok)
    }

    /// An aggregator that died had told them live before it stored them; the next one counts them anew.
    @Test func `shows no event twice whatever its number is now`() async throws {
        let run = try await bayplan(
            "events", "--since", "1h", "--format", "{{.Action}}",
            answer: Self.script([
                .init(
                    body: Self.event(1, "a", 1_00, cursor: false) + Self.bookmark(1) + Self.event(2, "b"),
                    breaks: true),
                .init(
                    body: Self.event(7, "a", 1_00) + Self.event(8, "b") + Self.event(9, "c") + Self.end),
            ]))
        #expect(run.lines == ["a", "b", "c"])
    }

    @Test func `says when events are missing`() async throws {
        let run = try await bayplan(
            "events", "--until", "1s",
            answer: Self.script([
                .init(body: #"{"type":"missed","host":"h1","count":12,"timeNano":1}"# + "\n" + Self.end)
            ]))
        #expect(run.code == .partial)
        #expect(run.notes.contains("12 events are missing here: host h1"))
    }

    @Test(arguments: [
        ["--since", "yesterday"], ["--until", "2026-13-01"], ["-f", "nothing"], ["-f", "daemon=x"],
        ["--format", "{{"], ["--format", "json", "-o", "json"],
    ])
    func `refuses what it can't mean before anybody is asked`(words: [String]) async throws {
        let run = try await bayplan(words: ["events"] + words)
        #expect(run.code == .usage && run.requests.isEmpty && !run.notes.isEmpty, "\(run.notes)")
    }

    @Test func `passes filters and hosts on`() async throws {
        let run = try await bayplan(
            "events", "-f", "event=die", "-f", "label=a=b", "--host", "h1",
            answer: Self.script([.init(body: Self.end)]))
        #expect(
            run.requests == ["GET /api/v1/events?watch=1&filter=event%3Ddie&filter=label%3Da%3Db&host=h1"])
    }
}

/// C5: what a program does about an error follows from its kind.
@Suite struct `An error of the API` {
    @Test(arguments: [
        (404, "container-not-found", ExitCode.failed), (404, "host-not-found", .failed),
        (400, "bad-request", .usage),
        (401, "authentication", .notAllowed), (502, "authentication", .notAllowed),
        (403, "not-allowed", .notAllowed),
        (502, "connection", .unreachable), (503, "host-unreachable", .unreachable),
        (504, "timeout", .timedOut),
        (502, "protocol", .failed), (503, "unavailable", .unreachable), (500, "of-a-later-release", .failed),
    ])
    func `becomes an exit code by its kind`(status: Int, code: String, exit: ExitCode) async throws {
        let run = try await bayplan("inspect", "h1/web") { _ in
            .init(
                status: status, type: "application/problem+json",
                body: #"{"code":"\#(code)","detail":"host h1 has trouble; look there"}"#)
        }
        #expect(run.code == exit, "\(run.notes)")
        #expect(run.notes.contains("host h1 has trouble; look there."))
    }
}
