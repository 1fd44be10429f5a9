import Dispatch
package import Fleet
import Inventory
package import Journal
import Lifecycle
package import Log
package import OS
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
    }

    /// What the door works with and by.
    package struct Settings: Sendable {
        package var timing = SessionTiming()
        package var windowFrames: Int64 = 256
        package var windowBytes: Int64 = 8 << 20
        package var maximumConnections = 10_000
        /// For frames of all connections that are not whole yet, in bytes.
        package var memoryBudget = 512 << 20

        package init() {}
    }

    let executor = QueueExecutor(label: "bayplan.agents")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    let settings: Settings
    let fleet: Fleet
    let journal: Journal
    let registry: Registry
    let directory: HostDirectory
    let log: Log
    private let listener: Listener
    private var accepting: (any DispatchSourceRead)?
    /// Accepting is suspended until the clock's next tick.
    private var isResting = false
    private var clock: (any DispatchSourceTimer)?
    private var connections: [Int: Connection] = [:]
    private var lastConnection = 0
    var hosts: [HostID: HostEntry] = [:]
    var hostsByKey: [HostKey: HostID] = [:]
    var lastSession: Int64 = 0
    /// Bytes of frames that are not whole yet, over all connections.
    private var buffered = 0
    var isClosing = false
    let claims = Mailbox<Claim>(limit: 1_024, whenFull: .refuse)
    /// The database is damaged and has to be begun anew.
    let repairs = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    /// How often sessions look at the clock.
    private static let tick = 250
    /// How long a closing connection may take over its last bytes, in ms.
    private static let closingTime: Int64 = 3_000

    package init(
        listener: Listener, fleet: Fleet, journal: Journal, registry: Registry, directory: HostDirectory,
        settings: Settings, log: Log
    ) {
        self.listener = listener
        self.fleet = fleet
        self.journal = journal
        self.registry = registry
        self.directory = directory
        self.settings = settings
        self.log = log
    }

    package nonisolated var name: String { "agents" }

    /// Serves agents until the task is cancelled or `stop` was called.
    package nonisolated func run() async throws {
        await open()
        await withTaskGroup(of: Void.self) { group in
            // One after the other: the registry writes to disk for each.
            group.addTask(name: "claims") { for await claim in self.claims { await self.settle(claim) } }
            group.addTask(name: "repairs") { for await _ in self.repairs { await self.beginAnew() } }
            await group.next()
            group.cancelAll()
        }
        await close()
    }

    /// Tells every agent to come back later, and lets `run` end.
    package nonisolated func stop() async {
        await close()
        claims.finish()
    }

    /// Begins to accept connections.
    private func open() {
        let source = DispatchSource.makeReadSource(fileDescriptor: listener.number, queue: executor.queue)
        source.setEventHandler { [weak self] in self?.assumeIsolated { $0.accept() } }
        source.setCancelHandler { [listener] in listener.close() }
        source.activate()
        accepting = source
        let timer = DispatchSource.makeTimerSource(queue: executor.queue)
        timer.schedule(deadline: .now() + .milliseconds(Self.tick), repeating: .milliseconds(Self.tick))
        timer.setEventHandler { [weak self] in self?.assumeIsolated { $0.lookAtClock() } }
        timer.activate()
        clock = timer
    }

    private func close() {
        isClosing = true
        clock?.cancel()
        if isResting { accepting?.resume() }
        isResting = false
        accepting?.cancel()
        accepting = nil
        let error = PeerError(code: PeerError.shuttingDown, message: "the aggregator stops; nothing is lost")
        for connection in Array(connections.values) { end(connection, error) }
    }

    /// The journal's word of what is on disk, from its own thread.
    package nonisolated func committed(_ report: CommitReport) {
        executor.queue.async { [weak self] in
            self?.assumeIsolated { $0.tellCommitted(report) }
        }
    }

    var now: Int64 { BootClock.now.milliseconds }

    func connection(_ number: Int) -> Connection? { connections[number] }

    // MARK: Bytes

    private func accept() {
        while true {
            do {
                guard let accepted = try listener.accept() else { return }
                let peer = accepted.peer
                guard connections.count < settings.maximumConnections else {
                    log(.warning, "agent turned away: too many connections", ["peer": "\(peer)"])
                    continue
                }
                lastConnection += 1
                let number = lastConnection
                let connection = Connection(
                    number, accepted.descriptor, peer: peer, until: now + settings.timing.greeting, queue: executor.queue)
                connection.reading.setEventHandler { [weak self] in
                    self?.assumeIsolated { $0.read(number) }
                }
                connections[number] = connection
                connection.reading.activate()
            } catch {
                // The connection still waits, and would call at once again (accept(2): EMFILE, ENFILE).
                log(.warning, "a connection could not be accepted", ["error": "\(error)"])
                accepting?.suspend()
                isResting = true
                return
            }
        }
    }

    private func read(_ number: Int) {
        guard let connection = connections[number] else { return }
        defer { account(for: connection) }
        do {
            // A few turns, so that one busy agent doesn't hold the others up.
            for _ in 0..<4 {
                var bytes: [UInt8] = []
                let transfer = try connection.socket.descriptor.readSome(atMost: 65_536, appendingTo: &bytes)
                if transfer == .wouldBlock { break }
                guard transfer != .end else { return lost(connection, "the agent closed the connection") }
                if case .closing = connection.phase { continue }
                connection.decoder.append(bytes)
                takeFrames(of: connection)
                guard connections[number] != nil else { return }
                if bytes.count < 65_536 { break }
            }
            flush(connection)
        } catch {
            lost(connection, "\(error)")
        }
    }

    /// Keeps count of what frames that are not whole yet take, and cuts off who brings it over the budget.
    private func account(for connection: Connection) {
        guard connections[connection.number] != nil else { return }
        buffered += connection.decoder.waiting - connection.counted
        connection.counted = connection.decoder.waiting
        guard buffered > settings.memoryBudget, connection.counted > 0 else { return }
        let message = "the aggregator's memory for unfinished frames is used up"
        end(connection, PeerError(code: PeerError.tooLarge, message: message))
    }

    private func takeFrames(of connection: Connection) {
        do {
            while let body = try connection.decoder.next() {
                let message = try Message(parsing: body)
                switch connection.phase {
                case .greeting: greet(message, on: connection)
                case .claiming:
                    return end(connection, PeerError(code: PeerError.unexpected, message: "\(message.type) before welcome"))
                case .speaking(let host): received(message, bytes: body.count, from: host, on: connection)
                case .closing: return
                }
            }
        } catch {
            end(connection, PeerError(code: PeerError.badFrame, message: "\(error)"))
        }
    }

    // MARK: Ends

    /// Sends what a session says; a peer that lets too much gather is cut off.
    func send(_ bytes: [UInt8], on connection: Connection) {
        guard connection.queue(bytes) else {
            log(.warning, "agent cut off: it reads too slowly", ["peer": "\(connection.peer)"])
            return lost(connection, "it reads too slowly")
        }
        write(connection)
    }

    private func write(_ connection: Connection) {
        let number = connection.number
        do {
            try connection.write {
                let source = DispatchSource.makeWriteSource(
                    fileDescriptor: connection.socket.descriptor.number, queue: executor.queue)
                source.setEventHandler { [weak self] in
                    self?.assumeIsolated { door in
                        if let connection = door.connections[number] { door.write(connection) }
                    }
                }
                return source
            }
        } catch {
            return lost(connection, "\(error)")
        }
        if case .closing = connection.phase, connection.waiting == 0 { forget(connection) }
    }

    /// Tells the agent why, and closes once that is written.
    func end(_ connection: Connection, _ error: PeerError) {
        if let box = connection.box {
            for action in box.session.end(error) {
                if case .send(let bytes) = action { _ = connection.queue(bytes) }
            }
        } else if case .closing = connection.phase {
            return
        } else {
            _ = connection.queue(Message.error(error).frame)
        }
        closeGently(connection, "\(error.code): \(error.message)")
    }

    /// Lets the last bytes out, then closes.
    func closeGently(_ connection: Connection, _ reason: String) {
        left(connection, reason)
        connection.phase = .closing(until: now + Self.closingTime)
        write(connection)
    }

    /// The peer is gone, or must be.
    func lost(_ connection: Connection, _ reason: String) {
        left(connection, reason)
        forget(connection)
    }

    private func forget(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.number) != nil else { return }
        buffered -= connection.counted
        connection.close()
    }

    private func lookAtClock() {
        if isResting {
            isResting = false
            accepting?.resume()
        }
        let now = now
        let wall = WallClock.now()
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
        publishHeard(wall)
    }
}
