/// A choice of containers by their labels, in kubectl's grammar: every requirement must hold.
///
///     tier=web,env in (prod,stage),!canary
///
/// The operators are kubectl's: `a`, `!a`, `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x,y)`. Names and
/// values may be any label text; one with white space or one of `,=!()<>`, which kubectl refuses, stands in double
/// quotes, where `\"` and `\\` mean `"` and `\`. As with kubectl, `!=` and `notin` also choose containers
/// that have no such label.
package struct Selector: Hashable, Sendable {
    package var requirements: [Requirement]

    /// An empty list chooses every container.
    package init(_ requirements: [Requirement] = []) {
        self.requirements = requirements
    }

    /// What one label must be like.
    package struct Requirement: Hashable, Sendable {
        package let key: String
        package let condition: Condition

        package init(_ key: String, _ condition: Condition) {
            self.key = key
            self.condition = condition
        }
    }

    /// What a requirement asks of its label.
    package enum Condition: Hashable, Sendable {
        /// It is there, whatever its value.
        case exists
        /// It is not there.
        case isMissing
        /// It is there and has one of these values.
        case isAny(of: [String])
        /// It is not there, or has none of these values.
        case isNone(of: [String])
    }

    /// Whether a container with these labels is chosen.
    package func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { $0.matches(labels[$0.key]) }
    }
}

extension Selector.Requirement {
    /// Whether a label with this value, or nil for none, is what is asked for.
    package func matches(_ value: String?) -> Bool {
        switch condition {
        case .exists: value != nil
        case .isMissing: value == nil
        case .isAny(let values): value.map { value in values.contains { Self.isEqual($0, value) } } ?? false
        case .isNone(let values): value.map { value in !values.contains { Self.isEqual($0, value) } } ?? true
        }
    }

    /// By bytes, as Docker compares: to Swift a composed and a decomposed é are equal.
    private static func isEqual(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
}

extension Selector: CustomStringConvertible {
    /// The selector in its own grammar; parsing it gives the same requirements.
    package var description: String {
        requirements.map(\.description).joined(separator: ",")
    }
}

extension Selector.Requirement: CustomStringConvertible {
    package var description: String {
        let name = Self.quoted(key)
        switch condition {
        case .exists: return name
        case .isMissing: return "!" + name
        case .isAny(let values): return name + " in (" + values.map(Self.quoted).joined(separator: ",") + ")"
        case .isNone(let values):
            return name + " notin (" + values.map(Self.quoted).joined(separator: ",") + ")"
        }
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes =
            text.isEmpty
            || text.unicodeScalars.contains { scalar in
                SelectorScanner.endsWord(scalar) || scalar == "\""
            }
        guard needsQuotes else { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
