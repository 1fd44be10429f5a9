import JSON

/// A label's key, or one value of a key, as the API counts them.
struct LabelRow: Sendable {
    /// The key, or the value.
    var text = ""
    var containers: Int64 = 0
    /// How many different values a key has.
    var values: Int64 = 0

    /// A row without anything.
    init() {}

    /// Reads one object of either list.
    init(_ reader: inout JSONReader) throws(JSONError) {
        let value = try reader.readValue()
        text = (value["key"] ?? value["value"])?.string ?? ""
        containers = value["containers"]?.integer ?? 0
        values = value["values"]?.integer ?? 0
    }
}

/// What lists of labels have.
enum LabelColumns {
    /// The kind of a list of keys, in the order of the aggregator.
    static let keys = kind(
        noun: "label",
        [
            text("Key", "KEY", "key"), containers,
            ListColumn(
                name: "Values", title: "VALUES", sortName: "values", places: .everywhere, leaves: 0,
                text: { row, _ in "\(row.values)" }, key: { .number($0.values) }),
        ])

    /// The kind of a list of a key's values, in the order of the aggregator.
    static let values = kind(noun: "value", [text("Value", "VALUE", "value"), containers])

    private static let containers = ListColumn<LabelRow>(
        name: "Containers", title: "CONTAINERS", sortName: "containers", places: .everywhere, leaves: 1,
        text: { row, _ in "\(row.containers)" }, key: { .number($0.containers) })

    private static func text(_ name: String, _ title: String, _ sortName: String) -> ListColumn<LabelRow> {
        ListColumn(
            name: name, title: title, sortName: sortName, places: .everywhere, minimum: 8,
            text: { row, _ in row.text })
    }

    private static func kind(noun: String, _ columns: [ListColumn<LabelRow>]) -> ListKind<LabelRow> {
        ListKind(
            noun: noun, columns: columns, name: { $0.text }, id: { row, _ in row.text },
            order: { _, _ in false }, blank: LabelRow())
    }
}
