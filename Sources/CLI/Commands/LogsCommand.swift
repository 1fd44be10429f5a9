import JSON
import OS
import Settings

/// `bayplan logs`: containers' logs, read from their hosts now (requirement B13).
enum LogsCommand {
    private static let follow = Setting(
        "follow", .bool, default: false, short: "f", help: "Go on with what is written from now on.",
        sources: .flag)
    private static let tail = Setting(
        "tail",
        .text("LINES", form: "`all` or a whole number") { $0 == "all" || Int($0).map { $0 >= 0 } ?? false },
        default: "100", short: "n", help: "How many lines from the end: a number, or `all`.", sources: .flag)
    private static let timestamps = Setting(
        "timestamps", .bool, default: false, short: "t", help: "Begin each line with its time.",
        sources: .flag)
    private static let since = Setting(
        "since", optional: .text("TIME"),
        help: "Only what was written since then: `10m`, `2026-11-21T10:00:00`, or seconds since 1970.",
        sources: .flag)
    private static let until = Setting(
        "until", optional: .text("TIME"), help: "Only what was written before then; as for --since.",
        sources: .flag)

    /// How many logs are followed at once.
    private static let limit = 10

    static let command = Command(
        name: "logs",
        aliases: ["container logs"],
        summary: "Show the logs of one or more containers",
        usage: "[OPTIONS] [HOST/]CONTAINER [[HOST/]CONTAINER...]",
        about: """
            Shows the last lines of a container's log, as `docker logs --tail 100` does on its host: its output on \
            standard output, its errors on standard error, byte for byte. The log is read from the host when it is \
            asked for; nothing of it is kept. With several containers, or with -l, each line begins with \
            HOST/NAME.
            """,
        options: [
            follow, tail, timestamps, since, until, ListingOptions.selector, ListingOptions.host,
            ListingOptions.stack,
        ],
        arguments: 0...limit,
        examples: [
            ("logs web", "The last 100 lines of the container `web`, wherever it is."),
            ("logs -f -n 10 node1/web", "The last ten lines of the one on node1, and all that follow."),
            (
                "logs --since 10m -t -l app=shop",
                "What all containers with the label wrote within ten minutes."
            ),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let rows = try await rows(call)
        let isNamed =
            call.settings[ListingOptions.selector] != nil || call.settings[ListingOptions.stack] != nil
        let hasName = rows.count > 1 || isNamed
        guard call.settings[follow], rows.count > 1 else {
            var result = ExitCode.ok
            for row in rows {
                let code = try await show(row, call, hasName: hasName)
                if code != .ok { result = code }
            }
            return result
        }
        return try await withTaskGroup(of: Result<ExitCode, Failure>.self) { group in
            for row in rows {
                group.addTask(name: "log of \(row.name)") {
                    do throws(Failure) {
                        return .success(try await show(row, call, hasName: hasName))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var result = Result<ExitCode, Failure>.success(.ok)
            for await one in group {
                switch one {
                case .success(let code): if code != .ok, case .success = result { result = .success(code) }
                case .failure(let error):
                    // Nobody reads any more: the others have nothing to do either.
                    if error.sentence.isEmpty { group.cancelAll() }
                    result = .failure(error)
                }
            }
            return result
        }.get()
    }

    /// The containers that are named or selected.
    private static func rows(_ call: Invocation) async throws(Failure) -> [ContainerRow] {
        var rows: [ContainerRow] = []
        for name in call.arguments { rows.append(try await InspectCommand.find(name, call.api)) }
        let selector = call.settings[ListingOptions.selector]
        let stack = call.settings[ListingOptions.stack]
        guard selector != nil || stack != nil || !call.settings[ListingOptions.host].isEmpty else {
            guard !rows.isEmpty else {
                throw Failure(.usage, "Say whose log: [HOST/]CONTAINER, or a selector with -l.")
            }
            return rows
        }
        guard rows.isEmpty else {
            throw Failure(.usage, "Name containers, or select them with -l, --stack and --host; not both.")
        }
        var query = Query("containers")
        query.add("all", "true")
        query.add("fields", "host,hostName,id,name,config.created")
        query.add("labelSelector", optional: selector)
        query.add("stack", optional: stack)
        for host in call.settings[ListingOptions.host] { query.add("host", host) }
        query.add("limit", "\(limit + 1)")
        let page = try ListDocument(try await call.api.get(query)) { reader throws(JSONError) in
            try ContainerRow(&reader)
        }
        guard !page.items.isEmpty else { throw Failure(.failed, "No container is selected by that.") }
        guard page.items.count <= limit else {
            throw Failure(.usage, "That selects more than \(limit) containers; select fewer.")
        }
        return page.items
    }

    /// One container's log.
    private static func show(
        _ row: ContainerRow, _ call: Invocation, hasName: Bool
    ) async throws(Failure) -> ExitCode {
        var query = Query("containers", row.host, row.id, "logs")
        query.add("tail", call.settings[tail])
        query.add("timeout", call.api.hostPatience)
        if call.settings[follow] { query.add("follow", "1") }
        if call.settings[timestamps] { query.add("timestamps", "1") }
        query.add("since", optional: try EventsReader.time(since, call))
        query.add("until", optional: try EventsReader.time(until, call))
        let title = "\(row.hostTitle)/\(row.name)"
        var printer = LogPrinter(call.surroundings, name: hasName ? title : nil)
        let silence = call.settings[follow] ? nil : Duration.seconds(180)
        try await call.api.stream(
            query, accept: "application/vnd.docker.multiplexed-stream", silence: silence
        ) { bytes throws(Failure) in
            try printer.take(bytes)
        }
        try printer.finish()
        guard !printer.complaint.isEmpty else { return .ok }
        call.note("The log of \(title) is not whole: \(printer.complaint)")
        return .partial
    }
}
