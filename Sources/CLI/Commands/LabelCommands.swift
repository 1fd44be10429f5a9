import JSON
import Settings

/// `bayplan label …`: which labels the containers of the fleet have, with how many have them (row B6).
enum LabelCommands {
    static let prefix = Setting(
        "prefix", optional: .text("PREFIX"), help: "Only keys that begin so, such as `com.docker.`.",
        sources: .flag)

    static let list = Command(
        name: "label ls",
        aliases: ["label"],
        summary: "List the label keys of all containers",
        usage: "[OPTIONS]",
        about:
            "Lists every label key of the fleet with how many containers have it and how many different values.",
        options: [prefix, ListingOptions.quiet, ListingOptions.output],
        examples: [("label ls --prefix com.example.", "The labels of one's own.")],
        run: { call throws(Failure) in
            var query = Query("labels")
            query.add("prefix", optional: call.settings[prefix])
            return try await show(
                query, columns: [("KEY", "key"), ("CONTAINERS", "containers"), ("VALUES", "values")], call)
        },
    )

    static let values = Command(
        name: "label values",
        summary: "List the values of a label",
        usage: "[OPTIONS] KEY",
        about: "Lists every value of a label, in order, with how many containers have it.",
        options: [ListingOptions.quiet, ListingOptions.output],
        arguments: 1...1,
        examples: [("label values com.docker.compose.project", "The Compose projects by their label.")],
        run: { call throws(Failure) in
            try await show(
                Query("labels", call.arguments[0]),
                columns: [("VALUE", "value"), ("CONTAINERS", "containers")], call)
        },
    )

    /// Fetches every page and shows it; the first column is what `-q` prints.
    private static func show(
        _ query: Query, columns: [(title: String, member: String)], _ call: Invocation
    ) async throws(Failure) -> ExitCode {
        var items: [JSONValue] = []
        var next = ""
        repeat {
            var page = query
            page.add("continue", optional: next)
            let list = try ListDocument(try await call.api.get(page)) { reader throws(JSONError) in
                try reader.readValue()
            }
            items += list.items
            next = list.next
        } while !next.isEmpty
        if call.settings[ListingOptions.output] == "json" {
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("total", items.count)
                writer.key("items")
                writer.value(.array(items))
            }
            try call.show(document: writer.bytes)
            return .ok
        }
        func text(_ item: JSONValue, _ member: String) -> String {
            item[member]?.string ?? item[member]?.integer.map { "\($0)" } ?? ""
        }
        if call.settings[ListingOptions.quiet] {
            let lines = items.map { TerminalText.safe(text($0, columns[0].member)) + "\n" }.joined()
            try call.surroundings.output.write(Array(lines.utf8))
            return .ok
        }
        var table = Table(columns.enumerated().map { Table.Column($1.title, minimum: $0 == 0 ? 8 : nil) })
        for item in items { table.add(columns.map { text(item, $0.member) }) }
        try call.show(table)
        return .ok
    }
}
