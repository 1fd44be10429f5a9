/// Which events are asked for, in the words of `docker events --filter`: every key that is given must hold.
///
/// Of several values of one key any will do, except for `label`, of which all must hold. The meanings are the Engine's
/// (moby, daemon/events/filter.go): `container`, `network` and `volume` name the object that an event is *about*, by
/// its id or name or how these begin; `image` also finds the events of containers that were made from it. `host` is
/// ours. What the Engine knows besides (`daemon`, `plugin`, and Swarm's) has no events here and is refused.
package struct EventFilters: Hashable, Sendable {
    /// The keys that can be given.
    package static let keys = [
        "container", "event", "host", "image", "label", "network", "scope", "type", "volume",
    ]
    /// More than anybody gives, and few enough to evaluate on every event.
    private static let most = 100

    private var values: [String: [String]] = [:]
    private var labels: [ContainerFilters.Pair] = []

    /// Asks for every event.
    package init() {}

    /// Whether nothing is asked for.
    package var isEmpty: Bool { values.isEmpty && labels.isEmpty }

    /// The hosts that are asked for, by id or name; empty for all.
    package var hosts: [String] { values["host"] ?? [] }

    /// Reads `key=value` as docker's command line does: the key in any case, no space around either.
    ///
    /// - Throws: What is wrong, with what is known.
    package mutating func add(_ text: String) throws(FilterError) {
        guard let equals = text.firstIndex(of: "=") else {
            throw FilterError("“\(text)” is no filter: write KEY=VALUE, with a key of \(Self.list)")
        }
        try add(
            key: Self.trimmed(text[..<equals]).lowercased(),
            value: Self.trimmed(text[text.index(after: equals)...]))
    }

    /// Adds one value of a key.
    ///
    /// - Throws: What is wrong, with what is known.
    package mutating func add(key: String, value: String) throws(FilterError) {
        guard values.values.reduce(labels.count, { $0 + $1.count }) < Self.most else {
            throw FilterError("more than \(Self.most) filters are not taken")
        }
        guard Self.keys.contains(key) else {
            throw FilterError("there is no filter “\(key)” for events; there are \(Self.list)")
        }
        guard !value.isEmpty else { throw FilterError("the filter \(key) needs a value") }
        guard key != "label" else {
            let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty else {
                throw FilterError(
                    "the filter label=\(value) is not understood: the value is NAME or NAME=VALUE")
            }
            labels.append(ContainerFilters.Pair(String(name), parts.count == 2 ? String(parts[1]) : nil))
            return
        }
        values[key, default: []].append(value)
    }

    /// Whether an event of that kind can fit at all, before its attributes are known.
    package func mayMatch(type: String, action: String) -> Bool {
        exactly("type", type) && isAction(action) && exactly("scope", "local")
    }

    /// Whether an event fits; its host is the caller's to compare.
    ///
    /// - Parameters:
    ///   - type: `container`, `image`, `network` or `volume`.
    ///   - action: What happened, such as `health_status: healthy`.
    ///   - actor: The id of what it happened to, or a volume's name.
    ///   - attributes: What the Engine said besides, labels among it.
    /// - Returns: Whether every key that is given holds.
    package func matches(
        type: String, action: String, actor: String, attributes: [String: String]
    ) -> Bool {
        mayMatch(type: type, action: action)
            && isNamed("container", actor, attributes) && isNamed("network", actor, attributes)
            && isNamed("volume", actor, attributes) && isOfImage(type, actor, attributes)
            && labels.allSatisfy { label in
                guard let value = attributes[label.key] else { return false }
                return label.value.map { $0 == value } ?? true
            }
    }

    private func exactly(_ key: String, _ text: String) -> Bool {
        values[key].map { $0.contains(text) } ?? true
    }

    /// `health_status` asks for every result of a health check, other words for themselves.
    private func isAction(_ action: String) -> Bool {
        guard let wanted = values["event"] else { return true }
        return wanted.contains(action)
            || wanted.contains("health_status") && wanted.contains { action.hasPrefix($0) }
    }

    private func isNamed(_ key: String, _ actor: String, _ attributes: [String: String]) -> Bool {
        guard let wanted = values[key] else { return true }
        let name = attributes["name"] ?? ""
        return wanted.contains { actor.hasPrefix($0) || name.hasPrefix($0) }
    }

    private func isOfImage(_ type: String, _ actor: String, _ attributes: [String: String]) -> Bool {
        guard let wanted = values["image"] else { return true }
        let name = attributes[type == "image" ? "name" : "image"] ?? ""
        return [actor, name, Self.withoutTag(actor), Self.withoutTag(name)].contains { wanted.contains($0) }
    }

    /// A reference without its tag or digest: `registry:5000/web` of `registry:5000/web:2`.
    private static func withoutTag(_ reference: String) -> String {
        let named =
            reference.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        guard let colon = named.lastIndex(of: ":"), !named[colon...].contains("/") else {
            return String(named)
        }
        return String(named[..<colon])
    }

    /// `a, b or c`.
    private static var list: String {
        keys.dropLast().joined(separator: ", ") + " or " + (keys.last ?? "")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
