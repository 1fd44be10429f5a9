package import Inventory
import Synchronization

/// One container's sample on its way into the fleet.
package struct StatsSample: Hashable, Sendable {
    package let id: ContainerID
    package let stats: ContainerStats
    /// When it was taken, in ms of the aggregator's monotonic clock; before its beginning for the last run's.
    package let at: Int64

    package init(id: ContainerID, stats: ContainerStats, at: Int64) {
        self.id = id
        self.stats = stats
        self.at = at
    }
}

/// What became of the samples of a report.
package struct StatsReception: Hashable, Sendable {
    package var kept = 0
    /// Of containers that the host does not have.
    package var unknown = 0
    /// Of containers that don't run as far as the fleet knows.
    package var stopped = 0
    /// Older than what was there.
    package var late = 0

    package init() {}
}

extension Fleet {
    /// Samples that are written in one turn of the readers' lock.
    private static let samplesAtOnce = 64

    /// Keeps the last samples of a host's containers (requirement B16).
    ///
    /// Nothing that tells of changes notices: not the generation, not a digest, not a watch. `memory` is the host's in
    /// bytes, which is what a container without a limit may use; 0 = not known.
    @discardableResult
    package func record(_ samples: [StatsSample], of host: HostKey, memory: Int64) -> StatsReception {
        // Under the writer's lock too: a large change is made on a copy, which must not miss this.
        writer.withLock { _ in
            var reception = StatsReception()
            var rest = samples[...]
            while !rest.isEmpty {
                let part = rest.prefix(Self.samplesAtOnce)
                published.withLock { snapshot in
                    snapshot.record(part, of: host, memory: memory, &reception)
                }
                rest = rest.dropFirst(Self.samplesAtOnce)
            }
            return reception
        }
    }
}

extension Snapshot {
    fileprivate mutating func record(
        _ samples: ArraySlice<StatsSample>, of host: HostKey, memory: Int64, _ reception: inout StatsReception
    ) {
        guard let place = place(of: host) else {
            reception.unknown += samples.count
            return
        }
        if memory > 0, hosts[place]?.memory != memory { hosts[place]?.memory = memory }
        let hostMemory = hosts[place]?.memory ?? 0
        for sample in samples {
            guard let slot = slot(of: sample.id, at: place) else {
                reception.unknown += 1
                continue
            }
            guard records[slot].status.isLive else {
                reception.stopped += 1
                continue
            }
            if stats.put(sample.stats, at: sample.at, hostMemory: hostMemory, in: slot) {
                reception.kept += 1
            } else {
                reception.late += 1
            }
        }
    }
}
