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
            ListingOptions.stack, ListingOptions.selector, retained,
        ] + FilterOptions.all + ListingOptions.forms + Freshness.options + [ListingWatch.watch],
        examples: [
            ("ps", "What runs, everywhere."),
            ("ps -a --host node1", "Everything on one host, stopped containers too."),
            ("ps -l 'app=web,env in (prod,test)'", "Containers by their labels."),
            ("ps -f status=exited -f label=app=web", "As with docker: what failed of an application."),
            ("ps -f 'cpu>80' -f 'restarts>5' --sort-by -cpu", "Who is busy, and keeps failing."),
            ("ps -n 5", "The five newest of the whole fleet."),
            ("ps --watch", "What runs, kept up to date."),
            ("ps -a --retained", "What offline hosts had when they were heard last, from disk."),
            ("ps -o wide --sort-by stack,-created", "More columns, by stack, the newest first in each."),
            (
                #"ps --format 'table {{.Host}}\t{{.Names}}\t{{.Label "app"}}'"#,
                "Chosen columns, as with docker."
            ),
            ("ps -a --no-trunc --format json", "For scripts: an object per line with docker's keys."),
        ],
        run: run,
    )

    static let retained = Setting(
        "retained", .bool, default: false,
        help: "List the containers of offline hosts, which left memory, from disk; and no others.",
        sources: .flag)

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
        listing.isRetained = settings[retained]
        guard !listing.isRetained || !settings[ListingWatch.watch] else {
            throw Failure(.usage, "What is on disk doesn't change: leave out --watch or --retained.")
        }
        let freshness = try Freshness(settings)
        let isQuiet = settings[ListingOptions.quiet]
        // What is wrong with the command line is told before anybody is asked.
        let form = { @Sendable (hosts: [HostRow]) throws(Failure) in
            try ListForm(
                call, ContainerColumns.kind(hosts: hosts, isWatched: settings[ListingWatch.watch]),
                isQuiet: isQuiet,
                isWhole: settings[ListingOptions.noTrunc], defaultFormat: settings[ClientSettings.psFormat],
                rawFormat: ContainerColumns.rawFormat)
        }
        _ = try form([])
        if settings[ListingWatch.watch] {
            return try await ListingWatch.run(listing, freshness, call, form: form)
        }
        let all = try await freshness.hosts(call.api, call) { all throws(Failure) in
            try listing.chosen(from: all)
        }
        let hosts = try listing.chosen(from: all)
        let asked = try form(hosts)
        listing.fields = asked.fields
        var printer = ListPrinter(asked, call)
        if asked.isDocument {
            let document = try await listing.document(call.api, of: hosts)
            try printer.show(document: document, call) { reader throws(JSONError) in try ContainerRow(&reader)
            }
        } else if asked.isPlainTable {
            listing.fields = ContainerTable.fields
            var table = ContainerTable(
                hosts: hosts, now: call.surroundings.now(), isWhole: settings[ListingOptions.noTrunc])
            let hidden = try await listing.each(call.api, of: hosts) { reader throws(JSONError) in
                try table.read(&reader)
            }
            try table.show(call)
            call.note(hiddenValues: hidden)
        } else {
            let hidden = try await listing.each(call.api, of: hosts) { reader throws(JSONError) in
                printer.add(try ContainerRow(&reader))
            }
            try printer.show(call)
            call.note(hiddenValues: hidden)
        }
        return listing.isRetained ? .ok : call.note(hosts: hosts, freshness: freshness)
    }
}
