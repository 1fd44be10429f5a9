internal import OS
internal import Synchronization

/// Where the lines of a log go; must never wait long, because whoever logs waits with it.
package protocol LogSink: Sendable {
    func write(_ record: LogRecord, as format: Log.Format)
}

/// Keeps lines in memory, for tests that look at them.
package final class MemorySink: LogSink {
    private let kept = Mutex<[LogRecord]>([])
    private let limit: Int

    /// - Parameter limit: How many lines are kept; the oldest give way.
    package init(limit: Int = 10_000) {
        self.limit = limit
    }

    /// The lines so far.
    package var records: [LogRecord] { kept.withLock { $0 } }

    /// The lines so far as they would look in text, without their line feeds.
    package var lines: [String] {
        records.map { String(decoding: $0.line(as: .text).dropLast(), as: UTF8.self) }
    }

    /// Takes one line.
    package func write(_ record: LogRecord, as format: Log.Format) {
        kept.withLock { kept in
            if kept.count == limit { kept.removeFirst() }
            kept.append(record)
        }
    }
}

/// Writes lines to a descriptor, usually standard error, and drops them while nobody reads there.
///
/// A pipe whose reader is stuck holds a caller up for a tenth of a second once; after that lines are counted and
/// dropped until it moves again, and then a line says how many.
package final class DescriptorSink: LogSink {
    private struct State {
        var isStuck = false
        var dropped = 0
    }

    private let output: BoundedOutput
    private let state = Mutex(State())

    /// - Parameter number: A descriptor that stays open as long as this sink is used.
    package init(_ number: Int32) {
        output = BoundedOutput(number)
    }

    /// The sink of a program: standard error.
    package static let standardError = DescriptorSink(2)

    /// Takes one line.
    package func write(_ record: LogRecord, as format: Log.Format) {
        state.withLock { state in
            var bytes: [UInt8] = []
            if state.dropped > 0 {
                let fact = LogRecord.Fact(key: "lines", value: "\(state.dropped)")
                let note = LogRecord(
                    milliseconds: record.milliseconds, level: .warning,
                    message: "log lines were dropped: nobody read them", facts: [fact])
                bytes = note.line(as: format)
            }
            bytes += record.line(as: format)
            let patience: Duration = state.isStuck ? .zero : .milliseconds(100)
            if output.write(bytes, patience: patience) {
                state = State()
            } else {
                state.isStuck = true
                state.dropped += 1
            }
        }
    }
}
