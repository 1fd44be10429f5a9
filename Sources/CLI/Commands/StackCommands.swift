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
        options: [ListingOptions.quiet, ListingOptions.output],
        examples: [("stack ls", "All stacks and where they are.")],
        run: { call throws(Failure) in
            let body = try await call.api.get(Query("stacks"))
            if call.settings[ListingOptions.output] == "json" {
                try call.show(document: body)
                return .ok
            }
            let list = try ListDocument(body) { reader throws(JSONError) in try reader.readValue() }
            let stacks = list.items.sorted { ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "") }
            if call.settings[ListingOptions.quiet] {
                let text = stacks.map { TerminalText.safe($0["name"]?.string ?? "") + "\n" }.joined()
                try call.surroundings.output.write(Array(text.utf8))
                return .ok
            }
            var table = Table([
                Table.Column("NAME", minimum: 8), Table.Column("KIND"), Table.Column("SERVICES"),
                Table.Column("CONTAINERS"), Table.Column("RUNNING"), Table.Column("HOSTS", minimum: 10),
            ])
            for stack in stacks {
                table.add([
                    stack["name"]?.string ?? "", stack["kind"]?.string ?? "", number(stack, "services"),
                    number(stack, "containers"), number(stack, "running"),
                    (stack["hosts"]?.elements ?? []).compactMap(\.string).joined(separator: ", "),
                ])
            }
            try call.show(table)
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
        options: [kind, ListingOptions.quiet, ListingOptions.noTrunc, ListingOptions.output]
            + Freshness.options,
        arguments: 1...1,
        examples: [("stack ps shop", "Where the services of `shop` run, and how they are.")],
        run: { call throws(Failure) in
            var query = Query("stacks", call.arguments[0])
            query.add("kind", optional: call.settings[kind])
            let freshness = try Freshness(call.settings)
            let hosts = try await freshness.hosts(call.api, call) { $0 }
            let body = try await call.api.get(query)
            let list = try ListDocument(body) { reader throws(JSONError) in try ContainerRow(&reader) }
            let rows = list.items.sorted { one, other in
                (service(one), one.hostTitle, one.name, one.id) < (
                    service(other), other.hostTitle, other.name, other.id
                )
            }
            let ids = Set(rows.map(\.host))
            let involved = hosts.filter { ids.contains($0.id) }
            if call.settings[ListingOptions.output] == "json" {
                try call.show(document: body)
                return call.note(hosts: involved, freshness: freshness)
            }
            let isWhole = call.settings[ListingOptions.noTrunc]
            if call.settings[ListingOptions.quiet] {
                let text = rows.map { TerminalText.safe(isWhole ? $0.id : $0.shortID) + "\n" }.joined()
                try call.surroundings.output.write(Array(text.utf8))
                return call.note(hosts: involved, freshness: freshness)
            }
            try call.show(try services(body))
            try call.surroundings.output.line("")
            try call.show(
                containers(rows, hosts: involved, now: call.surroundings.now(), isWhole: isWhole),
                whole: isWhole
            ) {
                column, text in column == 4 ? ContainerTable.colour(status: text) : nil
            }
            return call.note(hosts: involved, freshness: freshness)
        },
    )

    private static func service(_ row: ContainerRow) -> String {
        row.service.isEmpty ? "unknown" : row.service
    }

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

    private static func containers(
        _ rows: [ContainerRow], hosts: [HostRow], now: Int64, isWhole: Bool,
    ) -> Table {
        var table = Table([
            Table.Column("SERVICE", minimum: 8), Table.Column("HOST", minimum: 8),
            Table.Column("CONTAINER ID", leaves: 2), Table.Column("IMAGE", minimum: 8, leaves: 1),
            Table.Column("STATUS", minimum: 10), Table.Column("PORTS", minimum: 8, leaves: 0),
            Table.Column("NAMES", minimum: 8),
        ])
        var marks: [String: String] = [:]
        for host in hosts { marks[host.id] = host.mark }
        for row in rows {
            table.add([
                service(row), marks[row.host].map { "\(row.hostTitle) (\($0))" } ?? row.hostTitle,
                isWhole ? row.id : row.shortID, imageText(row.image, isWhole: isWhole),
                statusText(row.status, now: now), portsText(row.ports), row.name,
            ])
        }
        return table
    }

    private static func number(_ value: JSONValue, _ name: String) -> String {
        "\(value[name]?.integer ?? 0)"
    }
}
