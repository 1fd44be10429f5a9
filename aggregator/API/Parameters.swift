import Fleet
import HTTPServer
import Inventory

/// The query items that the API's lists take; an item that nothing takes is an error, not ignored.
struct Parameters: Sendable {
    private(set) var query = Query()
    private(set) var fields = FieldSet.all
    private(set) var hosts: [String] = []
    private(set) var isWatch = false
    private(set) var fromRevision: String?
    private(set) var kind: String?
    /// Which hosts, by their labels; nil for any.
    private(set) var hostSelector: Selector?
    private(set) var prefix = ""
    /// Where a page of something else than containers begins: after this.
    private(set) var after: String?
    private(set) var text = ""
    /// By what containers are ranked.
    private(set) var measure = UsageMeasure.cpu

    /// What a list of containers takes.
    static let ofContainers = [
        "host", "hostSelector", "stack", "kind", "service", "labelSelector", "filter", "filters", "all",
        "name", "id",
        "q", "image", "fields", "limit", "last", "continue", "watch", "fromRevision",
    ]
    /// What a list of services from labels takes.
    static let ofRevP = [
        "host", "stack", "kind", "service", "labelSelector", "all", "name", "image", "limit", "continue",
    ]
    /// What a ranking of containers takes.
    static let ofTop = [
        "by", "host", "hostSelector", "stack", "kind", "service", "labelSelector", "filter", "filters", "name",
        "image", "fields", "limit",
    ]
    static let ofHosts = ["host", "hostSelector"]
    static let ofSearch = ["q", "fields", "limit"]
    static let ofLabels = ["prefix", "limit", "continue"]
    static let ofLabelValues = ["limit", "continue"]
    /// What may be given several times.
    private static let lists = ["host", "filter"]
    /// What a watch takes; its events are filtered where they are read.
    static let ofWatch = ["watch", "host", "fromRevision"]

    /// Whether not all containers are asked for.
    var isNarrow: Bool {
        var everything = Query()
        (everything.liveOnly, everything.limit) = (query.liveOnly, query.limit)
        return query != everything || !hosts.isEmpty || hostSelector != nil
    }

    /// Reads a request's query.
    ///
    /// - Parameters:
    ///   - request: What was asked.
    ///   - names: The items that the path takes; only `host` and `filter` may be given several times.
    /// - Throws: What is wrong with which item.
    init(_ request: HTTPServerRequest, taking names: [String]) throws(Problem) {
        var seen: Set<String> = []
        for item in request.query {
            guard names.contains(item.name) else {
                let known = names.isEmpty ? "there are none" : "there are \(names.joined(separator: ", "))"
                throw .badRequest("\(item.name) is no parameter here; \(known)")
            }
            guard Self.lists.contains(item.name) || seen.insert(item.name).inserted else {
                throw .badRequest("\(item.name) is given twice; give it once")
            }
            try take(item, names)
        }
        if query.filters.asksForAllStates || query.newest != nil { query.liveOnly = false }
        guard query.newest == nil || query.limit == nil && query.after == nil else {
            throw .badRequest("last makes no pages; leave out limit and continue")
        }
        guard fromRevision == nil || isWatch else {
            throw .badRequest("fromRevision is for a watch; add watch=1")
        }
    }

    private mutating func take(
        _ item: HTTPServerRequest.QueryItem, _ names: [String]
    ) throws(Problem) {
        switch item.name {
        case "prefix": prefix = item.value
        case "q" where names == Self.ofSearch: text = item.value
        case "continue" where !names.contains("host"): after = item.value
        case "filter", "filters": try filter(item)
        case "hostSelector":
            do {
                hostSelector = try Selector(parsing: item.value)
            } catch {
                throw .badRequest("hostSelector: \(error)")
            }
        case "by":
            guard let known = UsageMeasure(rawValue: item.value) else {
                let all = UsageMeasure.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badRequest("by must be one of \(all), not \(item.value)")
            }
            measure = known
        case "last":
            guard let newest = Int(item.value), (1...1_000_000).contains(newest) else {
                throw .badRequest("last must be a whole number from 1 to 1000000, not \(item.value)")
            }
            query.newest = newest
        case "watch": isWatch = try Self.bool(item)
        case "fromRevision": fromRevision = item.value
        case "fields": fields = try Self.fields(item.value)
        case "host": hosts.append(item.value)
        case "limit":
            guard let limit = Int(item.value), (1...1_000_000).contains(limit) else {
                throw .badRequest("limit must be a whole number from 1 to 1000000, not \(item.value)")
            }
            query.limit = limit
        case "continue":
            guard let token = ContinueToken(item.value) else {
                throw .badRequest("continue must be what the page before gave; begin again without it")
            }
            query.after = token
        case "kind":
            guard ["compose", "swarm"].contains(item.value) else {
                throw .badRequest("kind must be compose or swarm, not \(item.value)")
            }
            kind = item.value
            query.stackKind = item.value
        default: try narrow(item)
        }
    }

    private mutating func narrow(_ item: HTTPServerRequest.QueryItem) throws(Problem) {
        switch item.name {
        case "labelSelector":
            do {
                query.selector = try Selector(parsing: item.value)
            } catch {
                throw .badRequest("labelSelector: \(error)")
            }
        case "all": query.liveOnly = try !Self.bool(item)
        case "stack": query.stack = item.value
        case "service": query.service = item.value
        case "name": query.name = item.value
        case "id": query.idPrefix = item.value
        case "q": query.nameOrPrefix = item.value
        case "image": query.image = item.value
        default: preconditionFailure("a path takes \(item.name), which nothing reads")
        }
    }

    /// `filter=key=value`, or Docker's own form: `filters={"key":["value"]}`, also with `{"value":true}`.
    private mutating func filter(_ item: HTTPServerRequest.QueryItem) throws(Problem) {
        do throws(FilterError) {
            if item.name == "filter" {
                try query.filters.add(item.value)
            } else {
                try query.filters.add(json: item.value)
            }
        } catch {
            throw .badRequest(error.sentence)
        }
    }

    private static func bool(_ item: HTTPServerRequest.QueryItem) throws(Problem) -> Bool {
        switch item.value {
        case "1", "true", "": return true
        case "0", "false": return false
        default: throw .badRequest("\(item.name) must be true or false, not \(item.value)")
        }
    }

    private static func fields(_ text: String) throws(Problem) -> FieldSet {
        do {
            return try FieldSet(parsing: text)
        } catch {
            throw .badRequest("fields: \(error)")
        }
    }
}
