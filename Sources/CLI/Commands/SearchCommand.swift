import JSON
import Settings

/// `bayplan search`: containers by a part of their name, image or id, on all hosts (row B7).
enum SearchCommand {
    static let command = Command(
        name: "search",
        summary: "Find containers by a part of their name, image or id",
        usage: "[OPTIONS] TEXT",
        about: """
            Finds every container, running or not, that has the text in its name, its image or its id, on all \
            hosts; letters match in either case. Ends with exit code 1 when none has. At most 1,000 are shown.
            """,
        options: [ListingOptions.quiet, ListingOptions.noTrunc] + ListingOptions.forms + Freshness.options,
        arguments: 1...1,
        examples: [
            ("search nginx", "Whatever runs or ran nginx, and where."),
            ("search 3f2a", "The container of an id in a log."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let text = call.arguments[0]
        let form = { (hosts: [HostRow]) throws(Failure) in
            try ListForm(
                call, ContainerColumns.kind(hosts: hosts), isQuiet: call.settings[ListingOptions.quiet],
                isWhole: call.settings[ListingOptions.noTrunc], rawFormat: ContainerColumns.rawFormat)
        }
        _ = try form([])
        let freshness = try Freshness(call.settings)
        let hosts = try await freshness.hosts(call.api, call) { $0 }
        let asked = try form(hosts)
        var query = Query("search")
        query.add("q", text)
        query.add("fields", optional: asked.fields)
        let body = try await call.api.get(query)
        let found = try Found(body)
        var printer = ListPrinter(asked, call)
        if asked.isDocument {
            try printer.show(document: body, call) { reader throws(JSONError) in try ContainerRow(&reader) }
            let code = call.note(hosts: hosts, freshness: freshness)
            return found.total == 0 ? .failed : code
        }
        if found.total > 0 {
            let rows = try ListDocument(body) { reader throws(JSONError) in try ContainerRow(&reader) }.items
            for row in rows { printer.add(row) }
            try printer.show(call)
        }
        call.note(found.sentence(text))
        let code = call.note(hosts: hosts, freshness: freshness)
        return found.total == 0 ? .failed : code
    }

    /// How much was found.
    private struct Found {
        var total: Int64 = 0
        var shown: Int64 = 0
        var hosts: Int64 = 0
        var hostsWithMatches: Int64 = 0

        init(_ body: [UInt8]) throws(Failure) {
            do throws(JSONError) {
                var reader = JSONReader(body, limits: JSONLimits(length: 256 << 20))
                try reader.beginObject()
                while let key = try reader.nextKey() {
                    switch key {
                    case "total": total = try reader.readInteger()
                    case "hosts": hosts = try reader.readInteger()
                    case "hostsWithMatches": hostsWithMatches = try reader.readInteger()
                    case "items":
                        try reader.beginArray()
                        while try reader.nextElement() {
                            try reader.skip()
                            shown += 1
                        }
                    default: try reader.skip()
                    }
                }
            } catch {
                throw Failure.unreadable(error)
            }
        }

        func sentence(_ text: String) -> String {
            let searched = hosts == 1 ? "1 host" : "\(hosts) hosts"
            guard total > 0 else {
                return "Searched \(searched): no container has “\(text)” in its name, image or id."
            }
            let containers = total == 1 ? "1 container has" : "\(total) containers have"
            let more = total > shown ? " The first \(shown) are shown; a longer text finds fewer." : ""
            return "Searched \(searched): \(containers) “\(text)”, on \(hostsWithMatches) of them.\(more)"
        }
    }
}
