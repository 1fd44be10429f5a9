import JSON
import Settings

/// `bayplan stack …`: Compose projects and Swarm stacks over all hosts (row B5).
enum StackCommands {
    static let list = Command(
        name: "stack ls",
        aliases: ["stack"],
        summary: "List Compose projects and Swarm stacks",
        usage: "[OPTIONS]",
        about:
            "Lists every Compose project and Swarm stack, each once, on whatever hosts its containers are.",
        options: [ListingOptions.quiet] + ListingOptions.forms,
        examples: [
            ("stack ls", "All stacks and where they are."),
            ("stack ls --format '{{.Name}} {{.Services}}'", "As with `docker stack ls`."),
        ],
        run: { call throws(Failure) in
            let asked = try ListForm(call, StackColumns.kind, isQuiet: call.settings[ListingOptions.quiet])
            var printer = ListPrinter(asked, call)
            let body = try await call.api.get(Query("stacks"))
            if asked.isDocument {
                try printer.show(document: body, call) { reader throws(JSONError) in try StackRow(&reader) }
                return .ok
            }
            let stacks = try ListDocument(body) { reader throws(JSONError) in try StackRow(&reader) }.items
            for stack in stacks { printer.add(stack) }
            try printer.show(call)
            return .ok
        },
    )

    static let kind = Setting(
        "kind", optional: .choice(["compose", "swarm"]),
        help: "Which one is meant when a Compose project and a Swarm stack have the same name.",
        sources: .flag)

    static let ps = Command(
        name: "stack ps",
        summary: "List the containers of a stack, by service",
        usage: "[OPTIONS] STACK",
        about: """
            Lists every container of a Compose project or Swarm stack on all hosts, stopped ones too, by \
            service with counts. A container without a service label counts as `unknown`.
            """,
        options: [kind, ListingOptions.quiet, ListingOptions.noTrunc] + ListingOptions.forms
            + Freshness.options,
        arguments: 1...1,
        examples: [
            ("stack ps shop", "Where the services of `shop` run, and how they are."),
            ("stack ps shop -o name", "The names of its containers."),
        ],
        run: { call throws(Failure) in
            let form = { (hosts: [HostRow]) throws(Failure) in
                try ListForm(
                    call, ContainerColumns.ofStack(hosts: hosts),
                    isQuiet: call.settings[ListingOptions.quiet],
                    isWhole: call.settings[ListingOptions.noTrunc], rawFormat: ContainerColumns.rawFormat)
            }
            let asked = try form([])
            let freshness = try Freshness(call.settings)
            var query = Query("stacks", call.arguments[0])
            query.add("kind", optional: call.settings[kind])
            let hosts = try await freshness.hosts(call.api, call) { $0 }
            let body = try await call.api.get(query)
            let rows = try ListDocument(body) { reader throws(JSONError) in try ContainerRow(&reader) }.items
            let ids = Set(rows.map(\.host))
            let involved = hosts.filter { ids.contains($0.id) }
            guard !asked.isDocument else {
                var printer = ListPrinter(asked, call)
                try printer.show(document: body, call) { reader throws(JSONError) in try ContainerRow(&reader)
                }
                return call.note(hosts: involved, freshness: freshness)
            }
            var printer = ListPrinter(try form(hosts), call)
            for row in rows { printer.add(row) }
            if asked.isTable {
                try printer.show(call, after: call.bytes(of: try services(body)) + [0x0A])
            } else {
                try printer.show(call)
            }
            return call.note(hosts: involved, freshness: freshness)
        },
    )

    private static func services(_ body: [UInt8]) throws(Failure) -> Table {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: body)
        } catch {
            throw Failure.unreadable(error)
        }
        var table = Table([
            Table.Column("SERVICE", minimum: 8), Table.Column("CONTAINERS"), Table.Column("RUNNING"),
            Table.Column("HEALTHY"),
        ])
        for service in document["services"]?.elements ?? [] {
            table.add([
                service["name"]?.string ?? "", number(service, "containers"), number(service, "running"),
                number(service, "healthy"),
            ])
        }
        return table
    }

    private static func number(_ value: JSONValue, _ name: String) -> String {
        "\(value[name]?.integer ?? 0)"
    }
}
