import Inventory
import JSON

/// The `filters` of a request: for each name the values of which one must match.
struct EngineFilters: Sendable {
    private let values: [String: [String]]

    static let none = EngineFilters()

    init(_ values: [String: [String]] = [:]) {
        self.values = values
    }

    /// Reads both spellings, `{"status":["running"]}` and `{"status":{"running":true}}`.
    init(_ text: String, allowing names: Set<String>) throws(EngineRefusal) {
        guard !text.isEmpty else {
            self = .none
            return
        }
        guard let members = (try? JSONValue(parsing: Array(text.utf8)))?.members else {
            let first = text.first.map { String($0) } ?? ""
            throw EngineRefusal(500, "invalid character '\(first)' looking for beginning of value")
        }
        var values: [String: [String]] = [:]
        for member in members {
            guard names.contains(member.name) else {
                throw EngineRefusal(400, "Invalid filter '\(member.name)'")
            }
            values[member.name] =
                member.value.elements?.compactMap(\.string) ?? member.value.members?.map(\.name) ?? []
        }
        self.values = values
    }

    /// Whether nothing is asked under that name, or one of the values asked for matches.
    func allows(_ name: String, _ matches: (String) -> Bool) -> Bool {
        guard let wanted = values[name], !wanted.isEmpty else { return true }
        return wanted.contains(where: matches)
    }

    /// Labels must match all of them, unlike the others.
    private func allowsLabels(_ labels: [String: String]) -> Bool {
        (values["label"] ?? []).allSatisfy { wanted in
            let parts = wanted.split(separator: "=", maxSplits: 1).map { String($0) }
            guard let key = parts.first, let value = labels[key] else { return false }
            return parts.count == 1 || value == parts[1]
        }
    }

    /// Whether a state is asked for, which makes the Engine list what does not run too.
    var asksForStates: Bool { values["status"] != nil || values["exited"] != nil }

    static let listNames: Set<String> = [
        "ancestor", "before", "expose", "exited", "health", "id", "isolation", "is-task", "label", "name",
        "network", "publish", "since", "status", "volume",
    ]

    func allows(_ container: SimulatedContainer) -> Bool {
        let id = container.id.description
        return allowsLabels(container.spec.labels)
            && allows("id") { id.hasPrefix($0) }
            && allows("name") { container.name.contains($0.hasPrefix("/") ? String($0.dropFirst()) : $0) }
            && allows("status") { container.state.rawValue == $0 }
            && allows("health") { (container.health?.status ?? "none") == $0 }
            && allows("exited") { container.state == .exited && "\(container.exitCode)" == $0 }
            && allows("ancestor") { container.spec.image == $0 || container.imageID == $0 }
            && allows("network") { name in
                container.endpoints.contains { $0.key == name || $0.value.networkID == name }
            }
            && allows("volume") { path in
                container.spec.mounts.contains { $0.name == path || $0.destination == path }
            }
    }

    static let eventNames: Set<String> = [
        "config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope",
        "secret",
        "service", "type", "volume",
    ]

    func allows(_ event: EngineEvent) -> Bool {
        allowsLabels(event.attributes)
            && allows("type") { event.type == $0 }
            && allows("event") { event.action == $0 || event.action.hasPrefix($0 + ":") }
            && allows("container") { reference in
                guard event.type == "container" else { return event.attributes["container"] == reference }
                return event.actor.hasPrefix(reference) || event.attributes["name"] == reference
            }
            && allows("image") { event.attributes["image"] == $0 }
            && allows("network") {
                event.type == "network" && (event.actor == $0 || event.attributes["name"] == $0)
            }
            && allows("volume") { event.type == "volume" && event.actor == $0 }
            && allows("scope") { $0 == "local" }
    }
}
