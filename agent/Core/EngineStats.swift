import Cgroups
import Docker
import Inventory
import OS
import Synchronization
import Wire

/// Asks the Engine what containers use where files can't be read: few at once, so many a cycle, everyone in turn.
///
/// Each answer takes an Engine of before 25 a second or two, and so the client isn't the watcher's, which waits for none of
/// these.
final class EngineStats: Sendable {
    /// The most questions that may be before the Engine at once (requirement B16).
    static let callLimit = 3
    /// The most questions in one cycle about containers that nobody watches.
    static let cycleLimit = 60
    /// How long one answer may take.
    private static let patience = Duration.seconds(10)

    private let engine: EngineClient
    private let calls: Int
    private let queue = Mutex(StatsQueue(limit: cycleLimit))
    private let wake = Wake()

    init(_ engine: EngineClient, calls: Int) {
        self.engine = engine
        self.calls = calls
    }

    /// Begins a cycle, in which these are asked about.
    func begin(_ ids: [ContainerID]) {
        queue.withLock { $0.begin(ids) }
        if !ids.isEmpty { wake.ring() }
    }

    /// Asks about these, which somebody watches, as soon as may be.
    func add(live ids: [ContainerID]) {
        guard !ids.isEmpty else { return }
        queue.withLock { $0.add(live: ids) }
        wake.ring()
    }

    /// Asks until the task is cancelled, and tells each answer to `tell`.
    ///
    /// An Engine that can't be reached or doesn't answer in time is left alone until the next cycle.
    func run(
        machineMemory: @escaping @Sendable () -> Int64,
        tell: @escaping @Sendable (ContainerID, EngineSample) async -> Void
    ) async throws {
        while true {
            await wake.wait(until: .never)
            try Task.checkCancellation()
            await withDiscardingTaskGroup { group in
                for _ in 0..<calls {
                    group.addTask(name: "stats of the Engine") {
                        while !Task.isCancelled, let id = self.queue.withLock({ $0.next() }) {
                            await self.ask(id, machineMemory(), tell)
                        }
                    }
                }
            }
        }
    }

    private func ask(
        _ id: ContainerID, _ memory: Int64, _ tell: (ContainerID, EngineSample) async -> Void
    ) async {
        do throws(DockerError) {
            let sample = try await engine.stats(id, machineMemory: memory, deadline: .after(Self.patience))
            if let sample { await tell(id, sample) }
        } catch {
            if !error.concernsOneContainer { queue.withLock { $0.giveUp() } }
        }
    }
}
