internal import Glibc
internal import JSON
internal import OS
internal import Testing

extension `A real fleet` {
    /// B15: `bayplan events` tells what `docker events` tells, line by line, with the host added.
    @Test func `tells the same events as docker`() async throws {
        let fleet = try await RealFleet.ready()
        let (lab, station) = (fleet.lab, fleet.station)
        let since = try await lab.docker("h1", "info", "--format", "{{.SystemTime}}")
        try await lab.docker(
            "h1", "run", "-d", "--name", "told", "--label", "app=web", "-v", "told-data:/data", "bb:1")
        try await lab.docker("h1", "pause", "told")
        try await lab.docker("h1", "unpause", "told")
        try await lab.docker("h1", "rename", "told", "told-2")
        try await lab.docker("h1", "restart", "told-2")
        try await lab.docker("h1", "tag", "bb:1", "told:2")
        try await lab.docker("h1", "network", "create", "told-net")
        try await lab.docker("h1", "network", "connect", "told-net", "told-2")
        try await lab.docker("h1", "update", "--restart", "always", "told-2")
        try await lab.docker("h1", "exec", "told-2", "true")
        try await lab.docker("h1", "kill", "told-2")
        try await lab.docker("h1", "rm", "-f", "-v", "told-2")
        try await lab.docker("h1", "network", "rm", "told-net")
        try await lab.docker("h1", "volume", "rm", "told-data")
        try await lab.docker("h1", "rmi", "told:2")
        let until = try await lab.docker("h1", "info", "--format", "{{.SystemTime}}")
        func docker(_ more: [String]) async throws -> [String] {
            try await lab.docker("h1", ["events", "--since", since, "--until", until] + more)
                .split(separator: "\n").map(String.init)
        }
        func ours(_ more: [String]) async throws -> [String] {
            let answer = try await station.bayplan(
                ["events", "--host", "h1", "--since", since, "--until", until] + more)
            #expect(answer.status == 0, "\(answer.errors)")
            return answer.text.split(separator: "\n").map(String.init)
        }
        // What the agent never asks for: execs, attaching, archive, prune, …
        let wanted = [
            "create", "start", "stop", "restart", "kill", "die", "oom", "pause", "unpause", "rename",
            "update", "destroy",
            "pull", "push", "tag", "untag", "delete", "connect", "disconnect", "mount", "unmount",
        ].flatMap { ["--filter", "event=\($0)"] }
        let expected = try await docker(wanted)
        #expect(expected.count > 20, "\(expected)")
        var found: [String] = []
        _ = try? await wait(for: "all events have come", within: .seconds(10)) {
            found = try await ours([])
            return found.count >= expected.count
        }
        #expect(
            found.map { $0.replacing("host=h1, ", with: "").replacing("(host=h1)", with: "()") } == expected)
        for filters in [
            ["-f", "type=container", "-f", "event=die"], ["-f", "container=told"], ["-f", "label=app=web"],
            ["-f", "image=bb:1", "-f", "type=container"], ["-f", "network=told-net"],
            ["-f", "volume=told-data"],
            ["-f", "type=image", "-f", "event=tag"],
        ] {
            let theirs = try await docker(
                filters + (filters.contains { $0.hasPrefix("event=") } ? [] : wanted))
            #expect(
                try await ours(filters).map { $0.replacing("host=h1, ", with: "") } == theirs, "\(filters)")
            #expect(!theirs.isEmpty)
        }
        // The objects for programs too, but for the host.
        let objects = try await docker(wanted + ["--format", "{{json .}}"]).map { try JSONValue.parse($0) }
        let told = try await ours(["--format", "{{json .}}"]).map { try JSONValue.parse($0) }
        #expect(told.count == objects.count)
        for (one, other) in zip(told, objects) {
            let members = one.members?.filter { $0.name != "host" } ?? []
            #expect(JSONValue.object(members).encoded == other.encoded)
        }
    }

    /// B15: events are followed live, and those of an outage come after it; none is told twice.
    @Test func `follows events over outages of the aggregator and the agent`() async throws {
        let fleet = try await RealFleet.ready()
        let (lab, station) = (fleet.lab, fleet.station)
        let watch = try await station.follow(
            [
                "events", "-f", "type=container", "-f", "event=rename", "--format",
                "{{.Actor.Attributes.name}}",
            ],
            into: "events")
        try await lab.docker("h2", "create", "--name", "n0", "bb:1")
        func names() throws -> [String] {
            String(decoding: try readFile(watch.output, limit: 1 << 20), as: UTF8.self).split(separator: "\n")
                .map(
                    String.init)
        }
        func rename(_ numbers: ClosedRange<Int>) async throws {
            for number in numbers { try await lab.docker("h2", "rename", "n\(number - 1)", "n\(number)") }
        }
        try await rename(1...3)
        try await wait(for: "three renames", within: .seconds(10)) { try names().last == "n3" }
        #expect(await station.endAggregator(SIGKILL) != nil)
        try await rename(4...6)
        try await station.startAggregator()
        try await wait(for: "the renames of the outage", within: .seconds(30)) { try names().last == "n6" }
        // What happened while no agent ran comes from the Engine's own memory.
        _ = await station.endAgent("h2", SIGKILL)
        try await rename(7...9)
        try await station.startAgent("h2")
        try await rename(10...10)
        try await wait(for: "the renames of the second outage", within: .seconds(30)) {
            try names().last == "n10"
        }
        let told = try names()
        #expect(told == (1...10).map { "n\($0)" })
        watch.signal(SIGINT)
        _ = await watch.ended(within: .seconds(5))
    }
}
