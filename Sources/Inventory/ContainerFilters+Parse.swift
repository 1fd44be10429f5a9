/// Why a filter is not understood, and what would be.
package struct FilterError: Error, Hashable, Sendable {
    package let sentence: String

    package init(_ sentence: String) { self.sentence = sentence }
}

extension FilterError: CustomStringConvertible {
    package var description: String { sentence }
}

extension ContainerFilters {
    /// The keys that can be given, as `docker ps` has them, and `env` and `mount`.
    package static let keys = [
        "ancestor", "before", "env", "exited", "expose", "health", "id", "is-task", "isolation", "label",
        "mount", "name",
        "network", "publish", "since", "status", "volume",
    ]
    /// The keys that are compared with a number.
    package static let numberKeys = Threshold.Key.allCases.map(\.rawValue)
    /// The states that `status` may ask for.
    package static let states = ["created", "restarting", "running", "removing", "paused", "exited", "dead"]
    /// The words that `health` may ask for.
    package static let healthWords = ["starting", "healthy", "unhealthy", "none"]
    /// More than anybody gives, and few enough to evaluate on every container.
    private static let most = 100

    /// Reads `key=value` as docker's command line does: the key in any case, no space around either.
    ///
    /// - Throws: What is wrong, with what is known.
    package mutating func add(_ text: String) throws(FilterError) {
        if let sign = text.firstIndex(where: { $0 == "<" || $0 == ">" || $0 == "=" }),
            let key = Threshold.Key(rawValue: Self.trimmed(text[..<sign]).lowercased())
        {
            return try add(key: key.rawValue, value: Self.trimmed(text[sign...]))
        }
        guard let equals = text.firstIndex(of: "=") else {
            throw FilterError(
                "“\(text)” is no filter: write KEY=VALUE, with a key of \(Self.list(Self.keys)), or one of "
                    + "\(Self.list(Self.numberKeys)) with >, >=, <, <= or = and a number")
        }
        try add(
            key: Self.trimmed(text[..<equals]).lowercased(),
            value: Self.trimmed(text[text.index(after: equals)...]))
    }

    /// Adds one value of a key.
    ///
    /// - Throws: What is wrong, with what is known.
    package mutating func add(key: String, value: String) throws(FilterError) {
        guard count < Self.most else { throw FilterError("more than \(Self.most) filters are not taken") }
        switch key {
        case "name":
            do throws(PatternError) {
                names.append(try Pattern(value))
            } catch {
                throw FilterError("the filter name=\(value) is no regular expression: \(error)")
            }
        case "id":
            guard Self.isHexadecimal(value) else {
                throw Self.bad(key, value, "how an id begins, in hexadecimal digits 0-9 and a-f")
            }
            ids.append(value)
        case "label", "env":
            let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            guard let name = parts.first, !name.isEmpty else {
                throw Self.bad(key, value, "NAME or NAME=VALUE")
            }
            let pair = Pair(name, parts.count == 2 ? parts[1] : nil)
            if key == "env" { environment.append(pair) } else { labels.append(pair) }
        case "ancestor":
            guard !value.isEmpty else { throw Self.bad(key, value, "an image's name or id") }
            images.append(value)
        case "before", "since":
            guard let name = ContainerName(value) else { throw Self.bad(key, value, "[HOST/]CONTAINER") }
            if key == "before" { before.append(name) } else { since.append(name) }
        case "exited":
            guard let code = Int32(value) else { throw Self.bad(key, value, "an exit code, a whole number") }
            exited.append(Int64(code))
        case "publish", "expose":
            let range = try Self.ports(key, value)
            if key == "publish" { published.append(range) } else { exposed.append(range) }
        case "health":
            guard Self.healthWords.contains(value) else {
                throw Self.bad(key, value, Self.list(Self.healthWords))
            }
            health.append(value)
        case "status":
            guard Self.states.contains(value) else { throw Self.bad(key, value, Self.list(Self.states)) }
            states.append(ContainerState(rawValue: value))
        case "is-task":
            let wanted = try Self.bool(key, value)
            guard isTask == nil || isTask == wanted else {
                throw FilterError("the filter is-task is given as true and as false; give one of them")
            }
            isTask = wanted
        // An Engine on Linux takes it and looks no further.
        case "isolation": break
        case "network": networks.append(value)
        case "volume": volumes.append(value)
        case "mount":
            guard let path = PathPrefix(value) else {
                throw Self.bad(key, value, "a path on the host that begins with /")
            }
            mounts.append(path)
        case "cpu", "memory", "restarts":
            guard let key = Threshold.Key(rawValue: key) else { break }
            thresholds.append(try Threshold(key, value))
        default:
            throw FilterError(
                "there is no filter “\(key)”; there are \(Self.list(Self.keys + Self.numberKeys))")
        }
    }

    /// How many values there are.
    private var count: Int {
        names.count + ids.count + labels.count + environment.count + images.count + before.count + since.count
            + exited.count + published.count + exposed.count + health.count + states.count + networks.count
            + volumes.count + mounts.count + thresholds.count
    }

    /// Docker's form: `80`, `80/udp`, `8000-8080/tcp`.
    private static func ports(_ key: String, _ value: String) throws(FilterError) -> PortRange {
        let parts = value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let type = parts.count == 2 ? parts[1].lowercased() : "tcp"
        let ends = (parts.first ?? "").split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            .map {
                UInt16($0)
            }
        guard ["tcp", "udp", "sctp"].contains(type), let first = ends.first, let low = first,
            let last = ends.last, let high = last, low <= high
        else { throw bad(key, value, "a port as PORT, PORT/udp or FIRST-LAST/tcp") }
        return PortRange(low...high, type)
    }

    private static func bool(_ key: String, _ value: String) throws(FilterError) -> Bool {
        switch value {
        case "true", "1": return true
        case "false", "0": return false
        default: throw bad(key, value, "true or false")
        }
    }

    private static func isHexadecimal(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func bad(_ key: String, _ value: String, _ known: String) -> FilterError {
        FilterError("the filter \(key)=\(value) is not understood: the value is \(known)")
    }

    /// `a, b or c`.
    private static func list(_ words: [String]) -> String {
        words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
