import JSON
import Settings

/// `bayplan revp …`: what container labels say to reverse proxies (row D6).
enum RevPCommands {
    static let problems = Setting(
        "problems", .bool, default: false,
        help: "Show what is wrong with labels, and what to write instead, rather than the services.",
        sources: .flag)
    static let list = Command(
        name: "revp ls",
        aliases: ["revp"],
        summary: "List the services that labels describe to reverse proxies",
        usage: "[OPTIONS]",
        about: """
            Lists every container with labels that begin with snadboy.revp, on all hosts, stopped ones too, a \
            line for each service: its domains, the public path, the container's port, and how the proxy \
            speaks to it. A service whose labels hold an error is shown as refused. The documentation lists \
            every label with its spellings.
            """,
        options: [
            ListingOptions.host, ListingOptions.stack, ListingOptions.selector, problems,
            ListingOptions.noTrunc, ListingOptions.documentOutput,
        ],
        examples: [
            ("revp ls", "Which containers want to be reached under which names."),
            ("revp ls --problems", "Every label that is wrong, and what to write instead."),
            ("revp ls -l 'tier=front' -o json", "The services of some containers, for scripts."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        var listing = Listing()
        listing.hosts = call.settings[ListingOptions.host]
        let hosts = try listing.chosen(from: try await Listing.hosts(call.api))
        var query = Query("revp", "services")
        if !listing.hosts.isEmpty { for host in hosts { query.add("host", host.id) } }
        query.add("stack", optional: call.settings[ListingOptions.stack])
        query.add("labelSelector", optional: try FilterOptions.selector(ListingOptions.selector, call)?.text)
        let body = try await call.api.get(query)
        switch call.settings[ListingOptions.documentOutput] {
        case "json":
            try call.show(document: body)
            return call.note(hosts: hosts)
        case "yaml":
            try call.show(document: body, as: .yaml)
            return call.note(hosts: hosts)
        default: break
        }
        let rows = try ListDocument(body) { reader throws(JSONError) in RevPRow(try reader.readValue()) }
            .items
            .sorted { ($0.hostTitle, $0.name, $0.id) < ($1.hostTitle, $1.name, $1.id) }
        let isWhole = call.settings[ListingOptions.noTrunc]
        if call.settings[problems] {
            try show(problemsOf: rows, call)
        } else {
            try call.show(services(rows), whole: isWhole) { column, text in
                column == 6 && !text.isEmpty ? (text.hasPrefix("refused") ? .red : .yellow) : nil
            }
            let count = rows.reduce(0) { $0 + $1.diagnostics.count }
            if count > 0 {
                call.note(
                    "\(count) label\(count == 1 ? " is" : "s are") wrong or without effect; "
                        + "`bayplan revp ls --problems` says what to write instead.")
            }
        }
        return call.note(hosts: hosts)
    }

    private static func services(_ rows: [RevPRow]) -> Table {
        var table = Table([
            Table.Column("HOST", minimum: 8), Table.Column("CONTAINER", minimum: 10),
            Table.Column("DOMAIN", minimum: 16), Table.Column("PATH", minimum: 4, leaves: 2),
            Table.Column("PORT"), Table.Column("SCHEME", leaves: 1), Table.Column("PROBLEMS", minimum: 8),
            Table.Column("STATE", leaves: 3), Table.Column("OPTIONS", minimum: 8, leaves: 0),
        ])
        for row in rows {
            for (index, service) in row.services.enumerated() {
                table.add([
                    row.hostTitle, row.name,
                    service.domains, service.path, service.port, service.scheme,
                    row.problems(of: service, isFirst: index == 0), row.state, service.options,
                ])
            }
            if row.services.isEmpty {
                table.add([
                    row.hostTitle, row.name, "", "", "", "", row.problems(of: nil, isFirst: true), row.state,
                    "",
                ])
            }
        }
        return table
    }

    private static func show(problemsOf rows: [RevPRow], _ call: Invocation) throws(Failure) {
        var text = ""
        for row in rows {
            for problem in row.diagnostics {
                let colour = problem.severity == "error" ? Colour.red : .yellow
                let kind = "\(problem.severity) \(problem.code)"
                let value = problem.value.isEmpty ? "" : "=\"\(problem.value)\""
                let place = TerminalText.safe("\(row.hostTitle)/\(row.name)")
                text += "\(place): \(call.hasColour ? colour.paint(kind) : TerminalText.safe(kind))\n"
                text += "    \(TerminalText.safe(problem.label))\(TerminalText.safe(value))\n"
                text += "    \(TerminalText.safe(problem.problem)) \(TerminalText.safe(problem.remedy))\n"
            }
        }
        try call.page(Array(text.utf8))
        if rows.allSatisfy(\.diagnostics.isEmpty) {
            call.note("The labels of \(rows.count) container\(rows.count == 1 ? "" : "s") are right.")
        }
    }
}
