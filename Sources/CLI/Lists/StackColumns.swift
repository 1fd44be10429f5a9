import JSON

/// A stack as the API's list gives it.
struct StackRow: Sendable {
    var name = ""
    /// `compose` or `swarm`.
    var kind = ""
    var services: Int64 = 0
    var containers: Int64 = 0
    var running: Int64 = 0
    var hosts: [String] = []

    /// A row without anything.
    init() {}

    /// Reads one stack object.
    init(_ reader: inout JSONReader) throws(JSONError) {
        let value = try reader.readValue()
        name = value["name"]?.string ?? ""
        kind = value["kind"]?.string ?? ""
        services = value["services"]?.integer ?? 0
        containers = value["containers"]?.integer ?? 0
        running = value["running"]?.integer ?? 0
        hosts = (value["hosts"]?.elements ?? []).compactMap(\.string)
    }
}

/// What a list of stacks has; `Name`, `Services` and `Orchestrator` are docker's.
enum StackColumns {
    /// The kind of a list of stacks, by name.
    static let kind = ListKind<StackRow>(
        noun: "stack", columns: columns, name: { $0.name }, id: { row, _ in row.name },
        order: { ($0.name, $0.kind) < ($1.name, $1.kind) }, blank: StackRow())

    private static let columns: [ListColumn<StackRow>] = [
        ListColumn(
            name: "Name", title: "NAME", sortName: "name", places: .everywhere, minimum: 8,
            text: { row, _ in row.name }),
        ListColumn(
            name: "Kind", title: "KIND", sortName: "kind", places: .everywhere, leaves: 0,
            text: { row, _ in row.kind }),
        ListColumn(
            name: "Services", title: "SERVICES", sortName: "services", places: .everywhere, leaves: 1,
            text: { row, _ in "\(row.services)" }, key: { .number($0.services) }),
        ListColumn(
            name: "Orchestrator", title: "ORCHESTRATOR",
            text: { row, _ in row.kind == "swarm" ? "Swarm" : row.kind == "compose" ? "Compose" : row.kind }),
        ListColumn(
            name: "Containers", title: "CONTAINERS", sortName: "containers", places: .everywhere, leaves: 2,
            text: { row, _ in "\(row.containers)" }, key: { .number($0.containers) }),
        ListColumn(
            name: "Running", title: "RUNNING", sortName: "running", places: .everywhere, leaves: 3,
            text: { row, _ in "\(row.running)" }, key: { .number($0.running) },
            colour: nil),
        ListColumn(
            name: "Hosts", title: "HOSTS", sortName: "hosts", places: .everywhere, minimum: 10, leaves: 4,
            text: { row, context in row.hosts.joined(separator: context.isTable ? ", " : ",") },
            key: { .number(Int64($0.hosts.count)) }),
    ]
}
