import Inventory
import JSON
import Settings

/// `bayplan mount ls`: what containers mount from their hosts (row B9).
enum MountCommands {
    static let path = Setting(
        "path", .list(of: .path("PATH")), default: [],
        help:
            "Only mounts that come from this path of their host or from under it; several times: any of them.",
        sources: .flag)

    static let list = Command(
        name: "mount ls",
        aliases: ["mount"],
        summary: "List bind mounts and volumes, and who uses them",
        usage: "[OPTIONS]",
        about: """
            Lists every bind mount and volume of every container, stopped ones too, by host and path. With --path \
            only those at or under a path of the host: who would miss it, or could read it.
            """,
        options: [
            path, ListingOptions.host, FilterOptions.hostSelector, ListingOptions.stack,
            ListingOptions.selector,
            ListingOptions.quiet, ListingOptions.noTrunc,
        ] + ListingOptions.forms,
        examples: [
            ("mount ls --path /srv", "Who uses anything under /srv, on any host."),
            ("mount ls --host nas --sort-by container", "All mounts of a host, by container."),
            ("mount ls --path /var/run/docker.sock -q", "The containers that may command their Engine."),
        ],
        run: { call throws(Failure) in
            let list = FleetList(kind: FleetColumns.mounts) { reader throws(JSONError) in
                try MountRow(&reader)
            }
            _ = try list.form(call)
            var query = Query("mounts")
            for path in call.settings[path] {
                guard PathPrefix(path) != nil else {
                    throw Failure(.usage, "--path \(path) is no path on a host: it must begin with /.")
                }
                query.add("path", path)
            }
            query.add("stack", optional: call.settings[ListingOptions.stack])
            query.add(
                "labelSelector", optional: try FilterOptions.selector(ListingOptions.selector, call)?.text)
            let hosts = try await call.chosenHosts(&query)
            try list.show(try await list.document(query, call), call)
            return call.note(hosts: hosts)
        },
    )
}
