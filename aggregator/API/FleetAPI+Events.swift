import AggregatorCore
import HTTPServer
import Inventory
import JSON
import Journal
import Log
import OS

extension FleetAPI {
    /// Answers `GET /events`: what happened on the hosts, and what happens (requirement B15).
    func tellEvents(_ request: HTTPServerRequest, _ exchange: HTTPExchange, _ caller: Caller) throws(Problem)
    {
        try allow(request)
        let asked = try EventParameters(request, now: WallClock.now()) { names throws(Problem) in
            try self.named(names).map { Set($0.map(\.id)) }
        }
        guard asked.isWatch else {
            return try later(exchange) { exchange.answer(await self.page(asked)) }
        }
        guard request.method == .get else {
            return exchange.answer(HTTPServerResponse(status: 200, headers: Watch.headers))
        }
        let follower = EventFollower(asked, self)
        try later(exchange) { await self.whileGood(caller) { await follower.run(on: exchange) } }
    }

    /// One page, oldest first.
    private func page(_ asked: EventParameters) async -> HTTPServerResponse {
        let last = events.cursor.number
        var found: [FleetEvent] = []
        var place = asked.place
        var next: EventPlace?
        do throws(JournalError) {
            repeat {
                let page = try await events.history(asked.question, after: place, upTo: last)
                found += page.events
                place = page.next
            } while place != nil && found.count < asked.limit
            next = place
        } catch {
            return Problem.unavailable("the history of events can't be read: \(error)").response
        }
        if found.count > asked.limit {
            found.removeLast(found.count - asked.limit)
            next = found.last?.place
        }
        var writer = JSONWriter(capacity: found.count * 600)
        writer.object { writer in
            writer.array("items") { writer in
                for event in found where !event.isGap { writer.event(event) }
            }
            let gaps = found.filter(\.isGap)
            if !gaps.isEmpty {
                writer.array("missed") { writer in
                    for gap in gaps {
                        writer.object { writer in writer.gap(gap) }
                    }
                }
            }
            if let next { writer.member("continue", "\(next.time).\(next.number)") }
            if let warning = events.condition.warning { writer.member("warning", warning) }
        }
        return .json(writer)
    }
}

extension EventCondition {
    /// What to tell whoever asks; nil when all is well.
    var warning: String? {
        if case .failing(let sentence, _) = self { "events aren't stored: \(sentence)" } else { nil }
    }
}

/// One reader who follows what happens: history first where it is asked for, then events as they come.
///
/// A reader is nothing but a number, so a slow one holds nobody back: it falls behind memory, then reads from disk, and
/// is told when what it should have read next is gone (requirement C8).
struct EventFollower: Sendable {
    private let asked: EventParameters
    private let api: FleetAPI

    init(_ asked: EventParameters, _ api: FleetAPI) {
        self.asked = asked
        self.api = api
    }

    func run(on exchange: HTTPExchange) async {
        let stream = exchange.stream(headers: Watch.headers)
        do {
            var number = try await start(on: stream)
            while !Task.isCancelled {
                guard let next = try await follow(after: number, on: stream) else {
                    try await stream.send(Array(#"{"type":"end"}"#.utf8) + [0x0A])
                    break
                }
                number = next
            }
            stream.finish()
        } catch let error as HTTPServerError {
            api.log(.debug, "a reader of events went", ["reason": "\(error)"])
        } catch {
            guard !Task.isCancelled else { return }
            api.log(.warning, "a reader of events was cut off", ["reason": "\(error)"])
        }
    }

    /// Tells what was asked for of the past, and gives the number after which to go on.
    private func start(on stream: HTTPResponseStream) async throws -> Int64 {
        let cursor = api.events.cursor
        if let after = asked.after {
            if after.identity == cursor.identity, after.number <= cursor.number { return after.number }
            try await stream.send(
                missed("these events are another database's: what happened since may be missing"))
        }
        guard asked.hasSince else {
            try await stream.send(bookmark(cursor.number))
            return cursor.number
        }
        var place: EventPlace?
        do {
            repeat {
                let page = try await api.events.history(asked.question, after: place, upTo: cursor.number)
                try await tell(page.events, on: stream, isHistory: true)
                place = page.next
            } while place != nil
        } catch let error as JournalError {
            try await stream.send(missed("the history of events can't be read: \(error)"))
        }
        try await stream.send(bookmark(cursor.number))
        return cursor.number
    }

    /// Tells what came after a number, or waits for it; nil once `until` has passed.
    private func follow(after number: Int64, on stream: HTTPResponseStream) async throws -> Int64? {
        let isLast = untilHasPassed
        let news = await api.events.news(asked.question, after: number)
        if news.isIncomplete {
            try await stream.send(
                missed("this reader was too slow: what it should have read is gone already"))
        }
        try await tell(news.events, on: stream, isHistory: false)
        guard news.through <= number else { return news.through }
        guard !isLast else { return nil }
        let deadline = Deadline.after(min(api.quiet, timeLeft))
        await api.events.waitForNews(after: number, until: deadline)
        if deadline.hasPassed() { try await stream.send(bookmark(number)) }
        return number
    }

    private var untilHasPassed: Bool { asked.hasUntil && timeLeft <= .zero }

    /// Until `until`; a while when there is none.
    private var timeLeft: Duration {
        guard asked.hasUntil else { return .seconds(3_600) }
        let now = WallClock.now().multipliedReportingOverflow(by: 1_000_000).partialValue
        let (left, isOver) = asked.question.until.subtractingReportingOverflow(now)
        return isOver ? .seconds(3_600) : max(.zero, .nanoseconds(min(left, 3_600_000_000_000)))
    }

    private func tell(_ events: [FleetEvent], on stream: HTTPResponseStream, isHistory: Bool) async throws {
        // In pieces, since what was sent waits in memory until the reader has read it.
        for start in stride(from: 0, to: events.count, by: 250) {
            var writer = JSONWriter(capacity: 250 * 600)
            for event in events[start..<min(start + 250, events.count)] {
                writer.object { writer in
                    writer.member("type", event.isGap ? "missed" : "event")
                    // In the middle of history, which is told in the order of time, nobody can go on by a number.
                    if !isHistory { writer.member("cursor", cursor(event.number)) }
                    if event.isGap {
                        writer.gap(event)
                    } else {
                        writer.key("event")
                        writer.event(event)
                    }
                }
                writer.newline()
            }
            try await stream.send(writer.bytes)
        }
    }

    private func cursor(_ number: Int64) -> String {
        "\(EventCursor(identity: api.events.cursor.identity, number: number))"
    }

    private func bookmark(_ number: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "bookmark")
            writer.member("cursor", cursor(number))
            if let warning = api.events.condition.warning { writer.member("warning", warning) }
        }
        writer.newline()
        return writer.bytes
    }

    private func missed(_ reason: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "missed")
            writer.member("reason", reason)
        }
        writer.newline()
        return writer.bytes
    }
}

extension JSONWriter {
    /// An event, with the members that the Engine has for it, our names, and its host.
    fileprivate mutating func event(_ event: FleetEvent) {
        object { writer in
            writer.member("host", event.host.rawValue)
            writer.member("number", event.number)
            writer.member("type", event.type)
            writer.member("action", event.action)
            writer.object("actor") { writer in
                writer.member("id", event.actor)
                writer.object("attributes") { writer in
                    for (key, value) in event.attributes.sorted(by: { $0.key < $1.key }) {
                        writer.key(key)
                        writer.string(value)
                    }
                }
            }
            writer.member("scope", "local")
            writer.member("time", Timestamp(nanosecondsSince1970: event.time).seconds)
            writer.member("timeNano", event.time)
        }
    }

    fileprivate mutating func gap(_ gap: FleetEvent) {
        member("host", gap.host.rawValue)
        member("count", gap.missed)
        member("timeNano", gap.time)
    }
}
