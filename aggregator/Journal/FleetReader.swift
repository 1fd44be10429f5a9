import Inventory
import OS
import SQLite
import Wire

/// Answers short questions on a connection and a thread of its own.
actor FleetReader {
    private let executor: QueueExecutor
    private let path: String
    private let limit: Duration
    private var view: FleetView?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ path: String, limit: Duration, number: Int) {
        self.path = path
        self.limit = limit
        executor = QueueExecutor(label: "journal reader \(number)")
    }

    func container(_ key: ContainerKey) throws(JournalError) -> EncodedContainer? {
        try ask { (view) throws(SQLiteError) in try view.container(key) }
    }

    func changes(
        after revision: Int64, through last: Int64, limit: Int, bytes: Int
    ) throws(JournalError) -> [ChangeEvent]? {
        try ask { (view) throws(SQLiteError) in
            try view.changes(after: revision, through: last, limit: limit, bytes: bytes)
        }
    }

    /// Looks through the whole file for damage.
    ///
    /// Minutes for a large one; `interruption` ends it.
    func check(limit: Duration) throws(JournalError) -> [String] {
        try ask(within: limit) { (view) throws(SQLiteError) in try view.connection.quickCheck(limit: 10) }
    }

    /// Stops what this reader does, from another thread.
    func interruption() throws(JournalError) -> Interruption {
        try ask { (view) throws(SQLiteError) in view.connection.interruption }
    }

    /// Lets go of the file.
    func close() { view = nil }

    func ask<Answer>(
        within limit: Duration? = nil, _ question: (FleetView) throws(SQLiteError) -> Answer
    ) throws(JournalError) -> Answer {
        do throws(SQLiteError) {
            let view = if let open = self.view { open } else { try FleetView(path) }
            self.view = view
            return try view.connection.limited(to: limit ?? self.limit, on: BootClock()) {
                () throws(SQLiteError) in
                try question(view)
            }
        } catch {
            // A fresh connection next time, in case it was this one's fault.
            if !error.isInterrupted { view = nil }
            throw .read(error, path: path)
        }
    }
}

/// A walk over the fleet's state on a thread of its own.
actor FleetScanner {
    private let executor = QueueExecutor(label: "journal snapshot")
    private let path: String
    private let deadline: Deadline
    private var scan: FleetScan?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ path: String, deadline: Deadline) {
        self.path = path
        self.deadline = deadline
    }

    /// Takes its view of the database; answers the revision.
    func start() throws(JournalError) -> Int64 {
        do throws(SQLiteError) {
            let scan = try FleetScan(path)
            self.scan = scan
            return scan.revision
        } catch {
            throw .read(error, path: path)
        }
    }

    /// The next containers; empty at the end.
    func next(_ limit: Int) throws(JournalError) -> [ContainerRow] {
        guard let scan else { return [] }
        guard !deadline.hasPassed() else {
            self.scan = nil
            throw .tooSlow
        }
        var containers: [ContainerRow] = []
        do throws(SQLiteError) {
            let hasMore = try scan.next(limit) { host, id, facets, changedAt in
                containers.append(ContainerRow(host: host, id: id, facets: facets, changedAt: changedAt))
            }
            if !hasMore { self.scan = nil }
        } catch {
            self.scan = nil
            throw .read(error, path: path)
        }
        return containers
    }

    func stop() { scan = nil }
}
