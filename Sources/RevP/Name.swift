/// A name of a group, network or resolver: `[A-Za-z0-9][A-Za-z0-9_.-]{0,62}`.
package struct Name: Hashable, Sendable {
    /// The name as it is written.
    package let text: String

    /// Checks the grammar; nil when it does not hold.
    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), bytes.first?.isAlphanumeric == true,
            bytes.allSatisfy({ $0.isAlphanumeric || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D })
        else { return nil }
        self.text = String(text)
    }

    static func read(_ text: String, _ code: DiagnosticCode, _ what: String) throws(ValueError) -> Name {
        guard let name = Name(text) else {
            throw ValueError(
                code,
                "A \(what) is 1 to 63 letters, digits, underscores, dots and hyphens, the first a letter or digit.",
                "Write the name of the \(what) alone.")
        }
        return name
    }
}

extension Name: Comparable, CustomStringConvertible {
    package static func < (one: Name, other: Name) -> Bool { one.text < other.text }
    package var description: String { text }
}

/// A name from an output's allow-list: a ``Name``, in Traefik's way with `@` and where it is defined behind it.
package struct MiddlewareName: Hashable, Sendable {
    /// The name as it is written.
    package let text: String

    /// Checks the grammar; nil when it does not hold.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ Name($0) != nil }) else { return nil }
        self.text = String(text)
    }

    /// How many a service may have.
    private static let most = 16

    /// Names with commas between them, in their order, each once.
    static func readList(_ text: String) throws(ValueError) -> [MiddlewareName] {
        var names: [MiddlewareName] = []
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        guard words.count <= most else {
            throw ValueError(
                .tooMany, "A service has at most \(most) middlewares.", "Name fewer, or join some of them.")
        }
        for word in words {
            guard let name = MiddlewareName(word.trimmed()) else {
                throw ValueError(
                    .badMiddleware,
                    "A middleware is named by letters, digits, underscores, dots and hyphens, and perhaps @ and "
                        + "where it is defined.",
                    "Write names with commas between them, such as auth,compress@file.")
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

extension MiddlewareName: Comparable, CustomStringConvertible {
    package static func < (one: MiddlewareName, other: MiddlewareName) -> Bool { one.text < other.text }
    package var description: String { text }
}
