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
            live keeps its rows, marked in the column HOST with how old they are, such as `stale 3m`.
            """,
        options: [
            ListingOptions.all, ListingOptions.quiet, ListingOptions.noTrunc, ListingOptions.host,
            ListingOptions.stack, ListingOptions.selector, ListingOptions.format, ListingOptions.output,
        ],
        examples: [
            ("ps", "What runs, everywhere."),
            ("ps -a --host node1", "Everything on one host, stopped containers too."),
            ("ps -l 'app=web,env in (prod,test)'", "Containers by their labels."),
            ("ps -a --no-trunc --format json", "For scripts: an object per line with docker's keys."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let settings = call.settings
        var listing = Listing()
        listing.hosts = settings[ListingOptions.host]
        listing.stack = settings[ListingOptions.stack]
        listing.selector = settings[ListingOptions.selector]
        listing.isComplete = settings[ListingOptions.all]
        let hosts = try listing.chosen(from: try await Listing.hosts(call.api))
        if settings[ListingOptions.output] == "json" {
            guard settings.origin(of: ListingOptions.format) == .builtIn, !settings[ListingOptions.quiet]
            else {
                throw Failure(.usage, "-o json can't be combined with --format or -q; leave one of them out.")
            }
            try call.show(document: try await listing.document(call.api, of: hosts))
            return call.note(hosts: hosts)
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
        return call.note(hosts: hosts)
    }
}
