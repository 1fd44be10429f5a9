import JSON
import Settings

/// `bayplan host discover`: the stacks of hosts, their files, and where applications keep their data (row B12).
enum DiscoverCommand {
    static let command = Command(
        name: "host discover",
        summary: "Show stacks, Compose files and data folders of hosts",
        usage: "[OPTIONS] [HOST...]",
        about: """
            Shows of each host its Compose projects and Swarm stacks, the Compose files that they were made from, and \
            the folders that its containers keep data in: bind mounts from a path that holds `/appdata` or `/data`, \
            or what the aggregator's setting app-data says. A host of which nothing is known yet is asked.
            """,
        options: [FilterOptions.hostSelector, ListingOptions.documentOutput],
        arguments: 0...64,
        examples: [
            ("host discover nas", "What lies on nas."),
            ("host discover -o json", "The same of all hosts, for scripts."),
        ],
        run: { call throws(Failure) in
            var listing = Listing()
            listing.hosts = call.arguments
            listing.hostSelector = try FilterOptions.selector(FilterOptions.hostSelector, call)
            let hosts = try listing.chosen(from: try await Listing.hosts(call.api))
            guard !hosts.isEmpty else { return .ok }
            let list = FleetList(kind: FleetColumns.health) { reader throws(JSONError) in
                try HealthRow(&reader)
            }
            var query = Query("discovery")
            if !call.arguments.isEmpty { for host in hosts { query.add("host", host.id) } }
            query.add("hostSelector", optional: listing.hostSelector?.text)
            let document = try await list.document(query, call)
            let form = call.settings[ListingOptions.documentOutput]
            guard form == "table" else {
                try call.show(document: document, as: form == "yaml" ? .yaml : .json)
                return call.note(hosts: hosts)
            }
            let items = try ListDocument(document) { reader throws(JSONError) in try reader.readValue() }
                .items
            let now = call.surroundings.now()
            try call.page(Array(items.map { HostText.discovery($0, now: now) }.joined(separator: "\n").utf8))
            return call.note(hosts: hosts)
        },
    )
}
