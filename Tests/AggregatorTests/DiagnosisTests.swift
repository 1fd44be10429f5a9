import AggregatorAPI
import AggregatorCore
import Inventory
import JSON
import Journal
import TestSupport
import Testing
import Wire

/// Row B19: everything that the aggregator can find, each by itself.
@Suite struct `A diagnosis` {
    private static let now: Int64 = 1_763_640_000_000

    private func host(
        _ condition: HostCondition = .live, heard age: Int64 = 0,
        _ change: (inout HostInfo) -> Void = { _ in }
    ) throws -> HostInfo {
        var info = HostInfo(
            key: HostKey(rawValue: 1), id: try #require(HostID("attic")), condition: condition)
        info.lastHeard = Self.now - age
        info.engine = EngineCondition(state: EngineCondition.reachable)
        info.engine.apiVersion = "1.41"
        info.agentVersion = bayplanVersion
        info.clockOffset = 3
        change(&info)
        return info
    }

    private func findings(_ change: (inout Diagnosis) throws -> Void) throws -> [String] {
        var diagnosis = Diagnosis()
        diagnosis.now = Self.now
        diagnosis.hosts = [try host()]
        diagnosis.containers = 3
        diagnosis.memory = (1 << 20, 1 << 30)
        diagnosis.freeDisk = 50 << 30
        try change(&diagnosis)
        return diagnosis.checks.flatMap(\.findings).map { "\($0.severity) \($0.code)" }
    }

    @Test func `finds nothing where all is well`() throws {
        #expect(try findings { _ in } == [])
    }

    @Test func `finds that nothing is cached`() throws {
        #expect(try findings { $0.hosts = [] } == ["error nothing-cached"])
        #expect(try findings { $0.containers = 0 } == ["warning nothing-cached"])
    }

    @Test func `finds hosts that are away, and after 600 seconds that they are old`() throws {
        #expect(try findings { $0.hosts = [try host(.silent, heard: 599_000)] } == ["warning host-away"])
        #expect(try findings { $0.hosts = [try host(.silent, heard: 601_000)] } == ["error host-old"])
        #expect(try findings { $0.hosts = [try host(.stopped, heard: 601_000)] } == ["warning host-old"])
        #expect(try findings { $0.hosts = [try host(.restored, heard: 601_000)] } == ["error host-old"])
        // Just after the aggregator's start agents may still be on their way.
        let restored = try host(.restored, heard: 90_000)
        #expect(try findings { ($0.hosts, $0.uptime) = ([restored], 5_000) } == [])
        #expect(try findings { ($0.hosts, $0.uptime) = ([restored], 61_000) } == ["warning host-away"])
    }

    @Test func `finds clones, Engines and agents that are not as they should be`() throws {
        #expect(try findings { $0.hosts = [try host(.conflict)] } == ["error clone"])
        #expect(
            try findings { diagnosis in
                diagnosis.hosts = [try host { $0.engine.state = EngineCondition.unreachable }]
            } == ["error engine-down"])
        #expect(
            try findings { diagnosis in diagnosis.hosts = [try host { $0.engine.apiVersion = "1.40" }] }
                == ["warning engine-old"])
        #expect(
            try findings { diagnosis in
                diagnosis.hosts = [
                    try host {
                        $0.engine.problems = [
                            AgentProblem(code: "events-down", message: ""),
                            AgentProblem(code: "cgroups-not-mounted", message: "m"),
                            AgentProblem(code: "of a later release", message: ""),
                        ]
                    }
                ]
            } == ["warning events-down", "warning agent-lacks", "warning agent-lacks"])
        #expect(
            try findings { diagnosis in diagnosis.hosts = [try host { $0.agentVersion = "0.0.9" }] }
                == ["warning agent-release"])
    }

    @Test(
        arguments: [
            (2_000, []), (-2_001, ["warning clock-off"]), (300_001, ["error clock-off"]),
            (Int64.min, ["error clock-off"]),
        ] as [(Int64, [String])]) func `finds clocks that differ`(offset: Int64, found: [String]) throws
    {
        #expect(
            try findings { diagnosis in diagnosis.hosts = [try host { $0.clockOffset = offset }] } == found)
    }

    @Test func `finds what is wrong with the aggregator itself`() throws {
        #expect(
            try findings { $0.journal = .stalled(sentence: "disk is full", since: 0) } == [
                "error journal-stalled"
            ])
        #expect(try findings { $0.journal = .damaged(sentence: "x", since: 0) } == ["error journal-damaged"])
        #expect(try findings { $0.freeDisk = (1 << 30) - 1 } == ["warning disk-low"])
        #expect(try findings { $0.freeDisk = 1 << 20 } == ["error disk-low"])
        #expect(try findings { $0.memory = (500 << 20, 1_000 << 20) } == ["warning memory-high"])
        #expect(try findings { $0.memory = (900 << 20, 1_000 << 20) } == ["error memory-high"])
        #expect(try findings { ($0.memory, $0.freeDisk) = (nil, nil) } == [])
    }

    @Test(
        arguments: [
            (15, []), (14, []), (13, ["warning certificate-expires"]), (0, ["error certificate-expires"]),
            (-1, ["error certificate-expires"]),
        ] as [(Int64, [String])]) func `finds a certificate that ends`(days: Int64, found: [String]) throws
    {
        #expect(try findings { $0.certificateEnd = Self.now + days * 86_400_000 } == found)
    }

    private func token(_ id: String, _ subject: String, age: Int64, left: Int64?) -> Diagnosis.Token {
        let day: Int64 = 86_400_000
        return Diagnosis.Token(
            id: id, subject: subject, created: Self.now - age * day,
            expires: left.map { Self.now + $0 * day } ?? 0)
    }

    @Test func `finds tokens that end and have no other beside them`() throws {
        let soon = token("a", "host attic", age: 90, left: 3)
        #expect(try findings { $0.tokens = [soon] } == ["warning token-expires"])
        #expect(
            try findings { $0.tokens = [token("a", "host attic", age: 90, left: -1)] } == [
                "error token-expires"
            ])
        #expect(
            try findings { $0.tokens = [token("a", "scope read", age: 9, left: -1)] } == [
                "warning token-expires"
            ])
        #expect(try findings { $0.tokens = [soon, token("b", "host attic", age: 0, left: nil)] } == [])
        #expect(try findings { $0.tokens = [soon, token("b", "host cellar", age: 0, left: nil)] }.count == 1)
        // One that was meant for a few days is no news on its first.
        #expect(try findings { $0.tokens = [token("a", "host attic", age: 1, left: 4)] } == [])
        #expect(try findings { $0.tokens = [token("a", "host attic", age: 99, left: nil)] } == [])
    }

    @Test func `is answered by a real aggregator of a real agent`() async throws {
        try await Station.with { station in
            let who = try Who("attic")
            let log = Sample.log(who, 1...2)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.send(RawAgent.heartbeat(log, sequence: 3))
            try await eventually {
                let document = try await station.client.json("/diagnosis")
                let checks = document["checks"]?.elements ?? []
                let names = checks.compactMap { $0["name"]?.string }
                #expect(
                    names == [
                        "hosts", "engines", "agents", "clocks", "tokens", "journal", "events", "disk",
                        "memory",
                    ])
                return checks.first?["summary"]?.string == "1 of 1 live, 2 containers"
            }
        }
    }

    @Test func `says times and sizes as people do`() throws {
        var diagnosis = Diagnosis()
        diagnosis.now = Self.now
        diagnosis.hosts = [try host(.silent, heard: 3 * 86_400_000)]
        diagnosis.freeDisk = 3 << 29
        #expect(diagnosis.checks[0].findings.last?.what.contains("3 days ago") == true)
        #expect(diagnosis.checks.last?.summary == "1.5 GiB free")
    }
}
