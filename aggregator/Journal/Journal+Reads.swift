package import Inventory
import OS
import SQLite
import Synchronization
package import Wire

extension Journal {
    // MARK: - What is known without asking the disk

    /// The last committed revision.
    package var current: Revision { shared.news.withLock { $0.current } }

    /// The newest revision that was pruned: a watch can resume from it, not from before.
    package var floor: Int64 { shared.news.withLock { $0.floor } }

    /// How the journal fares.
    package var state: JournalState { shared.news.withLock { $0.state } }

    /// What the journal has done, and what it holds.
    package var statistics: JournalStatistics {
        var statistics = shared.news.withLock { news in
            var statistics = news.statistics
            statistics.recent = news.recent.count
            statistics.recentBytes = news.recent.bytes
            return statistics
        }
        shared.entrance.withLock { entrance in
            statistics.coalesced = entrance.coalesced
            statistics.waitingRows = entrance.line.rows + entrance.inFlight.reduce(0) { $0 + $1.rows }
            statistics.waitingBytes = entrance.line.bytes + entrance.inFlight.reduce(0) { $0 + $1.bytes }
        }
        shared.unfolded.withLock { unfolded in
            statistics.unfolded = unfolded.containers.count
            statistics.unfoldedBytes = unfolded.bytes
        }
        return statistics
    }

    /// Whether this database gave the revision, so that a watch may resume from it.
    ///
    /// False after the database was replaced by an older one that doesn't know the number: then it means nothing here.
    package func isKnown(_ revision: Revision) -> Bool {
        shared.news.withLock { news in
            guard let range = news.runs[revision.run] else { return false }
            return range.contains(revision.number) && revision.number <= news.current.number
        }
    }

    /// A host's name; nil for one that isn't in the fleet.
    package func id(of host: HostKey) -> HostID? { shared.entrance.withLock { $0.hosts[host] } }

    // MARK: - Questions

    /// A container's facets as they are now, durable or not; nil when there is no such container.
    package func facets(host: HostKey, container: ContainerID) async throws(JournalError) -> EncodedContainer?
    {
        let key = ContainerKey(host: host, id: container)
        var answer: EncodedContainer?
        // What moves from memory to the file while we look may be seen older or newer: then look again.
        for _ in 0..<4 {
            let generation = shared.news.withLock { $0.generation }
            let later = newest(key)
            if let later, later.isReset { return later.over(nil) }
            let row = try await ask { (reader) async throws(JournalError) in try await reader.container(key) }
            answer = later.map { $0.over(row) } ?? row
            if shared.news.withLock({ $0.generation }) == generation { break }
        }
        return answer
    }

    /// Committed changes after a revision of this database, oldest first; from memory when they are recent.
    ///
    /// Fewer than `limit` when they are large. `reachesBack` is false when some are missing: then start from a
    /// snapshot (H2).
    package func changes(after revision: Int64, limit: Int) async throws(JournalError) -> ChangePage {
        let (current, recent) = shared.news.withLock { news in
            (news.current, news.recent.changes(after: revision, limit: limit))
        }
        if revision > current.number { return ChangePage(events: [], reachesBack: false, current: current) }
        if let recent { return ChangePage(events: recent, reachesBack: true, current: current) }
        let bytes = settings.recentByteLimit
        let events = try await ask { (reader) async throws(JournalError) in
            try await reader.changes(after: revision, through: current.number, limit: limit, bytes: bytes)
        }
        return ChangePage(events: events ?? [], reachesBack: events != nil, current: current)
    }

    /// Waits until something is committed after a revision; returns at once when cancelled or closed.
    ///
    /// - Returns: The last committed revision.
    @discardableResult
    package func waitForChange(after revision: Int64) async -> Revision {
        let id = shared.news.withLock { news in
            news.nextWaiter += 1
            return news.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = shared.news.withLock { news -> Bool in
                    guard news.current.number <= revision, news.state != .closed else { return true }
                    news.waiters[id] = JournalShared.Waiter(after: revision, continuation: continuation)
                    return false
                }
                if isDue { continuation.resume() }
                // The handler may have run before there was a waiter.
                if Task.isCancelled { wake(id) }
            }
        } onCancel: {
            wake(id)
        }
        return current
    }

    /// Hands over every container as it was at one revision, in chunks, in no order; at least one chunk.
    ///
    /// - Parameters:
    ///   - size: Containers in a chunk.
    ///   - chunk: Called with one chunk after the other; its time counts against the limit.
    /// - Throws: What `chunk` throws, or a `JournalError`: `.tooSlow` after `snapshotLimit`, `.busy` when too many run.
    package func snapshot(size: Int = 1_000, chunk: (SnapshotChunk) async throws -> Void) async throws {
        let isAdmitted = reading.withLock { reading in
            guard reading.snapshots < settings.snapshots else { return false }
            reading.snapshots += 1
            return true
        }
        guard isAdmitted else { throw JournalError.busy }
        defer { reading.withLock { $0.snapshots -= 1 } }
        guard state != .closed else { throw JournalError.closed }
        let scanner = FleetScanner(path, deadline: .after(settings.snapshotLimit))
        let number = try await scanner.start()
        do {
            // The file may be a moment ahead of what was told.
            let current = await waitForChange(after: number - 1)
            let revision = Revision(run: current.run, number: number)
            var isFirst = true
            while true {
                try Task.checkCancellation()
                let containers = try await scanner.next(size)
                if containers.isEmpty, !isFirst { break }
                isFirst = false
                try await chunk(SnapshotChunk(revision: revision, containers: containers))
            }
            await scanner.stop()
        } catch {
            await scanner.stop()
            throw error
        }
    }

    // MARK: - Inside

    /// What is said about a container that its row doesn't say yet.
    private func newest(_ key: ContainerKey) -> UnfoldedContainer? {
        let waiting = shared.entrance.withLock { entrance in
            entrance.inFlight.filter { $0.host == key.host }.flatMap { $0.changes(of: key.id) }
                + entrance.line.changes(host: key.host, container: key.id)
        }
        var newest = shared.unfolded.withLock { $0[key] }
        for change in waiting { newest = change.over(newest) }
        return newest
    }

    /// Gives a question to the next reader, unless too many wait.
    func ask<Answer: Sendable>(
        _ question: (FleetReader) async throws(JournalError) -> Answer
    ) async throws(JournalError) -> Answer {
        guard state != .closed else { throw .closed }
        let place = reading.withLock { reading -> Int? in
            guard reading.waiting < settings.waitingReads else { return nil }
            reading.waiting += 1
            reading.next = (reading.next + 1) % readers.count
            return reading.next
        }
        guard let place else { throw .busy }
        defer { reading.withLock { $0.waiting -= 1 } }
        return try await question(readers[place])
    }

    private func wake(_ waiter: UInt64) {
        let waiter = shared.news.withLock { $0.waiters.removeValue(forKey: waiter) }
        waiter?.continuation.resume()
    }
}

extension WaitingChange {
    /// The same on top of what is committed.
    fileprivate func over(_ committed: UnfoldedContainer?) -> UnfoldedContainer {
        var result = committed ?? UnfoldedContainer()
        if removal != nil { result = UnfoldedContainer(isReset: true, isGone: true) }
        if let put {
            result.isGone = false
            result.changes = result.changes.followed(by: put)
        }
        return result
    }
}
