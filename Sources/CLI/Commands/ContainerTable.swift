import Settings

/// A table of containers as docker shows them, with the host first.
struct ContainerTable {
    /// The fields that the table needs.
    static let fields = """
        host,id,name,status.state,status.startedAt,status.finishedAt,status.exitCode,status.health,network.ports,\
        config.image,config.created,config.command,config.entrypoint
        """

    private static let columns = [
        Table.Column("HOST", minimum: 8),
        Table.Column("CONTAINER ID", leaves: 4),
        Table.Column("IMAGE", minimum: 8, leaves: 5),
        Table.Column("COMMAND", minimum: 8, leaves: 0),
        Table.Column("CREATED", minimum: 8, leaves: 1),
        Table.Column("STATUS", minimum: 10),
        Table.Column("PORTS", minimum: 8, leaves: 2),
        Table.Column("NAMES", minimum: 8),
    ]

    private let titles: [String: String]
    private let now: Int64
    private let isWhole: Bool

    /// What the rows need to know besides the containers.
    init(hosts: [HostRow], now: Int64, isWhole: Bool) {
        var titles: [String: String] = [:]
        for host in hosts { titles[host.id] = host.mark.map { "\(host.title) (\($0))" } ?? host.title }
        self.titles = titles
        self.now = now
        self.isWhole = isWhole
    }

    /// A container's row.
    func row(_ row: ContainerRow) -> Table.Row {
        Table.Row([
            titles[row.host] ?? row.hostTitle,
            isWhole ? row.id : row.shortID,
            imageText(row.image, isWhole: isWhole),
            commandText(entrypoint: row.entrypoint, command: row.command, isWhole: isWhole),
            row.age(now: now),
            statusText(row.status, now: now),
            portsText(row.ports),
            row.name,
        ])
    }

    /// Shows rows; a stale host is yellow, a sick or failed container red.
    static func show(_ rows: [Table.Row], _ call: Invocation) throws(Failure) {
        try call.show(Table(columns, rows: rows), whole: call.settings[ListingOptions.noTrunc]) {
            column, text in
            switch column {
            case 0: text.hasSuffix(")") ? .yellow : nil
            case 5: colour(status: text)
            default: nil
            }
        }
    }

    /// The colour of a status, if it deserves one.
    static func colour(status text: String) -> Colour? {
        if text.hasSuffix("(unhealthy)") || text.hasPrefix("Restarting") || text == "Dead" { return .red }
        if text.hasPrefix("Exited") { return text.hasPrefix("Exited (0)") ? .grey : .red }
        if text.hasSuffix("(Paused)") || text.hasSuffix("(health: starting)") { return .yellow }
        return nil
    }
}
