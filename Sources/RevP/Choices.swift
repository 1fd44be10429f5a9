/// The protocol that the proxy speaks to the backend.
package enum BackendScheme: String, CaseIterable, Hashable, Sendable {
    case http
    case https
    /// HTTP/2 without TLS.
    case h2c
}

/// How requests are spread over the members of a pool.
package enum Balance: String, CaseIterable, Hashable, Sendable {
    case roundRobin = "round-robin"
    case leastConnections = "least-conn"
    /// By the client's address.
    case ipHash = "ip-hash"
    /// By a cookie, where the proxy has that.
    case sticky
}

/// When a container may be routed to.
package enum RoutingPolicy: String, CaseIterable, Hashable, Sendable {
    case always
    case running
    /// Running, and healthy or without a health check.
    case healthy
}

/// Words that a label may choose from.
enum Choices {
    /// One of an enum's words, whatever the case, and with underscores for hyphens.
    static func read<Choice: RawRepresentable & CaseIterable>(
        _ text: String, _ code: DiagnosticCode, _ what: String
    ) throws(ValueError) -> Choice where Choice.RawValue == String {
        let word = text.lowercasedASCII().utf8.map { $0 == 0x5F ? 0x2D : $0 }
        if let choice = Choice(rawValue: String(decoding: word, as: UTF8.self)) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValueError(code, "This is no \(what).", "Write one of \(words).")
    }

    /// A yes or no, whatever the case.
    static func readBoolean(_ text: String) throws(ValueError) -> Bool {
        switch text.lowercasedASCII() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default: throw ValueError(.badBoolean, "This is neither yes nor no.", "Write true or false.")
        }
    }

    /// A whole number from −1,000,000 to 1,000,000.
    static func readPriority(_ text: String) throws(ValueError) -> Int {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
        guard (1...7).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit), let number = Int(text),
            (-1_000_000...1_000_000).contains(number)
        else {
            throw ValueError(
                .badPriority, "A priority is a whole number from -1000000 to 1000000.",
                "Write a number such as 10; higher wins.")
        }
        return number
    }
}
