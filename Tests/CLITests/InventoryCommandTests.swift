import CLI
import JSON
import Testing

/// Requirements B6, B9, B10, B12, B13, C2 and H9 on the command line.
@Suite struct `Asking for mounts, ports and health` {
    private static let container =
        #""container":{"id":"\#(FleetFixture.webID)","name":"web","status":{"state":"running"}}"#

    private static let mounts = #"""
        {"revision":"r.7","containers":2,"continue":"next","items":[{"host":"h2","hostName":"node2","type":"volume",
        "name":"data","source":"/var/lib/docker/volumes/data/_data","destination":"/data","driver":"local","rw":true,
        \#(container)}]}
        """#
    private static let moreMounts = #"""
        {"revision":"r.8","containers":2,"items":[{"host":"h1","hostName":"node1","type":"bind","source":"/srv/\u001bweb",
        "destination":"/web","rw":false,\#(container)}]}
        """#

    private static var table: [String: String] {
        FleetFixture.all.merging([
            "GET /api/v1/mounts?path=%2Fsrv&path=%2Fvar": mounts,
            "GET /api/v1/mounts?path=%2Fsrv&path=%2Fvar&continue=next": moreMounts,
        ]) { $1 }
    }

    /// B9: all pages, by host and source, safe for a terminal.
    @Test func `lists mounts at or under paths`() async throws {
        let run = try await bayplan(
            "mount", "ls", "--path", "/srv", "--path", "/var", answer: routes(Self.table))
        #expect(run.code == .ok, "\(run.notes)")
        #expect(run.lines.count == 3)
        #expect(run.lines[0].split(separator: " ").prefix(4) == ["HOST", "TYPE", "SOURCE", "DRIVER"])
        #expect(run.lines[1].hasPrefix("node1") && run.lines[1].contains(#"/srv/\x1bweb"#))
        #expect(run.lines[1].contains(" ro ") && run.lines[2].contains(" rw "))
        #expect(run.lines[2].hasPrefix("node2") && run.lines[2].contains("local"))
        // A silent host's rows may be old.
        #expect(run.notes.contains("Host node2 is silent"))
        let names = try await bayplan(
            "mount", "ls", "--path", "/srv", "--path", "/var", "-o", "name", answer: routes(Self.table))
        #expect(names.lines == ["h1/web:/web", "h2/web:/data"])
        let document = try await bayplan(
            "mount", "ls", "--path", "/srv", "--path", "/var", "-o", "json", answer: routes(Self.table))
        let json = try JSONValue(parsing: Array(document.output.utf8))
        #expect(
            json["items"]?.elements?.count == 2 && json["continue"] == nil
                && json["revision"]?.string == "r.7")
    }

    private static let ports = #"""
        {"revision":"r.7","total":2,"items":[
        {"host":"h1","hostName":"node1","ip":"0.0.0.0","publicPort":8080,"type":"tcp","privatePort":80,"published":true,
        \#(container)},
        {"host":"h1","hostName":"node1","publicPort":53,"type":"udp","privatePort":53,"published":false,\#(container)}]}
        """#

    /// H9.
    @Test func `lists ports`() async throws {
        let table = FleetFixture.all.merging([
            "GET /api/v1/ports": Self.ports,
            "GET /api/v1/ports?all=true&port=8080&protocol=tcp&host=h1": Self.ports,
            "GET /api/v1/ports?clashes=true":
                #"{"clashes":1,"items":[{"clash":1,"host":"h1","publicPort":80,"type":"tcp","privatePort":80,"published":true,\#(Self.container)}]}"#,
            "GET /api/v1/ports?clashes=true&host=h1": #"{"clashes":0,"items":[]}"#,
        ]) { $1 }
        let run = try await bayplan("port", "ls", answer: routes(table))
        #expect(run.code == .ok && run.lines.count == 3)
        #expect(run.lines[1].split(separator: " ").prefix(5) == ["node1", "*", "53", "udp", "web"])
        #expect(run.lines[2].split(separator: " ").prefix(5) == ["node1", "0.0.0.0", "8080", "tcp", "web"])
        let one = try await bayplan(
            "port", "ls", "-a", "--port", "8080", "--protocol", "tcp", "--host", "node1", "--format",
            "{{.Address}}:{{.Port}}/{{.Protocol}}", answer: routes(table))
        #expect(one.lines == [":53/udp", "0.0.0.0:8080/tcp"])
        let clashes = try await bayplan("port", "ls", "--clashes", answer: routes(table))
        #expect(
            clashes.lines.count == 2 && clashes.lines[0].hasPrefix("CLASH")
                && clashes.lines[1].hasPrefix("1 "))
        let none = try await bayplan("port", "ls", "--clashes", "--host", "h1", answer: routes(table))
        #expect(none.code == .ok && none.notes.contains("No port is claimed by more than one container."))
    }

    /// B10.
    @Test func `counts containers by health and lists them`() async throws {
        let table = FleetFixture.all.merging([
            "GET /api/v1/health?by=host":
                #"{"total":3,"healthy":1,"unhealthy":1,"starting":0,"none":1,"items":[{"host":"h1","hostName":"node1","total":2,"healthy":1,"unhealthy":1,"starting":0,"none":0},{"host":"h2","hostName":"node2","total":1,"healthy":0,"unhealthy":0,"starting":0,"none":1}]}"#,
            "GET /api/v1/health/unhealthy?": FleetFixture.containers,
        ]) { $1 }
        let run = try await bayplan("health", answer: routes(table))
        #expect(run.lines[0].split(separator: " ").prefix(3) == ["HOST", "CONTAINERS", "HEALTHY"])
        #expect(run.lines[1].split(separator: " ") == ["node1", "2", "1", "1", "0", "0"])
        #expect(
            run.notes.contains("3 containers: 1 healthy, 1 unhealthy, 0 starting, 1 without a health check."))
        let members = try await bayplan("health", "unhealthy", "-q", answer: routes(table))
        #expect(members.lines.count == 3)
        let wrong = try await bayplan("health", "fine", answer: routes(table))
        #expect(wrong.code == .usage && wrong.requests.isEmpty)
        #expect(wrong.notes.contains("there are healthy, unhealthy, starting and none"))
    }

    /// C2.
    @Test func `shows how a host fares`() async throws {
        let health = #"""
            {"host":"h1","hostName":"node1","state":"live","since":1795172600000,"engine":{"state":"reachable","name":"m1",
            "version":"20.10.24","apiVersion":"1.41","os":"Debian","arch":"x86_64","cpus":8,"memory":17179869184,
            "eventsSince":1795172000000,"lastEvent":1795172690000,"lastError":"hung \u001bup"},"updates":"events",
            "roundTripMs":1.250,"containers":{"total":3,"running":2,"healthy":1,"unhealthy":0,"starting":0,"none":2},
            "lastSeen":1795172693000,"ageMs":10}
            """#
        let table = FleetFixture.all.merging(["GET /api/v1/hosts/h1/health": health]) { $1 }
        let run = try await bayplan("host", "health", "node1", answer: routes(table))
        #expect(run.code == .ok)
        for line in [
            "node1 (h1)", "  CPUs          8", "  Memory        16384 MiB", "  Round trip    1.25 ms",
            #"  Last error    hung \x1bup"#, "  No check      2",
        ] { #expect(run.lines.contains(line), "\(line)") }
        #expect(run.output.contains("Updates       events, since"))
        let both = try await bayplan("host", "health", "node9", "h1", "-o", "json", answer: routes(table))
        #expect(both.code == .failed && both.notes.contains("There is no host node9; did you mean node1"))
        #expect(try JSONValue(parsing: Array(both.output.utf8)).elements?.count == 1)
    }

    /// B12.
    @Test func `shows what lies on hosts`() async throws {
        let found = #"""
            {"revision":"r.7","total":1,"items":[{"host":"h1","hostName":"node1","source":"memory","age":3000,
            "containers":3,"running":2,"projects":[{"name":"shop","kind":"compose","services":["web","db"],"containers":2,
            "running":1,"configFiles":["/srv/shop.yml"]}],"composeFiles":["/srv/shop.yml"],"dataPaths":["/srv/appdata/x"]}]}
            """#
        let table = FleetFixture.all.merging([
            "GET /api/v1/discovery": found, "GET /api/v1/discovery?host=h1": found,
        ]) { $1 }
        let run = try await bayplan("host", "discover", "node1", answer: routes(table))
        #expect(
            run.output == """
                node1 (h1)
                  Containers    3, 2 running
                  Source        memory, confirmed 3s ago

                Stacks
                  shop          compose: web, db; 1 of 2 running

                Compose files
                  /srv/shop.yml

                Application data
                  /srv/appdata/x

                """)
        let all = try await bayplan("host", "discover", "-o", "json", answer: routes(table))
        #expect(all.requests.contains("GET /api/v1/discovery"))
        let wrong = try await bayplan("host", "discover", "nod1", answer: routes(table))
        #expect(wrong.code == .failed && wrong.notes.contains("did you mean node1?"))
    }

    /// B6: a hint where values are kept on their hosts.
    @Test func `says when values of variables can't be compared`() async throws {
        let table = FleetFixture.all.merging([
            "GET /api/v1/containers?": #"{"total":0,"hiddenValues":{"KEY":2},"items":[]}"#
        ]) { $1 }
        let run = try await bayplan("ps", "--env", "KEY=secret", answer: routes(table))
        #expect(run.notes.contains("2 containers have KEY with a value that its host doesn't show"))
        let named = try await bayplan("ps", "--env", "KEY=secret", "-q", answer: routes(table))
        #expect(named.notes.contains("--env KEY finds all that have it."))
    }

    @Test(arguments: [
        ["mount", "ls", "--path", "srv"], ["port", "ls", "--port", "0"],
        ["port", "ls", "--protocol", "icmp"],
        ["mount", "ls", "-l", "a=("], ["ps", "-f", "mount=srv"],
    ]) func `is refused before anybody is asked when it is wrong`(arguments: [String]) async throws {
        let run = try await bayplan(words: arguments, answer: routes(FleetFixture.all))
        #expect(run.code == .usage && run.requests.isEmpty && !run.notes.isEmpty, "\(run.notes)")
    }

    /// B13: texts that follow from times are made where they are shown.
    @Test(arguments: [
        (0, "0s"), (999, "0s"), (42_000, "42s"), (60_000, "1m"), (3_661_000, "1h 1m"), (7_200_000, "2h"),
        (190_800_000, "2d 5h"), (172_800_000, "2d"), (172_860_000, "2d"), (-5, "0s"),
    ]) func `shows how long something has run in two units`(milliseconds: Int64, text: String) {
        #expect(uptimeText(milliseconds: milliseconds) == text)
    }
}
