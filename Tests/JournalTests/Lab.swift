import Inventory
import Journal
import Log
import OS
import Synchronization
import TestSupport
import Wire

/// A data directory, a clock that tests move, and a journal that can be opened again and again.
final class Lab: Sendable {
    let directory: DataDirectory
    /// Milliseconds since 1970.
    let time = Mutex<Int64>(1_700_000_000_000)
    /// What was committed since the journal was opened last.
    let reports = Mutex<[CommitReport]>([])
    let states = Mutex<[JournalState]>([])

    init(_ folder: String) throws {
        directory = try DataDirectory(folder)
    }

    var folder: String { directory.path }

    /// Runs a test in a lab whose files are gone afterwards.
    static func with(_ body: (Lab) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in try await body(Lab(folder + "/data")) }
    }

    /// Opens the journal; the one before must be closed.
    func open(seed: UInt64 = 1, _ adjust: (inout JournalSettings) -> Void = { _ in }) async throws -> Journal
    {
        var settings = JournalSettings()
        settings.retry = Backoff(base: .milliseconds(1), ceiling: .milliseconds(4))
        adjust(&settings)
        reports.withLock { $0 = [] }
        states.withLock { $0 = [] }
        return try await Journal(
            in: directory, settings: settings, random: SplitMix64(seed: seed), now: { self.now },
            onCommit: { report in self.reports.withLock { $0.append(report) } },
            onState: { state in self.states.withLock { $0.append(state) } })
    }

    var now: Int64 { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 += duration.wholeMilliseconds }
    }

    var commits: [CommitReport] { reports.withLock { $0 } }

    var seenStates: [JournalState] { states.withLock { $0 } }

    var events: [ChangeEvent] { reports.withLock { $0.flatMap(\.events) } }
}

extension Journal {
    /// Everything that is stored, by host and container.
    func contents() throws -> [HostKey: [ContainerID: EncodedContainer]] {
        var contents: [HostKey: [ContainerID: EncodedContainer]] = [:]
        var isDouble = false
        try load {
            contents[$0.key] = [:]
        } containers: { host, id, facets, _ in
            if contents[host, default: [:]].updateValue(facets, forKey: id) != nil { isDouble = true }
        }
        if isDouble { throw LabError(sentence: "a container was loaded twice") }
        return contents
    }

    /// The rows of the hosts.
    func hosts() throws -> [HostRow] {
        var rows: [HostRow] = []
        try load {
            rows.append($0)
        } containers: { _, _, _, _ in
        }
        return rows
    }

    /// Every change after a revision, page by page; nil when some are gone.
    func allChanges(after revision: Int64, limit: Int = 1_000) async throws -> [ChangeEvent]? {
        var events: [ChangeEvent] = []
        while true {
            let page = try await changes(after: events.last?.revision ?? revision, limit: limit)
            guard page.reachesBack else { return nil }
            if page.events.isEmpty { return events }
            events += page.events
        }
    }

    /// Waits until all is durable.
    func settle() async throws {
        guard await flush(within: .seconds(20)) else {
            throw LabError(sentence: "the journal did not flush: \(state), \(statistics)")
        }
    }
}

func host(_ number: UInt32) -> HostKey { HostKey(rawValue: number) }

func name(_ text: String) -> HostID? { HostID(text) }

func container(_ number: UInt64) -> ContainerID {
    ContainerID(words: (number &* 0x9e37_79b9_7f4a_7c15, number, ~number, 7))
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

let epoch = Epoch(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)

func cursor(_ version: Int64) -> HostCursor { HostCursor(epoch: epoch, version: version) }

extension ContainerChange {
    static func put(
        _ id: ContainerID, status: String? = nil, network: String? = nil, config: String? = nil,
        compose: FacetChange = .untouched
    ) -> ContainerChange {
        var facets = FacetChanges()
        if let status { facets.status = .value(bytes(status)) }
        if let network { facets.network = .value(bytes(network)) }
        if let config { facets.config = .value(bytes(config)) }
        facets.compose = compose
        return ContainerChange(id: id, kind: .put(facets))
    }
}

/// What should not have happened.
struct LabError: Error, CustomStringConvertible {
    let sentence: String
    var description: String { sentence }
}
