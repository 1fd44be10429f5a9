import Fleet
import HTTPServer
import Inventory

/// The query items that the API's lists take; an item that nothing takes is an error, not ignored.
struct Parameters: Sendable {
    private(set) var query = Query()
    private(set) var fields = FieldSet.all
    private(set) var hosts: [String] = []
    private(set) var isWatch = false
    /// The host's Engine is to be asked first, and how long that may take.
    private(set) var isRefresh = false
    private(set) var timeout = FleetAPI.patience
    /// Whether the rows of offline hosts are asked for, from disk.
    private(set) var isRetained = false
    /// Whether the answer says how old its rows are: unless `fields` names others.
    private(set) var tellsFreshness = true
    /// Whether `all=true` is given.
    private(set) var isComplete = false
    private(set) var fromRevision: String?
    private(set) var kind: String?
    /// Which hosts, by their labels; nil for any.
    private(set) var hostSelector: Selector?
    private(set) var prefix = ""
    /// Where a page of something else than containers begins: after this.
    private(set) var after: String?
    private(set) var text = ""
    /// Paths of hosts, at or under which mounts begin.
    private(set) var paths: [PathPrefix] = []
    /// A port of a host, and its protocol.
    private(set) var ports = PortQuery()
    /// Whether only ports that several containers claim are asked for.
    private(set) var isOfClashes = false
    /// What counts are told apart by: `host`; nil for all in one.
    private(set) var grouping: String?
    /// The Docker network that whoever asks for targets is in: its name, and its host unless it spans hosts.
    private(set) var network: (host: String?, name: String)?
    /// By what containers are ranked.
    private(set) var measure = UsageMeasure.cpu

    /// What a list of containers takes.
    static let ofContainers = [
        "host", "hostSelector", "stack", "kind", "service", "labelSelector", "filter", "filters", "all",
        "name", "id",
        "q", "image", "fields", "limit", "last", "continue", "watch", "fromRevision", "refresh", "timeout",
        "retained",
    ]
    /// What a list of services from labels takes.
    static let ofRevP = [
        "host", "stack", "kind", "service", "labelSelector", "all", "name", "image", "limit", "continue",
    ]
    /// What a single container takes.
    static let ofContainer = ["refresh", "timeout"]
    static let ofHealthLog = ["timeout"]
    static let ofComposeFile = ["host", "timeout"]
    /// What the list of targets to scrape takes.
    static let ofTargets = [
        "host", "hostSelector", "stack", "kind", "service", "labelSelector", "filter", "filters", "name",
        "image",
        "network",
    ]
    /// What a ranking of containers takes.
    static let ofTop = [
        "by", "host", "hostSelector", "stack", "kind", "service", "labelSelector", "filter", "filters",
        "name",
        "image", "fields", "limit",
    ]
    static let ofHosts = ["host", "hostSelector"]
    static let ofSearch = ["q", "fields", "limit"]
    static let ofLabels = ["prefix", "limit", "continue"]
    static let ofLabelValues = ["limit", "continue"]
    static let ofMounts = [
        "path", "host", "hostSelector", "stack", "kind", "service", "labelSelector", "all", "limit",
        "continue",
    ]
    static let ofPorts = ["host", "hostSelector", "port", "protocol", "all", "clashes", "limit", "continue"]
    static let ofHealth = ["host", "hostSelector", "by"]
    static let ofHealthMembers = ["host", "hostSelector", "fields", "limit", "continue"]
    static let ofDiscovery = ["host", "hostSelector", "limit", "continue"]
    /// What may be given several times.
    private static let lists = ["host", "filter", "path"]
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
        guard !isRetained || !isWatch else {
            throw .badRequest(
                "retained rows don't change, so they can't be watched; leave out retained or watch")
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
        case "continue" where !names.contains("host") || names == Self.ofDiscovery: after = item.value
        case "continue" where names == Self.ofPorts:
            guard let token = PortToken(item.value) else {
                throw .badRequest("continue must be what the page before gave; begin again without it")
            }
            ports.after = token
        case "path", "port", "protocol", "clashes": try narrowed(item)
        case "by" where names == Self.ofHealth: try narrowed(item)
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
        case "refresh": isRefresh = try Self.bool(item)
        case "timeout": timeout = try Self.timeout(item)
        case "retained": isRetained = try Self.bool(item)
        case "watch": isWatch = try Self.bool(item)
        case "fromRevision": fromRevision = item.value
        case "fields":
            let names = item.value.split(separator: ",", omittingEmptySubsequences: false)
            let others = names.filter { $0 != "ages" }
            tellsFreshness = others.count < names.count
            fields = others.isEmpty ? [] : try Self.fields(others.joined(separator: ","))
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
        case "all":
            isComplete = try Self.bool(item)
            query.liveOnly = !isComplete
        case "stack": query.stack = item.value
        case "service": query.service = item.value
        case "name": query.name = item.value
        case "id": query.idPrefix = item.value
        case "q": query.nameOrPrefix = item.value
        case "image": query.image = item.value
        case "network":
            let parts = item.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.last, parts.allSatisfy({ !$0.isEmpty }) else {
                throw .badRequest("network must be NAME or HOST/NAME, not \(item.value)")
            }
            network = (parts.count == 2 ? String(parts[0]) : nil, String(name))
        default: preconditionFailure("a path takes \(item.name), which nothing reads")
        }
    }

    /// What only lists of mounts, ports and counts take.
    private mutating func narrowed(_ item: HTTPServerRequest.QueryItem) throws(Problem) {
        switch item.name {
        case "path":
            guard let path = PathPrefix(item.value) else {
                throw .badRequest("path must be a path on a host that begins with /, not \(item.value)")
            }
            guard paths.count < 100 else { throw .badRequest("more than 100 paths are not taken") }
            paths.append(path)
        case "port":
            guard let port = UInt16(item.value), port > 0 else {
                throw .badRequest("port must be a whole number from 1 to 65535, not \(item.value)")
            }
            ports.port = port
        case "protocol":
            guard ["tcp", "udp", "sctp"].contains(item.value) else {
                throw .badRequest("protocol must be tcp, udp or sctp, not \(item.value)")
            }
            ports.type = item.value
        case "clashes": isOfClashes = try Self.bool(item)
        default:
            guard item.value == "host" else { throw .badRequest("by must be host, not \(item.value)") }
            grouping = item.value
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

    /// Reads `1`, `true` or nothing, `0` or `false`.
    static func bool(_ item: HTTPServerRequest.QueryItem) throws(Problem) -> Bool {
        switch item.value {
        case "1", "true", "": return true
        case "0", "false": return false
        default: throw .badRequest("\(item.name) must be true or false, not \(item.value)")
        }
    }

    /// How long a host is waited for: milliseconds, or a number with `s`.
    static func timeout(_ item: HTTPServerRequest.QueryItem) throws(Problem) -> Duration {
        let (digits, unit) = item.value.hasSuffix("s") ? (item.value.dropLast(), 1_000) : (item.value[...], 1)
        guard let number = Int(digits), number > 0, number <= 1_000_000,
            Duration.milliseconds(number * unit) <= FleetAPI.longestPatience
        else {
            throw .badRequest("timeout must be milliseconds from 1 to 120000, or seconds such as 10s")
        }
        return .milliseconds(number * unit)
    }

    private static func fields(_ text: String) throws(Problem) -> FieldSet {
        do {
            return try FieldSet(parsing: text)
        } catch {
            throw .badRequest("fields: \(error)")
        }
    }
}
