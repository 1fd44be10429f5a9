import JSON
import Settings
import Synchronization

/// `bayplan top`: the containers that use most, across the fleet (requirement B8).
enum TopCommand {
    static let number = Setting(
        "number", .count(1...1_000), default: 10, short: "n", help: "How many containers.", sources: .flag)
    static let by = Setting(
        "by", .choice(["cpu", "memory", "memory-percent"]), default: "cpu",
        help: "cpu in percent of one CPU, memory in bytes, memory-percent of what each may use.",
        sources: .flag)

    static let command = Command(
        name: "top",
        summary: "Show the containers that use most, across the fleet",
        usage: "[OPTIONS]",
        about: """
            Ranks the containers of all hosts by what they use. On a terminal the picture is kept up to date: `c`, `m` \
            and `p` rank by CPU, memory and percent of memory, `q` ends. In a pipe, or with --no-stream, it is one \
            list. A sample older than four minutes doesn't count.
            """,
        options: [
            number, by, StatsCommand.noStream, StatsCommand.noTrunc, ListingOptions.host,
            ListingOptions.stack,
            ListingOptions.selector, FilterOptions.filter, FilterOptions.hostSelector,
        ] + ListingOptions.forms,
        examples: [
            ("top", "The ten busiest, live."),
            ("top -n 5 --by memory --no-stream", "The five largest, once."),
            ("top --by memory-percent -f 'memory>90'", "Who is near their limit."),
            ("top -o json", "For programs."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let settings = call.settings
        let form = { @Sendable (hosts: [HostRow]) throws(Failure) in
            try ListForm(
                call, StatsColumns.ranking(hosts: hosts), isWhole: settings[StatsCommand.noTrunc])
        }
        let asked = try form([])
        let base = try query(call)
        let isLive = !settings[StatsCommand.noStream] && asked.isTable && call.surroundings.terminal != nil
        guard isLive else { return try await once(base, settings[by], form, call) }
        let shared = Shared(measure: settings[by])
        return try await LivePicture.run(call) { drawing, height throws(Failure) in
            let hosts = try await Listing.hosts(drawing.api)
            let by = shared.measure.withLock { $0 }
            let found = try await ranked(base, by, drawing)
            let live = hosts.count { $0.state == "live" }
            try drawing.surroundings.output.line(
                "\(found.sampled) containers with samples on \(live) of \(hosts.count) hosts live, by \(by)")
            var printer = ListPrinter(try form(hosts), drawing)
            for row in found.rows { printer.add(row) }
            try printer.show(drawing, limit: max(1, height - 2))
        } key: { byte in
            let chosen: String? =
                switch byte {
                case 0x63: "cpu"
                case 0x6D: "memory"
                case 0x70: "memory-percent"
                default: nil
                }
            guard let chosen else { return false }
            shared.measure.withLock { $0 = chosen }
            return true
        }
    }

    /// What keys change.
    private final class Shared: Sendable {
        let measure: Mutex<String>

        init(measure: String) { self.measure = Mutex(measure) }
    }

    private static func query(_ call: Invocation) throws(Failure) -> Query {
        let settings = call.settings
        var query = Query("usage", "top")
        query.add("limit", "\(settings[number])")
        for host in settings[ListingOptions.host] { query.add("host", host) }
        query.add(
            "hostSelector", optional: try FilterOptions.selector(FilterOptions.hostSelector, call)?.text)
        query.add("stack", optional: settings[ListingOptions.stack])
        query.add("labelSelector", optional: try FilterOptions.selector(ListingOptions.selector, call)?.text)
        let filters = settings[FilterOptions.filter]
        _ = try FilterOptions.parsed(filters)
        for filter in filters { query.add("filter", filter) }
        query.add("fields", "host,hostName,id,name,status.state,stats")
        return query
    }

    private static func body(
        _ base: Query, _ by: String, _ call: Invocation
    ) async throws(Failure) -> [UInt8] {
        var query = base
        query.add("by", by == "memory-percent" ? "memoryPercent" : by)
        return try await call.api.get(query)
    }

    private static func ranked(
        _ base: Query, _ by: String, _ call: Invocation
    ) async throws(Failure) -> (rows: [ContainerRow], sampled: Int64) {
        let document = try await body(base, by, call)
        var rows: [ContainerRow] = []
        var sampled: Int64 = 0
        do throws(JSONError) {
            var reader = JSONReader(document)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "sampled": sampled = try reader.readInteger()
                case "items":
                    try reader.beginArray()
                    while try reader.nextElement() { rows.append(try ContainerRow(&reader)) }
                default: try reader.skip()
                }
            }
            try reader.finish()
        } catch {
            throw Failure.unreadable(error)
        }
        return (rows, sampled)
    }

    private static func once(
        _ base: Query, _ by: String, _ form: ([HostRow]) throws(Failure) -> ListForm<ContainerRow>,
        _ call: Invocation
    ) async throws(Failure) -> ExitCode {
        let hosts = try await Listing.hosts(call.api)
        let asked = try form(hosts)
        var printer = ListPrinter(asked, call)
        if asked.isDocument {
            let document = try await body(base, by, call)
            try printer.show(document: document, call) { reader throws(JSONError) in try ContainerRow(&reader)
            }
        } else {
            for row in try await ranked(base, by, call).rows { printer.add(row) }
            try printer.show(call)
        }
        return call.note(hosts: hosts)
    }
}
