import Fleet
import Inventory
import Journal
import OS
import Wire

/// What a host's `stats` frames have brought since the aggregator started.
package struct StatsTally: Hashable, Sendable {
    package var reports: Int64 = 0
    package var samples: Int64 = 0
    /// Samples of containers that the host does not have as far as the aggregator knows; dropped.
    package var unknown: Int64 = 0
    /// Samples of containers that don't run; dropped.
    package var stopped: Int64 = 0
    /// Samples older than what was there; dropped.
    package var late: Int64 = 0

    package init() {}

    /// The same with another report.
    mutating func count(_ report: StatsReport, _ reception: StatsReception) {
        reports += 1
        samples += Int64(report.samples.count)
        unknown += Int64(reception.unknown)
        stopped += Int64(reception.stopped)
        late += Int64(reception.late)
    }
}

extension AgentDoor {
    /// How often the samples of a host go into the database, in ms, if there are new ones.
    static let samplesInterval: Int64 = 600_000
    /// Hosts whose samples are written down in one tick of the clock, so that others are not kept waiting.
    private static let archivesAtOnce = 8
    /// Older samples than this, in ms, are dated so: a host's clock may have jumped.
    private static let oldest: Int64 = 366 * 86_400_000

    /// A host's containers were measured (requirement B16).
    func took(_ report: StatsReport, from entry: HostEntry) {
        guard var entry = hosts[entry.info.id] else { return }
        // The agent's clock tells only how long ago it was; when that was is told by ours.
        let (age, isAbsurd) = report.now.subtractingReportingOverflow(report.at)
        let at = now - min(max(0, isAbsurd ? 0 : age), Self.oldest)
        let samples = report.samples.map { StatsSample(id: $0.id, stats: $0.stats, at: at) }
        let reception = fleet.record(samples, of: entry.key, memory: entry.info.engine.memory)
        entry.info.stats.count(report, reception)
        if reception.kept > 0 { entry.hasNewSamples = true }
        hosts[entry.info.id] = entry
        feed.came(report.samples.lazy.map(\.id), on: entry.key)
    }

    /// Whether no host has samples that are not on their way into the database.
    package var hasArchivedSamples: Bool { !hosts.values.contains(where: \.hasNewSamples) }

    /// Puts the samples of some hosts into the database, outside the promise of what survives a crash.
    ///
    /// Not while the disk doesn't take anything: what waits would grow.
    func archiveSamples() {
        guard journal.state.isRunning else { return }
        let (now, wall) = (now, WallClock.now())
        var count = 0
        for (id, entry) in hosts where entry.hasNewSamples {
            guard entry.connection == nil || now - entry.samplesOnDisk >= Self.samplesInterval else {
                continue
            }
            count += 1
            guard count <= Self.archivesAtOnce else { return }
            let bytes = SampleArchive.encoded(fleet.read().samples(ofHost: entry.key), now: now)
            journal.append(
                JournalEntry(
                    host: entry.key, samples: StoredSamples(bytes: bytes, at: wall), at: entry.info.lastHeard)
            )
            hosts[id]?.hasNewSamples = false
            hosts[id]?.samplesOnDisk = now
        }
    }
}
