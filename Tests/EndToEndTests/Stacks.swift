internal import JSON

/// Reads the document of `bayplan stack ps -o json`.
enum Stacks {
    /// The ids of all members.
    static func members(of stack: JSONValue) -> [String] {
        items(stack).compactMap { $0["id"]?.string }
    }

    /// How many members each service has.
    static func counts(of stack: JSONValue) -> [String: Int] {
        Dictionary(
            items(stack).map { ($0["compose"]?["service"]?.string ?? "unknown", 1) }, uniquingKeysWith: +)
    }

    private static func items(_ stack: JSONValue) -> [JSONValue] {
        if let items = stack["items"]?.elements { return items }
        return (stack["services"]?.elements ?? []).flatMap { $0["items"]?.elements ?? [] }
    }
}
