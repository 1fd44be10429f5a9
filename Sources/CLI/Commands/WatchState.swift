import JSON

/// What `bayplan watch` shows of the events, and how far it has come.
final class WatchState: WatchReader {
    private(set) var place: WatchPlace

    private let isJSON: Bool

    /// Containers by host and id, so that later events can be shown with a name.
    private var names: [String: String] = [:]

    init(from revision: String?, isJSON: Bool) {
        place = WatchPlace(from: revision)
        self.isJSON = isJSON
    }

    /// Takes in one line and shows it.
    func take(_ line: [UInt8], _ call: Invocation) throws(Failure) {
        let event: WatchEvent
        do throws(JSONError) {
            event = try WatchEvent(line)
        } catch {
            throw Failure.unreadable(error)
        }
        let (wasSnapshot, point) = (place.isSnapshot, place.resumePoint ?? "?")
        guard place.take(type: event.type, revision: event.revision, key: "\(event.host)/\(event.id)") else {
            return
        }
        if isJSON { try call.surroundings.output.write(line + [0x0A]) }
        switch event.type {
        case "bookmark":
            if wasSnapshot, !isJSON {
                let count = names.count == 1 ? "1 container" : "\(names.count) containers"
                try call.surroundings.output.line(
                    "Watching \(count) from revision \(TerminalText.safe(event.revision)).")
            }
        case "reset":
            let reason = event.reason.isEmpty ? "the history since then is gone" : event.reason
            call.note(
                "The aggregator can't go on from revision \(point): \(reason). It sends all that is now.")
            names = [:]
        default: if !isJSON { try show(event, call) }
        }
    }

    /// Notes that the connection broke.
    func broke() {
        place.broke()
        if place.isSnapshot { names = [:] }
    }

    /// Begins again with a snapshot because the history since the resume point is gone.
    func restart(reason: String, _ call: Invocation) throws(Failure) {
        let point = place.resumePoint ?? "?"
        call.note(
            "The history since revision \(point) is gone: \(reason) Beginning again with all that is now.")
        if isJSON {
            var line = JSONWriter()
            line.object { line in
                line.member("type", "reset")
                line.member("reason", reason)
                line.member("revision", place.resumePoint ?? "")
            }
            line.newline()
            try call.surroundings.output.write(line.bytes)
        }
        place.begin()
        names = [:]
    }

    private func show(_ event: WatchEvent, _ call: Invocation) throws(Failure) {
        let key = "\(event.host)/\(event.id)"
        let earlier = names[key]
        if let name = event.name { names[key] = name }
        let name = names[key] ?? String(event.id.prefix(12))
        if event.type == "delete" { names[key] = nil }
        guard !place.isSnapshot, let text = event.text(earlierName: earlier) else { return }
        let time = clockTime(milliseconds: event.at > 0 ? event.at : call.surroundings.now())
        try call.surroundings.output.line(TerminalText.safe("\(time)  \(event.host)/\(name)  \(text)"))
    }
}

/// One event of a watch.
struct WatchEvent {
    var type = ""
    var revision = ""
    var host = ""
    var id = ""
    /// When the change was seen, in milliseconds since 1970; 0 when it isn't said.
    var at: Int64 = 0
    var cause = ""
    var reason = ""
    private var changes: [JSONValue.Member] = []

    init(_ line: [UInt8]) throws(JSONError) {
        var reader = JSONReader(line)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "type": type = try reader.readString()
            case "revision": revision = try reader.readNull() ? "" : try reader.readString()
            case "host": host = try reader.readString()
            case "id": id = try reader.readString()
            case "at": at = try reader.readInteger()
            case "cause": cause = try reader.readString()
            case "reason": reason = try reader.readString()
            case "changes": changes = try reader.readValue().members ?? []
            default: try reader.skip()
            }
        }
        try reader.finish()
    }

    /// The container's name, if the event brings it.
    var name: String? { facet("config")?["name"]?.string }

    /// What happened, in words; nil for a type that a newer aggregator knows.
    ///
    /// `earlierName` is the container's name before the event, nil for one that wasn't known.
    func text(earlierName: String?) -> String? {
        switch type {
        case "put":
            let status = facet("status").map(statusWords)
            if earlierName == nil, name != nil { return "new, \(status ?? "of unknown status")" }
            let others = changes.compactMap { change -> String? in
                switch (change.name, change.value) {
                case ("status", _): nil
                case ("config", _) where name != nil && name != earlierName:
                    "renamed from \(earlierName ?? "")"
                case (let facet, .null): "\(facet) gone"
                case (let facet, _): "\(facet) changed"
                }
            }
            return ([status].compactMap(\.self) + others).joined(separator: ", ")
        case "delete": return cause.isEmpty ? "removed" : "removed (\(cause))"
        default: return nil
        }
    }

    private func statusWords(_ status: JSONValue) -> String {
        let state = status["state"]?.string ?? "status"
        var notes: [String] = []
        if state == "exited" { notes.append("\(status["exitCode"]?.integer ?? 0)") }
        if let health = status["health"]?["status"]?.string, !health.isEmpty { notes.append(health) }
        if status["oomKilled"]?.bool == true { notes.append("out of memory") }
        return notes.isEmpty ? state : "\(state) (\(notes.joined(separator: ", ")))"
    }

    private func facet(_ name: String) -> JSONValue? { changes.first { $0.name == name }?.value }
}
