import Dispatch
import Inventory
import Log
import OS
import SQLite
import Synchronization
import Wire

/// What happens when the disk fails.
extension Writer {
    /// Closes the file, says so, and tries again later.
    ///
    /// Whatever was running may be in the file or not: after a failed fsync(2) the system has forgotten what it didn't
    /// write, so the connection is not trusted any more either.
    func fail(_ error: SQLiteError) {
        file = nil
        if pass.take() != nil {
            shared.unfolded.withLock { $0.rows = max($0.rows, $0.containers.count) }
        }
        shared.news.withLock { $0.statistics.failures += 1 }
        guard !error.isCorrupt, !error.isNotADatabase else {
            damage(error.message)
            return
        }
        stall(error.sentence, "\(error.extendedCode): \(error.message)")
    }

    /// Says that nothing becomes durable, and plans the next try.
    private func stall(_ sentence: String, _ detail: String) {
        enter(.stalled(sentence: sentence, since: now()))
        log(.warning, "journal stalled", ["reason": sentence, "detail": detail, "attempt": "\(attempt)"])
        isWaiting = true
        let delay = settings.retry.delay(attempt: attempt, using: &random)
        attempt += 1
        executor.queue.asyncAfter(deadline: .now() + .milliseconds(Int(delay.wholeMilliseconds))) {
            [weak self] in
            self?.assumeIsolated { $0.retry() }
        }
    }

    /// Says that the file is damaged; nothing is tried any more.
    func damage(_ detail: String) {
        file = nil
        enter(
            .damaged(
                sentence:
                    "\(path) is damaged (\(detail)), nothing is stored: it is set aside at the next start, "
                    + "and the agents send everything again",
                since: now()))
        log(.error, "journal damaged", ["path": path, "detail": detail])
        failFlushes()
    }

    /// Changes the state that others see.
    func enter(_ state: JournalState) {
        let isNews = shared.news.withLock { news -> Bool in
            switch (news.state, state) {
            case (.closed, _), (.running, .running), (.damaged, .damaged), (.damaged, .stalled): return false
            // It has stalled since the first failure.
            case (.stalled(_, let since), .stalled(let sentence, _)):
                news.state = .stalled(sentence: sentence, since: since)
                return false
            default:
                news.state = state
                return true
            }
        }
        guard isNews else { return }
        if state.isRunning { log(.info, "journal stores again") }
        onState(state)
    }

    /// Opens the file again and finds out what is in it.
    private func retry() {
        guard isWaiting, !shared.news.withLock({ $0.state == .closed }) else { return }
        isWaiting = false
        do throws(JournalError) {
            try reopen()
        } catch {
            file = nil
            switch error {
            case .damaged(_, let detail): damage(detail)
            case .failed(let error): stall(error.sentence, "\(error.extendedCode): \(error.message)")
            default: stall(error.sentence, "\(error)")
            }
            return
        }
        work()
    }

    private func reopen() throws(JournalError) {
        if let error = settings.fault(.reopen) { throw .failed(error) }
        let file = try FleetFile(path, pageLimit: settings.pageLimit(), isExisting: true)
        let known = shared.news.withLock { $0.current.number }
        do throws(SQLiteError) {
            let last = try file.lastRevision()
            folded = try file.meta("folded")
            let floor = try file.meta("floor")
            shared.news.withLock { $0.floor = floor }
            guard last == known || (isOutcomeUnknown && last == batch?.after) else {
                damage("it ends at revision \(last), not at \(known): another file has taken its place")
                return
            }
            if let batch, isOutcomeUnknown, last == batch.after, !batch.events.isEmpty {
                // The system may have shown us what it never wrote. Copied into the database it is written anew.
                guard try file.checkpoint() else {
                    throw SQLiteError(extendedCode: 5, message: "a reader holds the log", sql: "checkpoint")
                }
                self.file = file
                log(.info, "journal found its last commit in the file", ["revision": "\(last)"])
                committed(batch, in: 0)
                return
            }
            isOutcomeUnknown = false
            self.file = file
            try storeRun()
            try dropNeedlessRemovals(file)
            // Makes room in the log, which may be all that was missing.
            _ = try? file.checkpoint()
        } catch {
            self.file = nil
            throw .read(error, path: path)
        }
    }

    /// Drops removals of containers that came and went while nothing could be stored.
    private func dropNeedlessRemovals(_ file: FleetFile) throws(SQLiteError) {
        let (removals, inFlight) = shared.entrance.withLock { entrance in
            let isLong = entrance.line.rows >= settings.coalesceAbove
            return (isLong ? entrance.line.removals() : [:], entrance.inFlight)
        }
        guard !removals.isEmpty else { return }
        var answers: [HostKey: [ContainerID: Bool]] = [:]
        for (host, ids) in removals {
            var known = try file.has(ids, of: host)
            for unit in inFlight where unit.host == host {
                for change in unit.changes { known[change.id] = true }
            }
            shared.unfolded.withLock { unfolded in
                for id in ids where unfolded[ContainerKey(host: host, id: id)] != nil { known[id] = true }
            }
            answers[host] = known
        }
        shared.entrance.withLock { $0.coalesced += $0.line.settle(answers) }
    }

    /// Answers everybody who waits for the line to be empty that it won't be.
    func failFlushes() {
        let waiting = flushes
        flushes = []
        for flush in waiting { flush.send(false) }
    }

    // MARK: - Orders from outside

    /// Folds everything that is committed.
    func fold() {
        guard !isWaiting, file != nil else { return }
        beginFold()
        work()
    }

    /// Prunes the log, in between other work.
    func prune() {
        isPruneDue = true
        work()
    }

    /// Answers once nothing waits any more.
    func flush(_ reply: Reply<Bool>) {
        flushes.append(reply)
        guard file != nil || isWaiting else {
            failFlushes()
            return
        }
        work()
    }

    /// Copies the log into the database a last time and lets go of the file.
    func close() {
        if let file, (try? file.checkpoint()) == nil { log(.warning, "last checkpoint failed") }
        file = nil
        pass = nil
        enter(.closed)
        failFlushes()
        for waiter in shared.news.withLock({ $0.allWaiters() }) { waiter.resume() }
    }

    /// Moves the file out of the way and begins another; answers where it is.
    func startAnew() throws(JournalError) -> String {
        file = nil
        pass = nil
        batch = nil
        isOutcomeUnknown = false
        isPruneDue = false
        let place = try DatabaseFile.setAside(path, at: now())
        shared.entrance.withLock { entrance in
            entrance.line = WaitingLine()
            entrance.inFlight = []
        }
        try open()
        let waiters = shared.news.withLock { news in
            news.generation += 1
            return news.allWaiters()
        }
        for waiter in waiters { waiter.resume() }
        isWaiting = false
        shared.news.withLock { $0.state = .running }
        onState(.running)
        work()
        return place
    }
}
