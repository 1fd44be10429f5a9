import Inventory
import JSON

/// A whole record as text in sections, for people.
struct RecordText {
    private(set) var text = ""
    private let record: JSONValue
    private let now: Int64

    /// Reads a record as the API gives it; `now` is milliseconds since 1970.
    init(_ body: [UInt8], now: Int64) throws(Failure) {
        let row: ContainerRow
        self.now = now
        do throws(JSONError) {
            record = try JSONValue(parsing: body)
            var reader = JSONReader(body)
            row = try ContainerRow(&reader)
        } catch {
            throw Failure.unreadable(error)
        }
        text = "\(TerminalText.safe(row.name)) on \(TerminalText.safe(row.hostTitle))\n"
        addMain(row)
        addNetwork(row)
        addMounts(row)
        addStack()
        addMap("Labels", row.labels.map { ($0.name, $0.value) })
        addEnvironment()
        addFreshness()
    }

    /// How old each facet is, since when it is so, and where it came from.
    private mutating func addFreshness() {
        let facets = record["ages"]?.members ?? []
        guard !facets.isEmpty else { return }
        head("Freshness")
        for facet in facets {
            let age = shortDuration(milliseconds: facet.value["age"]?.integer ?? 0)
            let source = facet.value["source"]?.string ?? ""
            var text = "\(facet.value["state"]?.string ?? ""), confirmed \(age) ago, from \(source)"
            if let changed = facet.value["changedAt"]?.integer {
                text += ", changed \(goTime(milliseconds: changed))"
            }
            add(facet.name, text)
        }
        add("Warning", record["warning"]?.string)
    }

    private mutating func addMain(_ row: ContainerRow) {
        let config = record["config"]
        add("ID", row.id)
        add("Image", row.image)
        add("Image id", config?["imageId"]?.string)
        add("Command", commandText(entrypoint: row.entrypoint, command: row.command, isWhole: true))
        add("Status", statusText(row.status, now: now))
        add("Created", "\(goTime(milliseconds: row.created)), \(row.age(now: now))")
        if row.status.state.isLive, row.status.state != .restarting, row.status.startedAt > 0 {
            add(
                "Uptime",
                uptimeText(milliseconds: now.subtractingReportingOverflow(row.status.startedAt).partialValue))
        }
        if row.status.startedAt > 0 { add("Started", goTime(milliseconds: row.status.startedAt)) }
        if row.status.finishedAt > 0 { add("Finished", goTime(milliseconds: row.status.finishedAt)) }
        if row.status.pid > 0 { add("Process", "\(row.status.pid)") }
        if let health = row.status.health {
            add("Health", "\(health.status), \(health.failingStreak) failed in a row")
        }
        add("Error", row.status.error)
        if row.status.isOOMKilled { add("Killed", "by the kernel, for want of memory") }
        let policy = config?["restartPolicy"]?["name"]?.string ?? ""
        let tries = config?["restartPolicy"]?["maximumRetryCount"]?.integer ?? 0
        let limit = tries > 0 ? ", at most \(tries) times" : ""
        add("Restarts", "\(row.status.restartCount)\(policy.isEmpty ? "" : " (policy \(policy)\(limit))")")
        add("Host name", config?["hostname"]?.string)
        add("User", config?["user"]?.string)
        add("Folder", config?["workingDir"]?.string)
        add("Log driver", config?["logDriver"]?.string)
        if let limit = config?["memoryLimit"]?.integer, limit > 0 { add("Memory limit", "\(limit) bytes") }
        add("Links", (config?["links"]?.elements ?? []).compactMap(\.string).joined(separator: ", "))
    }

    private mutating func addNetwork(_ row: ContainerRow) {
        head("Network")
        add("Mode", record["network"]?["mode"]?.string)
        add("Address", record["primaryIp"]?.string)
        add("Ports", portsText(row.ports))
        for network in record["network"]?["networks"]?.elements ?? [] {
            func part(_ key: String) -> String { network[key]?.string ?? "" }
            var facts = [part("ip"), part("ipv6")].filter { !$0.isEmpty }
            if !part("gateway").isEmpty { facts.append("gateway \(part("gateway"))") }
            if !part("mac").isEmpty { facts.append("mac \(part("mac"))") }
            let aliases = (network["aliases"]?.elements ?? []).compactMap(\.string)
            if !aliases.isEmpty { facts.append("also known as \(aliases.joined(separator: ", "))") }
            add(part("name"), facts.isEmpty ? "not connected" : facts.joined(separator: ", "))
        }
    }

    private mutating func addMounts(_ row: ContainerRow) {
        guard !row.mounts.isEmpty else { return }
        head("Mounts")
        for mount in row.mounts {
            let source = mount.name.isEmpty ? mount.source : "\(mount.name) (\(mount.source))"
            add(
                mount.destination,
                "\(mount.type) \(source), \(mount.isWritable ? "read and write" : "read only")")
        }
    }

    private mutating func addStack() {
        guard let stack = record["compose"], stack["project"]?.string != nil else { return }
        head("Stack")
        add("Name", stack["project"]?.string)
        add("Kind", stack["kind"]?.string)
        add("Service", stack["service"]?.string)
        if let number = stack["number"]?.integer, number > 0 { add("Number", "\(number)") }
        add("Files", (stack["configFiles"]?.elements ?? []).compactMap(\.string).joined(separator: ", "))
        add("Folder", stack["workingDir"]?.string)
        let siblings = (record["siblings"]?.elements ?? []).compactMap { sibling -> String? in
            guard let name = sibling["name"]?.string else { return nil }
            let host = sibling["hostName"]?.string ?? sibling["host"]?.string ?? ""
            return "\(host)/\(name)"
        }
        let more = (record["siblingCount"]?.integer ?? 0) - Int64(siblings.count)
        add("Siblings", siblings.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""))
        add("Depends on", (stack["dependsOn"]?.elements ?? []).compactMap(\.string).joined(separator: ", "))
    }

    private mutating func addEnvironment() {
        let variables = record["config"]?["env"]?.members ?? []
        addMap(
            "Environment",
            variables.map { variable in
                (variable.name, variable.value["value"]?.string ?? "(kept on the host)")
            })
    }

    private mutating func addMap(_ title: String, _ entries: [(String, String)]) {
        guard !entries.isEmpty else { return }
        head(title)
        for (name, value) in entries {
            text += "  \(TerminalText.safe(name)) = \(TerminalText.safe(value))\n"
        }
    }

    private mutating func head(_ title: String) { text += "\n\(title)\n" }

    /// A line with a name and a value; none where the value is missing.
    private mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        let safe = TerminalText.safe(name)
        let blanks = String(repeating: " ", count: max(1, 14 - DisplayWidth.of(safe)))
        text += "  \(safe)\(blanks)\(TerminalText.safe(value))\n"
    }
}
