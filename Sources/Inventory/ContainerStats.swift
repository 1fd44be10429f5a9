/// One sample of what a container uses: the `stats` facet (requirements B13, B16).
///
/// Counters run from the container's start and are the kernel's own. What can't be read is nil, never 0.
package struct ContainerStats: Hashable, Sendable {
    /// CPU in hundredths of a percent of one CPU, as `docker stats` computes it; nil in a first sample.
    package var cpu: Int64?
    /// CPU time used since the start, in nanoseconds.
    package var cpuTime: Int64?
    /// Memory in bytes without the file cache that the kernel can take back, as `docker stats` shows it.
    package var memory: Int64?
    /// The most memory it may use, in bytes; 0 = unlimited.
    package var memoryLimit: Int64 = 0
    package var pids: Int64?
    /// Bytes received and sent since the start, all interfaces but loopback; nil in another's network namespace.
    package var received: Int64?
    package var sent: Int64?
    /// Bytes read from and written to block devices since the start.
    package var read: Int64?
    package var written: Int64?

    package init() {}
}

extension ContainerStats {
    /// The memory that it may use, in bytes: its limit, or all of the host's where there is none; 0 = not known.
    ///
    /// A limit over the host's memory is none, as for `docker stats`.
    package func effectiveMemoryLimit(hostMemory: Int64) -> Int64 {
        guard memoryLimit > 0 else { return max(0, hostMemory) }
        return hostMemory > 0 ? min(memoryLimit, hostMemory) : memoryLimit
    }

    /// Memory in ten-thousandths of a percent of what it may use; nil when either is not known.
    package func memoryPercent(hostMemory: Int64) -> Int64? {
        let limit = effectiveMemoryLimit(hostMemory: hostMemory)
        guard let memory, limit > 0 else { return nil }
        return Int64(min(Double(memory) / Double(limit) * 1_000_000, 1e12).rounded())
    }

    /// The memory in use without the cache that the kernel can take back, as Docker's client computes it.
    ///
    /// `total_inactive_file` (control groups of version 1) is taken off where it is less than what is used, else
    /// `inactive_file` in the same way, else nothing; nil for one that isn't told. The client's
    /// `calculateMemUsageUnixNoCache`.
    package static func memory(usage: Int64, totalInactive: Int64?, inactive: Int64?) -> Int64 {
        for cache in [totalInactive, inactive] {
            if let cache, cache >= 0, cache < usage { return usage - cache }
        }
        return usage
    }
}

extension Optional where Wrapped == Int64 {
    /// The sum of two numbers from outside; nil when either is nil or the sum doesn't fit.
    package func adding(_ more: Int64?) -> Int64? {
        guard let self, let more else { return nil }
        let (sum, overflow) = self.addingReportingOverflow(more)
        return overflow ? nil : sum
    }
}
