internal import Glibc
internal import JSON
internal import Testing

extension `A real fleet` {
    /// B17, B3: with one of five hosts frozen every query answers as fast as before, and its data shows its true age.
    ///
    /// Three Engines are real, two simulated. The frozen one is dockerd stopped by SIGSTOP: its socket takes
    /// connections, and nothing ever comes.
    @Test func `answers as fast as before while one of five Engines is frozen`() async throws {
        let fleet = try await RealFleet.ready()
        let (lab, station) = (fleet.lab, fleet.station)
        for host in lab.hosts { try await lab.run("seed", host.name, "3") }
        try await fleet.parity("three containers each")
        let simulated = try await station.startSimulated(2, containers: 50)
        do {
            try await wait(for: "five hosts are live", within: .seconds(20)) {
                let hosts = try await station.document("host", "ls", "-o", "json")["items"]?.elements ?? []
                return hosts.count { $0["state"]?.string == "live" && ($0["containers"]?.integer ?? 3) > 0 }
                    >= 5
            }
            try await frozen(fleet)
        } catch {
            for program in simulated { program.signal(SIGKILL) }
            throw error
        }
        for program in simulated { program.signal(SIGTERM) }
        for program in simulated { _ = await program.ended(within: .seconds(10)) }
        for host in ["sim-1", "sim-2"] { _ = try await station.bayplan("host", "rm", host) }
    }

    private static let questions = [
        "/api/v1/containers", "/api/v1/hosts", "/api/v1/stacks", "/api/v1/search?q=seed", "/api/v1/labels",
        "/api/v1/events?limit=100", "/api/v1/containers?host=h3",
    ]

    private func frozen(_ fleet: RealFleet) async throws {
        let (lab, station) = (fleet.lab, fleet.station)
        let items = try await station.document("ps", "-a", "-o", "json")["items"]?.elements ?? []
        let id = try #require(items.first { $0["host"]?.string == "h3" }?["id"]?.string)
        let before = try await Self.medians(station)
        try await lab.run("engine", "pause", "h3")
        let began = ContinuousClock.now
        do {
            // A change beside it is seen as soon as ever.
            try await lab.docker("h1", "run", "-d", "--name", "beside", "bb:1")
            try await fleet.parity("a change beside a frozen Engine", hosts: ["h1", "h2"])
            let after = try await Self.medians(station)
            print("medians before \(before), with a frozen Engine \(after)")
            for question in Self.questions {
                let usual = before[question] ?? .zero
                #expect(after[question] ?? .seconds(60) < usual * 3 + .milliseconds(30), "\(question)")
            }
            let age = try await Self.age(station, "h3", id)
            let frozen = ContinuousClock.now - began
            #expect(
                age + 500 >= Int64(frozen / .milliseconds(1)), "as old as the silence: \(age) ms of \(frozen)"
            )
            // And it grows by the time that passes, to be told in the end.
            try await wait(for: "h3's Engine is shown unreachable", within: .seconds(60)) {
                try await fleet.engineState("h3") == "unreachable"
            }
            let later = try await Self.age(station, "h3", id)
            let passed = Int64((ContinuousClock.now - began) / .milliseconds(1))
            #expect(later + 500 >= passed, "\(later) ms old after \(passed) ms")
            #expect(try await fleet.names("h3").count == 3, "its rows stay")
        } catch {
            _ = try? await lab.run("engine", "resume", "h3")
            throw error
        }
        try await lab.run("engine", "resume", "h3")
        try await lab.docker("h3", "rm", "-f", "seed-1")
        try await fleet.parity(within: .seconds(15), "the frozen Engine's recovery")
    }

    /// How long each question takes, the median of eleven.
    private static func medians(_ station: Station) async throws -> [String: Duration] {
        var medians: [String: Duration] = [:]
        for question in questions {
            var times: [Duration] = []
            for _ in 0..<11 {
                let began = ContinuousClock.now
                let answer = try await station.http(question)
                #expect(answer.status == 200, "\(question): \(answer.body)")
                times.append(ContinuousClock.now - began)
            }
            medians[question] = times.sorted()[5]
        }
        return medians
    }

    /// How old the status of a container is, in ms.
    private static func age(_ station: Station, _ host: String, _ id: String) async throws -> Int64 {
        let answer = try await station.http("/api/v1/containers/\(host)/\(id)")
        let status = try JSONValue.parse(answer.body)["ages"]?["status"]
        return try #require(status?.integer ?? status?["age"]?.integer, "\(answer.body)")
    }
}
