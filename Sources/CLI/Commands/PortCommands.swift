import JSON
import Settings

/// `bayplan port ls`: which ports of the hosts are taken, and by whom (row H9).
enum PortCommands {
    static let all = Setting(
        "all", .bool, default: false, short: "a",
        help: "Also ports of containers that don't run, which they will take when they do.", sources: .flag)
    static let port = Setting(
        "port", optional: .count(1...65_535), help: "Only this port of the hosts.", sources: .flag)
    static let type = Setting(
        "protocol", optional: .choice(["tcp", "udp", "sctp"]), help: "Only ports of this protocol.",
        sources: .flag)
    static let clashes = Setting(
        "clashes", .bool, default: false,
        help:
            "Only ports that several containers of a host claim at addresses that overlap, stopped ones too.",
        sources: .flag)

    static let list = Command(
        name: "port ls",
        aliases: ["port"],
        summary: "List published ports of all hosts, and who has them",
        usage: "[OPTIONS]",
        about: """
            Lists every port of every host that a container is published at, with address and protocol. With \
            --clashes those that more than one container claims: 0.0.0.0 stands for every IPv4 address, :: for every \
            IPv6 one, * for both. A container that doesn't run claims the ports it will be published at.
            """,
        options: [
            clashes, port, type, all, ListingOptions.host, FilterOptions.hostSelector, ListingOptions.quiet,
            ListingOptions.noTrunc,
        ] + ListingOptions.forms,
        examples: [
            ("port ls", "Which ports are taken, everywhere."),
            ("port ls --port 443", "Who answers at 443, and on which hosts."),
            ("port ls --clashes", "Containers that can't run at the same time."),
        ],
        run: { call throws(Failure) in
            let isOfClashes = call.settings[clashes]
            let kind = isOfClashes ? FleetColumns.clashes : FleetColumns.ports
            let list = FleetList(kind: kind) { reader throws(JSONError) in try PortRow(&reader) }
            _ = try list.form(call)
            var query = Query("ports")
            if isOfClashes {
                query.add("clashes", "true")
            } else if call.settings[all] {
                query.add("all", "true")
            }
            query.add("port", optional: call.settings[port].map { "\($0)" })
            query.add("protocol", optional: call.settings[type])
            let hosts = try await call.chosenHosts(&query)
            let count = try list.show(try await list.document(query, call), call)
            if isOfClashes, count == 0 { call.note("No port is claimed by more than one container.") }
            return call.note(hosts: hosts)
        },
    )
}
