import AgentCore
import Docker
import Inventory
import Log
import OS
import TestSupport
import Watch
import Wire

/// An agent's session and uplink, with a test in place of the watcher.
struct Reporting {
    let host: HostState
    let uplink: Uplink
    let sink: MemorySink

    static let base = Duration.milliseconds(20)
    static let ceiling = Duration.milliseconds(200)

    init(to connector: any Connector, description: HostDescription? = nil) throws {
        let place = AggregatorGroup.Place(address: .every(port: 1), connector: connector)
        try self.init(to: AggregatorGroup([place]), description: description)
    }

    init(
        to group: AggregatorGroup, pace: Failover.Pace = Failover.Pace(), description: HostDescription? = nil
    ) throws {
        var random = SystemRandom()
        guard let id = HostID("web") else { throw Unexpected("no host id") }
        host = HostState(
            description: description ?? HostDescription(id: id, name: "web"),
            identity: Identity(using: &random),
            version: "1.2.3", epoch: Epoch(using: &random))
        sink = MemorySink()
        uplink = Uplink(
            group: group, link: host.link(), backoff: Backoff(base: Self.base, ceiling: Self.ceiling),
            pace: pace, log: Log(LogSettings(level: .debug), to: sink))
    }

    /// Runs an agent that reports to a scripted aggregator.
    static func with(
        _ body: (Reporting, ScriptedAggregator) async throws -> Void
    ) async throws {
        let aggregator = try ScriptedAggregator()
        let agent = try Reporting(to: SocketConnector(aggregator.address))
        try await agent.running { try await body(agent, aggregator) }
    }

    /// Runs the uplink while `body` runs, then cancels it.
    func running(_ body: () async throws -> Void) async throws {
        let uplink = uplink
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "uplink") { try await uplink.run() }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// The Engine answers, and these containers are all it has.
    func report(_ numbers: some Sequence<Int>) {
        var info = EngineInfo()
        info.serverVersion = "20.10.24"
        host.engine(.reachable(EngineFacts(info: info, apiVersion: APIVersion(1, 41)), since: 7))
        let containers = numbers.map { (Self.id($0), Self.container($0)) }
        host.changed(containers.map { ($0.0, $0.1) })
        host.reconciled(Set(containers.map(\.0)))
    }

    static func id(_ number: Int) -> ContainerID {
        ContainerID(words: (0, 0, 0, UInt64(number)))
    }

    static func container(_ number: Int, state: ContainerState = .running) -> EncodedContainer {
        EncodedContainer(
            Container(
                id: id(number), status: Status(state: state), network: Network(),
                config: Config(name: "c\(number)")))
    }

    /// The waits between attempts that were logged, in ms, with their levels and reasons.
    var waits: [(level: Log.Level, wait: Int, reason: String)] {
        sink.records.compactMap { record in
            let facts = Dictionary(record.facts.map { ($0.key, $0.value) }) { one, _ in one }
            guard let wait = facts["wait_ms"].flatMap({ Int($0) }) else { return nil }
            return (record.level, wait, facts["reason"] ?? "")
        }
    }
}
