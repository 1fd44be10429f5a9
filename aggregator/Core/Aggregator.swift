package import Fleet
package import Journal
package import Lifecycle
package import Log
import OS
package import Settings
import Synchronization
import TLS
import Wire

/// The aggregator without its API, put together from its settings: storage, fleet, and the door for agents.
package final class Aggregator: Sendable {
    package let fleet: Fleet
    package let journal: Journal
    /// What happened lately.
    package let events: EventStore
    package let hosts: HostDirectory
    package let door: AgentDoor
    /// Samples of usage as they come.
    package let feed: StatsFeed
    /// Who speaks for which host, and the tokens.
    package let registry: Registry
    /// Who may do what.
    package let gatekeeper: Gatekeeper
    /// The certificate of both TCP doors; nil for plain TCP without tokens.
    package let identity: ServerIdentity?
    /// Under which names clients reach this aggregator.
    package let reach: Reach
    /// How many series `/metrics` may have.
    package let metrics: MetricsBounds
    /// What counts as fresh, and how long what is kept.
    package let keeping: Keeping
    /// The wall clock, in ms since 1970.
    package let now: @Sendable () -> Int64
    /// Parts of paths where applications keep their data.
    package let dataPatterns: [String]
    /// The journal's upkeep; to be stopped last.
    package let storage: Storage
    /// Keeps the fleet's image young.
    package let imageUpkeep: ImageUpkeep

    /// Opens the databases, brings back what the last run knew, and binds the agents' door.
    ///
    /// - Parameters:
    ///   - settings: What the user wants.
    ///   - adjust: Changes the journal's bounds, after the user's.
    ///   - tune: Changes the door's bounds, after the user's.
    ///   - record: Changes the bounds of what is kept of events, after the user's.
    ///   - settle: Changes when the fleet's image is written.
    ///   - now: The wall clock of tokens and certificates, in milliseconds since 1970.
    ///   - pause: How often the certificate's files are looked at.
    ///   - log: Where everything reports.
    /// - Throws: A sentence that says what to do.
    package init(
        _ settings: Configuration, journal adjust: (inout JournalSettings) -> Void = { _ in },
        door tune: (inout AgentDoor.Settings) -> Void = { _ in },
        events record: (inout EventSettings) -> Void = { _ in },
        image settle: (inout ImageUpkeep.Settings) -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = WallClock.now, lookingEvery pause: Duration = .seconds(10),
        log: Log
    ) async throws(AggregatorError) {
        do {
            let directory = try DataDirectory(settings[AggregatorSettings.data])
            reach = Reach(settings)
            dataPatterns = settings[AggregatorSettings.dataPatterns]
            metrics = MetricsBounds(
                hosts: settings[AggregatorSettings.metricsHosts],
                containers: settings[AggregatorSettings.metricsContainers])
            identity = try Self.identity(settings, reach, now, pause, log)
            var journalSettings = JournalSettings()
            let keeping = try Keeping(settings)
            self.keeping = keeping
            self.now = now
            journalSettings.retention = settings[AggregatorSettings.retention]
            journalSettings.pruneInterval = keeping.diskCleanUp
            adjust(&journalSettings)
            let relay = Relay()
            journal = try await Journal(
                in: directory, settings: journalSettings, log: log,
                onCommit: { report in relay.door?.committed(report) },
                onState: { state in relay.door?.journalChanged(state) })
            var eventSettings = EventSettings()
            eventSettings.retention = settings[AggregatorSettings.eventRetention]
            eventSettings.limit = settings[AggregatorSettings.eventLimit]
            eventSettings.buffer = settings[AggregatorSettings.eventBuffer]
            record(&eventSettings)
            var random = SystemRandom()
            events = await EventStore(
                in: directory, settings: eventSettings, fresh: Int64(truncatingIfNeeded: random.next()),
                log: log)
            registry = try await Registry(in: directory)
            gatekeeper = try await Gatekeeper(registry, now: now, log: log)
            var imageSettings = ImageUpkeep.Settings()
            settle(&imageSettings)
            let restoration: Restoration
            let imageRevision: Int64?
            (fleet, restoration, imageRevision) = try await Self.restore(journal, imageSettings, now, log)
            let known = HostDirectory()
            hosts = known
            feed = StatsFeed { host, container, began in
                guard let broker = relay.door?.broker, let id = known[host]?.id else { return }
                try await broker.sampleLive(container, on: id, began)
            }
            var doorSettings = AgentDoor.Settings()
            doorSettings.timing.heartbeat = settings[AggregatorSettings.heartbeat].wholeMilliseconds

            doorSettings.maximumConnections = settings[AggregatorSettings.maximumAgents]
            doorSettings.maximumHosts = settings[AggregatorSettings.maximumHosts]
            doorSettings.memoryBudget = settings[AggregatorSettings.memoryBudget]
            doorSettings.measuredHosts = metrics.hosts
            doorSettings.wall = now
            tune(&doorSettings)
            let listener = try Listener(settings[AggregatorSettings.agents])
            door = AgentDoor(
                listener: listener, secure: identity?.context, gatekeeper: gatekeeper, fleet: fleet,
                journal: journal, events: events, registry: registry, directory: hosts, feed: feed,
                keeping: keeping, settings: doorSettings, log: log)
            imageUpkeep = ImageUpkeep(
                door, journal, last: imageRevision, settings: imageSettings, log: log)
            storage = Storage(journal: journal, events: events, image: imageUpkeep)
            await door.take(restoration)
            await door.cleanMemory()
            relay.door = door
            log(.info, "agents may connect", ["address": "\(listener.address)"])
        } catch let error as AggregatorError {
            throw error
        } catch {
            throw AggregatorError(sentence: "\(error)")
        }
    }

    /// What runs beside the doors: tokens that expire, certificates that are renewed, and samples that are watched.
    package var watches: [any Service] { [gatekeeper, feed] + (identity.map { [$0] } ?? []) }

    private static func identity(
        _ settings: Configuration, _ reach: Reach, _ now: @escaping @Sendable () -> Int64, _ pause: Duration,
        _ log: Log
    ) throws(TLSError) -> ServerIdentity? {
        guard !settings[AggregatorSettings.insecure] else {
            log(
                .warning,
                "plain TCP: whoever can listen in on the way sees everything, and whoever can connect may report"
            )
            return nil
        }
        let doors = [settings[AggregatorSettings.agents]] + settings[AggregatorSettings.http]
        return try ServerIdentity(
            settings, names: reach.certificateNames(doors: doors), now: now, pause: pause, log: log)
    }

    /// How the aggregator stands, in a line.
    package var status: String {
        let all = hosts.all
        let live = all.count { $0.condition == .live }
        let containers = fleet.read().count
        let disk = journal.state.isRunning ? "changes become durable" : journal.state.sentence ?? ""
        return "\(live) of \(all.count) hosts live, \(containers) containers; \(disk)."
    }

    /// Brings back what the last run knew; a database that can't be read is begun anew from the agents.
    private static func restore(
        _ journal: Journal, _ settings: ImageUpkeep.Settings, _ now: @Sendable () -> Int64, _ log: Log
    ) async throws(JournalError) -> (Fleet, Restoration, imageRevision: Int64?) {
        let started = BootClock.now
        let moment = Restoration.Moment(wall: now(), steady: started.milliseconds)
        var fleet = Fleet()
        let restoration: Restoration
        let image = await Restoration.fromImage(
            of: journal, limit: settings.replayLimit, at: moment, log: log)
        do throws(JournalError) {
            if let image {
                (fleet, restoration) = (image.fleet, image.restoration)
            } else {
                restoration = try Restoration(journal, into: fleet, at: moment, log: log)
            }
        } catch .damaged(_, let detail) {
            let place = try await journal.startAnew()
            log(
                .error, "the fleet of the last run can't be read; agents send everything again",
                ["cause": detail, "set_aside": place])
            fleet = Fleet()
            restoration = try Restoration(journal, into: fleet, at: moment, log: log)
        }
        log(
            .info, "the fleet of the last run is back",
            [
                "hosts": "\(restoration.hosts.count)", "containers": "\(restoration.containers)",
                "unreadable": "\(restoration.unreadable.count)",
                "from": image == nil ? "database" : "image",
                "ms": "\(started.duration(to: BootClock.now).wholeMilliseconds)",
            ])
        return (fleet, restoration, image?.revision)
    }

    /// Knows the door once there is one; the journal exists before it, and the door keeps the journal.
    private final class Relay: Sendable {
        private struct Kept {
            weak var door: AgentDoor?
        }

        private let kept = Mutex(Kept())

        var door: AgentDoor? {
            get { kept.withLock { $0.door } }
            set { kept.withLock { $0.door = newValue } }
        }
    }
}

/// The upkeep of journal and events as a service; its end makes durable what waits (requirement B20).
package final class Storage: Stoppable {
    private let journal: Journal
    private let events: EventStore
    private let image: ImageUpkeep
    private let stopping = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    /// How long the last flush may take; within the five seconds that a stop has.
    private static let patience = Duration.seconds(3)

    init(journal: Journal, events: EventStore, image: ImageUpkeep) {
        self.journal = journal
        self.events = events
        self.image = image
    }

    /// Keeps the journal in order until `stop`, then makes durable what waits.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "upkeep") { try? await self.journal.run() }
            group.addTask(name: "events") { await self.events.run() }
            group.addTask(name: "image") { try? await self.image.run() }
            group.addTask(name: "stop") { _ = await self.stopping.next() }
            await group.next()
            group.cancelAll()
        }
        await image.finish()
        await journal.close(within: Self.patience)
        await events.close()
    }

    /// Lets `run` end.
    package func stop() async {
        _ = stopping.post(())
    }
}

/// The aggregator can't start.
package struct AggregatorError: Error, CustomStringConvertible {
    /// What is wrong, and what to do.
    package let sentence: String
    package var description: String { sentence }
}
