import FleetSimulation
import OS
import Settings

/// What a simulated fleet goes through: everybody connects, things happen for a while, and at last all is compared.
struct Course {
    /// What came of it.
    struct Result: Sendable {
        /// From the first connection until all hosts were accepted.
        var connected: Duration?
        /// How long things happened.
        var churned: Duration?
        var outcome: FleetCheck.Outcome?
    }

    let fleet: SimulatedFleet
    let settings: Configuration

    /// After so long, things begin to happen even if some hosts were not accepted.
    private static let patience = Duration.seconds(300)

    /// Goes through all of it; ends early when the task is cancelled.
    func run() async -> Result {
        var result = Result()
        let began = BootClock.now
        while fleet.welcomed < fleet.hosts.count, began.duration(to: BootClock.now) < Self.patience {
            guard (try? await BootClock().sleep(for: .milliseconds(20))) != nil else { return result }
        }
        let connected = began.duration(to: BootClock.now)
        result.connected = connected
        tell("\(fleet.welcomed) hosts connected after \(connected.wholeMilliseconds) ms")
        let start = BootClock.now
        await happen()
        result.churned = start.duration(to: BootClock.now)
        guard settings[FleetSettings.check], !Task.isCancelled else { return result }
        fleet.heal()
        let check = FleetCheck(SocketConnector(.unix(settings[FleetSettings.socket])))
        result.outcome = await check.waitUntilEqual(fleet, within: settings[FleetSettings.checkTime])
        return result
    }

    /// Lets things happen for the time that was asked for, or until the task is cancelled.
    private func happen() async {
        let isQuiet = settings[FleetSettings.quiet]
        let rate = settings[FleetSettings.churn]
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "time") { [duration = settings[FleetSettings.duration]] in
                try? await BootClock().sleep(for: duration ?? .seconds(100 * 366 * 86_400))
            }
            group.addTask(name: "churn") { [fleet] in
                guard rate > 0 else {
                    try? await BootClock().sleep(for: .seconds(100 * 366 * 86_400))
                    return
                }
                await fleet.churn(perSecond: rate) { deed in if !isQuiet { tell(deed.text) } }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
