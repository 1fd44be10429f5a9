import Docker
import Inventory
import JSON
package import Lifecycle
package import Log
import OS
package import Settings
import Watch
import Wire

/// The agent, put together from its settings: one watcher, one host's state, an uplink for each group of aggregators.
package final class Agent: Sendable {
    /// In the order in which they are to be stopped.
    package let services: [any Service]
    /// What must make progress (row B17: an Engine or an aggregator that is away is no reason to restart).
    package let probes: [Probe]
    /// Where health checks find the running agent.
    package let statusPath: String
    private let host: HostState
    private let uplinks: Uplinks

    /// Bytes that the host's labels may take as JSON: `hello` must fit the frame that is allowed before `welcome`.
    private static let labelLimit = 32 << 10

    /// Makes everything and connects nothing.
    package init(_ settings: Configuration, version: String, log: Log) throws(AgentError) {
        let choice = try AggregatorChoice(settings)
        let state = settings[AgentSettings.state]
        let lock = try Self.lock(state)
        var random = SystemRandom()
        let identity: Identity
        do {
            identity = try Identity.load(from: state, using: &random)
        } catch {
            throw AgentError(sentence: "\(error)")
        }
        let description = try Self.description(settings, choice.host)
        let folders = ComposeFolders(settings[AgentSettings.composeFolders])
        let desk = RequestDesk(
            // Samples are reported anyway unless they are off; more often is no more than that.
            allowed: settings[AgentSettings.allow] + [Operation.stats]
                + (folders.isEmpty ? [] : [Operation.composeFile]),
            log: log)
        let host = HostState(
            description: description, identity: identity, version: version, epoch: Epoch(using: &random),
            eventLimit: settings[AgentSettings.eventBuffer], eventRate: settings[AgentSettings.eventRate],
            desk: desk)
        let docker = settings[AgentSettings.docker]
        let tally = Tally()
        let engine = EngineClient(
            connector: SocketConnector(docker), name: "\(docker)",
            maxConnections: settings[AgentSettings.connections]
        ) { tally.note($0) }
        var watch = WatchSettings()
        watch.reconcileInterval = settings[AgentSettings.reconcile]
        watch.passesPerFullInspection = watch.passes(within: settings[AgentSettings.configInterval])
        watch.coalescing = settings[AgentSettings.coalescing]
        watch.connectionTimeout = settings[AgentSettings.timeout]
        watch.parallelInspections = min(3, settings[AgentSettings.connections] - 1)
        watch.attempts = settings[AgentSettings.attempts]
        watch.backgroundRetry = Backoff(
            base: settings[AgentSettings.retry],
            ceiling: max(settings[AgentSettings.retry], settings[AgentSettings.retryCeiling]))
        watch.eventLimit = settings[AgentSettings.eventBuffer]
        let log = log.with("host", description.id.rawValue)
        let stats = StatsLoop(settings, host: host, log: log)
        let watcher = EngineWatcher(
            engine: engine, settings: watch, redaction: Redaction(settings), key: identity.secretKey,
            sink: stats?.targets ?? host,
            log: log, onPass: { tally.note($0) })
        host.hear { watcher.vitals }
        desk.serveRefresh(watcher, host)
        // Apart from the watcher's connections, of which a log that is followed must not take one away.
        let asked = EngineClient(
            connector: SocketConnector(docker), name: "\(docker)",
            maxConnections: desk.limits.running * choice.groups.count + 1)
        desk.serveLogs(asked)
        desk.serveHealthLog(asked)
        if let stats { desk.serveStats(stats) }
        desk.serveComposeFiles(asked, below: folders)
        uplinks = Uplinks(choice.groups.map { Uplink(group: $0, link: host.link(), log: log) })
        var services: [any Service] = [
            uplinks, Watching(watcher: watcher, lock: lock), desk, HeapTrimming(),
            SelfCheck(settings, watcher: watcher, host: host, log: log),
            Measuring(tally: tally, watcher: watcher, host: host),
        ]
        if let stats { services.append(stats) }
        self.services = services
        self.host = host
        probes = [.turn("watcher") { watcher.answerTurn($0) }] + uplinks.probes
        statusPath = Self.statusPath(settings)
        if settings[AgentSettings.insecure] {
            log(
                .warning,
                "plain TCP: whoever can listen in on the way to the aggregator sees what is reported")
        }
    }

    /// SIGHUP: uplinks that wait read their token again and try at once.
    package func reload() {
        uplinks.wake()
    }

    /// The socket file on which the agent with these settings says how it is.
    package static func statusPath(_ settings: Configuration) -> String {
        settings[AgentSettings.state] + "/agent.sock"
    }

    /// How the agent stands, in a line.
    package var status: String {
        let (engine, containers) = host.standing
        return "Engine \(engine.state), \(containers) containers, \(uplinks.status)."
    }

    private static func lock(_ directory: String) throws(AgentError) -> StateLock {
        do {
            try makeDirectories(directory)
            return StateLock(try FileLock(directory + "/lock"))
        } catch {
            throw AgentError(sentence: "\(error)")
        }
    }

    private static func description(
        _ settings: Configuration, _ chosen: HostID?
    ) throws(AgentError) -> HostDescription {
        guard let id = chosen ?? HostID(ThisProcess.hostName) else {
            throw AgentError(
                sentence:
                    "The machine's host name \(ThisProcess.hostName) is no host id; nothing was started. Give "
                    + "one with --host-id: 1 to 63 letters, digits, `_`, `.` or `-`.")
        }
        var description = HostDescription(id: id, name: settings[AgentSettings.hostName] ?? id.rawValue)
        description.address = settings[AgentSettings.address]
        for label in settings[AgentSettings.labels] { description.labels[label.name] = label.text }
        if let bytes = try? readFile("/etc/machine-id", limit: 64) {
            description.machineID = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        }
        var labels = JSONWriter()
        labels.object { $0.optional("labels", description.labels) }
        guard labels.bytes.count <= labelLimit else {
            throw AgentError(
                sentence:
                    "The host's labels take \(labels.bytes.count) bytes, and \(labelLimit) are allowed; nothing "
                    + "was started. Give fewer or shorter ones with --label.")
        }
        return description
    }
}

/// The state directory's lock, so that two agents can't share an identity.
private final class StateLock: Sendable {
    private let lock: FileLock

    init(_ lock: consuming FileLock) {
        self.lock = lock
    }
}

/// The watcher as a service of the program.
private struct Watching: Service {
    let watcher: EngineWatcher
    /// Held as long as the services are, which is as long as the program runs.
    let lock: StateLock
    let name = "watcher"

    func run() async throws {
        try await watcher.run()
    }
}
