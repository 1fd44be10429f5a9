/// What lists of mounts, ports and health have; the columns that they share.
enum FleetColumns {
    /// The kind of a list of mounts: by host, source and container.
    static let mounts = ListKind<MountRow>(
        noun: "mount",
        columns: [
            host(\.place),
            ListColumn(
                name: "Type", title: "TYPE", sortName: "type", places: .everywhere, leaves: 1,
                text: { row, _ in row.type }),
            ListColumn(
                name: "Source", title: "SOURCE", sortName: "source", places: .everywhere, minimum: 16,
                text: { row, _ in row.source }),
            ListColumn(
                name: "Name", title: "VOLUME", sortName: "volume", places: [.wide, .csv], minimum: 8,
                leaves: 0,
                text: { row, _ in row.name }),
            ListColumn(
                name: "Driver", title: "DRIVER", sortName: "driver", places: .everywhere, leaves: 2,
                text: { row, _ in row.driver }),
            ListColumn(
                name: "RW", title: "RW", sortName: "rw", places: .everywhere, leaves: 3,
                text: { row, _ in row.isWritable ? "rw" : "ro" }),
        ] + container(\.place) + [
            ListColumn(
                name: "Destination", title: "DESTINATION", sortName: "destination", places: .everywhere,
                minimum: 12,
                leaves: 4, text: { row, _ in row.destination })
        ],
        name: { "\($0.place.host)/\($0.place.name):\($0.destination)" },
        id: { $1.isWhole ? $0.place.id : $0.place.shortID },
        order: {
            ($0.place.hostTitle, $0.source, $0.place.name, $0.destination) < (
                $1.place.hostTitle, $1.source, $1.place.name, $1.destination
            )
        }, blank: MountRow())

    /// The kind of a list of ports: by host, port and protocol.
    static let ports = ports([])

    /// The kind of a list of clashes: those that are in one clash together.
    static let clashes = ports([
        ListColumn(
            name: "Clash", title: "CLASH", sortName: "clash", places: .everywhere,
            text: { row, _ in "\(row.clash)" }, key: { .number($0.clash) })
    ])

    private static func ports(_ first: [ListColumn<PortRow>]) -> ListKind<PortRow> {
        ListKind(
            noun: "port",
            columns: first + [
                host(\.place),
                ListColumn(
                    name: "Address", title: "ADDRESS", sortName: "address", places: .everywhere, minimum: 7,
                    text: { row, context in context.isTable ? row.address : row.ip }),
                ListColumn(
                    name: "Port", title: "PORT", sortName: "port", places: .everywhere,
                    text: { row, _ in "\(row.port)" }, key: { .number($0.port) }),
                ListColumn(
                    name: "Protocol", title: "PROTOCOL", sortName: "protocol", places: .everywhere, leaves: 2,
                    text: { row, _ in row.type }),
            ] + container(\.place) + [
                ListColumn(
                    name: "PrivatePort", title: "PRIVATE PORT", sortName: "privateport", places: .everywhere,
                    leaves: 1, text: { row, _ in "\(row.privatePort)" }, key: { .number($0.privatePort) }),
                ListColumn(
                    name: "Published", title: "PUBLISHED", sortName: "published", places: [.wide, .csv],
                    leaves: 0,
                    text: { row, _ in row.isPublished ? "yes" : "no" }),
            ],
            name: { "\($0.place.host):\($0.ip):\($0.port)/\($0.type)" },
            id: { $1.isWhole ? $0.place.id : $0.place.shortID },
            order: {
                ($0.clash, $0.place.hostTitle, $0.port, $0.type, "\($0.ip) \($0.place.name)") < (
                    $1.clash, $1.place.hostTitle, $1.port, $1.type, "\($1.ip) \($1.place.name)"
                )
            }, blank: PortRow())
    }

    /// The kind of a list of hosts with the health of their containers.
    static let health = ListKind<HealthRow>(
        noun: "host",
        columns: [
            host(\.place),
            count("Containers", "CONTAINERS", \.total), count("Healthy", "HEALTHY", \.healthy),
            count("Unhealthy", "UNHEALTHY", \.unhealthy) { $0 == "0" ? nil : .red },
            count("Starting", "STARTING", \.starting) { $0 == "0" ? nil : .yellow },
            count("None", "NO CHECK", \.none),
        ],
        name: { $0.place.host }, id: { row, _ in row.place.host },
        order: { ($0.place.hostTitle, $0.place.host) < ($1.place.hostTitle, $1.place.host) },
        blank: HealthRow())

    private static func count(
        _ name: String, _ title: String, _ number: @escaping @Sendable (HealthRow) -> Int64,
        colour: (@Sendable (String) -> Colour?)? = nil
    ) -> ListColumn<HealthRow> {
        ListColumn(
            name: name, title: title, sortName: name.lowercased(), places: .everywhere,
            text: { row, _ in "\(number(row))" }, key: { .number(number($0)) }, colour: colour)
    }

    private static func host<Row>(_ place: @escaping @Sendable (Row) -> RowPlace) -> ListColumn<Row> {
        ListColumn(
            name: "Host", title: "HOST", sortName: "host", places: .everywhere, minimum: 8,
            text: { row, _ in place(row).hostTitle })
    }

    private static func container<Row>(_ place: @escaping @Sendable (Row) -> RowPlace) -> [ListColumn<Row>] {
        [
            ListColumn(
                name: "Container", title: "CONTAINER", sortName: "container", places: .everywhere, minimum: 8,
                text: { row, _ in place(row).name }),
            ListColumn(
                name: "ID", title: "CONTAINER ID", sortName: "id", places: [.wide, .csv], leaves: 0,
                text: { $1.isWhole ? place($0).id : place($0).shortID }),
            ListColumn(
                name: "State", title: "STATE", sortName: "state", places: .everywhere, leaves: 5,
                text: { row, _ in place(row).state },
                colour: { $0 == "running" ? nil : .yellow }),
        ]
    }
}
