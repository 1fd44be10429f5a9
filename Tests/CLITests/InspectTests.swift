import CLI
import JSON
import Testing

/// B13: what list and inspect give.
@Suite struct `bayplan inspect` {
    @Test(arguments: ["web", "node1/web", "h1/web", FleetFixture.webID, "b2b2"])
    func `finds by name, host and beginning of an id`(word: String) async throws {
        let run = try await bayplan("inspect", "-o", "json", word) { request in
            guard request.hasPrefix("GET /api/v1/containers?") else {
                return routes(FleetFixture.all)(request)
            }
            let found = request.contains("q=b2b2") ? FleetFixture.db : FleetFixture.web
            return .init(body: #"{"revision":"r.7","items":[\#(found)]}"#)
        }
        #expect(run.code == .ok)
        #expect(run.output == (word == "b2b2" ? FleetFixture.db : FleetFixture.web) + "\n")
        #expect(run.requests.allSatisfy { !$0.contains("node1") })
    }

    @Test func `shows sections without anything that a terminal obeys`() async throws {
        let run = try await bayplan("inspect", "web", answer: routes(FleetFixture.all))
        for line in [
            "web on node1", "  Command       \"/entry.sh nginx -g 'daemon off;'\"",
            "  Status        Up 2 hours (healthy)",
            "  Ports         443/tcp, 0.0.0.0:8080->80/tcp", "  shop_default  172.18.0.2, also known as web",
            "  /data         volume data (/var/lib/docker/volumes/data/_data), read and write",
            "  /conf         bind /etc/nginx/conf.d, read only", "  evil = \\x1b[31m\\n\\u202e",
            "  Service       web",
            "  SECRET = (kept on the host)", "  MODE = prod", "  Restarts      0 (policy always)",
        ] {
            #expect(run.lines.contains(line), "\(line)")
        }
        #expect(!run.output.contains("\u{1b}") && !run.output.contains("\u{202e}"))
    }

    @Test func `lists what an ambiguous word may mean`() async throws {
        let run = try await bayplan(
            "inspect", "a1a1",
            answer: routes(
                FleetFixture.all.merging([
                    "GET /api/v1/containers?": #"{"items":[\#(FleetFixture.web),\#(FleetFixture.old)]}"#
                ]) { $1 }))
        #expect(run.code == .failed)
        #expect(run.output.isEmpty)
        #expect(
            run.notes == """
                bayplan: a1a1 means 2 containers; say which one:
                bayplan:   node1/web a1a1a1a1a1a1
                bayplan:   node1/old a1a1a1a1a1a1

                """)
    }

    @Test func `shows the others when one isn't there`() async throws {
        let run = try await bayplan(
            "inspect", "-o", "json", "web", "nope",
            answer: { request in
                request.contains("q=nope") ? .init(body: #"{"items":[]}"#) : routes(FleetFixture.all)(request)
            })
        #expect(run.code == .failed)
        #expect(run.output == "[\(FleetFixture.web)]\n")
        #expect(run.notes == "bayplan: There is no container nope on any host. `bayplan ps -a` lists all.\n")
    }
}
