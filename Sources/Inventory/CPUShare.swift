/// How much of the machine's CPUs a container used between two samples, by the arithmetic of `docker stats`.
///
/// `cpuDelta / systemDelta × onlineCPUs × 100`, where the system's time is that of all CPUs together, idle ones included.
package struct CPUShare: Hashable, Sendable {
    /// CPU time that the machine's CPUs have spent, in nanoseconds, and how many they are.
    package struct System: Hashable, Sendable {
        package var time: Int64
        package var cpus: Int64

        package init(time: Int64, cpus: Int64) {
            self.time = time
            self.cpus = cpus
        }
    }

    /// The container's CPU time since its start, in nanoseconds.
    package var used: Int64
    package var system: System

    package init(used: Int64, system: System) {
        self.used = used
        self.system = system
    }

    /// Hundredths of a percent of one CPU since `earlier`, rounded; nil when a counter went back or no time passed.
    package func percent(since earlier: CPUShare) -> Int64? {
        let (used, overflow) = self.used.subtractingReportingOverflow(earlier.used)
        let (passed, overflowed) = system.time.subtractingReportingOverflow(earlier.system.time)
        guard !overflow, !overflowed, used >= 0, passed > 0, system.cpus > 0 else { return nil }
        let share = Double(used) / Double(passed) * Double(system.cpus) * 10_000
        return share < 1e15 ? Int64(share.rounded()) : nil
    }
}
