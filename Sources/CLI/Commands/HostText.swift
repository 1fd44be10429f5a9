import JSON

/// What is known of a host as text in sections, for people.
struct HostText {
    private(set) var text = ""

    /// How a host fares, of what `GET /hosts/{id}/health` answered; `now` is milliseconds since 1970.
    static func health(_ value: JSONValue, now: Int64) -> String {
        var lines = HostText()
        let (engine, containers) = (value["engine"], value["containers"])
        func ago(_ time: JSONValue?) -> String? {
            guard let time = time?.integer, time > 0 else { return nil }
            return "\(humanDuration(milliseconds: now.subtractingReportingOverflow(time).partialValue)) ago"
        }
        lines.title(value)
        let error = value["error"]?.string.map { ": \($0)" } ?? ""
        let since = ago(value["since"]).map { ", since \($0)" } ?? ""
        lines.add("State", "\(value["state"]?.string ?? "unknown")\(since)\(error)")
        lines.add("Last heard", ago(value["lastSeen"]))
        lines.head("Engine")
        let reason = engine?["reason"]?.string.map { ": \($0)" } ?? ""
        let state = engine?["state"]?.string ?? "unknown"
        let reached = ago(engine?["since"]).map { ", since \($0)" } ?? ""
        lines.add("State", "\(state)\(reached)\(reason)")
        lines.add("Machine", engine?["name"]?.string)
        lines.add("Version", engine?["version"]?.string)
        lines.add("API", engine?["apiVersion"]?.string)
        lines.add(
            "System",
            [engine?["os"]?.string, engine?["arch"]?.string].compactMap(\.self).joined(separator: ", "))
        lines.add("CPUs", engine?["cpus"]?.integer.map { "\($0)" })
        lines.add("Memory", engine?["memory"]?.integer.map { "\($0 / (1 << 20)) MiB" })
        lines.add(
            "Round trip", value["roundTripMs"].map { "\(String(decoding: $0.encoded, as: UTF8.self)) ms" })
        let events = ago(engine?["eventsSince"]).map { "events, since \($0)" } ?? "polling only"
        lines.add("Updates", value["updates"]?.string == "events" ? events : "polling only")
        lines.add("Last event", ago(engine?["lastEvent"]))
        lines.add("Last error", engine?["lastError"]?.string)
        lines.head("Containers")
        for (title, key) in [
            ("All", "total"), ("Running", "running"), ("Healthy", "healthy"), ("Unhealthy", "unhealthy"),
            ("Starting", "starting"), ("No check", "none"),
        ] { lines.add(title, containers?[key]?.integer.map { "\($0)" }) }
        if let usage = value["usage"] {
            lines.add("CPU", usage["cpuPercent"].map { "\(String(decoding: $0.encoded, as: UTF8.self)) %" })
            lines.add("Memory", usage["memory"]?.integer.map { "\($0 / (1 << 20)) MiB" })
        }
        return lines.text
    }

    /// What lies on a host, of one item of what `GET /discovery` answered.
    static func discovery(_ value: JSONValue, now: Int64) -> String {
        var lines = HostText()
        lines.title(value)
        let all = value["containers"]?.integer ?? 0
        lines.add("Containers", "\(all), \(value["running"]?.integer ?? 0) running")
        let age = value["age"]?.integer.map { ", confirmed \(shortDuration(milliseconds: $0)) ago" } ?? ""
        lines.add("Source", (value["source"]?.string ?? "memory") + age)
        lines.add("Warning", value["warning"]?.string)
        func texts(_ value: JSONValue?) -> [String] { (value?.elements ?? []).compactMap(\.string) }
        let projects = value["projects"]?.elements ?? []
        if !projects.isEmpty { lines.head("Stacks") }
        for project in projects {
            let (count, running) = (project["containers"]?.integer ?? 0, project["running"]?.integer ?? 0)
            lines.add(
                project["name"]?.string ?? "",
                "\(project["kind"]?.string ?? ""): \(texts(project["services"]).joined(separator: ", ")); "
                    + "\(running) of \(count) running")
        }
        for (title, key) in [("Compose files", "composeFiles"), ("Application data", "dataPaths")] {
            let paths = texts(value[key])
            if !paths.isEmpty { lines.head(title) }
            for path in paths { lines.text += "  \(TerminalText.safe(path))\n" }
        }
        return lines.text
    }

    private mutating func title(_ value: JSONValue) {
        let (id, name) = (value["host"]?.string ?? "", value["hostName"]?.string ?? "")
        text += TerminalText.safe(name.isEmpty || name == id ? id : "\(name) (\(id))") + "\n"
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
