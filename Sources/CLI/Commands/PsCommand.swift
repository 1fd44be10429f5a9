import Inventory
import JSON
import Settings

/// `bayplan ps`, also `bayplan container ls`: the containers of all hosts.
enum PsCommand {
    static let command = Command(
        name: "ps",
        aliases: ["container ls", "container"],
        summary: "List the containers of all hosts",
        usage: "[OPTIONS]",
        about: """
            Lists the containers of every host as `docker ps` does for one, newest first. A host that isn't \
            live keeps its rows, marked in the column HOST with how old they are, such as `stale 3m`. With \
            --watch it goes on showing what changes until it is stopped, also over a restart of the aggregator.
            """,
        options: [
            ListingOptions.all, ListingOptions.quiet, ListingOptions.noTrunc, ListingOptions.host,
            ListingOptions.stack, ListingOptions.selector, ListingOptions.format, ListingOptions.output,
        ] + FilterOptions.all + Freshness.options + [ListingWatch.watch],
        examples: [
            ("ps", "What runs, everywhere."),
            ("ps -a --host node1", "Everything on one host, stopped containers too."),
            ("ps -l 'app=web,env in (prod,test)'", "Containers by their labels."),
            ("ps -f status=exited -f label=app=web", "As with docker: what failed of an application."),
            ("ps -n 5", "The five newest of the whole fleet."),
            ("ps --watch", "What runs, kept up to date."),
            ("ps -a --no-trunc --format json", "For scripts: an object per line with docker's keys."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let settings = call.settings
        var listing = Listing()
        listing.hosts = settings[ListingOptions.host]
        listing.stack = settings[ListingOptions.stack]
        listing.selector = try FilterOptions.selector(ListingOptions.selector, call)?.text
        listing.hostSelector = try FilterOptions.selector(FilterOptions.hostSelector, call)
        listing.filters = try FilterOptions.filters(call)
        listing.newest = try FilterOptions.newest(call)
        listing.isComplete = settings[ListingOptions.all]
        let freshness = try Freshness(settings)
        if settings[ListingWatch.watch] { return try await ListingWatch.run(listing, call) }
        let all = try await freshness.hosts(call.api, call) { all throws(Failure) in
            try listing.chosen(from: all)
        }
        let hosts = try listing.chosen(from: all)
        if settings[ListingOptions.output] == "json" {
            guard settings.origin(of: ListingOptions.format) == .builtIn, !settings[ListingOptions.quiet]
            else {
                throw Failure(.usage, "-o json can't be combined with --format or -q; leave one of them out.")
            }
            try call.show(document: try await listing.document(call.api, of: hosts))
            return call.note(hosts: hosts, freshness: freshness)
        }
        let isWhole = settings[ListingOptions.noTrunc]
        let now = call.surroundings.now()
        if settings[ListingOptions.quiet] {
            listing.fields = "host,id,name,config.created"
            let ids = try await listing.entries(call.api, of: hosts) { isWhole ? $0.id : $0.shortID }
            let text = ids.map { TerminalText.safe($0) + "\n" }.joined()
            try call.surroundings.output.write(Array(text.utf8))
        } else if settings[ListingOptions.format] == "json" {
            listing.fields = DockerObject.fields
            let lines = try await listing.entries(call.api, of: hosts) { row in
                DockerObject.line(row, now: now, isWhole: isWhole)
            }
            var text: [UInt8] = []
            text.reserveCapacity(lines.reduce(0) { $0 + $1.count })
            for line in lines { text += line }
            try call.surroundings.output.write(text)
        } else {
            listing.fields = ContainerTable.fields
            var table = ContainerTable(hosts: hosts, now: now, isWhole: isWhole)
            try await listing.each(call.api, of: hosts) { reader throws(JSONError) in try table.read(&reader)
            }
            try table.show(call)
        }
        return call.note(hosts: hosts, freshness: freshness)
    }
}
