import OS
import Synchronization

extension EventStore {
    /// Writes and prunes until the task is cancelled, then writes what waits.
    package func run() async {
        var random = SystemRandom()
        var failures = 0
        var pruneAt = BootClock.now
        while !Task.isCancelled {
            await waitForWork(until: pruneAt)
            // The writer's own time is bounded by what may wait.
            do throws(JournalError) {
                if case .failing = condition { try await open() }
                try await writeAll()
                if pruneAt <= BootClock.now {
                    try await prune()
                    pruneAt = BootClock.now.advanced(by: settings.pruneInterval)
                }
                failures = 0
            } catch {
                fail(error)
                let wait = settings.retry.delay(attempt: failures, using: &random)
                failures += 1
                try? await BootClock().sleep(for: wait)
            }
        }
    }

    /// Writes what waits, if the disk lets it, and lets go of the file.
    package func close() async {
        do throws(JournalError) {
            if case .storing = condition { try await writeAll() }
        } catch {
            fail(error)
        }
        await writer.close()
        await reader.close()
    }

    private func waitForWork(until instant: BootClock.Instant) async {
        let left = BootClock.now.duration(to: instant)
        guard left > .zero else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "news") {
                guard await self.bell.next() != nil else { return }
                // So that a burst is one transaction.
                try? await BootClock().sleep(for: self.settings.pause)
            }
            group.addTask(name: "prune") { try? await BootClock().sleep(for: left) }
            await group.next()
            group.cancelAll()
        }
    }

    private func writeAll() async throws(JournalError) {
        while let host = state.withLock({ $0.forgotten.first }) {
            try await writer.remove(host)
            state.withLock { state in state.forgotten.removeAll { $0 == host } }
        }
        while true {
            let waiting = state.withLock { state -> [FleetEvent] in
                let first = state.recent.firstIndex { $0.number > state.durable } ?? state.recent.endIndex
                return Array(state.recent[first...].prefix(settings.slice))
            }
            guard let last = waiting.last else { return }
            try await writer.append(waiting)
            state.withLock { $0.stored(through: last.number, settings) }
        }
    }

    private func prune() async throws(JournalError) {
        let (count, through) = try await writer.prune()
        guard count > 0 else { return }
        state.withLock { state in
            state.gone = max(state.gone, through)
            state.statistics.pruned += count
        }
    }
}
