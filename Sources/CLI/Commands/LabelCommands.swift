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
        options: [prefix, ListingOptions.quiet] + ListingOptions.forms,
        examples: [
            ("label ls --prefix com.example.", "The labels of one's own."),
            ("label ls --sort-by -containers", "Those that most containers have first."),
        ],
        run: { call throws(Failure) in
            var query = Query("labels")
            query.add("prefix", optional: call.settings[prefix])
            return try await show(query, LabelColumns.keys, call)
        },
    )

    static let values = Command(
        name: "label values",
        summary: "List the values of a label",
        usage: "[OPTIONS] KEY",
        about: "Lists every value of a label, in order, with how many containers have it.",
        options: [ListingOptions.quiet] + ListingOptions.forms,
        arguments: 1...1,
        examples: [("label values com.docker.compose.project", "The Compose projects by their label.")],
        run: { call throws(Failure) in
            try await show(Query("labels", call.arguments[0]), LabelColumns.values, call)
        },
    )

    /// Fetches every page and shows it.
    private static func show(
        _ query: Query, _ kind: ListKind<LabelRow>, _ call: Invocation
    ) async throws(Failure) -> ExitCode {
        let asked = try ListForm(call, kind, isQuiet: call.settings[ListingOptions.quiet])
        var items: [ArraySlice<UInt8>] = []
        var next = ""
        repeat {
            var page = query
            page.add("continue", optional: next)
            let list = try ListDocument(try await call.api.get(page)) { reader throws(JSONError) in
                try reader.readRaw()
            }
            items += list.items
            next = list.next
        } while !next.isEmpty
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("total", items.count)
            writer.array("items") { writer in
                for item in items { writer.raw(item) }
            }
        }
        var printer = ListPrinter(asked, call)
        if asked.isDocument {
            try printer.show(document: writer.bytes, call) { reader throws(JSONError) in try LabelRow(&reader)
            }
            return .ok
        }
        let rows = try ListDocument(writer.bytes) { reader throws(JSONError) in try LabelRow(&reader) }.items
        for row in rows { printer.add(row) }
        try printer.show(call)
        return .ok
    }
}
