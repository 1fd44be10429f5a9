internal import Glibc
internal import JSON
internal import Testing

extension `A real fleet` {
    /// A6: on a full disk answers stay live and readiness says why it is not; afterwards it recovers by itself.
    @Test func `stays live on a full disk`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.run("seed", "h3", "3")
        let small = try Station(lab, name: "small")
        try await Command.output("/bin/mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", small.data])
        do {
            try await small.startAggregator()
            try await small.startAgent("h3")
            try await small.answering()
            try await fleet.parity(within: .seconds(5), "a second aggregator", hosts: ["h3"], on: small)
            #expect(try await small.http("/readyz").status == 200)
            // dd ends with an error when the disk is full, which is what is wanted.
            _ = try await Command.run("/bin/dd", ["if=/dev/zero", "of=\(small.data)/filler", "bs=4096"])
            try await wait(for: "readiness says that the journal is stalled", within: .seconds(20)) {
                try await lab.run("storm", "h3", "20", "--start-every", "10")
                let answer = try await small.http("/readyz")
                return answer.status != 200 && answer.body.contains("journal stalled")
            }
            try await lab.docker("h3", "run", "-d", "--name", "unsaved", "bb:1")
            try await fleet.parity(
                "a change on a full disk", hosts: ["h3"], on: small)
            #expect(try await small.http("/livez").status == 200)
            try await Command.output("/bin/rm", ["\(small.data)/filler"])
            let took = try await wait(for: "the journal goes on", within: .seconds(35)) {
                try await small.http("/readyz").status == 200
            }
            print("the journal went on \(took.formatted) after there was space")
            try await fleet.parity("the disk's recovery", hosts: ["h3"], on: small)
            #expect(await small.endAggregator(SIGKILL) == 128 + SIGKILL)
            try await small.startAggregator()
            try await small.answering()
            try await fleet.parity(within: .seconds(5), "a death after a full disk", hosts: ["h3"], on: small)
            await small.end()
            #expect(try await small.databaseCheck() == "ok")
        } catch {
            Issue.record("\(error)\n\(await small.logs())")
        }
        await small.end()
        try await Command.output("/bin/umount", [small.data])
    }

    /// H5: environment values stay on the host: not in an answer, not in the database, not in a log.
    @Test func `never lets environment values leave the host`() async throws {
        let fleet = try await RealFleet.ready()
        let secret = "s3cr3t-\(UInt64.random(in: 0 ... .max))"
        try await fleet.lab.docker("h1", "run", "-d", "--name", "vault", "-e", "API_KEY=\(secret)", "bb:1")
        try await fleet.parity("a secret")
        _ = try await fleet.settled()
        let found = try await Command.run("/bin/grep", ["-ral", secret, Station.root])
        #expect(found.status == 1, "found in \(found.text)")
        let shown = try await fleet.station.bayplan("inspect", "h1/vault", "-o", "json")
        #expect(shown.text.contains("API_KEY"))
        #expect(!shown.text.contains(secret))
        // A new value is a change that can be seen without being shown.
        let before = try await fleet.station.document("inspect", "h1/vault", "-o", "json")["config"]?["env"]?[
            "API_KEY"]
        try await fleet.lab.docker("h1", "rm", "-f", "vault")
        try await fleet.lab.docker("h1", "run", "-d", "--name", "vault", "-e", "API_KEY=\(secret)2", "bb:1")
        try await fleet.parity("another secret")
        let after = try await fleet.station.document("inspect", "h1/vault", "-o", "json")["config"]?["env"]?[
            "API_KEY"]
        #expect(before != nil && before != after)
    }

    /// B6: label queries find exactly what a scan over every Engine's inspect finds.
    @Test(.timeLimit(.minutes(2))) func `finds by label what a scan finds`() async throws {
        let fleet = try await RealFleet.ready()
        for host in fleet.lab.hosts { try await fleet.lab.run("seed", host.name, "4") }
        try await fleet.lab.docker(
            "h1", "create", "--name", "one", "-l", "tier=a", "-l", "lab.parity=even", "bb:1")
        try await fleet.lab.docker(
            "h2", "create", "--name", "two", "-l", "tier=b", "-l", "app/name=x.y-z", "bb:1")
        try await fleet.lab.docker("h3", "create", "--name", "three", "-l", "tier=", "bb:1")
        try await fleet.parity("labels")
        var labels: [String: [String: String]] = [:]
        for host in fleet.lab.hosts {
            for container in try await fleet.lab.answer(host.name).inspected {
                let pairs = (container["Config"]?["Labels"]?.members ?? []).map {
                    ($0.name, $0.value.string ?? "")
                }
                labels[container["Id"]?.string ?? ""] = Dictionary(pairs, uniquingKeysWith: { one, _ in one })
            }
        }
        let questions: [(selector: String, matches: ([String: String]) -> Bool)] = [
            ("lab.parity=even", { $0["lab.parity"] == "even" }),
            ("lab.parity==odd", { $0["lab.parity"] == "odd" }),
            ("lab.parity!=even", { $0["lab.parity"] != "even" }),
            ("tier", { $0["tier"] != nil }),
            ("!tier", { $0["tier"] == nil }),
            ("tier=", { $0["tier"] == "" }),
            ("tier in (a,b)", { ["a", "b"].contains($0["tier"]) }),
            ("lab.seed notin (1,2)", { !["1", "2"].contains($0["lab.seed"]) }),
            ("lab.parity=even,lab.seed=2", { $0["lab.parity"] == "even" && $0["lab.seed"] == "2" }),
            ("lab.parity=even,!lab.seed", { $0["lab.parity"] == "even" && $0["lab.seed"] == nil }),
            ("app/name=x.y-z", { $0["app/name"] == "x.y-z" }),
            ("no.such.label", { $0["no.such.label"] != nil }),
        ]
        for question in questions {
            let answer = try await fleet.station.bayplan(
                "ps", "-a", "-q", "--no-trunc", "-l", question.selector)
            #expect(answer.status == 0, "\(question.selector): \(answer.errors)")
            let found = Set(answer.text.split(separator: "\n").map(String.init))
            #expect(found == Set(labels.filter { question.matches($0.value) }.keys), "\(question.selector)")
        }
        let bad = try await fleet.station.bayplan("ps", "-l", "tier in (a")
        #expect(bad.status == 2, "a selector that can't be read is a usage error")
    }
}

extension Station {
    /// What SQLite's own check says about the database, read by Debian's Python and not by our code.
    func databaseCheck() async throws -> String {
        let script = """
            import sqlite3, sys
            base = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
            print(base.execute("PRAGMA integrity_check").fetchone()[0])
            """
        let text = try await Command.output("/usr/bin/python3", ["-c", script, "\(data)/fleet.db"])
        return text.split(separator: "\n").first.map(String.init) ?? ""
    }
}
