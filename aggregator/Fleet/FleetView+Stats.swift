package import Inventory

/// What the containers of one host use together, as far as there are samples.
package struct HostUsage: Hashable, Sendable {
    /// Containers that are counted.
    package var containers = 0
    /// Hundredths of a percent of one CPU.
    package var cpu: Int64 = 0
    /// Bytes without the file cache that the kernel can take back.
    package var memory: Int64 = 0
    /// When the oldest of the samples was taken, in ms of the aggregator's monotonic clock; nil without any.
    package var oldest: Int64?

    package init() {}
}

extension FleetView {
    /// A container's last sample, and when it was taken in ms of the aggregator's monotonic clock.
    ///
    /// Nil for a container that doesn't run: what it used when it did is not what it uses.
    package func stats(of slot: Slot) -> (sample: ContainerStats, at: Int64)? {
        snapshot.stats[slot.number]
    }

    /// The memory of a container's host in bytes, as its agent said with the samples; 0 = not known.
    package func hostMemory(of slot: Slot) -> Int64 {
        snapshot.hosts[snapshot.records[slot.number].host]?.memory ?? 0
    }

    /// What the containers of a host use together; nil for an unknown host.
    ///
    /// Samples from before `notBefore`, in ms of the aggregator's monotonic clock, don't count.
    package func usage(ofHost key: HostKey, notBefore: Int64 = .min) -> HostUsage? {
        guard let host = snapshot.place(of: key).flatMap({ snapshot.hosts[$0] }) else { return nil }
        var usage = HostUsage()
        host.members.forEach { slot in
            guard let at = snapshot.stats.value(.at, of: slot), at >= notBefore else { return }
            usage.containers += 1
            usage.cpu &+= snapshot.stats.value(.cpu, of: slot) ?? 0
            usage.memory &+= snapshot.stats.value(.memory, of: slot) ?? 0
            usage.oldest = min(usage.oldest ?? at, at)
        }
        return usage
    }

    /// Every sample of a host's containers, in order of their ids.
    package func samples(ofHost key: HostKey) -> [StatsSample] {
        guard let host = snapshot.place(of: key).flatMap({ snapshot.hosts[$0] }) else { return [] }
        var samples: [StatsSample] = []
        host.members.forEach { slot in
            guard let (sample, at) = snapshot.stats[slot] else { return }
            samples.append(StatsSample(id: snapshot.ids[slot], stats: sample, at: at))
        }
        return samples
    }
}
