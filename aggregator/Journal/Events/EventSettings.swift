package import OS

/// How long and how many events are kept.
package struct EventSettings: Sendable {
    /// How long events stay on disk.
    package var retention = Duration.seconds(3 * 86_400)
    /// How many events stay on disk.
    package var limit = 250_000
    /// How many of the newest events of the fleet stay in memory (requirement C9), for those who follow.
    package var buffer = 1_000
    /// Events that may wait for a slow disk, and their bytes; past that they are only in memory as long as the buffer is.
    package var backlog = 10_000
    package var backlogBytes = 32 << 20
    /// Events of one host that are taken at once, and from then on in a second; a host that sends more misses some.
    package var burst = 5_000
    package var rate = 500
    /// Events written in one transaction.
    package var slice = 1_000
    /// How long events gather before they are written.
    package var pause = Duration.milliseconds(100)
    /// How often the file is pruned.
    package var pruneInterval = Duration.seconds(60)
    /// How long a question may take.
    package var readLimit = Duration.seconds(1)
    /// How long writing waits after the disk failed.
    package var retry = Backoff(base: .milliseconds(500), ceiling: .seconds(15))

    package init() {}
}
