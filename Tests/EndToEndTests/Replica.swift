internal import JSON
internal import OS

/// The fleet as somebody knows it who lists once and then only follows `bayplan watch`.
struct Replica {
    /// Each container's facets as the last event gave them, by host and id.
    private var containers: [String: [String: JSONValue]] = [:]
    /// Where to resume: the last revision of which every event has come.
    private(set) var revision: String
    /// The revision of the last event; others of the same may follow it.
    private var latest: String?
    /// How often the history was said to be gone; each one means that a listing is needed.
    private(set) var resets = 0
    /// Events applied.
    private(set) var events = 0

    /// Starts from the document of `bayplan ps -a -o json`.
    init(listing: JSONValue) {
        revision = listing["revision"]?.string ?? ""
        for item in listing["items"]?.elements ?? [] {
            containers[Self.key(item)] = Dictionary(
                (item.members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { one, _ in one })
        }
    }

    /// Applies what a watch has written so far; a line that was cut by a crash is left out.
    mutating func apply(_ program: Program) throws {
        var bytes = try readFile(program.output, limit: 1 << 30)
        guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return }
        bytes.removeSubrange(bytes.index(after: last)...)
        latest = nil
        for event in try JSONValue.lines(String(decoding: bytes, as: UTF8.self)) { apply(event) }
    }

    private mutating func apply(_ event: JSONValue) {
        events += 1
        let key = Self.key(event)
        switch event["type"]?.string {
        case "put":
            var facets = containers[key] ?? ["id": event["id"] ?? .null]
            for change in event["changes"]?.members ?? [] {
                facets[change.name] = change.value == .null ? nil : change.value
                if change.name == "config" { facets["name"] = change.value["name"] }
            }
            containers[key] = facets
        case "delete": containers[key] = nil
        case "reset": resets += 1
        case "bookmark":
            revision = event["revision"]?.string ?? revision
            latest = revision
            return
        default: break
        }
        guard let next = event["revision"]?.string else { return }
        if let latest, latest != next { revision = latest }
        latest = next
    }

    /// What lists give of the containers of one host, or of all; events hold more.
    func facts(host: String? = nil) -> [String: Facts] {
        var facts: [String: Facts] = [:]
        for (key, facets) in containers where host.map({ key.hasPrefix("\($0)/") }) ?? true {
            facts[key] = Facts(item: .object(facets.map { .init($0.key, $0.value) })).listed
        }
        return facts
    }

    /// How this differs from a listing, in the words of a failure's report.
    func differences(from listing: JSONValue) -> [String] {
        let ours = facts()
        let theirs = Replica(listing: listing).facts()
        return Set(ours.keys).union(theirs.keys).sorted().flatMap { key -> [String] in
            guard let our = ours[key] else { return ["\(key) was never seen by the watcher"] }
            guard let their = theirs[key] else { return ["\(key) is gone, and the watcher wasn't told"] }
            return Facts.differences(engine: their, bayplan: our).map {
                "\(key) \($0.field): listed \($0.engine), watched \($0.bayplan)"
            }
        }
    }

    private static func key(_ item: JSONValue) -> String {
        "\(item["host"]?.string ?? "")/\(item["id"]?.string ?? "")"
    }
}
