import Dispatch
package import Fleet
import Inventory
package import Journal
import Lifecycle
package import Log
package import OS
package import TLS
package import Wire

/// Where agents connect: every connection, every session and every change of the fleet, on one queue.
///
/// Each frame is applied to memory as it comes and handed to the journal, which never blocks; what has become durable
/// is told back when the journal says so. An agent's failure ends its own connection and nothing else.
package actor AgentDoor: Stoppable {
    /// A `hello` that waits for the registry.
    struct Claim: Sendable {
        let connection: Int
        let hello: Hello
        /// The token that lets it in; nil where none are asked for.
        let token: String?
    }

    /// What the door works with and by.
    package struct Settings: Sendable {
        package var timing = SessionTiming()
        package var windowFrames: Int64 = 256
        package var windowBytes: Int64 = 8 << 20
        package var maximumConnections = 10_000
        /// Hosts that are known, connected or not; one more is refused.
        package var maximumHosts = 100_000
        /// Hosts of which is kept what their agents tell of their work, for metrics.
        package var measuredHosts = 1_000
        /// For what is kept of all connections together, in bytes: frames and change sets that are not whole yet, and
        /// what agents have not read.
        package var memoryBudget = 512 << 20
        /// Bytes that may wait for one agent that doesn't read.
        package var outgoingLimit = 32 << 20
        /// The wall clock, in ms since 1970.
        package var wall: @Sendable () -> Int64 = WallClock.now

        package init() {}
    }

    let executor = QueueExecutor(label: "bayplan.agents")
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    let settings: Settings
    /// Which hosts stay how long.
    let keeping: Keeping
    /// Who says which agent may speak for which host; not asked on a plain door.
    let gatekeeper: Gatekeeper
    /// The certificate that agents are shown; nil for plain TCP without tokens.
    let secure: TLSServerContext?
    let fleet: Fleet
    let journal: Journal
    let events: EventStore
    let registry: Registry
    let directory: HostDirectory
    /// Told of each sample.
    let feed: StatsFeed
    let log: Log
    /// Asks agents for what they don't report by themselves.
    package nonisolated let broker = Broker()
    /// What was done so far, for metrics.
    package nonisolated let counts = DoorCounts()
    /// What agents last told of their own work.
    package nonisolated let hostMeasures: HostMeasures
    let listener: Listener
    private var accepting: (any DispatchSourceRead)?
    /// Accepting is suspended until the clock's next tick.
    private var isResting = false
    private var clock: (any DispatchSourceTimer)?
    /// Who wants to know that the door is open.
    private var turns: [Reply<Void>] = []
    var connections: [Int: Connection] = [:]
    var lastConnection = 0
    /// Connections that were one too many since the log last told.
    var turnedAway = 0
    var hosts: [HostID: HostEntry] = [:]
    var hostsByKey: [HostKey: HostID] = [:]
    var lastSession: Int64 = 0
    /// What is kept of all connections together, in bytes.
    var buffered = 0
    private(set) var isClosing = false
    /// Told when the last connection is gone after the door was closed.
    private let isEmpty = Reply<Void>()
    let claims = Mailbox<Claim>(limit: 1_024, whenFull: .refuse)
    /// The database is damaged and has to be begun anew.
    let repairs = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    /// How long a closing connection may take over its last bytes, in ms.
    static let closingTime: Int64 = 3_000
    /// The same once the door is closed; within the five seconds that a stop has (requirement B20).
    private static let lastPatience = Duration.milliseconds(500)
    /// Between attempts to begin a damaged database anew.
    private static let repairPause = Backoff(base: .seconds(1), ceiling: .seconds(60))

    package init(
        listener: Listener, secure: TLSServerContext?, gatekeeper: Gatekeeper, fleet: Fleet,
        journal: Journal, events: EventStore, registry: Registry, directory: HostDirectory, feed: StatsFeed,
        keeping: Keeping,
        settings: Settings, log: Log
    ) {
        self.listener = listener
        self.secure = secure
        self.gatekeeper = gatekeeper
        self.fleet = fleet
        self.journal = journal
        self.events = events
        self.registry = registry
        self.directory = directory
        self.feed = feed
        self.keeping = keeping
        self.settings = settings
        hostMeasures = HostMeasures(limit: settings.measuredHosts)
        self.log = log
    }

    package nonisolated var name: String { "agents" }

    /// Time between heartbeats, in milliseconds.
    package nonisolated var heartbeat: Int64 { settings.timing.heartbeat }

    /// How many connections there are, of whatever kind.
    package var connectionCount: Int { connections.count }

    /// Where agents connect, with the port that the system chose for 0.
    package nonisolated var address: SocketAddress { listener.address }

    /// Serves agents until the task is cancelled or `stop` was called.
    package nonisolated func run() async throws {
        await open()
        await withTaskGroup(of: Void.self) { group in
            // One after the other: the registry writes to disk for each.
            group.addTask(name: "claims") { for await claim in self.claims { await self.settle(claim) } }
            group.addTask(name: "repairs") { for await _ in self.repairs { await self.repair() } }
            group.addTask(name: "memory clean-ups") {
                while (try? await BootClock().sleep(for: self.keeping.memoryCleanUp)) != nil {
                    await self.cleanMemory()
                }
            }
            group.addTask(name: "disk clean-ups") {
                while (try? await BootClock().sleep(for: self.keeping.diskCleanUp)) != nil {
                    await self.cleanDisk()
                }
            }
            await group.next()
            group.cancelAll()
        }
        await close()
        _ = await isEmpty.wait(until: .after(Self.lastPatience))
        await forgetAll()
    }

    /// Tells every agent to come back later, and lets `run` end.
    package nonisolated func stop() async {
        await close()
        claims.finish()
    }

    /// Begins to accept connections.
    private func open() {
        guard !isClosing else { return }
        gatekeeper.onEnd { [weak self, executor] reasons in
            executor.queue.async { self?.assumeIsolated { $0.tokensEnded(reasons) } }
        }
        broker.open { [weak self, executor] connection, message in
            executor.queue.async { self?.assumeIsolated { $0.carry(message, on: connection) } }
        } confirm: { [weak self] host, wall in
            await self?.confirm(host, since: wall)
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: listener.number, queue: executor.queue)
        source.setEventHandler { [weak self] in self?.assumeIsolated { $0.accept() } }
        source.setCancelHandler { [listener] in listener.close() }
        source.activate()
        accepting = source
        let timer = DispatchSource.makeTimerSource(queue: executor.queue)
        // Some times in each heartbeat interval.
        let tick = DispatchTimeInterval.milliseconds(Int(min(250, max(10, settings.timing.heartbeat / 4))))
        timer.schedule(deadline: .now() + tick, repeating: tick)
        timer.setEventHandler { [weak self] in self?.assumeIsolated { $0.lookAtClock() } }
        timer.activate()
        clock = timer
        for turn in turns { turn.send(()) }
        turns = []
    }

    private func close() {
        guard !isClosing else { return }
        isClosing = true
        clock?.cancel()
        clock = nil
        if isResting { accepting?.resume() }
        isResting = false
        accepting?.cancel()
        accepting = nil
        let error = PeerError(code: PeerError.shuttingDown, message: "the aggregator stops; nothing is lost")
        for connection in Array(connections.values) { end(connection, error) }
        noticeEmptiness()
    }

    /// Lets `run` return once nobody is connected any more.
    func noticeEmptiness() {
        if isClosing, connections.isEmpty { isEmpty.send(()) }
    }

    private func forgetAll() {
        for connection in Array(connections.values) { forget(connection) }
    }

    /// Takes no new connections until the clock's next tick.
    func rest() {
        guard !isResting else { return }
        accepting?.suspend()
        isResting = true
    }

    /// The journal's word of what is on disk, from its own thread.
    package nonisolated func committed(_ report: CommitReport) {
        executor.queue.async { [weak self] in
            self?.assumeIsolated { $0.tellCommitted(report) }
        }
    }

    /// Sends the reply when the queue comes to it and connections are accepted.
    package nonisolated func answerTurn(_ reply: Reply<Void>) {
        executor.queue.async { [weak self] in
            self?.assumeIsolated { door in
                if door.clock == nil { door.turns.append(reply) } else { reply.send(()) }
            }
        }
    }

    /// Begins the damaged database anew, and tries again for as long as that fails.
    private nonisolated func repair() async {
        var random = SystemRandom()
        var attempt = 0
        while !Task.isCancelled {
            if await beginAnew() { return }
            try? await BootClock().sleep(for: Self.repairPause.delay(attempt: attempt, using: &random))
            attempt += 1
        }
    }

    /// An instant in ms of a clock that runs while the machine sleeps, as sessions count.
    var now: Int64 { BootClock.now.milliseconds }

    /// The wall clock, in ms since 1970.
    var wall: Int64 { settings.wall() }

    private func lookAtClock() {
        if isResting {
            isResting = false
            accepting?.resume()
        }
        if turnedAway > 0 {
            log(.warning, "agents turned away: too many connections", ["count": "\(turnedAway)"])
            turnedAway = 0
        }
        let now = now
        let wall = wall
        for connection in Array(connections.values) {
            switch connection.phase {
            case .greeting(let until) where now > until:
                end(connection, PeerError(code: PeerError.silent, message: "no hello came"))
            case .closing(let until) where now > until: forget(connection)
            case .speaking(let host):
                guard let box = connection.box else { continue }
                perform(box.session.tick(wall: wall, now: now), of: host, on: connection)
            case .greeting, .claiming, .closing: break
            }
        }
        broker.expire()
        publishHeard(wall)
        archiveSamples()
    }
}
