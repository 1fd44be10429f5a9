package import Inventory
package import Log
package import OS
import SQLite
import Synchronization
package import Wire

/// The durable state of the fleet: what every host said, in order, with a revision for each change.
///
/// `append` never waits. One thread with one connection commits what has come together, gives the revisions, reports
/// by `onCommit`, and folds and prunes the log in between. Whoever asks for content gets the newest, durable or not;
/// whoever watches gets what is committed.
package final class Journal: Sendable {
    let shared: JournalShared
    let writer: Writer
    let settings: JournalSettings
    let path: String
    let readers: [FleetReader]
    let reading = Mutex(Reading())
    private let directory: DataDirectory
    private let log: Log
    private let now: @Sendable () -> Int64

    /// Where a damaged database was set aside at the opening; nil when it was sound.
    package let setAside: String?

    struct Reading: Sendable {
        var next = 0
        var waiting = 0
        var snapshots = 0
    }

    /// The folder of the databases.
    package var folder: String { directory.path }

    /// Opens the database of the fleet, or makes it.
    ///
    /// A damaged one is set aside as `fleet.db.corrupt-<time>`, and a new one made: the agents send everything again.
    ///
    /// - Parameters:
    ///   - directory: The locked data directory.
    ///   - settings: Bounds and intervals.
    ///   - log: Where the journal reports.
    ///   - random: For the run and for waits.
    ///   - now: The wall clock, in milliseconds since 1970.
    ///   - onCommit: Told on the journal's thread what became durable; must not block.
    ///   - onState: Told on the journal's thread when the state changes; must not block.
    /// - Throws: Why it could not be opened; what isn't ours or is newer stays untouched.
    package init(
        in directory: DataDirectory, settings: JournalSettings = JournalSettings(), log: Log = .none,
        random: any RandomNumberGenerator & Sendable = SystemRandom(),
        now: @escaping @Sendable () -> Int64 = WallClock.now,
        onCommit: @escaping @Sendable (CommitReport) -> Void = { _ in },
        onState: @escaping @Sendable (JournalState) -> Void = { _ in }
    ) async throws(JournalError) {
        let path = directory.fleet
        shared = JournalShared(settings: settings)
        writer = Writer(
            path: path, shared: shared, settings: settings, log: log, random: random, now: now,
            onCommit: onCommit,
            onState: onState)
        var setAside: String?
        do {
            try await writer.open()
        } catch .damaged(_, let detail) {
            setAside = try DatabaseFile.setAside(path, at: now())
            log(.error, "damaged database set aside", ["path": path, "to": setAside ?? "", "detail": detail])
            try await writer.open()
        }
        self.setAside = setAside
        self.directory = directory
        self.settings = settings
        self.path = path
        self.log = log
        self.now = now
        readers = (0..<settings.readers).map { FleetReader(path, limit: settings.readLimit, number: $0) }
    }

    /// Reads everything back after a start: first the hosts, then the containers, in no order, then their samples.
    ///
    /// Blocks the calling thread until it is done.
    ///
    /// - Throws: Why it could not be read; a damaged database can be set aside by `startAnew`.
    package func load(
        hosts: (HostRow) -> Void,
        containers: (_ host: HostKey, _ id: ContainerID, _ facets: EncodedContainer, _ changedAt: Int64) ->
            Void,
        samples: (HostKey, StoredSamples) -> Void = { _, _ in }
    ) throws(JournalError) {
        try DatabaseFile.asking(path) { () throws(SQLiteError) in
            let scan = try FleetScan(path)
            for host in try scan.hosts() { hosts(host) }
            _ = try scan.next(.max, containers)
            try scan.samples(samples)
        }
    }

    /// Takes what a host said; it becomes durable soon, and `onCommit` says when.
    ///
    /// Never waits, whatever state the disk is in: see `WaitingLine` for what bounds the memory.
    ///
    /// - Returns: False when it was not taken: the journal is closed, the host was forgotten, it has no name yet, or
    ///   another host has that name.
    @discardableResult
    package func append(_ entry: JournalEntry) -> Bool {
        let unit = WaitingUnit(entry)
        let (isTaken, isFirst) = shared.entrance.withLock { entrance -> (Bool, Bool) in
            guard entrance.admit(entry) else { return (false, false) }
            entrance.coalesced += entrance.line.append(
                unit, above: settings.coalesceAbove, bytes: settings.coalesceAboveBytes)
            let isFirst = !entrance.isAwake
            entrance.isAwake = true
            return (true, isFirst)
        }
        if isFirst { writer.wake() }
        return isTaken
    }

    /// Sends the reply once the journal's thread comes round; a full disk doesn't keep it from that.
    package func answerTurn(_ reply: Reply<Void>) {
        writer.answerTurn(reply)
    }

    /// A number for a new host, never given before; kept from the host's first entry on.
    package func newHostKey() -> HostKey {
        shared.entrance.withLock { entrance in
            entrance.highestHost += 1
            return HostKey(rawValue: entrance.highestHost)
        }
    }

    /// Does what takes time: looks the file through for damage, then prunes at intervals; until cancelled.
    package func run() async throws {
        if settings.checkLimit > .zero { await check() }
        while true {
            await writer.prune()
            try await BootClock().sleep(for: settings.pruneInterval)
        }
    }

    /// Looks the whole file through for damage; what is found makes the state `damaged`.
    @discardableResult
    package func check() async -> [String] {
        let reader = FleetReader(path, limit: settings.checkLimit, number: settings.readers)
        do {
            let interruption = try await reader.interruption()
            let result = await withTaskCancellationHandler {
                do throws(JournalError) {
                    return Result<[String], JournalError>.success(
                        Task.isCancelled ? [] : try await reader.check(limit: settings.checkLimit))
                } catch { return .failure(error) }
            } onCancel: {
                interruption()
            }
            let findings = try result.get()
            if let first = findings.first { await writer.damage(first) }
            log(.debug, "database checked", ["findings": "\(findings.count)"])
            return findings
        } catch .damaged(_, let detail) {
            await writer.damage(detail)
            return [detail]
        } catch {
            if Task.isCancelled { return [] }
            log(.warning, "database not checked", ["reason": error.sentence])
            return []
        }
    }

    /// Folds everything that is committed, and prunes what is older than the retention; for tests and by hand.
    package func maintain() async {
        await writer.fold()
        await writer.prune()
        _ = await flush(within: .seconds(60))
    }

    /// Waits until everything that was appended before is durable; false when it isn't after `limit`.
    package func flush(within limit: Duration) async -> Bool {
        let reply = Reply<Bool>()
        await writer.flush(reply)
        guard case .value(true) = await reply.wait(until: .after(limit)) else { return false }
        return true
    }

    /// Takes nothing more, makes durable what waits, and lets go of the file (B20).
    ///
    /// - Returns: False when not everything was durable after `limit`; the rest is lost, and agents send it again.
    @discardableResult
    package func close(within limit: Duration) async -> Bool {
        shared.entrance.withLock { $0.isClosed = true }
        let isFlushed = await flush(within: limit)
        for reader in readers { await reader.close() }
        await writer.close()
        if !isFlushed { log(.warning, "journal closed before everything was stored") }
        return isFlushed
    }

    /// Sets the database aside and begins an empty one under a new run; what waits is dropped.
    ///
    /// For a database that turned out to be damaged while running. Hosts then are unknown again: each must be named in
    /// its next entry, and send everything.
    ///
    /// - Returns: Where the old file is.
    package func startAnew() async throws(JournalError) -> String {
        for reader in readers { await reader.close() }
        let place = try await writer.startAnew()
        log(.error, "damaged database set aside", ["path": path, "to": place])
        return place
    }
}
