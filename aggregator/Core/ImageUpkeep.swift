import Fleet
import Inventory
import Journal
import Log
import OS
import Wire

/// Writes the fleet's image in the background while the aggregator runs, and once more when it stops.
///
/// Bounded in every way: not more often than the interval, only when enough has changed to be worth it, not faster than
/// a rate while there are agents, and not longer than a patience at the end; what isn't finished then is left out.
package actor ImageUpkeep {
    /// When an image is worth its writing.
    package struct Settings: Sendable {
        /// Time between two images.
        package var interval = Duration.seconds(300)
        /// Changes since the last image after which another one is written; they are applied anew at a start.
        package var changes: Int64 = 10_000
        /// The same at a stop.
        package var changesAtStop: Int64 = 1_000
        /// Smaller fleets come from the database as fast.
        package var leastContainers = 5_000
        /// Bytes written in a second while the aggregator serves.
        package var rate = 64 << 20
        /// How long the image of a stop may take; within the five seconds that a stop has (requirement B20).
        package var patience = Duration.seconds(3)
        /// The most changes after an image that are applied at a start.
        package var replayLimit: Int64 = 250_000

        package init() {}
    }

    private let executor = QueueExecutor(label: "fleet image")
    private let door: AgentDoor
    private let journal: Journal
    private let settings: Settings
    private let log: Log
    /// The last image's revision; nil when there is none that a start could use.
    private var last: Int64?

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    init(_ door: AgentDoor, _ journal: Journal, last: Int64?, settings: Settings, log: Log) {
        self.door = door
        self.journal = journal
        self.settings = settings
        self.log = log
        self.last = last
    }

    /// Writes images until it is cancelled.
    package func run() async throws {
        while true {
            try await BootClock().sleep(for: settings.interval)
            await write(ifChanges: settings.changes, rate: settings.rate, until: nil)
        }
    }

    /// Writes the image of a stop, after the last change and before the journal is closed.
    func finish() async {
        await write(ifChanges: settings.changesAtStop, rate: .max, until: .after(settings.patience))
    }

    private func write(ifChanges least: Int64, rate: Int, until deadline: Deadline?) async {
        let now = journal.current.number
        if let last, now - last < least { return }
        // What the disk doesn't take can't be in an image either.
        guard journal.state.isRunning else { return }
        let started = BootClock.now
        let moment = await door.moment()
        guard moment.image.count >= settings.leastContainers else { return }
        do {
            var written = 0
            let bytes = try await HotImage.write(
                moment.image, at: moment.revision, keys: moment.keys, in: journal.folder
            ) { count in
                if deadline?.hasPassed() == true { throw Late() }
                try Task.checkCancellation()
                written += count
                let due = Duration.seconds(1) * (Double(written) / Double(rate))
                let ahead = due - started.duration(to: BootClock.now)
                if ahead > .milliseconds(20) { try await BootClock().sleep(for: ahead) }
            }
            // An image must never know more than the database that it stands beside.
            guard await journal.flush(within: deadline == nil ? .seconds(30) : .seconds(1)) else {
                return HotImage.discard(in: journal.folder)
            }
            try HotImage.publish(in: journal.folder)
            last = moment.revision.number
            log(
                .debug, "fleet image written",
                [
                    "containers": "\(moment.image.count)", "bytes": "\(bytes)",
                    "ms": "\(started.duration(to: BootClock.now).wholeMilliseconds)",
                ])
        } catch {
            HotImage.discard(in: journal.folder)
            if error is CancellationError { return }
            log(.info, "fleet image not written; the next start takes longer", ["reason": "\(error)"])
        }
    }

    /// There was not enough time.
    private struct Late: Error, CustomStringConvertible {
        var description: String { "the stop had no time left" }
    }
}

extension AgentDoor {
    /// The fleet between two changes, with a revision from which on all changes must be applied to it.
    ///
    /// Memory and journal get each change in one turn of this actor; so whatever the fleet shows here has been handed to
    /// the journal, and what isn't durable yet has a later revision.
    func moment() -> (image: FleetImage, revision: Revision, keys: [HostKey: SipHash.Key?]) {
        let revision = journal.current
        let keys = hosts.values.map { ($0.key, $0.record.digestKey) }
        return (fleet.image(), revision, Dictionary(keys) { one, _ in one })
    }
}
