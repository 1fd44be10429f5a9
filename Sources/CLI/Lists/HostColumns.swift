/// What a list of hosts has.
enum HostColumns {
    /// The kind of a list of hosts, by name.
    static let kind = ListKind<HostRow>(
        noun: "host", columns: columns, name: { $0.id }, id: { row, _ in row.id },
        order: { ($0.title, $0.id) < ($1.title, $1.id) }, blank: HostRow())

    private static let columns: [ListColumn<HostRow>] = [
        ListColumn(
            name: "ID", title: "HOST", sortName: "host", places: .everywhere, minimum: 8,
            text: { row, _ in row.id }),
        ListColumn(
            name: "Name", title: "NAME", sortName: "name", places: .everywhere, minimum: 8, leaves: 6,
            text: { row, _ in row.name }),
        ListColumn(
            name: "State", title: "STATE", sortName: "state", places: .everywhere,
            text: { row, _ in row.state },
            colour: { $0 == "live" ? nil : $0 == "conflict" ? .red : .yellow }),
        ListColumn(
            name: "Containers", title: "CONTAINERS", sortName: "containers", places: .everywhere, leaves: 4,
            text: { row, _ in "\(row.containers)" }, key: { .number($0.containers) }),
        ListColumn(
            name: "Running", title: "RUNNING", sortName: "running", places: .everywhere, leaves: 5,
            text: { row, _ in "\(row.running)" }, key: { .number($0.running) }),
        ListColumn(
            name: "Engine", title: "ENGINE", sortName: "engine", places: .everywhere, leaves: 2,
            text: { row, _ in row.engineState == "unreachable" ? "unreachable" : row.engineVersion },
            colour: { $0 == "unreachable" ? .red : nil }),
        ListColumn(
            name: "Agent", title: "AGENT", sortName: "agent", places: .everywhere, leaves: 1,
            text: { row, _ in row.agentVersion }),
        ListColumn(
            name: "Address", title: "ADDRESS", sortName: "address", places: .everywhere, minimum: 8,
            leaves: 3,
            text: { row, _ in row.address }),
        ListColumn(
            name: "LastHeard", title: "LAST HEARD", sortName: "lastheard", places: [.table, .wide], leaves: 4,
            text: { row, _ in row.state == "live" ? "now" : "\(humanDuration(milliseconds: row.age)) ago" },
            // The one that was heard last comes last, as a later time does.
            key: { .number($0.state == "live" ? 0 : 0 - $0.age) }),
        ListColumn(
            name: "Freshness", title: "FRESHNESS", sortName: "freshness", places: [.wide, .csv], leaves: 2,
            text: { row, _ in row.freshnessText },
            key: { .number($0.freshness.first { $0.facet == "status" }?.age.age ?? .max) },
            colour: { $0.hasPrefix("fresh") || $0.isEmpty ? nil : .yellow }),
        ListColumn(
            name: "LastHeardAt", title: "LAST HEARD AT", places: .csv,
            text: { row, _ in row.lastHeard > 0 ? goTime(milliseconds: row.lastHeard) : "" }),
        ListColumn(
            name: "Error", title: "ERROR", places: [.wide, .csv], minimum: 12, leaves: 0,
            text: { row, _ in row.error }, colour: { _ in .red }),
    ]
}
