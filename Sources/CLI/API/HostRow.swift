import JSON

/// A host as the API gives it, with what the CLI shows.
struct HostRow: Sendable {
    /// The host's id.
    var id = ""
    /// Its name for people.
    var name = ""
    /// `live`, `syncing`, `restored`, `silent`, `stopped`, `offline`, `conflict` or what a newer aggregator knows.
    var state = ""
    var address = ""
    var engineVersion = ""
    /// `reachable` or `unreachable`.
    var engineState = ""
    var agentVersion = ""
    var containers: Int64 = 0
    var running: Int64 = 0
    /// When the host was last heard, in milliseconds since 1970; 0 for never.
    var lastHeard: Int64 = 0
    /// How long ago the host was last heard, in milliseconds.
    var age: Int64 = 0
    /// How long ago a heartbeat showed that its rows are what its Engine has, in milliseconds; nil for never.
    var confirmedAge: Int64?
    /// How long after the question this was said, in milliseconds.
    var waited: Int64 = 0
    var labels: [String: String] = [:]
    var error = ""
    /// How old its rows are, by facet.
    var freshness: [(facet: String, age: FacetAge)] = []

    /// A row without anything.
    init() {}

    /// What people call it.
    var title: String { name.isEmpty ? id : name }

    /// Why its rows may not be true any more, in a word with its age, such as `stale 3m`; nil when they are
    /// live.
    var mark: String? {
        switch state {
        case "live" where engineState == "unreachable": "engine down"
        case "live", "": nil
        case "silent": "stale \(shortDuration(milliseconds: age))"
        case "restored", "stopped", "offline": "\(state) \(shortDuration(milliseconds: age))"
        default: state
        }
    }

    /// How old the status of its containers is, in words; empty when it was never confirmed.
    var freshnessText: String { freshness.first { $0.facet == "status" }?.age.text ?? "" }

    /// Reads one host object.
    init(_ reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id": id = try reader.readString()
            case "name": name = try reader.readString()
            case "state": state = try reader.readString()
            case "address": address = try reader.readString()
            case "engine": (engineVersion, engineState) = try Self.part(&reader)
            case "agent": (agentVersion, _) = try Self.part(&reader)
            case "containers": containers = try reader.readInteger()
            case "running": running = try reader.readInteger()
            case "lastHeard": lastHeard = try reader.readNull() ? 0 : try reader.readInteger()
            case "ageMs": age = try reader.readInteger()
            case "confirmedAgeMs": confirmedAge = try reader.readInteger()
            case "labels":
                try reader.beginObject()
                while let key = try reader.nextKey() { labels[key.string] = try reader.readString() }
            case "ages": freshness = try FacetAge.read(&reader)
            case "error": error = try reader.readNull() ? "" : try reader.readString()
            default: try reader.skip()
            }
        }
    }

    /// `version` and `state` of a nested object.
    private static func part(_ reader: inout JSONReader) throws(JSONError) -> (version: String, state: String)
    {
        var part = (version: "", state: "")
        guard try !reader.readNull() else { return part }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "version": part.version = try reader.readString()
            case "state": part.state = try reader.readString()
            default: try reader.skip()
            }
        }
        return part
    }
}
