import Docker
import Inventory
import JSON
import Log
import OS
import TestSupport
import Watch
import Wire

/// A watcher that runs on some Engine, and what a look at that Engine itself gives.
struct Watching: Sendable {
    static let key = SipHash.Key(low: 1, high: 2)

    let watcher: EngineWatcher
    let sink: RecordingSink
    let log: MemorySink
    let client: EngineClient

    /// Watches while `body` runs, which begins once the first pass is complete.
    static func run(
        _ engine: any EngineUnderTest, reconcile: Duration = .seconds(60), redaction: Redaction = Redaction(),
        waits: Bool = true, _ settle: (inout WatchSettings) -> Void = { _ in },
        _ body: (Watching) async throws -> Void
    ) async throws {
        let settings = Self.settings(reconcile, settle)
        let name = "unix://\(engine.socket)"
        let client = EngineClient(connector: SocketConnector(.unix(engine.socket)), name: name)
        let sink = RecordingSink()
        let records = MemorySink()
        let watcher = EngineWatcher(
            engine: client, settings: settings, redaction: redaction, key: key, sink: sink,
            log: Log(LogSettings(level: .debug), to: records), random: SplitMix64(seed: 3))
        let watching = Watching(
            watcher: watcher, sink: sink, log: records,
            client: EngineClient(connector: SocketConnector(.unix(engine.socket)), name: name))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "watcher") { try await watcher.run() }
            defer { group.cancelAll() }
            if waits {
                try await eventually(within: .seconds(20), "the first pass") { sink.now.reconciliations > 0 }
            }
            try await body(watching)
        }
    }

    private static func settings(
        _ reconcile: Duration, _ settle: (inout WatchSettings) -> Void
    ) -> WatchSettings {
        var settings = WatchSettings()
        settings.reconcileInterval = reconcile
        settings.retry = Backoff(base: .milliseconds(20), ceiling: .milliseconds(50))
        settings.backgroundRetry = Backoff(base: .milliseconds(20), ceiling: .milliseconds(100))
        settings.imageCoalescing = .milliseconds(50)
        settle(&settings)
        return settings
    }

    /// What a list and an inspection of each container give now.
    func truth(_ redaction: Redaction = Redaction()) async throws -> [ContainerID: EncodedContainer] {
        let maker = RecordMaker(redaction: redaction, key: Self.key)
        var truth: [ContainerID: EncodedContainer] = [:]
        for entry in try await client.list(deadline: .after(.seconds(10))).containers {
            guard let inspection = try await inspect(entry.id) else { continue }
            truth[entry.id] = EncodedContainer(maker.record(of: inspection, image: entry.image))
        }
        return truth
    }

    private func inspect(_ id: ContainerID) async throws(DockerError) -> Inspection? {
        do {
            return try await client.inspect(id, deadline: .after(.seconds(10)))
        } catch {
            if error.kind == .notFound { return nil }
            throw error
        }
    }

    /// Waits until the watcher knows just what the Engine has.
    func converges(
        _ what: String, within limit: Duration = .seconds(15), file: StaticString = #fileID,
        line: UInt = #line
    ) async throws {
        try await eventually(within: limit, what, file: file, line: line) {
            // The Engine may be asked in the middle of a fault.
            (try? await truth()) == sink.now.containers
        }
    }

    /// What is known of one container.
    func status(_ id: ContainerID) throws -> Status? {
        guard let bytes = sink.now.containers[id]?[.status] else { return nil }
        var reader = JSONReader(bytes)
        return try reader.readStatus()
    }

    func config(_ id: ContainerID) throws -> Config? {
        guard let bytes = sink.now.containers[id]?[.config] else { return nil }
        var reader = JSONReader(bytes)
        return try reader.readConfig()
    }

    func network(_ id: ContainerID) throws -> Network? {
        guard let bytes = sink.now.containers[id]?[.network] else { return nil }
        var reader = JSONReader(bytes)
        return try reader.readNetwork()
    }
}
