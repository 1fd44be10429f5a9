import FleetSimulation
import OS

/// Counts, times and memory of a simulated fleet as one line of JSON.
struct FleetReport {
    /// How many there were at first.
    let containers: Int
    /// How long it took to draw them.
    let drawn: Duration
    /// From the first connection until all hosts were accepted; nil when it ended before.
    let connected: Duration?
    /// How long things happened; nil when it ended before.
    let churned: Duration?

    /// The line, without its end; names are plain words, so that nothing has to be escaped.
    func text(_ fleet: SimulatedFleet) -> String {
        let counts = fleet.counts
        let kinds = Deed.Kind.allCases.compactMap { kind in
            counts.deeds[kind].map { "\"\(kind.rawValue)\":\($0)" }
        }
        let memory = try? ProcessMemory.current()
        let members = [
            "\"hosts\":\(fleet.hosts.count)", "\"containers\":\(containers)",
            "\"drawnMs\":\(drawn.wholeMilliseconds)",
            "\"connectedMs\":\(connected.map { "\($0.wholeMilliseconds)" } ?? "null")",
            "\"churnedMs\":\(churned.map { "\($0.wholeMilliseconds)" } ?? "null")",
            "\"changes\":\(counts.total)",
            "\"kinds\":{\(kinds.joined(separator: ","))}", "\"resident\":\(memory?.resident ?? 0)",
            "\"peak\":\(memory?.peak ?? 0)",
        ]
        return "{\(members.joined(separator: ","))}"
    }
}
