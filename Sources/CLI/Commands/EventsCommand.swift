import Inventory
import JSON
import OS
import Settings

/// `bayplan events`: what happened on all hosts, and what happens, as `docker events` tells it of one (row B15).
enum EventsCommand {
    static let since = Setting(
        "since", optional: .text("TIME"),
        help: "Also what happened since then: `10m`, `2026-11-21T10:00:00`, or seconds since 1970.",
        sources: .flag)
    static let until = Setting(
        "until", optional: .text("TIME"), help: "What happens until then, and no longer; as for --since.",
        sources: .flag)
    static let filter = Setting(
        "filter", .list(of: .text("KEY=VALUE")), default: [], short: "f",
        help: "Only events that fit, as with `docker events`; KEY is one of "
            + EventFilters.keys.joined(separator: ", ") + ".",
        sources: .flag)
    static let format = Setting(
        "format", optional: .text("TEMPLATE", upTo: 65_536),
        help: "Go template for each event, as docker's: {{.Type}} {{.Action}} {{.Host}}, or json.",
        sources: .flag)

    static let command = Command(
        name: "events",
        summary: "Show what happens on all hosts",
        usage: "[OPTIONS]",
        about: """
            Shows the events of every host's Engine as `docker events` does for one, with the host before the \
            other attributes, until it is stopped or the time of --until has come. With --since it begins with what \
            the aggregator has kept. After a broken connection it goes on where it was. When events are missing \
            it says so, and ends with exit code 3.
            """,
        options: [since, until, filter, format, ListingOptions.host, ListingOptions.streamOutput],
        examples: [
            ("events", "What happens from now on, everywhere."),
            ("events --since 1h --until 0m", "What happened within the last hour."),
            ("events -f type=container -f event=die -f event=oom", "What ends."),
            ("events --host node1 --format '{{json .}}'", "For scripts: docker's objects with their host."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let reader = try EventsReader(call)
        return try await reader.follow(call)
    }
}

/// Follows events over breaks of the connection, with none told twice.
final class EventsReader {
    private var since: String?
    private let until: String?
    private let template: DocumentTemplate?
    private let isJSON: Bool
    /// Where to go on; nil before the history that was asked for is told.
    private var cursor: String?
    /// The time of the last event of that history, and the events of that instant that were told.
    private var last: (time: Int64, numbers: Set<Int64>) = (.min, [])
    private var told = ToldEvents()
    private var hasHeard = false
    private var isOver = false
    private var isIncomplete = false
    private var attempt = 0
    private let backoff = Backoff(base: .milliseconds(250), ceiling: .seconds(10))

    init(_ call: Invocation) throws(Failure) {
        since = try Self.time(EventsCommand.since, call)
        until = try Self.time(EventsCommand.until, call)
        isJSON = call.settings[ListingOptions.streamOutput] == "json"
        let format = call.settings[EventsCommand.format]
        guard format == nil || !isJSON else {
            throw Failure(.usage, "-o json can't be combined with --format; leave one out.")
        }
        template =
            if let format { try DocumentTemplate(format == "json" ? "{{json .}}" : format) } else { nil }
        var filters = EventFilters()
        do throws(FilterError) {
            for text in call.settings[EventsCommand.filter] { try filters.add(text) }
        } catch {
            throw Failure(.usage, "\(error.sentence).")
        }
    }

    /// The time that an option names, as seconds since 1970 with a fraction; nil when it isn't given.
    static func time(_ option: Setting<String?>, _ call: Invocation) throws(Failure) -> String? {
        guard let text = call.settings[option], !text.isEmpty else { return nil }
        let (now, isOver) = call.surroundings.now().multipliedReportingOverflow(by: 1_000_000)
        guard !isOver,
            let time = Timestamp(
                asked: text, now: Timestamp(nanosecondsSince1970: now), offset: zoneOffset(whenShown:))
        else {
            throw Failure(
                .usage,
                "--\(option.facts.name) \(text) is no time. Give a duration back from now such as 10m, a time such as "
                    + "2026-11-21T10:00:00, or seconds since 1970.")
        }
        return unixText(time)
    }

    /// `1763720000.123456789`.
    private static func unixText(_ time: Timestamp) -> String {
        let digits = "\(time.nanoseconds)"
        return "\(time.seconds).\(String(repeating: "0", count: 9 - digits.count))\(digits)"
    }

    /// Shows events until the time is over or the task is cancelled.
    func follow(_ call: Invocation) async throws(Failure) -> ExitCode {
        var random = SystemRandom()
        while true {
            var reason = "The aggregator ended the stream."
            do throws(Failure) {
                try await call.api.lines(query(call)) { line throws(Failure) in try take(line, call) }
            } catch {
                guard error.isBroken, hasHeard else { throw error }
                reason = error.sentence
            }
            if isOver { return isIncomplete ? .partial : .ok }
            let pause = backoff.delay(attempt: attempt, using: &random)
            if attempt == 0 { call.note("\(reason) Trying again until it works.") }
            attempt += 1
            do {
                try await call.surroundings.sleep(pause)
            } catch {
                return .ok
            }
        }
    }

    private func query(_ call: Invocation) -> Query {
        var query = Query("events")
        query.add("watch", "1")
        if let cursor {
            query.add("after", cursor)
        } else if last.time != .min {
            query.add("since", Self.unixText(Timestamp(nanosecondsSince1970: last.time)))
        } else {
            query.add("since", optional: since)
        }
        query.add("until", optional: until)
        for filter in call.settings[EventsCommand.filter] { query.add("filter", filter) }
        for host in call.settings[ListingOptions.host] { query.add("host", host) }
        return query
    }

    private func take(_ line: [UInt8], _ call: Invocation) throws(Failure) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: line, limits: JSONLimits(length: 16 << 20))
        } catch {
            throw Failure.unreadable(error)
        }
        (attempt, hasHeard) = (0, true)
        switch value["type"]?.string {
        case "event":
            guard let event = value["event"].map({ EventRow($0) }), isNews(event, value) else { return }
            if isJSON {
                try call.surroundings.output.write(line + [0x0A])
            } else if let template {
                try call.surroundings.output.write(try template.line(event.value, call))
            } else {
                try call.surroundings.output.line(
                    call.surroundings.terminal == nil ? event.line : TerminalText.safe(event.line))
            }
        case "missed":
            isIncomplete = true
            if isJSON { try call.surroundings.output.write(line + [0x0A]) }
            if let host = value["host"]?.string, let count = value["count"]?.integer {
                let what = count == 1 ? "1 event is" : "\(count) events are"
                call.note("\(what) missing here: host \(host) had more than its agent could tell.")
            } else {
                call.note(
                    "Events are missing here: \(value["reason"]?.string ?? "the aggregator doesn't say why")."
                )
            }
        case "bookmark":
            if isJSON { try call.surroundings.output.write(line + [0x0A]) }
            if let warning = value["warning"]?.string, cursor == nil { call.note("Beware: \(warning).") }
        case "end": isOver = true
        default: break
        }
        if let cursor = value["cursor"]?.string { self.cursor = cursor }
    }

    /// Whether the event wasn't told before a break, in the middle of history or live.
    ///
    /// An aggregator that dies tells live what it had not stored yet; its agents repeat that to the next one, which
    /// counts it anew.
    private func isNews(_ event: EventRow, _ line: JSONValue) -> Bool {
        guard line["cursor"] == nil else { return told.remember(event.identity) }
        if event.time > last.time { last = (event.time, []) }
        let isNew = event.time < last.time || last.numbers.insert(event.number).inserted
        return told.remember(event.identity) && isNew
    }
}
