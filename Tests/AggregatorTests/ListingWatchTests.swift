import AgentCore
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Wire

/// The programs themselves: an aggregator that is killed and started again, and `bayplan ps --watch` all the while.
@Suite(.timeLimit(.minutes(5)), .serialized) struct `A listing that is watched` {
    private static let restarts = 20

    /// The aggregator's program, always with the same doors and the same data.
    private struct Place {
        let folder: String
        let port: UInt16

        var socket: String { folder + "/api.sock" }

        func start() throws -> ProcessFixture {
            try ProcessFixture(
                "bayplan-aggregator",
                [
                    "--data", folder + "/data", "--agents", "127.0.0.1:\(port)", "--http", "127.0.0.1:0",
                    "--socket",
                    socket, "--heartbeat", "200ms", "--insecure",
                ])
        }
    }

    /// H2, B6: over restarts of both kinds, each change that was reported is shown once, and in its order.
    @Test func `misses and repeats nothing over twenty restarts of the aggregator`() async throws {
        try await TemporaryDirectory.with { folder in
            let place = Place(folder: folder, port: try Places.freePort())
            var aggregator = try place.start()
            _ = try await aggregator.waitForLine(containing: "answering")
            let agent = try LiveAgent(Who("web"), to: SocketAddress("127.0.0.1:\(place.port)"))
            let (paced, hurried) = (1...6, 7...9)
            agent.report((1...9).map { (Sample.id($0), Sample.container($0, name: "c\($0)-0")) })
            let watch = try ProcessFixture(
                "bayplan", ["--socket", place.socket, "ps", "--watch", "--format", "json"])
            var random = SplitMix64(seed: 20)
            try await agent.reporting { agent in
                _ = try await watch.waitForLine(containing: "\"c9-0\"")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in paced { group.addTask { try await Self.change(number, of: agent, watch) } }
                    // Some change faster than anybody looks: what lies between may be left out, nothing may come twice.
                    for number in hurried { group.addTask { try await Self.hurry(number, of: agent) } }
                    for restart in 1...Self.restarts {
                        try await BootClock().sleep(
                            for: .milliseconds(Int64.random(in: 20...400, using: &random)))
                        aggregator.signal(Bool.random(using: &random) ? 9 : 15)
                        try await aggregator.waitForExit()
                        aggregator = try place.start()
                        if restart % 5 == 0 { _ = try await aggregator.waitForLine(containing: "answering") }
                    }
                    group.cancelAll()
                    while let result = await group.nextResult() {
                        if case .failure(let error) = result, !(error is CancellationError) { throw error }
                    }
                }
                agent.host.changed((1...9).map { (Sample.id($0), Sample.container($0, name: "c\($0)-end")) })
                for number in 1...9 {
                    _ = try await watch.waitForLine(containing: "\"c\(number)-end\"", within: .seconds(30))
                }
            }
            let shown = try Self.names(watch.outputText)
            for number in paced {
                let names = shown[number] ?? []
                #expect(names == (0..<names.count - 1).map { "\($0)" } + ["end"], "c\(number): \(names)")
                #expect(names.count > 5, "c\(number) changed only \(names.count) times")
            }
            for number in hurried {
                let numbers = (shown[number] ?? []).dropLast().compactMap { Int($0) }
                #expect(numbers == Set(numbers).sorted(), "c\(number): \(numbers)")
                #expect(shown[number]?.last == "end")
            }
            watch.signal(15)
            aggregator.signal(15)
            try await aggregator.waitForExit()
        }
    }

    /// Renames a container again and again, each time once the watch has shown the name before.
    private static func change(_ number: Int, of agent: LiveAgent, _ watch: ProcessFixture) async throws {
        for step in 1... {
            try Task.checkCancellation()
            agent.host.changed([(Sample.id(number), Sample.container(number, name: "c\(number)-\(step)"))])
            _ = try await watch.waitForLine(containing: "\"c\(number)-\(step)\"", within: .seconds(30))
        }
    }

    private static func hurry(_ number: Int, of agent: LiveAgent) async throws {
        for step in 1... {
            agent.host.changed([(Sample.id(number), Sample.container(number, name: "c\(number)-\(step)"))])
            try await BootClock().sleep(for: .milliseconds(3))
        }
    }

    /// What was shown of each container: what its name ended with, in order.
    private static func names(_ output: String) throws -> [Int: [String]] {
        var names: [Int: [String]] = [:]
        for line in output.split(separator: "\n") {
            let name = try JSONValue(parsing: Array(line.utf8))["Names"]?.string ?? ""
            let parts = name.dropFirst().split(separator: "-")
            guard parts.count == 2, let number = Int(parts[0]) else { throw Unexpected("a row of \(name)") }
            names[number, default: []].append(String(parts[1]))
        }
        return names
    }
}
