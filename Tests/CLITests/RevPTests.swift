import CLI
import Testing

/// Requirement D6: `bayplan revp ls`.
@Suite struct `A list of services` {
    private static let services = #"""
        {"revision":"r.7","total":3,"items":[
        {"host":"h1","hostName":"node1","id":"\#(FleetFixture.webID)","name":"web","status":{"state":"running"},
        "services":[{"key":"8080","port":8080,"domains":[{"name":"a.example.com","redirect":true},{"name":"b.example.com",
        "redirect":false}],"scheme":"http","path":"/app","stripPrefix":true,"tls":true,"redirect":false,
        "middleware":["auth"],"given":["domain","middleware","path","redirect","strip-prefix"]}],
        "refused":[{"key":"9090","port":9090,"path":"/"}],
        "diagnostics":[{"severity":"error","code":"ip-domain","service":"9090","label":"snadboy.revp.9090.domain",
        "value":"10.0.0.1","problem":"An IP address is no domain.","remedy":"Write a name."}]},
        {"host":"h2","hostName":"node2","id":"\#(FleetFixture.dbID)","name":"db\u001b[2J","status":{"state":"exited"},
        "diagnostics":[{"severity":"warning","code":"unknown-property","service":"flat","label":"snadboy.revp.shoes",
        "value":"\\u{1b}[31m","problem":"There is no such property.","remedy":"Remove it."}]}]}
        """#
    private static let table = FleetFixture.all.merging(
        ["GET /api/v1/revp/services": services, "GET /api/v1/revp/services?": services]
    ) { $1 }

    @Test func `has a line for each service, refused ones too`() async throws {
        let run = try await bayplan("revp", "ls", answer: routes(Self.table))
        #expect(run.code == .ok)
        #expect(
            run.lines.map { $0.split(separator: " ").joined(separator: " ") } == [
                "HOST CONTAINER DOMAIN PATH PORT SCHEME PROBLEMS STATE OPTIONS",
                "node1 web a.example.com, b.example.com /app 8080 http running middleware=auth redirect=false strip-prefix=true",
                "node1 web / 9090 refused: ip-domain running", "node2 db\\x1b[2J unknown-property exited",
            ])
        #expect(run.notes.contains("2 labels are wrong or without effect; `bayplan revp ls --problems`"))
    }

    @Test func `tells what is wrong with which label, and what to write`() async throws {
        let run = try await bayplan("revp", "ls", "--problems", answer: routes(Self.table))
        #expect(run.code == .ok)
        #expect(
            run.lines == [
                "node1/web: error ip-domain", "    snadboy.revp.9090.domain=\"10.0.0.1\"",
                "    An IP address is no domain. Write a name.",
                "node2/db\\x1b[2J: warning unknown-property",
                "    snadboy.revp.shoes=\"\\u{1b}[31m\"", "    There is no such property. Remove it.",
            ])
    }

    @Test func `asks for what the options say`() async throws {
        let run = try await bayplan(
            "revp", "ls", "--host", "node1", "--stack", "shop", "-l", "tier=front", "-o", "json",
            answer: routes(Self.table))
        #expect(run.code == .ok && run.output == Self.services + "\n")
        #expect(
            run.requests.last == "GET /api/v1/revp/services?host=h1&stack=shop&labelSelector=tier%3Dfront")
        #expect(try await bayplan("revp", "--host", "x", answer: routes(Self.table)).code == .failed)
    }

    @Test func `says so when nothing is wrong`() async throws {
        var table = Self.table
        table["GET /api/v1/revp/services"] = #"{"revision":"r.7","total":0,"items":[]}"#
        let run = try await bayplan("revp", "ls", "--problems", answer: routes(table))
        #expect(run.code == .ok && run.output.isEmpty)
        #expect(run.notes.contains("The labels of 0 containers are right."))
    }
}
