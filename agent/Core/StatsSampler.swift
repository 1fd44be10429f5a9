package import Cgroups
package import Inventory
import OS
package import Wire

/// Reads what containers use on a queue of its own, so that neither heartbeats nor the watcher ever wait for a file.
package actor StatsSampler {
    /// What one round of reading gave.
    package struct Sweep: Sendable {
        package var samples: [StatsReport.Sample] = []
        /// What runs and can't be read from files, twice in a row: only the Engine can tell.
        package var unreadable: [ContainerID] = []
    }

    private let executor = QueueExecutor(label: "stats")
    private var reader: GroupReader
    private var history = StatsHistory()
    /// How often in a row a container could not be read; by id and by its present run.
    private var misses: [ContainerID: (startedAt: Int64, count: Int)] = [:]

    /// Prepares; nothing is read yet.
    ///
    /// - Parameters:
    ///   - root: Where the host's control groups are mounted.
    ///   - proc: Where the host's `/proc` is.
    package init(root: String, proc: String) {
        reader = GroupReader(root: root, proc: proc)
    }

    nonisolated package var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Reads some containers.
    ///
    /// - Parameters:
    ///   - subjects: The runs to read.
    ///   - isAll: Whether these are all there are, so that what is known of others can be forgotten.
    ///   - now: In ms of a clock that never goes back.
    ///   - longest: How old the sample before may be for a CPU share, in ms.
    /// - Returns: What could be read, and who couldn't.
    package func sweep(
        _ subjects: [GroupReader.Subject], isAll: Bool, now: Int64, longest: Int64
    ) -> Sweep {
        var sweep = Sweep()
        reader.beginSweep(now: now)
        let system = reader.system()
        sweep.samples.reserveCapacity(subjects.count)
        for subject in subjects {
            guard var stats = reader.read(subject) else {
                if isMissed(subject) { sweep.unreadable.append(subject.id) }
                continue
            }
            misses[subject.id] = nil
            if let used = stats.cpuTime, let system {
                stats.cpu = history.percent(
                    subject.id, startedAt: subject.startedAt, CPUShare(used: used, system: system), now: now,
                    longest: longest)
            }
            sweep.samples.append(StatsReport.Sample(id: subject.id, stats: stats))
        }
        guard isAll else { return sweep }
        let ids = Set(subjects.map(\.id))
        reader.endSweep(keeping: ids)
        history.keep(ids)
        if misses.count > ids.count { misses = misses.filter { ids.contains($0.key) } }
        return sweep
    }

    /// Adds the CPU share to what the Engine said.
    package func complete(
        _ stats: ContainerStats, _ share: CPUShare?, of subject: GroupReader.Subject, now: Int64,
        longest: Int64
    ) -> StatsReport.Sample {
        var stats = stats
        if let share {
            stats.cpu = history.percent(
                subject.id, startedAt: subject.startedAt, share, now: now, longest: longest)
        }
        return StatsReport.Sample(id: subject.id, stats: stats)
    }

    /// Notes that a container could not be read, and answers whether the Engine is to be asked.
    ///
    /// From the second time on, since one that has just ended is no matter for the Engine; at once where no control groups
    /// are mounted at all.
    private func isMissed(_ subject: GroupReader.Subject) -> Bool {
        let before = misses[subject.id]
        let count = before?.startedAt == subject.startedAt ? (before?.count ?? 0) + 1 : 1
        misses[subject.id] = (subject.startedAt, min(count, 2))
        return count > 1 || reader.mounted == nil
    }
}
