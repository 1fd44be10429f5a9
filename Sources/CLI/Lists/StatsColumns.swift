import Inventory

/// What a list of usage has: docker's own columns by docker's names, and the host (requirements B8, C10).
enum StatsColumns {
    private static let whole: Set<String> = [
        "BlockIO", "CPUPerc", "Container", "Host", "ID", "MemPerc", "MemUsage", "Name", "NetIO", "PIDs",
    ]

    /// The kind of `bayplan stats`: by host and name.
    static func kind(hosts: [HostRow]) -> ListKind<ContainerRow> {
        kind(hosts: hosts) { one, other in
            (one.hostTitle, one.name, one.id) < (other.hostTitle, other.name, other.id)
        }
    }

    /// The kind of `bayplan top`: in the order of the answer.
    static func ranking(hosts: [HostRow]) -> ListKind<ContainerRow> {
        kind(hosts: hosts) { _, _ in false }
    }

    private static func kind(
        hosts: [HostRow], order: @escaping @Sendable (ContainerRow, ContainerRow) -> Bool
    ) -> ListKind<ContainerRow> {
        ListKind(
            noun: "container", columns: ContainerColumns.place(hosts) + main + rest,
            name: { "\($0.host)/\($0.name)" }, id: { $1.isWhole ? $0.id : $0.shortID },
            fields: "host,hostName,id,name,status.state,stats", order: order, whole: whole,
            blank: ContainerRow())
    }

    private static let main: [ListColumn<ContainerRow>] = [
        ListColumn(
            name: "ID", title: "CONTAINER ID", sortName: "id", places: .everywhere, leaves: 4,
            text: { $1.isWhole ? $0.id : $0.shortID }),
        ListColumn(
            name: "Name", title: "NAME", sortName: "name", places: .everywhere, minimum: 10,
            text: { row, _ in row.name.isEmpty ? "--" : row.name }),
        ListColumn(
            name: "Container", title: "CONTAINER",
            text: { row, context in row.given.isEmpty ? (context.isWhole ? row.id : row.shortID) : row.given }
        ),
        cpu(name: "CPUPerc", title: "CPU %", places: .everywhere),
        ListColumn(
            name: "MemUsage", title: "MEM USAGE / LIMIT", sortName: "memory", places: .everywhere,
            minimum: 12, leaves: 6, text: { row, _ in memoryText(row) },
            key: { .number($0.sample?.memory ?? -1) }),
        ListColumn(
            name: "MemPerc", title: "MEM %", sortName: "memorypercent", places: .everywhere, leaves: 7,
            text: { row, _ in
                row.usage {
                    $0.memoryPercent.map(SizeText.percent) ?? "--"
                } stopped: {
                    "0.00%"
                }
            },
            key: { .number(Int64(min(1e15, ($0.sample?.memoryPercent ?? -1) * 10_000))) },
            colour: { text in (Double(text.dropLast()) ?? 0) > 90 ? .red : nil }),
    ]

    private static let rest: [ListColumn<ContainerRow>] = [
        ListColumn(
            name: "NetIO", title: "NET I/O", sortName: "network", places: .everywhere, leaves: 2,
            text: { row, _ in traffic(row) { ($0.received, $0.sent) } },
            key: { .number(sum($0.sample?.received, $0.sample?.sent)) }),
        ListColumn(
            name: "BlockIO", title: "BLOCK I/O", sortName: "block", places: .everywhere, leaves: 1,
            text: { row, _ in traffic(row) { ($0.read, $0.written) } },
            key: { .number(sum($0.sample?.read, $0.sample?.written)) }),
        ListColumn(
            name: "PIDs", title: "PIDS", sortName: "pids", places: .everywhere, leaves: 3,
            text: { row, _ in
                row.usage {
                    $0.pids.map { "\($0)" } ?? "--"
                } stopped: {
                    "0"
                }
            },
            key: { .number($0.sample?.pids ?? -1) }),
        ListColumn(
            name: "Age", title: "AGE", sortName: "age", places: [.wide, .csv], leaves: 0,
            text: { row, _ in row.sample.map { shortDuration(milliseconds: $0.age) } ?? "" },
            key: { .number($0.sample?.age ?? .max) }),
    ]

    /// A column of CPU, for other lists too.
    static func cpu(
        name: String, title: String, places: ListColumn<ContainerRow>.Places
    ) -> ListColumn<ContainerRow> {
        ListColumn(
            name: name, title: title, sortName: "cpu", places: places, fields: "stats", leaves: 8,
            text: { row, _ in
                row.usage {
                    $0.cpu.map(SizeText.percent) ?? "--"
                } stopped: {
                    "0.00%"
                }
            },
            key: { .number($0.sample?.cpu.map { Int64(min(1e15, $0 * 100)) } ?? -1) })
    }

    /// A column of memory for other lists.
    static let memory = ListColumn<ContainerRow>(
        name: "MemUsage", title: "MEM", sortName: "memory", places: [.wide, .csv], fields: "stats", leaves: 8,
        text: { row, _ in
            row.usage {
                $0.memory.map(SizeText.memory) ?? "--"
            } stopped: {
                "0B"
            }
        },
        key: { .number($0.sample?.memory ?? -1) })

    private static func memoryText(_ row: ContainerRow) -> String {
        row.usage { sample in
            guard let memory = sample.memory else { return "-- / --" }
            return "\(SizeText.memory(memory)) / \(SizeText.memory(sample.available))"
        } stopped: {
            "0B / 0B"
        } unknown: {
            "-- / --"
        }
    }

    /// Docker writes 0 for what a container has none of, as with the network of its host.
    private static func traffic(
        _ row: ContainerRow, _ pair: (UsageSample) -> (Int64?, Int64?)
    ) -> String {
        row.usage { sample in
            let (one, other) = pair(sample)
            return "\(SizeText.traffic(one ?? 0)) / \(SizeText.traffic(other ?? 0))"
        } stopped: {
            "0B / 0B"
        }
    }

    private static func sum(_ one: Int64?, _ other: Int64?) -> Int64 {
        guard one != nil || other != nil else { return -1 }
        let (sum, isTooLarge) = (one ?? 0).addingReportingOverflow(other ?? 0)
        return isTooLarge ? .max : sum
    }
}

extension ContainerRow {
    /// The sample that says what is used now; nil when there is none, or none but an old one.
    var sample: UsageSample? { stats.flatMap { $0.isCurrent ? $0 : nil } }

    /// A text about what is used: of the sample, of a container that doesn't run, or that nobody knows.
    fileprivate func usage(
        _ text: (UsageSample) -> String, stopped: () -> String, unknown: () -> String = { "--" }
    ) -> String {
        if let sample { return text(sample) }
        return status.state.isLive ? unknown() : stopped()
    }
}
