internal import Testing

extension `A real fleet` {
    /// B6: `bayplan ps --filter` selects the same containers as `docker ps --filter` on the same Engine.
    @Test func `filters as docker does`() async throws {
        let fleet = try await RealFleet.ready()
        try await fleet.makeContainersToFilter()
        let questions = try await fleet.filterQuestions()
        #expect(questions.count >= 30)
        // What goes on changing would be asked about at two moments; the checks that fail are counted without an event.
        try await wait(for: "everything is as it will stay", within: .seconds(30)) {
            for (filter, count) in [("health=healthy", 1), ("health=unhealthy", 1), ("status=exited", 3)] {
                let ids = try await fleet.station.bayplan("ps", "-aq", "--host", "h1", "-f", filter).text
                guard ids.split(separator: "\n").count == count else { return false }
            }
            return true
        }
        var different: [String] = []
        for question in questions {
            let docker = try await fleet.lab.docker("h1", ["ps", "-q", "--no-trunc"] + question)
            let bayplan = try await fleet.station.bayplan(
                ["ps", "-q", "--no-trunc", "--host", "h1"] + question)
            let (ours, theirs) = (
                Set(bayplan.text.split(separator: "\n")), Set(docker.split(separator: "\n"))
            )
            print("\(question.joined(separator: " ")): \(theirs.count)")
            guard bayplan.status == 0, ours == theirs else {
                different.append(
                    """
                    \(question.joined(separator: " ")): docker \(theirs.count), bayplan \(ours.count) \
                    (exit status \(bayplan.status)) \(bayplan.errors)
                    """)
                continue
            }
        }
        #expect(different.isEmpty, "\(different.joined(separator: "\n"))")
        _ = try await fleet.lab.docker("h1", "rm", "-f", "-v", "web", "web2")
        _ = try? await fleet.lab.docker("h1", "network", "rm", "side")
    }

    /// B6: what docker refuses is refused, with what is known.
    @Test(arguments: [
        "colour=red", "status=gone", "health=fine", "exited=x", "publish=80:80", "publish=99999",
        "is-task=perhaps",
        "nothing", "before=no-such-container",
    ]) func `refuses a filter that docker refuses`(filter: String) async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        await #expect(throws: (any Error).self) { try await lab.docker("h1", "ps", "-a", "-f", filter) }
        let answer = try await fleet.station.bayplan("ps", "-a", "-f", filter)
        #expect(answer.status == 2, "\(answer.errors)")
        #expect(answer.text.isEmpty)
        #expect(answer.errors.contains(filter.prefix { $0 != "=" }), "\(answer.errors)")
    }
}

extension RealFleet {
    /// Containers of every kind that a filter can tell apart, on h1 and some on h2.
    fileprivate func makeContainersToFilter() async throws {
        _ = try? await lab.docker("h1", "network", "rm", "side")
        try await lab.docker("h1", "network", "create", "side")
        try await lab.docker(
            "h1", "run", "-d", "--name", "web", "--label", "app=web", "--label", "tier=front", "-p",
            "8081:80", "-p",
            "53:53/udp", "--network", "side", "-v", "data:/data", "-v", "/tmp:/outside:ro", "bb:1", "sleep",
            "1000")
        try await lab.docker(
            "h1", "run", "-d", "--name", "web2", "--label", "app=web", "--label", "tier=", "--health-cmd",
            "true",
            "--health-interval", "1s", "--expose", "9000/udp", "-P", "bb:1", "sleep", "1000")
        try await lab.docker(
            "h1", "run", "-d", "--name", "sick", "--health-cmd", "false", "--health-interval", "1s",
            "--health-retries", "1", "--network", "none", "bb:1", "sleep", "1000")
        try await lab.docker(
            "h1", "run", "-d", "--name", "db-1", "--label", "app=db", "--expose", "5432", "bb:1", "sh", "-c",
            "exit 3")
        try await lab.docker("h1", "run", "-d", "--name", "done", "bb:1", "true")
        try await lab.docker("h1", "run", "-d", "--name", "killed", "-p", "8082:80", "bb:1", "sleep", "1000")
        try await lab.docker("h1", "kill", "killed")
        try await lab.docker("h1", "create", "--name", "made", "-v", "other:/data", "bb:1", "true")
        let image = try await lab.docker("h1", "image", "inspect", "-f", "{{.Id}}", "bb:1")
        try await lab.docker("h1", "run", "-d", "--name", "by.id", image, "sleep", "1000")
        try await lab.docker("h1", "pause", "by.id")
        try await lab.docker(
            "h2", "run", "-d", "--name", "web", "--label", "app=web", "bb:1", "sleep", "1000")
    }

    /// Arguments of `ps`, each a filter or several.
    fileprivate func filterQuestions() async throws -> [[String]] {
        let web = try await lab.docker("h1", "inspect", "-f", "{{.Id}}", "web")
        let network = try await lab.docker("h1", "network", "inspect", "-f", "{{.Id}}", "side")
        let image = try await lab.docker("h1", "image", "inspect", "-f", "{{.Id}}", "bb:1")
        let filters: [[String]] = [
            ["status=running"], ["status=exited"], ["status=created"], ["status=paused"],
            ["status=exited", "status=created"], ["status=dead"], ["status=restarting"], ["exited=0"],
            ["exited=3"],
            ["exited=0", "exited=3"], ["exited=137"], ["exited=1"], ["health=healthy"], ["health=unhealthy"],
            ["health=none"], ["health=starting"], ["label=app"], ["label=app=web"],
            ["label=app=web", "label=tier=front"],
            ["label=app=web", "label=tier=back"], ["label=tier="], ["label=absent"], ["name=web"],
            ["name=^web$"],
            ["name=^/web"], ["name=web|db"], ["name=[0-9]$"], ["name=WEB"], ["name=(?i)WEB"], ["name=by.id"],
            ["name=web", "name=done"], ["name=^.{4}$"], ["id=\(web.prefix(12))"], ["id=\(web)"],
            ["id=\(web.prefix(40))"],
            ["id=ffffffffffffffff"], ["ancestor=bb:1"], ["ancestor=bb"], ["ancestor=\(image)"],
            ["ancestor=\(image.dropFirst(7).prefix(12))"], ["ancestor=docker.io/library/bb:1"],
            ["ancestor=nothing:1"],
            ["network=bridge"], ["network=side"], ["network=\(network)"], ["network=\(network.prefix(12))"],
            ["network=none"], ["network=absent"], ["volume=data"], ["volume=/data"], ["volume=/tmp"],
            ["volume=/outside"],
            ["volume=other"], ["volume=/absent"], ["publish=80"], ["publish=80/tcp"], ["publish=53/udp"],
            ["publish=53"], ["publish=1-100"], ["publish=8081"], ["publish=8082"], ["publish=8000-9000"],
            ["publish=9000/udp"], ["expose=80"],
            ["expose=9000/udp"], ["expose=9000"], ["expose=5000-9500/tcp"], ["expose=5432", "expose=53/udp"],
            ["before=db-1"], ["since=db-1"], ["before=\(web)"], ["before=done", "since=web"],
            ["is-task=false"], ["is-task=true"], ["isolation=default"], ["name=web", "status=running"],
            ["label=app", "exited=3"], ["volume=data", "network=side", "publish=80"], ["NAME= web "],
        ]
        let all = filters.map { filter in ["-a"] + filter.flatMap { ["-f", $0] } }
        // Without -a docker lists what runs, unless a state is asked for.
        let running = [
            ["status=exited"], ["exited=3"], ["health=none"], ["label=app"], ["name=d"], ["since=web2"],
        ].map { filter in filter.flatMap { ["-f", $0] } }
        return all + running + [["--last", "3"], ["-n", "2", "-f", "name=web"], ["--latest"]]
    }
}
