import Inventory
import JSON
import Settings
import Synchronization

/// `bayplan ps --watch`: a listing that follows the fleet (rows B6, H2).
///
/// In a pipe each row is printed when it comes and whenever it has changed, as `kubectl get --watch` does; a container
/// that is gone is printed once more, with the status `Removed`. On a terminal the table is drawn anew.
final class ListingWatch: WatchReader, Sendable {
    static let watch = Setting(
        "watch", .bool, default: false, short: "w",
        help: "Go on showing what changes: a table kept up to date, or in a pipe each row that changed.",
        sources: .flag)

    private struct State {
        var place = WatchPlace(from: nil)
        var choice: ListingChoice
        var fleet: [String: WatchedContainer] = [:]
        /// Rows that were shown, by host and id.
        var shown: [String: ContainerRow] = [:]
        /// Whether a snapshot was shown.
        var hasBegun = false
        var isChanged = true
        var hosts: [String: HostRow]
    }

    private let state: Mutex<State>
    private let rows: WatchedRows?

    /// `rows` prints what changes; nil when the table is drawn instead.
    private init(_ choice: ListingChoice, hosts: [HostRow], rows: WatchedRows?) {
        state = Mutex(State(choice: choice, hosts: Self.byID(hosts)))
        self.rows = rows
    }

    private static func byID(_ hosts: [HostRow]) -> [String: HostRow] {
        Dictionary(hosts.map { ($0.id, $0) }) { one, _ in one }
    }

    /// Watches until it is stopped; `form` says what is printed, given the hosts.
    static func run(
        _ listing: Listing, _ freshness: Freshness, _ call: Invocation,
        form: @escaping @Sendable ([HostRow]) throws(Failure) -> ListForm<ContainerRow>
    ) async throws(Failure) -> ExitCode {
        let asked = try form([])
        guard !asked.isDocument else {
            throw Failure(
                .usage,
                "-o json and yaml can't be combined with --watch; `bayplan watch -o json` gives every change."
            )
        }
        guard listing.newest == nil else {
            throw Failure(
                .usage, "--last and --latest can't be combined with --watch; leave one of them out.")
        }
        guard try !FilterOptions.parsed(listing.filters).asksForUsage else {
            throw Failure(
                .usage,
                """
                The filters cpu and memory can't be combined with --watch: a watch tells of changes, and what \
                containers use is none. `bayplan top` and `bayplan stats` with the same filter stay up to date.
                """)
        }
        guard freshness.limit == nil else {
            throw Failure(
                .usage, "--max-age and --fresh can't be combined with --watch; leave one of them out.")
        }
        let isDrawn = call.surroundings.terminal != nil && asked.isTable
        guard isDrawn || asked.sort.isEmpty else {
            throw Failure(.usage, "--sort-by can't be combined with --watch here: rows come as they change.")
        }
        let hosts = try await Listing.hosts(call.api)
        let choice = try await ListingChoice(listing, hosts: hosts, call.api)
        let ids = listing.hosts.isEmpty ? [] : try listing.chosen(from: hosts).map(\.id)
        let watch = ListingWatch(choice, hosts: hosts, rows: isDrawn ? nil : WatchedRows(asked, call))
        guard isDrawn else { return try await WatchCommand.follow(call, hosts: ids, with: watch) }
        return try await withTaskGroup(of: Result<ExitCode, Failure>.self) { group in
            group.addTask(name: "events") {
                do throws(Failure) {
                    return .success(try await WatchCommand.follow(call, hosts: ids, with: watch))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask(name: "screen") { await watch.draw(call, form) }
            defer { group.cancelAll() }
            return await group.next() ?? .success(.ok)
        }.get()
    }

    var place: WatchPlace { state.withLock { $0.place } }

    func broke() {
        state.withLock { state in
            state.place.broke()
            if state.place.isSnapshot { Self.empty(&state) }
        }
    }

    func restart(reason: String, _ call: Invocation) throws(Failure) {
        call.note("The history since then is gone: \(reason) What changed meanwhile is shown at once.")
        state.withLock { state in
            state.place.begin()
            Self.empty(&state)
        }
    }

    private static func empty(_ state: inout State) {
        state.fleet = [:]
        state.choice.forget()
    }

    func take(_ line: [UInt8], _ call: Invocation) throws(Failure) {
        let told: [WatchedRows.Line]
        do throws(JSONError) {
            let change = try WatchedChange(line)
            if change.type == "reset" {
                call.note(
                    "The aggregator can't go on from there: \(change.reason). What changed is shown at once.")
            }
            told = try state.withLock { state throws(JSONError) in try Self.take(change, &state) }
        } catch {
            throw Failure.unreadable(error)
        }
        try rows?.show(told)
    }

    /// Takes in a change, and gives the rows that are to be printed for it.
    private static func take(_ change: WatchedChange, _ state: inout State) throws(JSONError) -> [WatchedRows
        .Line]
    {
        let wasSnapshot = state.place.isSnapshot
        guard state.place.take(type: change.type, revision: change.revision, key: change.key) else {
            return []
        }
        switch change.type {
        case "reset": empty(&state)
        case "bookmark" where wasSnapshot: return try show(&state)
        case "put":
            var container = state.fleet[change.key] ?? WatchedContainer(host: change.host, id: change.id)
            for facet in change.facets { container.replace(facet.name, with: facet.bytes) }
            state.fleet[change.key] = container
            if !wasSnapshot, let line = try follow(change.key, container, &state) { return [line] }
        case "delete":
            state.fleet[change.key] = nil
            if !wasSnapshot, let line = leave(change.key, &state) { return [line] }
        default: break
        }
        return []
    }

    /// What a whole snapshot changes in what was shown, oldest first as if it had just come about.
    private static func show(_ state: inout State) throws(JSONError) -> [WatchedRows.Line] {
        var rows: [(key: String, row: ContainerRow)] = []
        for (key, container) in state.fleet {
            let row = try container.row(hostName: name(of: container.host, state))
            state.choice.learn(row)
            rows.append((key, row))
        }
        var lines: [WatchedRows.Line] = []
        for key in state.shown.keys.sorted() where state.fleet[key] == nil {
            if let line = leave(key, &state) { lines.append(line) }
        }
        let isFirst = !state.hasBegun
        var shown: [ContainerRow] = []
        // The first table is newest first, as the listing without a watch; later ones tell what happened.
        rows.sort { one, other in
            guard one.row.created == other.row.created else {
                return isFirst ? one.row.created > other.row.created : one.row.created < other.row.created
            }
            return (one.row.host, one.row.name) < (other.row.host, other.row.name)
        }
        for (key, row) in rows {
            guard let line = compare(key, row, &state) else { continue }
            lines.append(line)
            shown.append(row)
        }
        state.hasBegun = true
        state.isChanged = true
        return isFirst ? [.start(shown)] : lines
    }

    private static func follow(
        _ key: String, _ container: WatchedContainer, _ state: inout State
    ) throws(JSONError) -> WatchedRows.Line? {
        let row = try container.row(hostName: name(of: container.host, state))
        state.choice.learn(row)
        return compare(key, row, &state)
    }

    /// The line for a container whose row has come, changed, or is shown no longer.
    private static func compare(_ key: String, _ row: ContainerRow, _ state: inout State) -> WatchedRows.Line?
    {
        let earlier = state.shown[key]
        let isShown = state.choice.isShown(row)
        guard isShown || earlier != nil else { return nil }
        state.shown[key] = isShown ? row : nil
        state.isChanged = true
        // One that leaves is told once more, as it is now: most often it has ended.
        return earlier.map { $0.isShownAs(row) } ?? false ? nil : .row(row)
    }

    private static func leave(_ key: String, _ state: inout State) -> WatchedRows.Line? {
        guard var row = state.shown.removeValue(forKey: key) else { return nil }
        row.status = Status(state: ContainerState(rawValue: "Removed"))
        row.ports = []
        state.isChanged = true
        return .row(row)
    }

    private static func name(of host: String, _ state: State) -> String { state.hosts[host]?.name ?? "" }

    /// Draws the table whenever something has changed, and each second, since ages grow.
    private func draw(
        _ call: Invocation, _ form: @Sendable ([HostRow]) throws(Failure) -> ListForm<ContainerRow>
    ) async -> Result<ExitCode, Failure> {
        var tick = 0
        do {
            while true {
                if tick % 20 == 19, let hosts = try? await Listing.hosts(call.api) {
                    state.withLock { $0.hosts = Self.byID(hosts) }
                }
                let isDue = state.withLock { state in
                    defer { state.isChanged = false }
                    return state.hasBegun && (state.isChanged || tick % 4 == 0)
                }
                if isDue { try screen(call, form) }
                tick += 1
                try await call.surroundings.sleep(.milliseconds(250))
            }
        } catch let error as Failure {
            return .failure(error)
        } catch {
            return .success(.ok)
        }
    }

    /// Clears the terminal and shows as many rows as fit.
    private func screen(
        _ call: Invocation, _ form: ([HostRow]) throws(Failure) -> ListForm<ContainerRow>
    ) throws(Failure) {
        let (rows, hosts) = state.withLock { (Array($0.shown.values), Array($0.hosts.values)) }
        var printer = ListPrinter(try form(hosts), call)
        for row in rows { printer.add(row) }
        let height = call.surroundings.terminal?.height ?? 24
        let fitting = rows.count < height - 1 ? rows.count : max(1, height - 3)
        try call.surroundings.output.write(Array("\u{1b}[H\u{1b}[2J".utf8))
        try printer.show(call, limit: fitting)
        if fitting < rows.count {
            try call.surroundings.output.line(
                "… and \(rows.count - fitting) more; a filter or --host shows fewer.")
        }
    }
}
