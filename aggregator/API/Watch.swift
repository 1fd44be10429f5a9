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

    /// Nil for all.
    ///
    /// Ids, not keys: a host that was taken out and came back is the same to whoever watches.
    private let hosts: Set<HostID>?

    /// Where a watch stands: everything up to here was sent.
    private struct Place {
        /// The run that numbers changes now; another one means that the database was begun anew.
        let run: UInt64
        let number: Int64
    }

    /// Events in one piece.
    private static let page = 1_000
    /// Waits for one of the few snapshots that the journal makes at a time, and how many.
    private static let snapshotPause = Duration.milliseconds(250)
    private static let snapshotPauses = 240

    /// The head of every watch.
    static let headers = [("Content-Type", "application/x-ndjson"), ("Cache-Control", "no-store")]

    init(_ parameters: Parameters, _ api: FleetAPI) throws(Problem) {
        self.api = api
        hosts = try api.named(parameters.hosts).map { Set($0.map(\.id)) }
        from = parameters.fromRevision.flatMap { Revision($0) }
        if let text = parameters.fromRevision, from == nil {
            throw .badRequest(
                "fromRevision must be a revision that an answer gave, such as 00000000000000aa.17, not \(text)"
            )
        }

    }

    func run(on exchange: HTTPExchange) async {
        let stream = exchange.stream(headers: Self.headers)
        do {
            var place = try await start(on: stream)
            while !Task.isCancelled, api.journal.state != .closed {
                place = try await follow(from: place, to: stream)
            }
            stream.finish()
        } catch let error as HTTPServerError {
            api.log(.debug, "a watch ended", ["reason": "\(error)"])
        } catch {
            guard !Task.isCancelled else { return }
            api.log(.warning, "a watch was cut off; it may resume where it stopped", ["reason": "\(error)"])
        }
    }

    /// Where the watch begins: at its revision if that means something here, else after a snapshot.
    private func start(on stream: HTTPResponseStream) async throws -> Place {
        // The run first: should the database be begun anew in between, the revision isn't known or the run is another.
        let run = api.journal.current.run
        guard let from else { return try await snapshot(to: stream) }
        guard api.journal.isKnown(from) else {
            return try await again("this database doesn't know the revision \(from)", to: stream)
        }
        return Place(run: run, number: from.number)
    }

    /// Sends what came after `place`, or waits for it, and gives the new place.
    private func follow(from place: Place, to stream: HTTPResponseStream) async throws -> Place {
        let page = try await api.journal.changes(after: place.number, limit: Self.page)
        guard page.current.run == place.run else {
            return try await again("the database was begun anew", to: stream)
        }
        guard page.reachesBack else {
            return try await again("changes as old as that were compacted", to: stream)
        }
        guard let last = page.events.last else {
            let isNews = await waitForNews(after: place.number)
            if !isNews { try await stream.send(bookmark(page.current)) }
            return place
        }
        let names = api.directory.names
        var writer = JSONWriter(capacity: page.events.count * 300)
        for event in page.events {
            guard let host = names[event.host] else {
                return try await again("a host of that time was taken out of the fleet", to: stream)
            }
            if hosts?.contains(host) ?? true { writer.event(event, host: host, run: page.current.run) }
        }
        if !writer.bytes.isEmpty { try await stream.send(writer.bytes) }
        if last.revision == page.current.number { try await stream.send(bookmark(page.current)) }
        return Place(run: place.run, number: last.revision)
    }

    /// Begins again with what there is now, and says why.
    private func again(_ reason: String, to stream: HTTPResponseStream) async throws -> Place {
        try await reset(reason, on: stream)
        return try await snapshot(to: stream)
    }

    /// Whether something was committed before the quiet time was over.
    private func waitForNews(after place: Int64) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask(name: "news") {
                await api.journal.waitForChange(after: place)
                return true
            }
            group.addTask(name: "quiet") {
                try? await BootClock().sleep(for: api.quiet)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// Sends every container as it is on disk, then where that was, and gives the place.
    private func snapshot(to stream: HTTPResponseStream) async throws -> Place {
        for _ in 0..<Self.snapshotPauses {
            do {
                return try await snapshotNow(to: stream)
            } catch JournalError.busy {
                try await BootClock().sleep(for: Self.snapshotPause)
            }
        }
        return try await snapshotNow(to: stream)
    }

    private func snapshotNow(to stream: HTTPResponseStream) async throws -> Place {
        var revision = api.journal.current
        try await api.journal.snapshot { chunk in
            revision = chunk.revision
            let names = api.directory.names
            var writer = JSONWriter(capacity: chunk.containers.count * 1_500)
            for row in chunk.containers {
                guard let host = names[row.host], hosts?.contains(host) ?? true else { continue }
                writer.put(row, host: host, revision: chunk.revision)
            }
            if !writer.bytes.isEmpty { try await stream.send(writer.bytes) }
        }
        try await stream.send(bookmark(revision))
        return Place(run: revision.run, number: revision.number)
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
