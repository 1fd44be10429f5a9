import Inventory
import JSON
import OS
import Settings
import Synchronization

/// `bayplan stats`: what containers use, as `docker stats` shows it for one host (requirements B8, C10).
enum StatsCommand {
    static let noStream = Setting(
        "no-stream", .bool, default: false, help: "Show the last samples once, and end.", sources: .flag)
    static let noTrunc = Setting(
        "no-trunc", .bool, default: false, help: "Show ids whole.", sources: .flag)

    static let command = Command(
        name: "stats",
        aliases: ["container stats"],
        summary: "Show what containers use: CPU, memory, network, block devices",
        usage: "[OPTIONS] [[HOST/]CONTAINER...]",
        about: """
            Shows what containers use, in docker's words: on a terminal kept up to date until `q`, in a pipe a line \
            whenever there is a new sample. Of up to 16 containers samples are taken each second while they are \
            watched; of more, at each host's interval (30 s unless set otherwise). A host that is silent is marked, \
            and a sample older than four minutes is no longer shown.
            """,
        options: [
            ListingOptions.all, noStream, noTrunc, ListingOptions.host, ListingOptions.stack,
            ListingOptions.selector, FilterOptions.filter, FilterOptions.hostSelector,
        ] + ListingOptions.forms,
        arguments: 0...64,
        examples: [
            ("stats", "All that runs, kept up to date."),
            ("stats node1/web db", "Two containers, each second."),
            (
                "stats --no-stream --host node1 --sort-by -memory",
                "A host's containers, the largest first, once."
            ),
            (
                #"stats --no-stream --format '{{.Name}} {{.CPUPerc}} {{.MemUsage}}'"#,
                "Chosen columns, as with docker."
            ),
        ],
        run: run,
    )

    /// What is shown, and how.
    private struct Plan: Sendable {
        var listing = Listing()
        /// The containers that were named, by host and id, with what they were called; empty for all.
        var named: [String: String] = [:]
        let form: @Sendable ([HostRow]) throws(Failure) -> ListForm<ContainerRow>
    }

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let settings = call.settings
        let isWhole = settings[noTrunc]
        let form = { @Sendable (hosts: [HostRow]) throws(Failure) in
            try ListForm(call, StatsColumns.kind(hosts: hosts), isWhole: isWhole)
        }
        let asked = try form([])
        var plan = Plan(form: form)
        plan.listing.hosts = settings[ListingOptions.host]
        plan.listing.stack = settings[ListingOptions.stack]
        plan.listing.selector = try FilterOptions.selector(ListingOptions.selector, call)?.text
        plan.listing.hostSelector = try FilterOptions.selector(FilterOptions.hostSelector, call)
        plan.listing.filters = settings[FilterOptions.filter]
        _ = try FilterOptions.parsed(plan.listing.filters)
        plan.listing.isComplete = settings[ListingOptions.all]
        plan.listing.fields = asked.fields
        var result = ExitCode.ok
        for name in call.arguments {
            do throws(Failure) {
                let row = try await InspectCommand.find(name, call.api)
                plan.named["\(row.host)/\(row.id)"] = name
                plan.listing.filters.append("id=\(row.id)")
                plan.listing.isComplete = true
            } catch {
                guard error.code == .failed else { throw error }
                call.note(error.sentence)
                result = .failed
            }
        }
        guard call.arguments.isEmpty || !plan.named.isEmpty else { return result }
        let isOnce = settings[noStream] || asked.isDocument
        guard isOnce else {
            let isDrawn = call.surroundings.terminal != nil && asked.isTable
            return try await LiveSamples().run(
                call, limit: plan, isDrawn: isDrawn) == .ok ? result : .failed
        }
        let code = try await once(plan, asked, call)
        return result == .ok ? code : result
    }

    private static func once(
        _ plan: Plan, _ asked: ListForm<ContainerRow>, _ call: Invocation
    ) async throws(Failure) -> ExitCode {
        let hosts = try plan.listing.chosen(from: try await Listing.hosts(call.api))
        if asked.isDocument {
            var listing = plan.listing
            listing.fields = "host,hostName,id,name,status.state,stats"
            var printer = ListPrinter(try plan.form(hosts), call)
            let document = try await listing.document(call.api, of: hosts)
            try printer.show(document: document, call) { reader throws(JSONError) in try ContainerRow(&reader)
            }
        } else {
            var printer = ListPrinter(try plan.form(hosts), call)
            for row in try await rows(plan, hosts, call) { printer.add(row) }
            try printer.show(call)
        }
        return call.note(hosts: hosts)
    }

    /// What the chosen containers use now.
    private static func rows(
        _ plan: Plan, _ hosts: [HostRow], _ call: Invocation
    ) async throws(Failure) -> [ContainerRow] {
        var rows: [ContainerRow] = []
        try await plan.listing.each(call.api, of: hosts) { reader throws(JSONError) in
            var row = try ContainerRow(&reader)
            if !plan.named.isEmpty {
                guard let given = plan.named["\(row.host)/\(row.id)"] else { return }
                row.given = given
            }
            rows.append(row)
        }
        return rows
    }

    /// Keeps samples coming each second while few containers are shown, and shows them.
    private final class LiveSamples: Sendable {
        /// So many containers are sampled each second.
        private static let most = 16

        private let wanted = Mailbox<(host: String, id: String)>(limit: most, whenFull: .refuse)
        private let watched = Mutex<Set<String>>([])
        private let shown = Mutex<[String: Int64]>([:])

        func run(_ call: Invocation, limit plan: Plan, isDrawn: Bool) async throws(Failure) -> ExitCode {
            try await withTaskGroup(of: Result<ExitCode, Failure>?.self) {
                group -> Result<ExitCode, Failure> in
                group.addTask(name: "demands") {
                    await self.demand(call)
                    return nil
                }
                group.addTask(name: "samples") {
                    do throws(Failure) {
                        return .success(
                            isDrawn ? try await self.draw(call, plan) : try await self.print(call, plan))
                    } catch {
                        return .failure(error)
                    }
                }
                defer { group.cancelAll() }
                while let result = await group.next() {
                    if let result { return result }
                }
                return .success(.ok)
            }.get()
        }

        private func draw(_ call: Invocation, _ plan: Plan) async throws(Failure) -> ExitCode {
            try await LivePicture.run(call) { drawing, height throws(Failure) in
                let hosts = try plan.listing.chosen(from: try await Listing.hosts(drawing.api))
                let rows = try await StatsCommand.rows(plan, hosts, drawing)
                self.want(rows)
                var printer = ListPrinter(try plan.form(hosts), drawing)
                for row in rows { printer.add(row) }
                let fitting = rows.count <= height - 1 ? rows.count : max(1, height - 2)
                try printer.show(drawing, limit: fitting)
                if fitting < rows.count {
                    try drawing.surroundings.output.line(
                        "… and \(rows.count - fitting) more; a filter or --host shows fewer.")
                }
            }
        }

        /// Prints a row whenever its container has a new sample.
        private func print(_ call: Invocation, _ plan: Plan) async throws(Failure) -> ExitCode {
            let hosts = try plan.listing.chosen(from: try await Listing.hosts(call.api))
            let asked = try plan.form(hosts)
            guard asked.sort.isEmpty else {
                throw Failure(
                    .usage, "--sort-by needs --no-stream here: rows come as there are new samples.")
            }
            let lines = WatchedRows(asked, call)
            var isFirst = true
            while true {
                do throws(Failure) {
                    let rows = try await StatsCommand.rows(plan, hosts, call)
                    want(rows)
                    let news = news(rows, now: call.surroundings.now())
                    let order = news.sorted { asked.kind.order($0, $1) }
                    try lines.show(isFirst ? [.start(order)] : order.map { .row($0) })
                    isFirst = false
                } catch {
                    guard error.isBroken, !isFirst else { throw error }
                }
                do { try await call.surroundings.sleep(LivePicture.interval) } catch { return .ok }
            }
        }

        /// The rows whose samples were not shown yet.
        private func news(_ rows: [ContainerRow], now: Int64) -> [ContainerRow] {
            shown.withLock { shown in
                rows.filter { row in
                    let key = "\(row.host)/\(row.id)"
                    let at = row.stats.map { now - $0.age } ?? 0
                    // Ages come with the time that the answer took.
                    guard let before = shown[key], at - before < 500 else {
                        shown[key] = at
                        return true
                    }
                    return false
                }
            }
        }

        /// Has the containers sampled each second, if they are few.
        private func want(_ rows: [ContainerRow]) {
            let running = rows.filter(\.status.state.isLive)
            guard running.count <= Self.most else { return }
            for row in running {
                let isNew = watched.withLock { watched in
                    watched.count < Self.most && watched.insert("\(row.host)/\(row.id)").inserted
                }
                if isNew { _ = wanted.post((row.host, row.id)) }
            }
        }

        /// Watches each container for as long as there is one: that is what makes its host sample it each second.
        private func demand(_ call: Invocation) async {
            await withDiscardingTaskGroup { group in
                for await (host, id) in wanted {
                    group.addTask(name: "demand") {
                        await self.hold(host, id, call)
                        _ = self.watched.withLock { $0.remove("\(host)/\(id)") }
                    }
                }
            }
        }

        private func hold(_ host: String, _ id: String, _ call: Invocation) async {
            var query = Query("containers", host, id, "stats")
            query.add("watch", "1")
            do throws(Failure) {
                try await call.api.lines(query) { _ in }
            } catch {
                // Rows are asked for all the same, and tell what is wrong.
            }
            // A stopped one, a silent host, or an aggregator that starts again: asked again with the next rows.
            try? await call.surroundings.sleep(.seconds(2))
        }
    }
}
