import CLI
import JSON
import Synchronization
import Testing

/// Requirement B6: what a listing sends, and what it refuses before it asks.
@Suite struct `A listing that is narrowed` {
    @Test func `sends docker's filters as they are`() async throws {
        let run = try await bayplan(
            "ps", "-f", "status=exited", "--filter", "NAME=^we b$", "--env", "MODE=a=b", "-n", "3",
            "--host-selector",
            "room in (roof)", answer: routes(FleetFixture.all))
        #expect(run.code == .ok, "\(run.notes)")
        let request = try #require(run.requests.last)
        for part in [
            "filter=status%3Dexited", "filter=NAME%3D%5Ewe%20b%24", "filter=env%3DMODE%3Da%3Db", "last=3",
            "hostSelector=room%20in%20%28roof%29",
        ] { #expect(request.contains(part), "\(request)") }
        let latest = try await bayplan(
            "ps", "--latest", "--host", "h1", "--host", "h2", answer: routes(FleetFixture.all))
        #expect(latest.requests.last?.contains("host=h1&host=h2") == true)
        #expect(latest.requests.last?.contains("last=1") == true)
    }

    @Test(arguments: [
        (["-f", "colour=red"], "There is no filter “colour”; there are ancestor, before,"),
        (["-f", "status"], "KEY=VALUE"),
        (["-f", "status=gone"], "created, restarting, running"),
        (["-f", "name=a("], "no regular expression"),
        (["-f", "exited=x"], "a whole number"), (["-f", "publish=1:2"], "PORT"),
        (["-f", "id=XYZ"], "hexadecimal"),
        (["--env", "=x"], "NAME or NAME=VALUE"),
        (["-l", "a=("], "--selector is not a label selector: expected a value"),
        (["--host-selector", "a in"], "--host-selector is not a label selector"),
        (["--latest", "-n", "2"], "--latest is short for"),
        (["-n", "0"], "a whole number from 1"), (["--max-age", "soon"], "--max-age"),
        (["--fresh", "--max-age", "5s"], "--fresh is short for"),
        (["-w", "-n", "2"], "--watch"), (["-w", "-o", "json"], "--watch"), (["-w", "--fresh"], "--watch"),
    ]) func `refuses what can't be meant`(arguments: [String], sentence: String) async throws {
        let run = try await bayplan(words: ["ps"] + arguments, answer: routes(FleetFixture.all))
        #expect(run.code == .usage)
        #expect(run.notes.contains(sentence), "\(run.notes)")
        #expect(run.requests.allSatisfy { !$0.contains("/containers") })
    }

    @Test func `marks where a selector fails, on a terminal`() async throws {
        let run = try await bayplan(
            "ps", "-l", "é\u{202e}=b,c=(", terminal: Terminal(width: 80, hasColour: false),
            answer: routes(FleetFixture.all))
        #expect(
            run.notes.split(separator: "\n").dropFirst() == [
                "bayplan:   é\\u202e=b,c=(", "bayplan:               ^",
            ])
        let pipe = try await bayplan("ps", "-l", "a=(", answer: routes(FleetFixture.all))
        #expect(pipe.notes.split(separator: "\n").count == 1)
        #expect(pipe.notes.contains("at character 3, but found “(”"))
    }

    @Test func `names hosts that are near an unknown one`() async throws {
        let run = try await bayplan("ps", "--host", "nod1", answer: routes(FleetFixture.all))
        #expect(run.code == .failed)
        #expect(
            run.notes == "bayplan: There is no host nod1; did you mean node1? `bayplan host ls` lists all.\n")
        let far = try await bayplan("ps", "--host", "zzzzzz", answer: routes(FleetFixture.all))
        #expect(far.notes == "bayplan: There is no host zzzzzz. `bayplan host ls` lists all.\n")
    }
}

/// Requirements B6, B7: search and labels.
@Suite struct `Searching and counting` {
    @Test func `finds on all hosts and says how many`() async throws {
        let body =
            #"{"revision":"r.7","hosts":3,"hostsWithMatches":1,"total":1,"items":[\#(FleetFixture.web)]}"#
        let table = FleetFixture.all.merging(["GET /api/v1/search?": body]) { $1 }
        let run = try await bayplan("search", "we b", answer: routes(table))
        #expect(run.code == .ok)
        #expect(run.lines.count == 2 && run.lines[1].hasPrefix("node1"))
        #expect(run.notes.contains("Searched 3 hosts: 1 container has “we b”, on 1 of them."))
        #expect(run.requests.last?.hasPrefix("GET /api/v1/search?q=we%20b&fields=") == true)
        let quiet = try await bayplan("search", "-q", "web", answer: routes(table))
        #expect(quiet.lines == ["a1a1a1a1a1a1"])
        let document = try await bayplan("search", "-o", "json", "web", answer: routes(table))
        #expect(document.output == body + "\n")
    }

    @Test func `says that nothing was found, and on how many hosts`() async throws {
        let table = FleetFixture.all.merging(["GET /api/v1/search?": #"{"hosts":1,"total":0,"items":[]}"#]) {
            $1
        }
        let run = try await bayplan("search", "nope", answer: routes(table))
        #expect(run.code == .failed && run.output.isEmpty)
        #expect(run.notes.contains("Searched 1 host: no container has “nope” in its name, image or id."))
    }

    @Test func `lists label keys and values over all pages`() async throws {
        let pages = [
            "GET /api/v1/labels?prefix=a":
                #"{"total":2,"continue":"app","items":[{"key":"app","containers":3,"values":2}]}"#,
            "GET /api/v1/labels?prefix=a&continue=app":
                #"{"total":2,"items":[{"key":"a\u001bz","containers":1,"values":1}]}"#,
            "GET /api/v1/labels/com.x%2Fy": #"{"total":1,"items":[{"value":"","containers":4}]}"#,
        ]
        let keys = try await bayplan("label", "ls", "--prefix", "a", answer: routes(pages))
        #expect(
            keys.lines == [
                "KEY      CONTAINERS   VALUES", "app      3            2", "a\\x1bz   1            1",
            ])
        let values = try await bayplan("label", "values", "com.x/y", answer: routes(pages))
        #expect(values.lines == ["VALUE   CONTAINERS", "        4"])
        let missing = try await bayplan("label", "values", "other", answer: routes(pages))
        #expect(missing.code == .failed && missing.output.isEmpty)
        let document = try await bayplan("label", "ls", "--prefix", "a", "-o", "json", answer: routes(pages))
        #expect(try JSONValue(parsing: Array(document.output.utf8))["items"]?.elements?.count == 2)
    }
}

/// Whole records as arrays.
@Suite struct `Inspecting hosts and stacks` {
    private static let host = #"{"id":"h1","name":"node1","state":"live"}"#

    @Test func `prints an array, and goes on after one that isn't there`() async throws {
        let table = FleetFixture.all.merging(["GET /api/v1/hosts/h1": Self.host + "\n"]) { $1 }
        let run = try await bayplan("host", "inspect", "node1", "node9", "h1", answer: routes(table))
        #expect(run.code == .failed)
        #expect(run.output == "[\(Self.host),\(Self.host)]\n")
        #expect(run.notes.contains("There is no host node9; did you mean node1"))
        let stack = try await bayplan("stack", "inspect", "shop", "none", answer: routes(table))
        #expect(stack.code == .failed)
        #expect(try JSONValue(parsing: Array(stack.output.utf8)).elements?.count == 1)
        let nothing = try await bayplan("stack", "inspect", "none", answer: routes(table))
        #expect(nothing.output == "[]\n" && nothing.code == .failed)
    }

    /// B13, bad input: a name or prefix that means several.
    @Test func `lists what an ambiguous name may mean`() async throws {
        let table = FleetFixture.all.merging([
            "GET /api/v1/containers?":
                #"{"total":30,"items":[{"host":"h1","hostName":"node1","id":"\#(FleetFixture.webID)","name":"web"},{"host":"h2","id":"\#(FleetFixture.dbID)","name":"db"}]}"#
        ]) { $1 }
        let run = try await bayplan("inspect", "a1b2", answer: routes(table))
        #expect(run.code == .failed && run.output.isEmpty)
        #expect(
            run.notes == """
                bayplan: a1b2 means 30 containers; say which one:
                bayplan:   node1/web a1a1a1a1a1a1
                bayplan:   h2/db b2b2b2b2b2b2
                bayplan:   and 10 more

                """)
        let unknown = try await bayplan("inspect", "node8/web", answer: routes(table))
        #expect(
            unknown.code == .failed && unknown.notes.contains("There is no host node8; did you mean node1"))
    }
}

/// B17, B19: how old an answer may be.
@Suite struct `An answer that must be fresh` {
    private static func hosts(_ ages: [String]) -> String {
        let items = ages.enumerated().map { index, age in
            #"{"id":"h\#(index + 1)","name":"node\#(index + 1)","state":"live","engine":{"state":"reachable"},"ageMs":10\#(age)}"#
        }
        return #"{"heartbeatMs":2000,"items":[\#(items.joined(separator: ","))]}"#
    }

    private static func table(_ hosts: String) -> [String: String] {
        FleetFixture.all.merging(["GET /api/v1/hosts": hosts]) { $1 }
    }

    @Test func `is shown all the same, with a note and exit code 3, when it is older`() async throws {
        let hosts = Self.hosts([#","confirmedAgeMs":45000"#, #","confirmedAgeMs":900"#, ""])
        let run = try await bayplan("ps", "--max-age", "30s", answer: routes(Self.table(hosts)))
        #expect(run.code == .partial)
        #expect(run.lines.count > 1)
        #expect(
            run.notes == """
                bayplan: The rows of host node1 were last confirmed 45s ago, not within 30s.
                bayplan: The rows of host node3 were never confirmed, not within 30s.

                """)
        let enough = try await bayplan(
            "ps", "--max-age", "1m", "--host", "node1", answer: routes(Self.table(hosts)))
        #expect(enough.code == .ok && enough.notes.isEmpty)
    }

    @Test func `waits for heartbeats after the question`() async throws {
        let asked = Mutex(0)
        let run = try await bayplan("ps", "--fresh") { request in
            guard request.hasPrefix("GET /api/v1/hosts") else { return .init(body: FleetFixture.containers) }
            let age = asked.withLock { count in
                count += 1
                return [1_700, 2_200, 300][min(count - 1, 2)]
            }
            return .init(body: Self.hosts([#","confirmedAgeMs":\#(age)"#]))
        }
        #expect(run.code == .ok && run.notes.isEmpty, "\(run.notes)")
        #expect(asked.withLock { $0 } == 3)
    }

    @Test func `doesn't wait for what can't come`() async throws {
        let run = try await bayplan("ps", "--fresh", answer: routes(FleetFixture.all))
        #expect(run.code == .partial)
        // node1 is live and never confirms: three heartbeats, asked at their quarters. node2 is silent.
        #expect(run.requests.count { $0 == "GET /api/v1/hosts" } == 13)
        #expect(run.notes.contains("host node2 were never confirmed, not since the question"))
    }
}
