import AgentCore
import FleetSimulation
import Lifecycle
import Log
import OS
import Settings

/// `bayplan-simulator fleet`: hosts that report to an aggregator, and what happens to them.
struct FleetCommand {
    private let settings: Configuration
    private let plan: FleetPlan

    init(_ settings: Configuration) throws(Refusal) {
        self.settings = settings
        plan = FleetPlan(
            hosts: settings[FleetSettings.hosts], containers: settings[FleetSettings.containers],
            seed: settings[FleetSettings.seed])
        let needed = plan.hosts + 64
        let limit = raiseDescriptorLimit()
        guard limit >= needed else {
            throw Refusal(
                "\(plan.hosts) hosts need \(needed) open files, and the system allows \(limit); nothing was "
                    + "started. Raise the limit with `ulimit -n \(needed)`, or ask for fewer hosts.")
        }
        let ways = [
            settings[FleetSettings.insecure], settings[FleetSettings.createTokens],
            !settings[FleetSettings.tokenFiles].isEmpty,
        ]
        guard ways.count(where: { $0 }) == 1 else {
            throw Refusal(
                "Say how the hosts prove who they are, so nothing was started. Give one of --create-tokens, "
                    + "--token-file FILE and, to an aggregator that asks for nothing, --insecure.", status: 2)
        }
    }

    /// Draws the fleet, connects it, lets things happen, and says what came of it.
    nonisolated func run() async throws {
        let began = BootClock.now
        let log = Log(
            LogSettings(level: settings[FleetSettings.logLevel]),
            to: DescriptorSink.standardError)
        let address = settings[FleetSettings.aggregator]
        let socket = SocketConnector(.unix(settings[FleetSettings.socket]))
        let tokens: TokenBook? =
            if settings[FleetSettings.createTokens] {
                try await TokenBook(
                    creatingFor: SimulatedFleet.hostIDs(of: plan), at: address, over: socket)
            } else if !settings[FleetSettings.tokenFiles].isEmpty {
                try TokenBook(files: settings[FleetSettings.tokenFiles])
            } else {
                nil
            }
        // An outage lasts twenty seconds at most, whatever the rate.
        let longestOutage = Int(min(1_000_000, settings[FleetSettings.churn] * 20))
        let statsInterval = settings[FleetSettings.statsInterval]
        let fleet = try SimulatedFleet(
            plan, longestOutage: longestOutage, statsInterval: statsInterval > .zero ? statsInterval : nil,
            log: log
        ) { host in
            try tokens?.place(of: host, at: address)
                ?? AggregatorGroup.Place(address: address, connector: SocketConnector(address))
        }
        let drawn = began.duration(to: BootClock.now)
        tell(
            "\(fleet.hosts.count) hosts with \(fleet.containers) containers, seed \(plan.seed), drawn in "
                + "\(drawn.wholeMilliseconds) ms; reporting to \(address)")
        let before = fleet.containers
        let result = await withSignals([.terminate, .interrupt]) { signals in await live(fleet, signals) }
        if settings[FleetSettings.createTokens] { await tokens?.remove(over: socket) }
        if settings[FleetSettings.report] {
            let report = FleetReport(
                containers: before, drawn: drawn, connected: result?.connected, churned: result?.churned)
            tell(report.text(fleet))
        }
        if let outcome = result?.outcome { try show(outcome) }
    }

    /// The fleet's life, from its first connection to its goodbye.
    private func live(_ fleet: SimulatedFleet, _ signals: Mailbox<Signal>) async -> Course.Result? {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "fleet") { await fleet.run() }
            defer { group.cancelAll() }
            let course = Course(fleet: fleet, settings: settings)
            let result = await withTaskGroup(of: Course.Result?.self) { race in
                race.addTask(name: "signal") {
                    _ = await signals.next()
                    return nil
                }
                race.addTask(name: "course") { await course.run() }
                defer { race.cancelAll() }
                return await race.next() ?? nil
            }
            await fleet.stop()
            await group.next()
            return result
        }
    }

    private func show(_ outcome: FleetCheck.Outcome) throws(Refusal) {
        guard !outcome.isEqual else {
            tell("equal: \(outcome.containers) containers, \(outcome.equalFacets) facets")
            return
        }
        for difference in outcome.differences { tell("different: \(difference)") }
        throw Refusal("The aggregator's answers differ from what the fleet is; see above.")
    }
}
