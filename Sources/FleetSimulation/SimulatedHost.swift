package import AgentCore
import Docker
package import Inventory
import Lifecycle
package import Log
import OS
package import Simulation
import Synchronization
import Watch
package import Wire

/// One simulated host: an Engine in memory, and the agent's own code that reports it over a real connection.
///
/// Only the watcher is replaced: what changes in the Engine is put into the agent's `HostState` at once, as the very
/// records that the watcher would make of it.
package final class SimulatedHost: Sendable {
    package let description: HostDescription
    package let engine: SimulatedEngine
    let link: FleetLink
    private let aggregator: AggregatorGroup.Place
    /// Who its agent is: the same in every run.
    package let identity: Identity
    private let maker: RecordMaker
    private let statsInterval: Duration?
    private let log: Log
    /// The present agent; what is read of the Engine and put into it stays in order under this lock.
    private let agent = Mutex<HostState?>(nil)
    /// Ends the present agent, to be followed by a new one; true lets it say goodbye first.
    private let restarts = Mailbox<Bool>(limit: 1, whenFull: .dropNewest)
    private let isStopping = Mutex(false)

    /// As often as the watcher compares with its Engine's list unless it is told otherwise.
    private static let reconcileInterval = Duration.seconds(60)

    /// Prepares a host; nothing is connected before `run`.
    ///
    /// - Parameters:
    ///   - description: What it says of itself.
    ///   - engine: What runs on it.
    ///   - aggregator: How to reach it, and what to show it.
    ///   - statsInterval: How often it reports what its containers use; nil = never.
    ///   - log: Where its agent reports.
    package init(
        _ description: HostDescription, engine: SimulatedEngine, aggregator: AggregatorGroup.Place,
        statsInterval: Duration? = nil, log: Log
    ) {
        self.statsInterval = statsInterval
        self.description = description
        self.engine = engine
        self.log = log.with("host", description.id.rawValue)
        self.aggregator = aggregator
        link = FleetLink(aggregator.connector)
        // The same host is the same installation in every run, so that an aggregator takes it back.
        var random = SeededRandom(seed: Self.seed(of: description.id))
        identity = Identity(using: &random)
        maker = RecordMaker(redaction: Redaction(), key: identity.secretKey)
    }

    /// Reports until the task is cancelled or `stop` was called; `restart` puts another agent in the place of the first.
    package func run() async {
        while !Task.isCancelled, !isStopping.withLock({ $0 }) {
            await runAgent()
        }
    }

    /// Says goodbye to the aggregator; `run` returns once that is written.
    package func stop() async {
        isStopping.withLock { $0 = true }
        _ = restarts.post(true)
    }

    /// Whether the aggregator has accepted the present session.
    package var isWelcomed: Bool { agent.withLock { $0?.isWelcomed ?? false } }

    /// Every container as the aggregator must come to know it.
    package var truth: [ContainerID: EncodedContainer] {
        Dictionary(uniqueKeysWithValues: engine.containers.map { ($0.id, record(of: $0)) })
    }

    /// Tells the agent what became of these containers.
    package func report(_ ids: [ContainerID]) {
        agent.withLock { agent in
            agent?.changed(ids.map { id in (id, engine[id].map(record)) })
        }
    }

    /// Ends the agent and starts another one of the same installation: a new epoch, everything read anew.
    func restart(saysGoodbye: Bool) {
        _ = restarts.post(saysGoodbye)
    }

    /// The life of one agent process.
    private func runAgent() async {
        var random = SystemRandom()
        let state = HostState(
            description: description, identity: identity, version: bayplanVersion,
            epoch: Epoch(using: &random))
        let uplink = Uplink(
            connector: link, address: aggregator.address, credential: aggregator.credential, host: state,
            log: log)
        agent.withLock { agent in
            agent = state
            state.engine(.reachable(facts, since: WallClock.now()))
            let containers = engine.containers
            state.changed(containers.map { ($0.id, record(of: $0)) })
            state.reconciled(Set(containers.map(\.id)))
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "uplink") { try? await uplink.run() }
            group.addTask(name: "restart") {
                guard await self.restarts.next() == true else { return }
                await uplink.stop()
                // What is left to say is written by `run`; a peer that doesn't read must not hold it up.
                try? await BootClock().sleep(for: .seconds(2))
            }
            group.addTask(name: "reconcile") { await self.reconcile() }
            group.addTask(name: "events") { await self.tellEvents(by: state) }
            if let interval = statsInterval {
                group.addTask(name: "stats") { await self.reportUse(by: state, every: interval) }
            }
            await group.next()
            group.cancelAll()
        }
        agent.withLock { $0 = nil }
    }

    private func reconcile() async {
        while (try? await BootClock().sleep(for: Self.reconcileInterval)) != nil {
            agent.withLock { $0?.reconciled(Set(engine.ids)) }
        }
    }

    /// Tells what happens as the Engine would; nobody who runs a simulated fleet hides labels.
    private func tellEvents(by agent: HostState) async {
        await engine.followContainers { event in
            var told = EventReport.Event(
                at: event.time / 1_000_000, type: event.type, action: event.action, actor: event.actor)
            told.nanoseconds = event.time % 1_000_000
            told.attributes = event.attributes
            agent.happened([told], missed: 0)
        }
    }

    private func record(of container: SimulatedContainer) -> EncodedContainer {
        EncodedContainer(maker.record(of: Inspection(container)))
    }

    private var facts: Watch.EngineFacts {
        let said = engine.facts
        var info = EngineInfo()
        info.id = said.id
        info.name = said.name
        info.serverVersion = said.serverVersion
        info.operatingSystem = "Debian GNU/Linux 12 (bookworm), simulated"
        info.osType = "linux"
        info.architecture = "x86_64"
        info.cpuCount = Int64(said.processors)
        info.memory = said.memory
        return Watch.EngineFacts(info: info, apiVersion: APIVersion(1, 41))
    }

    /// FNV-1a, so that it is the same on every machine and in every run.
    private static func seed(of id: HostID) -> UInt64 {
        var seed: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.rawValue.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return seed
    }
}
