import JSON
import Settings

/// `bayplan cache …`: what the aggregator keeps, how old it is, and how to have it sent again (requirement B11).
enum CacheCommands {
    static let statistics = Command(
        name: "cache stats",
        aliases: ["cache"],
        summary: "Show what is cached, how old it is, and how well it answers",
        usage: "[OPTIONS]",
        about: """
            Shows how many hosts and containers the aggregator keeps in memory and on disk, how long facets count \
            as fresh, how many questions memory could answer, and for each host how old its rows are.
            """,
        options: [ListingOptions.documentOutput],
        examples: [
            ("cache stats", "The whole fleet."),
            ("cache stats -o json", "The same for scripts."),
        ],
        run: { call throws(Failure) in
            let body = try await call.api.get(Query("cache", "stats"))
            let form = call.settings[ListingOptions.documentOutput]
            guard form == "table" else {
                try call.show(document: body, as: form == "yaml" ? .yaml : .json)
                return .ok
            }
            try call.page(Array(try CacheText(body).text.utf8))
            return .ok
        })

    static let all = Setting("all", .bool, default: false, help: "Every host of the fleet.", sources: .flag)

    static let refresh = Command(
        name: "cache refresh",
        summary: "Have hosts look at their Engines now",
        usage: "HOST [HOST...] | --all",
        about: """
            Has the agents of hosts, given by id or name, ask their Engines for everything now, and waits until the \
            aggregator has what they found. A host that gives no answer in time keeps its cached rows; it is named, and \
            the exit code is 3.
            """,
        options: [all],
        arguments: 0...64,
        examples: [
            ("cache refresh node7", "Look at one host."),
            ("cache refresh --all --timeout 30s", "Look at all of them, and give each half a minute."),
        ],
        run: { call throws(Failure) in
            var isPartial = false
            for host in try await chosen(call) {
                var query = Query("containers")
                for (name, value) in [
                    ("host", host.id), ("refresh", "1"), ("all", "1"), ("limit", "1"), ("fields", "id"),
                ] { query.add(name, value) }
                let answer = try await call.api.get(query)
                let value = try? JSONValue(parsing: answer, limits: JSONLimits(depth: 16, length: 1 << 20))
                let warnings = (value?["warnings"]?.elements ?? []).compactMap(\.string)
                if warnings.isEmpty {
                    try call.surroundings.output.line(TerminalText.safe(host.id))
                } else {
                    isPartial = true
                    for warning in warnings { call.note(TerminalText.safe(warning)) }
                }
            }
            return isPartial ? .partial : .ok
        })

    /// The hosts that are named, or all of them.
    private static func chosen(_ call: Invocation) async throws(Failure) -> [HostRow] {
        guard call.settings[all] == call.arguments.isEmpty else {
            throw Failure(.usage, "Name the hosts, or give --all; one of them, not both.")
        }
        let known = try await Listing.hosts(call.api)
        var listing = Listing()
        listing.hosts = call.arguments
        return try listing.chosen(from: known)
    }

    static let clear = Command(
        name: "cache clear",
        summary: "Declare the rows of hosts invalid until their agents have sent them again",
        usage: "HOST [HOST...] | --all",
        about: """
            Marks everything that is known of hosts, given by id or name, as invalid, and has their agents send it \
            again; of a host that is away when it comes back. Until then its containers are still listed, since \
            others rest on them. Needs a token of scope operate.
            """,
        options: [all],
        arguments: 0...64,
        examples: [
            ("cache clear node7", "Have one host send everything again."),
            ("cache clear --all", "The same for the whole fleet."),
        ],
        run: { call throws(Failure) in
            for host in try await chosen(call) {
                let answer = try await call.api.post(Query("hosts", host.id, "clear"), [])
                try call.surroundings.output.line(TerminalText.safe(host.id))
                let value = try? JSONValue(parsing: answer, limits: JSONLimits(depth: 8, length: 65_536))
                if value?["connected"]?.bool != true {
                    call.note("Host \(host.title) is away; it sends everything again when it comes back.")
                }
            }
            return .ok
        })
}

/// The answer of `GET /cache/stats` as text.
struct CacheText {
    private(set) var text = ""

    /// Reads the answer.
    init(_ body: [UInt8]) throws(Failure) {
        let fleet: JSONValue?
        do throws(JSONError) {
            fleet = try JSONValue(parsing: body)["fleet"]
        } catch {
            throw Failure.unreadable(error)
        }
        func number(_ name: String) -> Int64 { fleet?[name]?.integer ?? 0 }
        func duration(_ value: JSONValue?) -> String { shortDuration(milliseconds: value?.integer ?? 0) }
        add("Hosts", "\(number("hosts")), \(number("hostsOffline")) of them offline")
        add("Containers", "\(number("containers")) in memory, \(number("containersOnDisk")) on disk only")
        add("Updated", "every \(duration(fleet?["updateInterval"])) by each live host")
        let lifetimes = fleet?["lifetimes"]?.members ?? []
        add("Fresh for", lifetimes.map { "\($0.name) \(duration($0.value))" }.joined(separator: ", "))
        let retention = fleet?["retention"]
        add(
            "Kept for",
            "\(duration(retention?["memory"])) in memory, \(duration(retention?["disk"])) on disk after a host "
                + "was last heard")
        let (hits, misses) = (number("hits"), number("misses"))
        let rate = hits + misses > 0 ? ", \(hits * 100 / (hits + misses)) % from memory" : ""
        add("Questions", "\(hits) hits, \(misses) misses\(rate)")
        let hosts = fleet?["items"]?.elements ?? []
        guard !hosts.isEmpty else { return }
        text += "\n"
        for host in hosts {
            let facets = host["ages"]?.members ?? []
            let ages = facets.map { facet in
                "\(facet.name) \(facet.value["state"]?.string ?? "") \(duration(facet.value["age"]))"
            }
            add(
                host["id"]?.string ?? "",
                "\(host["state"]?.string ?? ""), \(host["containers"]?.integer ?? 0) containers, heard "
                    + "\(duration(host["ageMs"])) ago; \(ages.joined(separator: ", "))")
        }
    }

    private mutating func add(_ name: String, _ value: String) {
        let safe = TerminalText.safe(name)
        let blanks = String(repeating: " ", count: max(1, 14 - DisplayWidth.of(safe)))
        text += "\(safe)\(blanks)\(TerminalText.safe(value))\n"
    }
}
