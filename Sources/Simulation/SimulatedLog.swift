import Synchronization

/// What a simulated container has written: as many lines as wanted, made when they are read, so that a log of any size
/// costs nothing.
///
/// Every third line went to the container's standard error.
package struct SimulatedLog: Hashable, Sendable {
    package var lines: Int
    /// Bytes of each line, its end included.
    package var width: Int
    /// Whether the container has a terminal: one stream, without heads.
    package var hasTerminal = false
    /// What stands in place of the log, whole; for answers that no Engine gives.
    package var bytes: [UInt8]?

    package init(lines: Int, width: Int = 64) {
        self.lines = lines
        self.width = max(24, width)
    }

    /// A line's bytes: its number, then filling.
    package func line(_ number: Int) -> [UInt8] {
        var line = Array("line \(number) ".utf8)
        while line.count < width - 1 { line.append(0x61 + UInt8(line.count % 26)) }
        return line.prefix(width - 1) + [0x0A]
    }

    /// Whether a line went to standard error.
    package func isError(_ number: Int) -> Bool { !hasTerminal && number % 3 == 2 }

    /// A line as the Engine sends it.
    func frame(_ number: Int) -> [UInt8] {
        let line = line(number)
        guard !hasTerminal else { return line }
        let count = line.count
        let size = (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
        return [isError(number) ? 2 : 1, 0, 0, 0] + size + line
    }
}

/// A log that is to be sent: from which line on, and whether the connection stays open after the last.
struct SimulatedLogReading: Sendable {
    let log: SimulatedLog
    let first: Int
    let follows: Bool
}

extension SimulatedEngine {
    /// How many clients read logs now.
    package var logReaderCount: Int { shared.withLock { $0.logReaders } }

    func log(of reference: String, _ request: EngineRequest) throws(EngineRefusal) -> EngineAnswer {
        let container = try container(reference)
        guard request.flag("stdout") || request.flag("stderr") else {
            throw EngineRefusal(400, "Bad parameters: you must choose at least one stream")
        }
        guard container.spec.logDriver != "none" else {
            throw EngineRefusal(501, "configured logging driver does not support reading")
        }
        let log = container.spec.log ?? SimulatedLog(lines: 0)
        let tail = request.query["tail"].flatMap { Int($0) } ?? log.lines
        let reading = SimulatedLogReading(
            log: log, first: max(0, log.lines - max(0, tail)), follows: request.flag("follow"))
        return EngineAnswer(
            status: 200, contentType: "application/vnd.docker.raw-stream", body: .log(reading))
    }
}
