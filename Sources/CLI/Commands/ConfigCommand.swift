import JSON
import Settings

/// `bayplan config show`: every setting with its value and where it came from.
enum ConfigCommand {
    static let command = Command(
        name: "config show",
        aliases: ["config"],
        summary: "Show all settings, and where each came from",
        usage: "[OPTIONS]",
        about: """
            Shows the settings of this program, then those of the aggregator, each with its origin: the \
            default, the line of a file, an environment variable or a flag.
            """,
        options: [ListingOptions.documentOutput],
        examples: [("config show", "What is set, and who set it.")],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let names = ClientSettings.all.map(\.facts.name)
        let own = call.settings.describe().filter { names.contains($0.name) }
        var items: [JSONValue]?
        var result = ExitCode.ok
        do throws(Failure) {
            let body = try await call.api.get(Query("config"))
            items = try ListDocument(body) { reader throws(JSONError) in try reader.readValue() }.items
        } catch {
            call.note("The aggregator's settings are missing here. \(error.sentence)")
            result = .partial
        }
        let form = call.settings[ListingOptions.documentOutput]
        if form != "table" {
            var writer = JSONWriter()
            writer.object { writer in
                writer.array("client") { writer in
                    for row in own {
                        writer.object { writer in
                            writer.member("name", row.name)
                            writer.member("value", row.value)
                            writer.member("origin", row.origin)
                        }
                    }
                }
                writer.key("aggregator")
                if let items { writer.value(.array(items)) } else { writer.null() }
            }
            try call.show(document: writer.bytes, as: form == "yaml" ? .yaml : .json)
            return result
        }
        let file = call.settings.file.map { " (file \(TerminalText.safe($0.path)))" } ?? ""
        var text = Array("bayplan\(file)\n".utf8)
        text += call.bytes(of: table(own.map { [$0.name, $0.value, $0.origin] }))
        if let items {
            text += Array("\naggregator at \(TerminalText.safe(call.api.place.description))\n".utf8)
            let rows = items.map { [Self.text($0["name"]), Self.text($0["value"]), Self.text($0["origin"])] }
            text += call.bytes(of: table(rows))
        }
        try call.page(text)
        return result
    }

    private static func table(_ rows: [[String]]) -> Table {
        var table = Table([
            Table.Column("SETTING"), Table.Column("VALUE", minimum: 12), Table.Column("ORIGIN", minimum: 12),
        ])
        for row in rows { table.add(row) }
        return table
    }

    /// A value as text, whatever its type.
    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): text
        case .some(let other): String(decoding: other.encoded, as: UTF8.self)
        }
    }
}
