internal import Glibc
internal import JSON
internal import OS
internal import Testing

/// Makes one lab of three Engines with their agents and an aggregator for a whole suite, and removes it afterwards.
struct RealFleetTrait: SuiteTrait, TestScoping {
    var isRecursive: Bool { false }

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let lab = try await Lab.up(3)
        try await Command.output("/bin/rm", ["-rf", "--one-file-system", Station.root])
        let station = try Station(lab, name: "main")
        let outcome: Result<Void, any Error>
        do {
            try await station.startAggregator()
            for host in lab.hosts { try await station.startAgent(host.name) }
            try await station.answering(within: .seconds(10))
            try await RealFleet.$current.withValue(RealFleet(lab: lab, station: station)) {
                try await function()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(Command.Failure(description: "\(error)\n\(await station.logs())"))
        }
        await station.end()
        try await lab.down()
        if ThisProcess.environment("BAYPLAN_KEEP") == nil {
            try await Command.output("/bin/rm", ["-rf", "--one-file-system", Station.root])
        }
        try outcome.get()
    }
}

/// Prints the ends of the programs' logs when a scenario throws.
struct FailureLogsTrait: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        do {
            try await function()
        } catch {
            if testCase != nil, let fleet = RealFleet.current { print(await fleet.station.logs()) }
            throw error
        }
    }
}

extension Trait where Self == FailureLogsTrait {
    /// The programs' logs for every scenario that fails.
    static var failureLogs: Self { FailureLogsTrait() }
}

extension Trait where Self == RealFleetTrait {
    /// Real Engines, agents and an aggregator around the suite; needs root.
    static var realFleet: Self { RealFleetTrait() }
}

/// What the scenarios of a suite share.
struct RealFleet: Sendable {
    @TaskLocal static var current: RealFleet?

    let lab: Lab
    let station: Station

    /// How soon a change must be seen (requirement A1's two seconds).
    static let soon = Duration.seconds(2)

    /// A number from the environment, for the long form of a scenario.
    static func setting(_ name: String, default usual: Int) -> Int {
        ThisProcess.environment(name).flatMap { Int($0) } ?? usual
    }

    /// The fleet as a scenario wants to find it: everything runs, nothing is cut off, no containers.
    static func ready() async throws -> RealFleet {
        let fleet = try #require(current, "the suite's trait has made no fleet")
        for host in fleet.lab.hosts {
            try await fleet.lab.run("heal", host.name)
            _ = try? await fleet.lab.run("engine", "resume", host.name)
            try await fleet.lab.run("engine", "start", host.name)
            await fleet.station.signalAgent(host.name, SIGCONT)
        }
        await fleet.station.signalAggregator(SIGCONT)
        try await fleet.station.startAggregator()
        for host in fleet.lab.hosts {
            try await fleet.station.startAgent(host.name)
            try await fleet.lab.clear(host.name)
        }
        try await fleet.parity(within: .seconds(40), "at the start")
        return fleet
    }

    /// Waits until Bayplan shows exactly what the Engines say; a failure lists the fields that differ.
    ///
    /// `hosts` are those to compare, all by default; `other` is another aggregator to ask.
    ///
    /// - Returns: How long it took.
    /// - Throws: When the limit has passed; the differences are recorded as an issue before.
    @discardableResult
    func parity(
        within limit: Duration = soon, _ after: String, hosts: [String]? = nil,
        on other: Station? = nil, at location: SourceLocation = #_sourceLocation
    ) async throws -> Duration {
        let began = ContinuousClock.now
        let hosts = hosts ?? lab.hosts.map(\.name)
        var found: [String] = []
        var checks = 0
        repeat {
            checks += 1
            do {
                let differences = try await differences(hosts, other ?? station)
                if differences.isEmpty {
                    let took = ContinuousClock.now - began
                    print("equal \(took.formatted) after \(after) (check \(checks))")
                    return took
                }
                found = differences.map(\.description)
            } catch { found = ["\(error)"] }
        } while ContinuousClock.now - began < limit
        let report = found.prefix(40).joined(separator: "\n")
        Issue.record(
            "not equal \(limit) after \(after): \(found.count) differences in check \(checks)\n\(report)",
            sourceLocation: location)
        throw Command.Failure(description: "no parity after \(after)")
    }

    private func differences(_ hosts: [String], _ station: Station) async throws -> [Parity.Difference] {
        let lab = lab
        let engines = try await withThrowingTaskGroup(of: Parity.EngineAnswer.self) { group in
            for host in hosts { group.addTask(name: "ask \(host)") { try await lab.answer(host) } }
            var answers: [Parity.EngineAnswer] = []
            for try await answer in group { answers.append(answer) }
            return answers
        }
        // Beside the lab's hosts a scenario may have simulated ones.
        let others = Set(lab.hosts.map(\.name)).subtracting(hosts).union((1...9).map { "sim-\($0)" })
        let answer = try await station.answer(without: others)
        return Parity.differences(engines: engines, bayplan: answer)
    }
}

extension Duration {
    /// In whole milliseconds, for people.
    var formatted: String { "\(Int(self / .milliseconds(1))) ms" }
}
