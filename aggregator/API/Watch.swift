import AggregatorCore
import HTTPServer
import Inventory
import JSON
import Journal
import Log
import OS
import Wire

/// One watch: committed changes by revision, as lines of JSON, from a revision or from a snapshot on (requirement H2).
///
/// A watch holds nothing but its place in the log. A slow reader is waited for, falls back to reading from disk, and
/// is cut off when it reads nothing at all; nobody else notices.
struct Watch: Sendable {
    private let api: FleetAPI
    private let from: Revision?
    private let isUnknown: Bool
    private let hosts: Set<HostKey>?

    /// Events in one piece.
    private static let page = 1_000
    /// A watch with nothing to tell says where it is this often, so that both ends know that the other lives.
    private static let quiet = Duration.seconds(10)

    init(_ parameters: Parameters, _ api: FleetAPI) throws(Problem) {
        guard !parameters.isNarrowed else {
            throw .badRequest("a watch can be narrowed by host only; filter its events where you read them")
        }
        self.api = api
        hosts = try api.keys(parameters.hosts)
        from = parameters.fromRevision.flatMap { Revision($0) }
        if let text = parameters.fromRevision, from == nil {
            throw .badRequest(
                "fromRevision must be a revision that an answer gave, such as 00000000000000aa.17, not \(text)"
            )
        }
        isUnknown = from.map { !api.journal.isKnown($0) } ?? false
    }

    func run(on exchange: HTTPExchange) async {
        let stream = exchange.stream(headers: [
            ("Content-Type", "application/x-ndjson"), ("Cache-Control", "no-store"),
        ])
        do {
            var place: Int64
            if let from, !isUnknown {
                place = from.number
            } else {
                if isUnknown {
                    try await reset(
                        "this database doesn't know the revision \(from?.description ?? "")", on: stream)
                }
                place = try await snapshot(to: stream)
            }
            while !Task.isCancelled { place = try await follow(from: place, to: stream) }
            stream.finish()
        } catch {
            api.log(.debug, "a watch ended", ["reason": "\(error)"])
        }
    }

    /// Sends what came after `place`, or waits for it, and gives the new place.
    private func follow(from place: Int64, to stream: HTTPResponseStream) async throws -> Int64 {
        let page = try await api.journal.changes(after: place, limit: Self.page)
        guard page.reachesBack else {
            try await reset("changes as old as that were compacted", on: stream)
            return try await snapshot(to: stream)
        }
        guard let last = page.events.last else {
            let isNews = await waitForNews(after: place)
            if !isNews { try await stream.send(bookmark(page.current)) }
            return place
        }
        let names = api.directory.names
        var writer = JSONWriter(capacity: page.events.count * 300)
        for event in page.events where hosts?.contains(event.host) ?? true {
            guard let host = names[event.host] else {
                try await reset("a host of that time was taken out of the fleet", on: stream)
                return try await snapshot(to: stream)
            }
            writer.event(event, host: host, run: page.current.run)
        }
        if !writer.bytes.isEmpty { try await stream.send(writer.bytes) }
        if last.revision == page.current.number { try await stream.send(bookmark(page.current)) }
        return last.revision
    }

    /// Whether something was committed before the quiet time was over.
    private func waitForNews(after place: Int64) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask(name: "news") {
                await api.journal.waitForChange(after: place)
                return true
            }
            group.addTask(name: "quiet") {
                try? await BootClock().sleep(for: Self.quiet)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// Sends every container as it is on disk, then where that was, and gives the place.
    private func snapshot(to stream: HTTPResponseStream) async throws -> Int64 {
        var revision = api.journal.current
        try await api.journal.snapshot { chunk in
            revision = chunk.revision
            let names = api.directory.names
            var writer = JSONWriter(capacity: chunk.containers.count * 1_500)
            for row in chunk.containers where hosts?.contains(row.host) ?? true {
                guard let host = names[row.host] else { continue }
                writer.put(row, host: host, revision: chunk.revision)
            }
            if !writer.bytes.isEmpty { try await stream.send(writer.bytes) }
        }
        try await stream.send(bookmark(revision))
        return revision.number
    }

    private func reset(_ reason: String, on stream: HTTPResponseStream) async throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "reset")
            writer.member("reason", reason)
            writer.member("revision", api.journal.current.description)
        }
        writer.newline()
        try await stream.send(writer.bytes)
    }

    private func bookmark(_ revision: Revision) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "bookmark")
            writer.member("revision", revision.description)
            // What is only in memory has no revision: whoever watches must know that something waits.
            if let sentence = api.journal.state.sentence {
                writer.member("warning", "journal stalled: \(sentence)")
            }
        }
        writer.newline()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func event(_ event: ChangeEvent, host: HostID, run: UInt64) {
        object { writer in
            let isRemoval = if case .removed = event.change.kind { true } else { false }
            writer.member("type", isRemoval ? "delete" : "put")
            writer.member("revision", Revision(run: run, number: event.revision).description)
            writer.member("host", host.rawValue)
            writer.member("id", event.change.id.description)
            writer.member("at", event.at)
            switch event.change.kind {
            case .removed(let cause): writer.member("cause", cause.rawValue)
            case .put(let facets): writer.object("changes") { $0.changes(facets) }
            }
        }
        newline()
    }

    fileprivate mutating func put(_ row: ContainerRow, host: HostID, revision: Revision) {
        object { writer in
            writer.member("type", "put")
            writer.member("revision", revision.description)
            writer.member("host", host.rawValue)
            writer.member("id", row.id.description)
            writer.member("at", row.changedAt)
            writer.object("changes") { writer in
                for facet in Facet.allCases {
                    guard let bytes = row.facets[facet] else { continue }
                    writer.key(facet.rawValue)
                    writer.raw(bytes)
                }
            }
        }
        newline()
    }

    private mutating func changes(_ facets: FacetChanges) {
        for facet in Facet.allCases {
            switch facets[facet] {
            case .untouched: break
            case .deleted:
                key(facet.rawValue)
                null()
            case .value(let bytes):
                key(facet.rawValue)
                raw(bytes)
            }
        }
    }
}
