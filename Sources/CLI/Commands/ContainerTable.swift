import JSON
import Settings

/// A table of containers as docker shows them, with the host first.
struct ContainerTable {
    /// The fields that the table needs.
    static let fields = """
        host,id,name,status.state,status.startedAt,status.finishedAt,status.exitCode,status.health,\
        network.ports,config.image,config.created,config.command,config.entrypoint
        """

    private static let columns = [
        Table.Column("HOST", minimum: 8),
        Table.Column("CONTAINER ID", leaves: 4),
        Table.Column("IMAGE", minimum: 10, leaves: 5),
        Table.Column("COMMAND", minimum: 12, leaves: 0),
        Table.Column("CREATED", minimum: 12, leaves: 1),
        Table.Column("STATUS", minimum: 14, leaves: 9),
        Table.Column("PORTS", minimum: 16, leaves: 2),
        Table.Column("NAMES", minimum: 12),
    ]

    /// What decides where a row is shown.
    private struct Place {
        let created: Int64
        let host: Int
    }

    private let titles: [String: String]
    private let now: Int64
    private let isWhole: Bool
    private var container = ListedContainer()
    private var cells = TableText()
    private var places: [Place] = []
    /// The ids of the hosts in the order in which they came, the last one with its title.
    private var hosts: [ArraySlice<UInt8>] = []
    private var title = ""

    /// What the rows need to know besides the containers.
    init(hosts: [HostRow], now: Int64, isWhole: Bool) {
        var titles: [String: String] = [:]
        for host in hosts { titles[host.id] = host.mark.map { "\(host.title) (\($0))" } ?? host.title }
        self.titles = titles
        self.now = now
        self.isWhole = isWhole
    }

    /// Reads a container and adds its row.
    mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try container.read(&reader)
        if places.isEmpty || hosts.last != container.host {
            let id = String(decoding: container.host, as: UTF8.self)
            let name = String(decoding: container.hostName, as: UTF8.self)
            title = titles[id] ?? (name.isEmpty ? id : name)
            // A copy, which doesn't keep the whole answer alive.
            hosts.append(Array(container.host)[...])
        }
        cells.add(title)
        cells.append(isWhole ? container.id : container.id.prefix(12))
        cells.end()
        cells.addImage(container.image, isWhole: isWhole)
        cells.addCommand(of: container, isWhole: isWhole)
        cells.addAge(created: container.created, now: now)
        cells.addStatus(of: container, now: now)
        cells.addPorts(container.ports)
        cells.append(container.name)
        cells.end()
        places.append(Place(created: container.created, host: hosts.count - 1))
    }

    /// Shows the rows, newest first as docker does; a stale host is yellow, a sick or failed container red.
    func show(_ call: Invocation) throws(Failure) {
        let order = places.indices.sorted { one, other in
            if places[one].created != places[other].created {
                return places[one].created > places[other].created
            }
            let (host, otherHost) = (hosts[places[one].host], hosts[places[other].host])
            return host == otherHost
                ? name(one).lexicographicallyPrecedes(name(other)) : host.lexicographicallyPrecedes(otherHost)
        }
        try call.show(
            Table(Self.columns, cells: cells, order: order), whole: call.settings[ListingOptions.noTrunc]
        ) { column, text in
            switch column {
            case 0: text.hasSuffix(")") ? .yellow : nil
            case 5: Self.colour(status: text)
            default: nil
            }
        }
    }

    private func name(_ row: Int) -> ArraySlice<UInt8> {
        cells.bytes[cells.place((row + 1) * Self.columns.count - 1)]
    }

    /// The colour of a status, if it deserves one.
    static func colour(status text: String) -> Colour? {
        if text.hasSuffix("(unhealthy)") || text.hasPrefix("Restarting") || text == "Dead" { return .red }
        if text.hasPrefix("Exited") { return text.hasPrefix("Exited (0)") ? .grey : .red }
        if text.hasSuffix("(Paused)") || text.hasSuffix("(health: starting)") { return .yellow }
        return nil
    }
}
