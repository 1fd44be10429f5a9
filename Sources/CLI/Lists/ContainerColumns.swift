import Inventory

/// What a list of containers has: docker's own columns by docker's names, and those that a fleet adds.
enum ContainerColumns {
    /// docker's `--format raw`.
    static let rawFormat = """
        container_id: {{.ID}}
        image: {{.Image}}
        command: {{.Command}}
        created_at: {{.CreatedAt}}
        state: {{- pad .State 1 0}}
        status: {{- pad .Status 1 0}}
        names: {{.Names}}
        labels: {{- pad .Labels 1 0}}
        ports: {{- pad .Ports 1 0}}

        """

    /// docker's own placeholders, and the host.
    private static let whole: Set<String> = [
        "Command", "CreatedAt", "Host", "ID", "Image", "Labels", "LocalVolumes", "Mounts", "Names",
        "Networks",
        "Ports", "RunningFor", "Size", "State", "Status",
    ]

    /// The kind of a list of containers on hosts; newest first, as docker.
    ///
    /// A watch tells of changes, and what containers use is none.
    static func kind(hosts: [HostRow], isWatched: Bool = false) -> ListKind<ContainerRow> {
        ListKind(
            noun: "container",
            columns: place(hosts) + main + state + (isWatched ? [] : usage) + network + stack + rest,
            name: { "\($0.host)/\($0.name)" },
            id: { $1.isWhole ? $0.id : $0.shortID },
            fields: "host,hostName,id,name,config.created",
            order: { one, other in
                if one.created != other.created { return one.created > other.created }
                return (one.host, one.name) < (other.host, other.name)
            },
            whole: whole, methods: ["Label"],
            method: { row, _, name in row.labels.first { $0.name == name }?.value ?? "" },
            methodFields: "config.labels",
            blank: ContainerRow())
    }

    /// The kind of a list of one stack's containers: by service, without what `stack ps` has no room for.
    static func ofStack(hosts: [HostRow]) -> ListKind<ContainerRow> {
        let service = ListColumn<ContainerRow>(
            name: "Service", title: "SERVICE", sortName: "service", places: .everywhere, minimum: 8,
            leaves: 17,
            text: { row, _ in serviceName(row) })
        let others = kind(hosts: hosts).columns.filter { $0.name != "Service" }.map { column in
            var column = column
            if ["Command", "RunningFor"].contains(column.name) { column.places.remove(.table) }
            return column
        }
        return ListKind(
            noun: "container", columns: [service] + others, name: { "\($0.host)/\($0.name)" },
            id: { $1.isWhole ? $0.id : $0.shortID },
            order: { one, other in
                (serviceName(one), one.hostTitle, one.name, one.id) < (
                    serviceName(other), other.hostTitle, other.name, other.id
                )
            },
            whole: whole, methods: ["Label"],
            method: { row, _, name in row.labels.first { $0.name == name }?.value ?? "" },
            blank: ContainerRow())
    }

    /// A container without a service label counts as one of the service `unknown`.
    private static func serviceName(_ row: ContainerRow) -> String {
        row.service.isEmpty ? "unknown" : row.service
    }

    private static let usage = [
        StatsColumns.cpu(name: "CPUPerc", title: "CPU %", places: [.wide, .csv]), StatsColumns.memory,
    ]

    static func place(_ hosts: [HostRow]) -> [ListColumn<ContainerRow>] {
        let byID = Dictionary(hosts.map { ($0.id, $0) }) { first, _ in first }
        return [
            ListColumn(
                name: "Host", title: "HOST", sortName: "host", places: .everywhere, minimum: 8,
                text: { row, context in
                    guard context.isTable, let mark = byID[row.host]?.mark else { return row.hostTitle }
                    return "\(row.hostTitle) (\(mark))"
                },
                key: { .text($0.hostTitle) },
                colour: { $0.hasSuffix(")") ? .yellow : nil }),
            ListColumn(
                name: "HostID", title: "HOST ID", sortName: "hostid", text: { row, _ in row.host }),
            ListColumn(
                name: "Freshness", title: "FRESHNESS", sortName: "freshness", places: [.wide, .csv],
                leaves: 1, text: { row, _ in byID[row.host]?.freshnessText ?? "" },
                colour: { $0.hasPrefix("fresh") || $0.isEmpty ? nil : .yellow }),
            ListColumn(
                name: "HostAddress", title: "HOST ADDRESS", sortName: "address", places: [.wide, .csv],
                minimum: 8, leaves: 0, text: { row, _ in byID[row.host]?.address ?? "" }),
        ]
    }

    private static let main: [ListColumn<ContainerRow>] = [
        ListColumn(
            name: "ID", title: "CONTAINER ID", sortName: "id", places: .everywhere, leaves: 8,
            text: { $1.isWhole ? $0.id : $0.shortID }),
        ListColumn(
            name: "Image", title: "IMAGE", sortName: "image", places: .everywhere, fields: "config.image",
            minimum: 10, leaves: 9, text: { imageText($0.image, isWhole: $1.isWhole || $1.isWide) }),
        ListColumn(
            name: "Command", title: "COMMAND", sortName: "command", places: .everywhere,
            fields: "config.command,config.entrypoint", minimum: 12, leaves: 1,
            text: { commandText(entrypoint: $0.entrypoint, command: $0.command, isWhole: $1.isWhole) }),
        ListColumn(
            name: "RunningFor", title: "CREATED", sortName: "created", places: [.table, .wide],
            minimum: 12, leaves: 4, text: { $0.age(now: $1.now) }, key: { .number($0.created) }),
        ListColumn(
            name: "CreatedAt", title: "CREATED AT", places: .csv,
            text: { row, _ in goTime(milliseconds: row.created) }),
    ]

    private static let state: [ListColumn<ContainerRow>] = [
        ListColumn(
            name: "State", title: "STATE", sortName: "state", places: .csv, fields: "status.state",
            text: { row, _ in row.status.state.rawValue }),
        ListColumn(
            name: "Status", title: "STATUS", sortName: "status", places: [.table, .wide],
            fields: "status.state,status.startedAt,status.finishedAt,status.exitCode,status.health",
            minimum: 14, leaves: 18, text: { statusText($0.status, now: $1.now) },
            // Running ones by how long they run, then the others by how long they don't.
            key: { .text("\($0.status.state.rawValue) \(max($0.status.startedAt, $0.status.finishedAt))") },
            colour: { ContainerTable.colour(status: $0) }),
        ListColumn(
            name: "Health", title: "HEALTH", sortName: "health", places: [.wide, .csv],
            fields: "status.health", leaves: 6, text: { row, _ in row.status.health?.status ?? "" },
            colour: { $0 == "unhealthy" ? .red : $0 == "starting" ? .yellow : nil }),
        ListColumn(
            name: "Restarts", title: "RESTARTS", sortName: "restarts", places: [.wide, .csv],
            fields: "status.restartCount", leaves: 5, text: { row, _ in "\(row.status.restartCount)" },
            key: { .number($0.status.restartCount) }),
        ListColumn(
            name: "ExitCode", title: "EXIT CODE", sortName: "exitcode", places: .csv,
            fields: "status.exitCode", text: { row, _ in "\(row.status.exitCode)" },
            key: { .number($0.status.exitCode) }),
        ListColumn(
            name: "StartedAt", title: "STARTED AT", sortName: "started", places: .csv,
            fields: "status.startedAt",
            text: { row, _ in row.status.startedAt > 0 ? goTime(milliseconds: row.status.startedAt) : "" },
            key: { .number($0.status.startedAt) }),
    ]

    private static let network: [ListColumn<ContainerRow>] = [
        ListColumn(
            name: "Ports", title: "PORTS", sortName: "ports", places: .everywhere, fields: "network.ports",
            minimum: 16, leaves: 3, text: { row, _ in portsText(row.ports) }),
        ListColumn(
            name: "Networks", title: "NETWORKS", sortName: "networks", places: [.wide, .csv],
            fields: "network.networks", minimum: 10, leaves: 2,
            text: { row, _ in row.networks.sorted().joined(separator: ",") }),
    ]

    private static let stack: [ListColumn<ContainerRow>] = [
        ListColumn(
            name: "Stack", title: "STACK", sortName: "stack", places: [.wide, .csv],
            fields: "compose.project,compose.kind", minimum: 8, leaves: 7, text: { row, _ in row.project }),
        ListColumn(
            name: "Service", title: "SERVICE", sortName: "service", places: [.wide, .csv],
            fields: "compose.service", minimum: 8, leaves: 7, text: { row, _ in row.service }),
    ]

    private static let rest: [ListColumn<ContainerRow>] = [
        ListColumn(
            name: "Names", title: "NAMES", sortName: "name", places: .everywhere, minimum: 12,
            text: { row, _ in row.name }),
        ListColumn(
            name: "Labels", title: "LABELS", places: .csv, fields: "config.labels",
            text: { row, _ in
                let sorted = row.labels.sorted { $0.name < $1.name }
                return sorted.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
            }),
        ListColumn(
            name: "Mounts", title: "MOUNTS", places: .csv, fields: "config.mounts",
            text: { row, context in
                let names = row.mounts.map { $0.name.isEmpty ? $0.source : $0.name }
                return names.map { context.isWhole ? $0 : ellipsis($0, width: 15) }.joined(separator: ",")
            }),
        ListColumn(
            name: "LocalVolumes", title: "LOCAL VOLUMES", fields: "config.mounts",
            text: { row, _ in "\(row.mounts.count { $0.driver == "local" })" }),
        // docker asks the Engine for sizes only with -s; without, it prints this.
        ListColumn(name: "Size", title: "SIZE", text: { _, _ in "0B" }),
    ]
}
