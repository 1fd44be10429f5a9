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
        about: """
            Lists every label key of the fleet with how many containers have it and how many different values.
            """,
        options: [prefix, ListingOptions.quiet] + ListingOptions.forms,
        examples: [("label ls --prefix com.example.", "The labels of one's own.")],
        run: { call throws(Failure) in
            var query = Query("labels")
            query.add("prefix", optional: call.settings[prefix])
            return try await show(query, LabelRow.keys, call)
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
            try await show(Query("labels", call.arguments[0]), LabelRow.values, call)
        },
    )

    /// Fetches every page and shows it.
    private static func show(
        _ query: Query, _ kind: ListKind<LabelRow>, _ call: Invocation
    ) async throws(Failure) -> ExitCode {
        let asked = try ListForm(call, kind, isQuiet: call.settings[ListingOptions.quiet])
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
        var printer = ListPrinter(asked, call)
        guard asked.isDocument else {
            for item in items { printer.add(LabelRow(item)) }
            try printer.show(call)
            return .ok
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("total", items.count)
            writer.key("items")
            writer.value(.array(items))
        }
        try printer.show(document: writer.bytes, call) { reader throws(JSONError) in
            LabelRow(try reader.readValue())
        }
        return .ok
    }
}

/// A label key, or a value of one, with how many have it.
struct LabelRow: Sendable {
    var text = ""
    var containers: Int64 = 0
    /// Different values; 0 for a value.
    var differentValues: Int64 = 0

    /// A row without anything.
    init() {}

    init(_ item: JSONValue) {
        text = item["key"]?.string ?? item["value"]?.string ?? ""
        containers = item["containers"]?.integer ?? 0
        differentValues = item["values"]?.integer ?? 0
    }

    static let keys = kind(
        "label",
        [
            ListColumn(
                name: "Key", title: "KEY", sortName: "key", places: .everywhere, minimum: 8,
                text: { row, _ in row.text }), count,
            ListColumn(
                name: "Values", title: "VALUES", sortName: "values", places: .everywhere,
                text: { row, _ in "\(row.differentValues)" }, key: { .number($0.differentValues) }),
        ])

    static let values = kind(
        "value",
        [
            ListColumn(
                name: "Value", title: "VALUE", sortName: "value", places: .everywhere, minimum: 8,
                text: { row, _ in row.text }), count,
        ])

    private static let count = ListColumn<LabelRow>(
        name: "Containers", title: "CONTAINERS", sortName: "containers", places: .everywhere,
        text: { row, _ in "\(row.containers)" }, key: { .number($0.containers) })

    /// A list in the order of the answer, which is that of the texts' bytes.
    private static func kind(_ noun: String, _ columns: [ListColumn<LabelRow>]) -> ListKind<LabelRow> {
        ListKind(
            noun: noun, columns: columns, name: { $0.text }, id: { row, _ in row.text },
            order: { _, _ in false }, blank: LabelRow())
    }
}
