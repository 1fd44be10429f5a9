import CLI
import JSON
import Testing

@Suite struct `bayplan ps` {
    /// A3, B17: rows of a silent host stay, marked.
    @Test func `lists all hosts as docker does, newest first, silent hosts marked`() async throws {
        let run = try await bayplan("ps", "-a", answer: routes(FleetFixture.all))
        #expect(run.code == .ok)
        #expect(
            run.lines == [
                "HOST               CONTAINER ID   IMAGE         COMMAND                  CREATED         STATUS                       PORTS                           NAMES",
                "node2 (stale 3m)   b2b2b2b2b2b2   postgres:16   \"postgres\"               5 seconds ago   Up 4 seconds                                                 db",
                "node1              a1a1a1a1a1a1   nginx:1.25    \"/entry.sh nginx -g …\"   2 hours ago     Up 2 hours (healthy)         443/tcp, 0.0.0.0:8080->80/tcp   web",
                "node1              a1a1a1a1a1a1   busybox       \"sleep infinity\"         2 days ago      Exited (137) 3 minutes ago                                   old",
            ])
        #expect(
            run.notes
                == "bayplan: Host node2 is silent, last heard 3m ago; its containers are shown as they were then.\n"
        )
        #expect(run.requests.last?.contains("all=true") == true)
        #expect(run.requests.last?.contains("labels") == false)
    }

    @Test func `prints docker's own keys as JSON, and Host`() async throws {
        let run = try await bayplan(
            "ps", "-a", "--no-trunc", "--format", "json", answer: routes(FleetFixture.all))
        #expect(run.lines.count == 3)
        let web = try JSONValue(parsing: Array(run.lines[1].utf8))
        #expect(
            web.members?.map(\.name) == [
                "Command", "CreatedAt", "Host", "ID", "Image", "Labels", "LocalVolumes", "Mounts", "Names",
                "Networks",
                "Ports", "RunningFor", "Size", "State", "Status",
            ])
        #expect(web["Command"]?.string == "\"/entry.sh nginx -g 'daemon off;'\"")
        #expect(web["Host"]?.string == "node1")
        #expect(web["ID"]?.string == FleetFixture.webID)
        #expect(web["Labels"]?.string == "app=web,evil=\u{1b}[31m\n\u{202e},tier=front")
        #expect(web["LocalVolumes"]?.string == "1")
        #expect(web["Mounts"]?.string == "data,/etc/nginx/conf.d")
        #expect(web["Networks"]?.string == "front,shop_default")
        #expect(web["Ports"]?.string == "443/tcp, 0.0.0.0:8080->80/tcp")
        #expect(web["RunningFor"]?.string == "2 hours ago")
        #expect(web["Size"]?.string == "0B")
        #expect(web["State"]?.string == "running")
        #expect(web["Status"]?.string == "Up 2 hours (healthy)")
        let truncated = try await bayplan("ps", "--format=json", answer: routes(FleetFixture.all))
        let short = try JSONValue(parsing: Array(truncated.lines[1].utf8))
        #expect(short["ID"]?.string == "a1a1a1a1a1a1")
        #expect(short["Mounts"]?.string == "data,/etc/nginx/con…")
        #expect(truncated.requests.last?.contains("all=false") == true)
    }

    @Test func `hands through the aggregator's document`() async throws {
        let run = try await bayplan("ps", "-o", "json", answer: routes(FleetFixture.all))
        #expect(run.output == FleetFixture.containers + "\n")
        let pretty = try await bayplan(
            "ps", "-o", "json", terminal: Terminal(width: 80, hasColour: true),
            answer: routes(FleetFixture.all))
        #expect(pretty.output.hasPrefix("{\n  \"revision\": \"r.7\",\n"))
        #expect(!pretty.output.contains("\u{1b}") && !pretty.output.contains("\u{202e}"))
    }

    @Test(arguments: [["-q"], ["-aq"], ["-q", "--no-trunc"]])
    func `prints only ids`(arguments: [String]) async throws {
        let run = try await bayplan(
            "ps", arguments[0], arguments.count > 1 ? arguments[1] : "-q=true",
            answer: routes(FleetFixture.all))
        guard arguments.count > 1 else {
            #expect(run.code == .usage)
            return
        }
        #expect(run.lines == [FleetFixture.dbID, FleetFixture.webID, FleetFixture.oldID])
    }

    @Test func `asks for one host, stack and selector`() async throws {
        let run = try await bayplan(
            "ps", "--host", "node1", "--stack", "a b", "-l", "app in (x,y)", answer: routes(FleetFixture.all))
        let request = try #require(run.requests.last)
        for part in ["host=h1", "stack=a%20b", "labelSelector=app%20in%20%28x%2Cy%29"] {
            #expect(request.contains(part), "\(request)")
        }
        let missing = try await bayplan("ps", "--host", "node9", answer: routes(FleetFixture.all))
        #expect(missing.code == .failed)
        #expect(
            missing.notes
                == "bayplan: There is no host node9; did you mean node1 or node2? `bayplan host ls` lists all.\n"
        )
    }

    @Test func `follows pages to the end`() async throws {
        let run = try await bayplan("ps", "-aq", "--no-trunc") { request in
            if request.hasPrefix("GET /api/v1/hosts") { return .init(body: FleetFixture.hosts) }
            if request.contains("continue=next%2F1") {
                return .init(body: #"{"revision":"r.8","items":[\#(FleetFixture.db)]}"#)
            }
            return .init(body: #"{"revision":"r.7","items":[\#(FleetFixture.web)],"continue":"next/1"}"#)
        }
        #expect(run.lines == [FleetFixture.dbID, FleetFixture.webID])
    }

    @Test func `fits a narrow terminal and colours only there`() async throws {
        let narrow = try await bayplan(
            "ps", "-a", terminal: Terminal(width: 60, hasColour: false), answer: routes(FleetFixture.all))
        for line in narrow.lines { #expect(DisplayWidth.of(line) <= 60, "\(line)") }
        #expect(narrow.output.contains("HOST") && narrow.output.contains("NAMES"))
        #expect(!narrow.output.contains("\u{1b}"))
        let wide = try await bayplan(
            "ps", "-a", terminal: Terminal(width: 200, hasColour: true), answer: routes(FleetFixture.all))
        #expect(wide.output.contains("\u{1b}[33mnode2 (stale 3m)\u{1b}[0m"))
        let whole = try await bayplan(
            "ps", "-a", "--no-trunc", terminal: Terminal(width: 60, hasColour: false),
            answer: routes(FleetFixture.all))
        #expect(whole.output.contains(FleetFixture.webID))
    }

    @Test func `says so when a host is still sending`() async throws {
        var fleet = FleetFixture.all
        fleet["GET /api/v1/hosts"] = FleetFixture.hosts.replacing("\"silent\"", with: "\"syncing\"")
        let run = try await bayplan("ps", answer: routes(fleet))
        #expect(run.code == .partial)
        #expect(run.notes.contains("some may be missing"))
        #expect(run.output.contains("node2 (syncing)"))
    }

    @Test func `ends quietly when nobody reads any more`() async throws {
        let run = try await bayplan("ps", outputLimit: 10, answer: routes(FleetFixture.all))
        #expect(run.code == .ok)
        #expect(run.notes.isEmpty)
    }
}

@Suite struct `bayplan stack and host` {
    /// B5.
    @Test func `show one project over two hosts by service`() async throws {
        let run = try await bayplan("stack", "ps", "shop", answer: routes(FleetFixture.all))
        #expect(
            run.lines == [
                "SERVICE   CONTAINERS   RUNNING   HEALTHY",
                "web       1            1         1",
                "unknown   1            1         0",
                "",
                "SERVICE   HOST               CONTAINER ID   IMAGE         STATUS                 PORTS                           NAMES",
                "unknown   node2 (stale 3m)   b2b2b2b2b2b2   postgres:16   Up 4 seconds                                           db",
                "web       node1              a1a1a1a1a1a1   nginx:1.25    Up 2 hours (healthy)   443/tcp, 0.0.0.0:8080->80/tcp   web",
            ])
        let json = try await bayplan("stack", "ps", "shop", "-o", "json", answer: routes(FleetFixture.all))
        #expect(json.output == FleetFixture.shop + "\n")
        let missing = try await bayplan("stack", "ps", "none", answer: routes(FleetFixture.all))
        #expect(missing.code == .failed)
    }

    @Test(arguments: [["stack"], ["stack", "ls"]]) func `list stacks`(words: [String]) async throws {
        let run =
            words.count == 1
            ? try await bayplan("stack", answer: routes(FleetFixture.all))
            : try await bayplan("stack", "ls", answer: routes(FleetFixture.all))
        #expect(
            run.lines == [
                "NAME   KIND      SERVICES   CONTAINERS   RUNNING   HOSTS",
                "shop   compose   2          2            2         h1, h2",
            ])
    }

    @Test func `list hosts with their state`() async throws {
        let run = try await bayplan("host", "ls", answer: routes(FleetFixture.all))
        #expect(
            run.lines == [
                "HOST   NAME    STATE    CONTAINERS   RUNNING   ENGINE     AGENT   ADDRESS    LAST HEARD",
                "h1     node1   live     2            1         20.10.24   0.1.0   10.0.0.1   now",
                "h2     node2   silent   1            1         24.0                          3 minutes ago",
            ])
        #expect(
            try await bayplan("host", "ls", "-q", answer: routes(FleetFixture.all)).lines == ["h1", "h2"])
        let json = try await bayplan("host", "ls", "-o", "json", answer: routes(FleetFixture.all))
        #expect(json.output == FleetFixture.hosts + "\n")
    }

    @Test func `remove a host by id or name`() async throws {
        let run = try await bayplan("host", "rm", "node2", "node9") { request in
            request == "DELETE /api/v1/hosts/h2" ? .init(status: 204) : routes(FleetFixture.all)(request)
        }
        #expect(run.lines == ["h2"])
        #expect(run.code == .failed)
        #expect(
            run.notes
                == "bayplan: There is no host node9; did you mean node1 or node2? `bayplan host ls` lists all.\n"
        )
        let told = try await bayplan("host", "rm", "node2") { request in
            request == "DELETE /api/v1/hosts/h2"
                ? .init(body: #"{"id":"h2","tokens":2}"#) : routes(FleetFixture.all)(request)
        }
        #expect(told.code == .ok && told.output == "h2\n")
        #expect(told.notes.contains("2 tokens ended too") && told.notes.contains("token create --host h2"))
    }
}
