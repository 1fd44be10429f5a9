internal import Glibc
internal import JSON
internal import Testing

extension `A real fleet` {
    /// B14, B15: more events than the Engine keeps (256), while the agent lives and while it is dead.
    @Test func `is right after a storm past the Engine's history`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        try await lab.run("seed", "h1", "5")
        try await fleet.parity("five containers")
        try await lab.run("storm", "h1", "250", "--jobs", "4")
        try await fleet.parity("a storm of a thousand events")
        _ = await fleet.station.endAgent("h1", SIGKILL)
        try await lab.run("storm", "h1", "100", "--jobs", "4")
        try await lab.docker("h1", "rm", "-f", "seed-1")
        try await lab.run("storm", "h1", "100", "--jobs", "4")
        try await fleet.station.startAgent("h1")
        try await fleet.parity("a storm while the agent was dead")
        // An agent that stands still is a subscriber that doesn't read; afterwards it must find out what it missed.
        await fleet.station.signalAgent("h1", SIGSTOP)
        try await lab.run("storm", "h1", "100", "--jobs", "4", "--start-every", "0")
        try await lab.docker("h1", "rm", "-f", "seed-2")
        await fleet.station.signalAgent("h1", SIGCONT)
        try await fleet.parity(within: .seconds(5), "a storm while the agent stood still")
    }

    /// B15, B17: an aggregator that hangs doesn't slow Engine operations.
    ///
    /// The medians are those without an agent. `BAYPLAN_STORM` sets the containers of each storm (400: more events
    /// than a subscriber's 1,024 slots).
    @Test func `leaves Engine operations fast while the aggregator hangs`() async throws {
        let fleet = try await RealFleet.ready()
        let lab = fleet.lab
        let count = "\(RealFleet.setting("BAYPLAN_STORM", default: 400))"
        func storm() async throws -> [String: Double] {
            let report = try JSONValue.parse(
                try await lab.run(
                    "storm", "h2", count, "--jobs", "2", "--start-every", "0", within: .seconds(300)))
            var medians: [String: Double] = [:]
            for operation in report["operations"]?.members ?? [] {
                let median = operation.value["medianMs"]
                if case .double(let value) = median { medians[operation.name] = value }
                if let value = median?.integer { medians[operation.name] = Double(value) }
            }
            return medians
        }
        // A warm Engine first: the first storm after a start is slower than any later one.
        try await lab.run("storm", "h2", "50", "--jobs", "2", "--start-every", "0")
        _ = await fleet.station.endAgent("h2", SIGKILL)
        let without = try await storm()
        try await fleet.station.startAgent("h2")
        try await fleet.parity(within: .seconds(5), "the agent's return")
        await fleet.station.signalAggregator(SIGSTOP)
        let with = try await storm()
        await fleet.station.signalAggregator(SIGCONT)
        print("medians in ms without an agent \(without), with a hanging aggregator \(with)")
        #expect(without.count == 3)
        for (operation, median) in without {
            // Two cores are shared by the Engine and the agent; what is looked for is a delay of 100 ms per event.
            #expect(with[operation, default: .infinity] < median * 2.5 + 10, "\(operation)")
        }
        try await fleet.parity(within: .seconds(35), "the aggregator's recovery")
    }
}
