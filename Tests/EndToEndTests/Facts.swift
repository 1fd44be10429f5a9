internal import JSON

/// What is known of one container, flat: the path of a field, and its value as text.
///
/// Members of a set are part of the path (`network.ports[0.0.0.0:8080->80/tcp]`), so their order doesn't matter
/// and a difference names the member. A default (0, "", false, empty) is left out, as our schema does.
struct Facts: Equatable {
    private(set) var fields: [String: String] = [:]

    mutating func note(_ path: String, _ value: String?) {
        if let value, !value.isEmpty { fields[path] = value }
    }

    mutating func note(_ path: String, _ value: Int64?) {
        if let value, value != 0 { fields[path] = "\(value)" }
    }

    mutating func note(_ path: String, _ value: Bool?) {
        if value == true { fields[path] = "true" }
    }

    /// Notes a list whose order means something.
    mutating func note(_ path: String, list: JSONValue?) {
        for (index, element) in (list?.elements ?? []).enumerated() {
            fields["\(path)[\(index)]"] = element.string ?? String(decoding: element.encoded, as: UTF8.self)
        }
    }

    /// Notes the members of a set.
    mutating func note(_ path: String, set: some Sequence<String>) {
        for member in set where !member.isEmpty { fields["\(path)[\(member)]"] = "present" }
    }

    /// Notes the values of a map.
    mutating func note(_ path: String, map: JSONValue?) {
        for member in map?.members ?? [] {
            fields["\(path)[\(member.name)]"] = "'\(member.value.string ?? "")'"
        }
    }

    /// Those fields that lists give too: what is kept in memory for every container of the fleet.
    var listed: Facts {
        var facts = self
        facts.fields = fields.filter { Self.isListed($0.key) }
        return facts
    }

    private static func isListed(_ field: String) -> Bool {
        let whole = [
            "config.env", "config.hostname", "config.user", "config.imageId", "config.logDriver",
            "config.memoryLimit",
            "config.workingDir", "config.links", "config.restartPolicy.maximumRetryCount",
        ]
        if whole.contains(where: { field == $0 || field.hasPrefix("\($0)[") }) { return false }
        if field.hasPrefix("config.mounts[") {
            return ![".mode", ".propagation"].contains { field.hasSuffix($0) }
        }
        // Of a network, a list has the name and the address.
        return !field.hasPrefix("network.networks[") || field.hasSuffix("]") && !field.contains("].aliases[")
            || field.hasSuffix("].ip")
    }

    /// The fields in which two differ, each with both values; times may differ by a millisecond.
    static func differences(engine: Facts, bayplan: Facts) -> [(
        field: String, engine: String, bayplan: String
    )] {
        var found: [(field: String, engine: String, bayplan: String)] = []
        for field in Set(engine.fields.keys).union(bayplan.fields.keys).sorted() {
            let one = engine.fields[field]
            let other = bayplan.fields[field]
            if one == other || agree(field, one, other) { continue }
            found.append((field, one ?? "–", other ?? "–"))
        }
        return found
    }

    private static func agree(_ field: String, _ one: String?, _ other: String?) -> Bool {
        guard let one, let other else { return false }
        if field == "ps.Status" || field == "ps.RunningFor" {
            return RunningText(one).agrees(with: RunningText(other))
        }
        guard field.hasSuffix("At") || field == "config.created", let one = Int64(one),
            let other = Int64(other)
        else {
            return false
        }
        return abs(one - other) <= 1
    }
}
