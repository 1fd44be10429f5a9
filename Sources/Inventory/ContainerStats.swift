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
