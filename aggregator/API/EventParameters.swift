import HTTPServer
import Inventory
import Journal
import OS

/// The query items of `GET /events`.
struct EventParameters: Sendable {
    private(set) var question = EventQuestion()
    /// Whether what happens from now on is to be told too.
    private(set) var isWatch = false
    /// Whether a beginning was given; a watch without one tells only what is to come.
    private(set) var hasSince = false
    private(set) var hasUntil = false
    /// Where a watch goes on.
    private(set) var after: EventCursor?
    /// Where a page begins: after this.
    private(set) var place: EventPlace?
    private(set) var limit = 1_000
    private var hosts: [String] = []

    private static let names = [
        "since", "until", "filter", "filters", "host", "limit", "continue", "watch", "after",
    ]
    private static let lists = ["filter", "host"]

    /// Reads a request's query.
    ///
    /// - Parameters:
    ///   - request: What was asked; a time without a zone is in UTC.
    ///   - now: The present, in ms since 1970.
    ///   - find: The ids of hosts that are given by id or name.
    /// - Throws: What is wrong with which item.
    init(
        _ request: HTTPServerRequest, now: Int64, find: ([String]) throws(Problem) -> Set<HostID>?
    ) throws(Problem) {
        let now = Timestamp(nanosecondsSince1970: now * 1_000_000)
        var seen: Set<String> = []
        for item in request.query {
            guard Self.names.contains(item.name) else {
                throw .badRequest(
                    "\(item.name) is no parameter here; there are \(Self.names.joined(separator: ", "))")
            }
            guard Self.lists.contains(item.name) || seen.insert(item.name).inserted else {
                throw .badRequest("\(item.name) is given twice; give it once")
            }
            try take(item, now)
        }
        question.hosts = try find(hosts + question.filters.hosts)
        guard after == nil || isWatch else { throw .badRequest("after is for a watch; add watch=1") }
        guard !isWatch || place == nil else {
            throw .badRequest("a watch makes no pages; leave out continue")
        }
        guard question.since <= question.until else {
            throw .badRequest("since is later than until: nothing can lie between them")
        }
    }

    private mutating func take(_ item: HTTPServerRequest.QueryItem, _ now: Timestamp) throws(Problem) {
        switch item.name {
        case "since":
            question.since = try Self.time(item, now)
            hasSince = true
        case "until":
            question.until = try Self.time(item, now)
            hasUntil = true
        case "filter", "filters":
            do throws(FilterError) {
                if item.name == "filter" {
                    try question.filters.add(item.value)
                } else {
                    try question.filters.add(json: item.value)
                }
            } catch {
                throw .badRequest(error.sentence)
            }
        case "host": hosts.append(item.value)
        case "watch":
            switch item.value {
            case "1", "true", "": isWatch = true
            case "0", "false": isWatch = false
            default: throw .badRequest("watch must be true or false, not \(item.value)")
            }
        case "after":
            guard let cursor = EventCursor(item.value) else {
                throw .badRequest("after must be a cursor that a watch gave, such as 5f0c.1000017")
            }
            after = cursor
        case "limit":
            guard let limit = Int(item.value), (1...10_000).contains(limit) else {
                throw .badRequest("limit must be a whole number from 1 to 10000, not \(item.value)")
            }
            self.limit = limit
        case "continue":
            let parts = item.value.split(separator: ".").map { Int64($0) }
            guard parts.count == 2, let time = parts[0], let number = parts[1] else {
                throw .badRequest("continue must be what the page before gave; begin again without it")
            }
            place = EventPlace(time: time, number: number)
        default: break
        }
    }

    private static func time(
        _ item: HTTPServerRequest.QueryItem, _ now: Timestamp
    ) throws(Problem) -> Int64 {
        guard let time = Timestamp(asked: item.value, now: now, offset: { _ in 0 }) else {
            throw .badRequest(
                "\(item.name) must be a time such as 2026-11-21T10:00:00Z, seconds since 1970, or a duration back "
                    + "from now such as 10m, not \(item.value)")
        }
        return time.saturatedNanoseconds
    }
}
