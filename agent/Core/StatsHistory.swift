package import Inventory

/// The CPU share of containers from one sample to the next.
///
/// A share needs two samples of one run; counters of another run begin anew. What is asked again too soon for the machine's
/// clock, which counts in hundredths of a second, keeps the share it had.
package struct StatsHistory: Sendable {
    private struct Entry {
        var startedAt: Int64
        var share: CPUShare
        var at: Int64
        var percent: Int64?
    }

    /// How much time of each CPU must pass, in nanoseconds: fifty ticks, so that one more or less is 2 %.
    private static let shortest: Int64 = 500_000_000

    private var entries: [ContainerID: Entry] = [:]

    package init() {}

    /// How many containers it knows.
    package var count: Int { entries.count }

    /// Takes in a sample and answers the share since the one before, in hundredths of a percent of a CPU.
    ///
    /// - Parameters:
    ///   - id: The container.
    ///   - startedAt: Which run of it, in ms since 1970.
    ///   - share: Its CPU time and the machine's.
    ///   - now: In ms of a clock that never goes back.
    ///   - longest: How old the sample before may be, in ms; the mean of a longer time says little.
    /// - Returns: Nil in a first sample, and when a counter went back.
    package mutating func percent(
        _ id: ContainerID, startedAt: Int64, _ share: CPUShare, now: Int64, longest: Int64
    ) -> Int64? {
        var percent: Int64?
        if let before = entries[id], before.startedAt == startedAt, now - before.at <= longest,
            share.used >= before.share.used
        {
            let passed = share.system.time.subtractingReportingOverflow(before.share.system.time)
            let shortest = Self.shortest.multipliedReportingOverflow(by: max(1, share.system.cpus))
            if !passed.overflow, passed.partialValue >= 0, !shortest.overflow,
                passed.partialValue < shortest.partialValue, before.percent != nil
            {
                return before.percent
            }
            percent = share.percent(since: before.share)
        }
        entries[id] = Entry(startedAt: startedAt, share: share, at: now, percent: percent)
        return percent
    }

    /// Forgets all others.
    package mutating func keep(_ ids: Set<ContainerID>) {
        if entries.count > ids.count { entries = entries.filter { ids.contains($0.key) } }
    }
}
