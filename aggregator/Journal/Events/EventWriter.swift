import Inventory
import Log
import OS
import SQLite

/// Writes events into their file, on a thread of its own: a slow or full disk costs history, and nobody waits for it.
actor EventWriter {
    private let executor = QueueExecutor(label: "events writer")
    private let path: String
    private let settings: EventSettings
    private let now: @Sendable () -> Int64
    private let log: Log
    private var file: EventFile?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ path: String, _ settings: EventSettings, now: @escaping @Sendable () -> Int64, log: Log) {
        self.path = path
        self.settings = settings
        self.now = now
        self.log = log
    }

    /// What was found in the file when it was opened.
    struct Opening: Sendable {
        /// Tells this file from others.
        var identity: Int64 = 0
        /// The highest number in it.
        var last: Int64 = 0
        /// The highest number that was ever removed from it.
        var pruned: Int64 = 0
        /// The newest events, without their attributes.
        var newest: [FleetEvent] = []
    }

    /// How many events are looked at when the file is opened, to know again what agents repeat.
    private static let remembered = 20_000

    /// Opens the file; one that is damaged is put aside, and another begun.
    func open(_ fresh: Int64) throws(JournalError) -> Opening {
        do throws(JournalError) {
            return try opened(fresh)
        } catch .damaged(_, let detail) {
            file = nil
            let place = try DatabaseFile.setAside(path, at: now())
            log(
                .error, "the file of events is damaged; another is begun, and older events are gone",
                ["cause": detail, "set_aside": place])
            return try opened(fresh)
        }
    }

    private func opened(_ fresh: Int64) throws(JournalError) -> Opening {
        file = try EventFile(path)
        return try asking { (file) throws(SQLiteError) in
            var opening = Opening()
            opening.identity = try file.identity(fresh)
            opening.last = try file.last()
            opening.pruned = try file.pruned()
            try file.newest(Self.remembered) { opening.newest.append($0) }
            return opening
        }
    }

    /// Stores events.
    func append(_ events: [FleetEvent]) throws(JournalError) {
        try asking { (file) throws(SQLiteError) in try file.append(events) }
    }

    /// Removes what is too old or too much; gives how many went and the highest number among them.
    func prune() throws(JournalError) -> (count: Int64, through: Int64) {
        let before = (now() - settings.retention.wholeMilliseconds).multipliedReportingOverflow(by: 1_000_000)
        var (count, through): (Int64, Int64) = (0, 0)
        var hasMore = true
        while hasMore {
            hasMore = try asking { (file) throws(SQLiteError) in
                let part = try file.prune(
                    before: before.overflow ? .min : before.partialValue, keeping: settings.limit,
                    slice: settings.slice)
                count += Int64(part.count)
                through = max(through, part.through)
                return part.count >= settings.slice
            }
        }
        return (count, through)
    }

    /// Removes a host's events.
    func remove(_ host: HostID) throws(JournalError) {
        try asking { (file) throws(SQLiteError) in try file.remove(host.rawValue) }
    }

    /// Lets go of the file.
    func close() { file = nil }

    private func asking<Answer>(
        _ body: (borrowing EventFile) throws(SQLiteError) -> Answer
    ) throws(JournalError) -> Answer {
        let answer: Answer?
        do throws(SQLiteError) {
            switch file {
            case .some(let file): answer = try body(file)
            case .none: answer = nil
            }
        } catch {
            // Whatever was under way may be in the file or not; it is opened anew before it is trusted.
            file = nil
            throw .read(error, path: path)
        }
        guard let answer else { throw .closed }
        return answer
    }
}
