import Inventory
import OS
import SQLite

/// Reads the file of events on a connection and a thread of its own.
actor EventReader {
    private let executor = QueueExecutor(label: "events reader")
    private let path: String
    private let limit: Duration
    private var connection: Kept?

    /// A connection that can be put aside.
    private final class Kept {
        let connection: Connection

        init(_ path: String) throws(SQLiteError) {
            connection = try Connection(path: path, mode: .readOnly, busyTimeout: .milliseconds(500))
        }
    }

    /// Rows that were looked at.
    struct Rows: Sendable {
        var events: [FleetEvent] = []
        /// The last row that was looked at; nil at the end.
        var reached: EventPlace?
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ path: String, limit: Duration) {
        self.path = path
        self.limit = limit
    }

    /// Looks at some events in the order of time, up to a number, and gives those that are asked for.
    func history(
        _ question: EventQuestion, after place: EventPlace, upTo number: Int64, rows: Int
    ) throws(JournalError) -> Rows {
        try ask { (connection) throws(SQLiteError) in
            let read = try connection.prepare(
                """
                SELECT number, host, time, type, action, actor, missed, attributes FROM event
                WHERE (time, number) > (?1, ?2) AND time <= ?3 AND number <= ?4
                ORDER BY time, number LIMIT ?5
                """)
            try read.bind(place.time, at: 1)
            try read.bind(place.number, at: 2)
            try read.bind(question.until, at: 3)
            try read.bind(number, at: 4)
            try read.bind(Int64(rows), at: 5)
            return try Self.rows(of: read, question, limit: rows)
        }
    }

    /// Looks at some events in the order of their numbers.
    func news(
        _ question: EventQuestion, after number: Int64, upTo last: Int64, rows: Int
    ) throws(JournalError) -> Rows {
        try ask { (connection) throws(SQLiteError) in
            let read = try connection.prepare(
                """
                SELECT number, host, time, type, action, actor, missed, attributes FROM event
                WHERE number > ?1 AND number <= ?2 ORDER BY number LIMIT ?3
                """)
            try read.bind(number, at: 1)
            try read.bind(last, at: 2)
            try read.bind(Int64(rows), at: 3)
            return try Self.rows(of: read, question, limit: rows)
        }
    }

    /// Lets go of the file.
    func close() { connection = nil }

    private static func rows(
        of read: borrowing Statement, _ question: EventQuestion, limit: Int
    ) throws(SQLiteError) -> Rows {
        var rows = Rows()
        var count = 0
        while try read.step() {
            count += 1
            let place = EventPlace(time: read.int64(2), number: read.int64(0))
            rows.reached = place
            let isGap = read.int64(6) > 0
            // Attributes are the larger part of an event; most of what isn't asked for is told without them.
            guard isGap || question.filters.mayMatch(type: read.text(3) ?? "", action: read.text(4) ?? ""),
                let event = read.fleetEvent(), question.includes(event)
            else { continue }
            rows.events.append(event)
        }
        if count < limit { rows.reached = nil }
        return rows
    }

    private func ask<Answer>(
        _ question: (borrowing Connection) throws(SQLiteError) -> Answer
    ) throws(JournalError) -> Answer {
        do throws(SQLiteError) {
            let kept = if let connection { connection } else { try Kept(path) }
            connection = kept
            return try kept.connection.limited(to: limit, on: BootClock()) { () throws(SQLiteError) in
                try question(kept.connection)
            }
        } catch {
            if !error.isInterrupted { connection = nil }
            throw .read(error, path: path)
        }
    }
}
