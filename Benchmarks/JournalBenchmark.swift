import Inventory
import Journal
import OS
import Wire

/// What the journal stores in a second, what that costs the disk, and how fast it all comes back.
///
/// Physical limit beside it: SQLite from C appends 985,000 rows of 200 bytes a second to a plain log and writes 2.1
/// bytes for each; updating rows in place it makes 45,000, and 56 bytes. Goal for reading back: 300,000 a second.
package enum JournalBenchmark {
    private static let perHost = 1_000

    /// Runs everything in an empty folder.
    ///
    /// - Parameters:
    ///   - folder: Where the databases are made; about 2.5 GB for a million changes.
    ///   - changes: How many containers are stored, in round thousands.
    ///   - report: Gets one line for each figure.
    /// - Throws: Why a database could not be made or read.
    package static func run(in folder: String, changes: Int = 1_000_000, report: (String) -> Void)
        async throws
    {
        try await first(in: "\(folder)/log", changes: changes, isFolding: false, report: report)
        try await first(in: "\(folder)/folded", changes: changes, isFolding: true, report: report)
        try await small(in: "\(folder)/folded", changes: changes / 5, of: changes, report: report)
        try await load(in: "\(folder)/log", "from the log", report: report)
        try await load(in: "\(folder)/folded", "from the table", report: report)
    }

    /// Whole hosts that are seen for the first time: 1,000 containers in an entry.
    private static func first(
        in folder: String, changes: Int, isFolding: Bool, report: (String) -> Void
    ) async throws {
        var settings = JournalSettings()
        if !isFolding {
            settings.foldAbove = .max
            settings.unfoldedLimit = .max
            settings.unfoldedByteLimit = .max
        }
        let journal = try await Journal(in: DataDirectory(folder), settings: settings)
        let entries = (0..<UInt32(max(changes / perHost, 1))).map { number in
            JournalEntry(
                host: HostKey(rawValue: number + 1), id: HostID("host-\(number)"),
                changes: (0..<perHost).map { put(container($0, of: number), serial: $0) },
                cursor: HostCursor(epoch: Epoch(high: 1, low: 2), version: 1), at: WallClock.now())
        }
        let before = written()
        let start = ContinuousClock.now
        for entry in entries {
            while journal.statistics.waitingRows > 12_000 {
                await journal.waitForChange(after: journal.current.number)
            }
            journal.append(entry)
        }
        guard await journal.flush(within: .seconds(600)) else { return }
        let time = start.duration(to: .now)
        let payload = Double(journal.statistics.bytes + 32 * changes)
        let amplification = Double(written() - before) / payload
        let statistics = journal.statistics
        report(
            "append \(changes) changes of \(statistics.bytes / changes) B in entries of \(perHost)"
                + (isFolding ? ", folding" : ", log only") + ": \(rate(changes, time)) to durable, "
                + "\(tenths(amplification)) bytes written per byte, \(statistics.commits) commits, "
                + "\(statistics.commitMilliseconds / Int64(max(statistics.commits, 1))) ms each")
        if isFolding {
            let folding = ContinuousClock.now
            await journal.maintain()
            report(
                "fold the rest: \(folding.duration(to: .now)), in all \(journal.statistics.folded) containers, "
                    + "\(tenths(Double(written() - before) / payload)) bytes written per byte")
        }
        await journal.close(within: .seconds(60))
    }

    /// One status change of one container in an entry, all over the fleet.
    private static func small(
        in folder: String, changes: Int, of containers: Int, report: (String) -> Void
    ) async throws {
        let journal = try await Journal(in: DataDirectory(folder))
        var random: UInt64 = 1
        let before = written()
        let start = ContinuousClock.now
        for serial in 0..<changes {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Int(random >> 33) % max(containers, 1)
            let host = UInt32(number / perHost)
            while journal.statistics.waitingRows > 12_000 {
                await journal.waitForChange(after: journal.current.number)
            }
            journal.append(
                JournalEntry(
                    host: HostKey(rawValue: host + 1),
                    changes: [put(container(number % perHost, of: host), serial: serial)],
                    cursor: HostCursor(epoch: Epoch(high: 1, low: 2), version: Int64(serial + 2)),
                    at: WallClock.now()))
        }
        guard await journal.flush(within: .seconds(600)) else { return }
        let time = start.duration(to: .now)
        let statistics = journal.statistics
        let amplification = Double(written() - before) / Double(statistics.bytes + 32 * changes)
        report(
            "append \(changes) single changes all over \(containers) containers, folding: "
                + "\(rate(changes, time)) to durable, \(tenths(amplification)) bytes written per byte, "
                + "\(statistics.commits) commits, \(statistics.coalesced) coalesced")
        await journal.close(within: .seconds(60))
    }

    private static func load(in folder: String, _ what: String, report: (String) -> Void) async throws {
        let opening = ContinuousClock.now
        let journal = try await Journal(in: DataDirectory(folder))
        let start = ContinuousClock.now
        var count = 0
        try journal.load { _ in
        } containers: { _, _, _, _ in
            count += 1
        }
        report(
            "open: \(opening.duration(to: start)), load \(count) containers \(what): "
                + "\(rate(count, start.duration(to: .now)))")
        await journal.close(within: .seconds(60))
    }

    private static func put(_ id: ContainerID, serial: Int) -> ContainerChange {
        var facets = FacetChanges()
        let status =
            "{\"state\":\"running\",\"startedAt\":\(1_700_000_000_000 + serial),\"health\":\"healthy\"}"
        let config =
            "{\"image\":\"registry.example.com/team/application:1.27.3\",\"name\":\"application-\(serial)\","
            + "\"labels\":{\"a\":\"b\"}}"
        facets.status = .value(Array(status.utf8))
        facets.config = .value(Array(config.utf8))
        return ContainerChange(id: id, kind: .put(facets))
    }

    private static func container(_ number: Int, of host: UInt32) -> ContainerID {
        let seed = (UInt64(host) << 32 | UInt64(number)) &* 0x9e37_79b9_7f4a_7c15
        return ContainerID(
            words: (seed ^ seed >> 29, seed &* 0xbf58_476d_1ce4_e5b9, UInt64(number), UInt64(host)))
    }

    /// Bytes that this process has had written to the disk (proc(5), `write_bytes`).
    private static func written() -> Int64 {
        guard let bytes = try? readFile("/proc/self/io", limit: 4_096) else { return 0 }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("write_bytes")
        }
        return line.flatMap { Int64($0.split(separator: " ").last ?? "") } ?? 0
    }

    private static func rate(_ count: Int, _ time: Duration) -> String {
        "\(Int(Double(count) / (Double(time.wholeMilliseconds) / 1_000)))/s"
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
