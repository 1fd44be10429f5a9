import Dispatch
import Inventory
import Log
import OS
import SQLite
import Synchronization
import Wire

/// The journal's thread: takes what waits, commits it, folds, prunes and checkpoints in between.
///
/// Work is done in `work()`, one transaction after the other, from the moment something is appended until nothing is
/// left to do. Every failure goes one way: close the file, open it again, look what is in it, and only then go on.
actor Writer {
    let executor = QueueExecutor(label: "journal")
    let shared: JournalShared
    let settings: JournalSettings
    let path: String
    let log: Log
    let now: @Sendable () -> Int64
    let onCommit: @Sendable (CommitReport) -> Void
    let onState: @Sendable (JournalState) -> Void
    var random: any RandomNumberGenerator & Sendable
    /// Nil between a failure and the next try, when damaged, and when closed.
    var file: FleetFile?
    /// What was taken from the line and isn't known to be durable; kept through failures.
    var batch: CommitBatch?
    /// Whether `batch` may be in the file already.
    var isOutcomeUnknown = false
    /// What the log says since the last fold: the containers still to be written in the running pass, last first.
    var pass: FoldPass?
    var folded: Int64 = 0
    var attempt = 0
    /// Whether a failure waits for its retry.
    var isWaiting = false
    var isPruneDue = false
    /// Changes that went since pruning was last complete.
    private var prunedRows = 0
    var flushes: [Reply<Bool>] = []
    private var isRunStored = false
    /// Who wants to know that the thread comes round.
    private let turns = Mutex<[Reply<Void>]>([])

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// A fold under way.
    struct FoldPass {
        /// The revision up to which all will be folded.
        let mark: Int64
        /// Containers that are still to be written, in falling order.
        var keys: [ContainerKey]

        func nextKeys(_ limit: Int) -> [ContainerKey] { keys.suffix(limit).reversed() }
    }

    init(
        path: String, shared: JournalShared, settings: JournalSettings, log: Log,
        random: any RandomNumberGenerator & Sendable, now: @escaping @Sendable () -> Int64,
        onCommit: @escaping @Sendable (CommitReport) -> Void,
        onState: @escaping @Sendable (JournalState) -> Void
    ) {
        self.path = path
        self.shared = shared
        self.settings = settings
        self.log = log
        self.random = random
        self.now = now
        self.onCommit = onCommit
        self.onState = onState
    }

    /// Looks for work soon; called by whoever put the first entry into an empty line.
    nonisolated func wake() {
        executor.queue.async { self.assumeIsolated { $0.work() } }
    }

    /// Sends the reply once the thread comes round, be it between two pieces of work.
    nonisolated func answerTurn(_ reply: Reply<Void>) {
        turns.withLock { $0.append(reply) }
        executor.queue.async { self.answerTurns() }
    }

    private nonisolated func answerTurns() {
        let waiting = turns.withLock { turns in
            defer { turns = [] }
            return turns
        }
        for reply in waiting { reply.send(()) }
    }

    /// Does everything there is to do, in the order of urgency.
    func work() {
        while !isWaiting, file != nil {
            answerTurns()
            if isUnfoldedFull {
                guard foldSlice() else { return }
            } else if let batch = nextBatch() {
                guard commit(batch) else { return }
            } else if isIdleWorkDone() {
                guard !rest() else { return }
            }
        }
    }

    // MARK: - Opening

    /// Opens the file and tells the others what is in it.
    func open(isExisting: Bool = false) throws(JournalError) {
        let file = try FleetFile(path, pageLimit: settings.pageLimit(), isExisting: isExisting)
        do throws(SQLiteError) {
            let last = try file.lastRevision()
            folded = try file.meta("folded")
            let floor = try file.meta("floor")
            let highest = try file.meta("highest_host")
            let runs = try file.runs()
            let view = try FleetView(path)
            let unfolded = try view.unfolded(after: folded)
            let hosts = try view.hosts()
            let gone = try view.hosts(gone: true)
            shared.unfolded.withLock { $0 = unfolded }
            shared.entrance.withLock { entrance in
                entrance.hosts = Dictionary(uniqueKeysWithValues: hosts.map { ($0.key, $0.id) })
                entrance.keys = Dictionary(hosts.map { ($0.id, $0.key) }) { $1 }
                entrance.forgotten = Set(gone.map(\.key))
                entrance.highestHost = max(entrance.highestHost, UInt32(clamping: highest))
            }
            var run = random.next()
            while runs.contains(where: { $0.run == run }) { run = random.next() }
            shared.news.withLock { news in
                news.current = Revision(run: run, number: last)
                news.floor = floor
                news.recent = RecentChanges(
                    after: last, limit: settings.recentLimit, bytes: settings.recentByteLimit)
                news.runs = [:]
                for (place, known) in runs.enumerated() {
                    let end = place + 1 < runs.count ? runs[place + 1].first - 1 : last
                    news.runs[known.run] = known.first - 1...max(known.first - 1, end)
                }
                // Events of earlier runs are told under this one as well.
                news.runs[run] = 0...Int64.max
            }
            isRunStored = false
            self.file = file
            log(
                .info, "journal opened",
                [
                    "path": path, "revision": "\(last)", "hosts": "\(hosts.count)", "floor": "\(floor)",
                    "changes since the last fold": "\(unfolded.rows)",
                ])
        } catch {
            throw .read(error, path: path)
        }
        // A full disk must not keep the aggregator from answering: the run is then stored before the first commit.
        do throws(SQLiteError) { try storeRun() } catch { fail(error) }
    }

    func storeRun() throws(SQLiteError) {
        guard let file, !isRunStored else { return }
        if let error = settings.fault(.start) { throw error }
        let current = shared.news.withLock { $0.current }
        try file.store(run: current.run, first: current.number + 1, at: now(), limit: 4_096)
        isRunStored = true
    }

    // MARK: - Commits

    /// What must be stored next; nil when nothing waits.
    private func nextBatch() -> CommitBatch? {
        if let batch { return batch }
        let units = shared.entrance.withLock { entrance -> [WaitingUnit] in
            // What was taken and didn't become a batch comes first.
            if entrance.inFlight.isEmpty {
                entrance.inFlight = entrance.line.take(rows: settings.rowsPerCommit)
            }
            return entrance.inFlight
        }
        guard !units.isEmpty, let file else { return nil }
        var next = CommitBatch(after: shared.news.withLock { $0.current.number })
        for unit in units {
            guard unit.forgets else {
                next.add(unit)
                continue
            }
            do throws(SQLiteError) {
                next.add(unit, containers: try containers(of: unit.host, in: file))
            } catch {
                fail(error)
                return nil
            }
        }
        batch = next
        return next
    }

    /// The containers that a host has now, as far as anything is committed.
    private func containers(of host: HostKey, in file: FleetFile) throws(SQLiteError) -> [ContainerID] {
        var ids = Set(try file.containers(of: host))
        shared.unfolded.withLock { unfolded in
            for (key, container) in unfolded.containers where key.host == host {
                if container.isGone { ids.remove(key.id) } else { ids.insert(key.id) }
            }
        }
        return ids.sorted()
    }

    /// Makes a batch durable; false when it failed and waits for the next try.
    private func commit(_ batch: CommitBatch) -> Bool {
        guard let file else { return false }
        let start = BootClock.now
        do throws(SQLiteError) {
            try storeRun()
            isOutcomeUnknown = true
            try file.commit(batch) { () throws(SQLiteError) in
                if let error = settings.fault(.beforeCommit) { throw error }
            }
            if let error = settings.fault(.afterCommit) { throw error }
        } catch {
            fail(error)
            return false
        }
        committed(batch, in: start.duration(to: BootClock.now).wholeMilliseconds)
        return checkpoint()
    }

    /// Tells everybody that a batch is durable.
    func committed(_ batch: CommitBatch, in milliseconds: Int64) {
        self.batch = nil
        isOutcomeUnknown = false
        attempt = 0
        var rest = batch.events[...]
        while !rest.isEmpty {
            let part = rest.prefix(1_024)
            shared.unfolded.withLock { unfolded in for event in part { unfolded.add(event) } }
            rest = rest.dropFirst(1_024)
        }
        let (waiters, run) = shared.news.withLock { news in
            news.current = Revision(run: news.current.run, number: batch.after)
            news.recent.add(batch.events)
            news.generation += 1
            news.statistics.committed(rows: batch.events.count, bytes: batch.bytes, in: milliseconds)
            return (news.satisfied(), news.current.run)
        }
        shared.entrance.withLock { $0.inFlight = [] }
        for waiter in waiters { waiter.resume() }
        enter(.running)
        onCommit(batch.report(run: run))
    }

    /// Copies the write-ahead log when it has grown; false when that failed.
    private func checkpoint() -> Bool {
        guard let file, file.logPages >= settings.checkpointPages else { return true }
        do throws(SQLiteError) {
            _ = try file.checkpoint()
        } catch  where error.isBusy {
            return true
        } catch {
            fail(error)
            return false
        }
        shared.news.withLock { $0.statistics.checkpoints += 1 }
        return true
    }

    // MARK: - Folding

    private var isUnfoldedFull: Bool {
        shared.unfolded.withLock {
            $0.containers.count >= settings.unfoldedLimit || $0.bytes >= settings.unfoldedByteLimit
        }
    }

    /// Begins a fold of everything that is committed.
    func beginFold() {
        guard pass == nil else { return }
        let keys = shared.unfolded.withLock { unfolded in
            unfolded.rows = 0
            return Array(unfolded.containers.keys)
        }
        pass = FoldPass(mark: shared.news.withLock { $0.current.number }, keys: keys.sorted { $0 > $1 })
    }

    /// Writes the next containers of the running fold, or of a new one; false when that failed.
    func foldSlice() -> Bool {
        beginFold()
        guard let file, let mark = pass?.mark, let keys = pass?.nextKeys(settings.foldSlice) else {
            return false
        }
        let isLast = keys.count == pass?.keys.count
        let slice = shared.unfolded.withLock { unfolded in
            keys.compactMap { key in unfolded[key].map { (key: key, value: $0) } }
        }
        do throws(SQLiteError) {
            if let error = settings.fault(.fold) { throw error }
            let floor = shared.news.withLock { $0.floor }
            try file.fold(slice[...], floor: floor, mark: isLast ? mark : nil)
        } catch {
            fail(error)
            return false
        }
        if isLast { folded = mark }
        if isLast { pass = nil } else { pass?.keys.removeLast(keys.count) }
        // In the table first, out of memory second: whoever reads in between sees it twice, never not at all.
        shared.unfolded.withLock { $0.remove(keys) }
        shared.news.withLock { news in
            news.generation += 1
            news.statistics.folded += slice.count
        }
        return checkpoint()
    }

    // MARK: - Idle

    /// Does one piece of work that can wait; true when there was none.
    private func isIdleWorkDone() -> Bool {
        guard let file else { return false }
        let rows = shared.unfolded.withLock { $0.rows }
        if pass != nil || rows >= settings.foldAbove || (isPruneDue && rows > 0) {
            _ = foldSlice()
            return false
        }
        guard isPruneDue else { return true }
        prune(file)
        return false
    }

    private func prune(_ file: FleetFile) {
        let now = now()
        let floor = shared.news.withLock { $0.floor }
        do throws(SQLiteError) {
            let pruned = try file.prune(
                before: now - settings.retention.wholeMilliseconds, now: now, folded: folded, floor: floor,
                limit: settings.pruneSlice)
            if let error = settings.fault(.prune) { throw error }
            try file.shrink()
            shared.news.withLock { news in
                news.floor = pruned.floor
                news.statistics.pruned += pruned.rows
            }
            isPruneDue = pruned.rows > 0
            prunedRows += pruned.rows
            if !isPruneDue, prunedRows > 0 {
                log(.info, "history pruned", ["changes": "\(prunedRows)", "up to": "\(pruned.floor)"])
                prunedRows = 0
            }
        } catch {
            fail(error)
            return
        }
        _ = checkpoint()
    }

    /// Goes to sleep unless something came in; answers whether it did go to sleep.
    private func rest() -> Bool {
        let isAsleep = shared.entrance.withLock { entrance -> Bool in
            entrance.isAwake = !entrance.line.isEmpty
            return !entrance.isAwake
        }
        guard isAsleep else { return false }
        // Everything that there was to do could be done.
        attempt = 0
        enter(.running)
        let waiting = flushes
        flushes = []
        for flush in waiting { flush.send(true) }
        return true
    }
}
