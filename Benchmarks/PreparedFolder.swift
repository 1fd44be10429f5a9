import Inventory
import Journal
import OS
import Wire

/// A data folder as an aggregator leaves it, made without one: the sample fleet, durable and folded.
enum PreparedFolder {
    /// Rows that may wait while more are made.
    private static let waiting = 12_000

    /// Stores so many containers, 100 on each host, as if each host had reported once.
    ///
    /// - Throws: Why the database could not be made.
    static func make(_ folder: String, containers: Int, report: (String) -> Void) async throws {
        let journal = try await Journal(in: DataDirectory(folder))
        let start = ContinuousClock.now
        let hosts = max(1, containers / SampleFleet.perHost)
        for host in 0..<hosts {
            guard let id = HostID("host-\(host)") else { continue }
            while journal.statistics.waitingRows > waiting {
                await journal.waitForChange(after: journal.current.number)
            }
            journal.append(
                JournalEntry(
                    host: HostKey(rawValue: UInt32(host) + 1), id: id,
                    changes: (0..<SampleFleet.perHost).map {
                        SampleFleet.put(SampleFleet.container($0, on: host))
                    },
                    cursor: HostCursor(epoch: Epoch(high: 1, low: UInt64(host)), version: 1),
                    digestKey: SipHash.Key(low: 1, high: UInt64(host)), at: WallClock.now()))
        }
        guard await journal.flush(within: .seconds(600)) else { return }
        await journal.maintain()
        let bytes = journal.statistics.bytes / max(1, hosts * SampleFleet.perHost)
        report(
            "\(hosts * SampleFleet.perHost) containers: \(start.duration(to: .now)), \(bytes) B of JSON each")
        await journal.close(within: .seconds(60))
    }
}
