/// Why a text was not taken as a YAML document, and where.
package struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of refusal.
    package enum Reason: Sendable, Equatable {
        /// Not YAML; the sentence is the parser's.
        case syntax(String)
        /// An anchor such as `&name`.
        case anchor(String)
        /// An alias such as `*name`.
        case alias(String)
        /// A tag such as `!!str`.
        case tag(String)
        /// A second document in one file.
        case secondDocument
        /// A key that stands in its mapping already; the line is the first one's.
        case duplicateKey(String, firstLine: Int)
        /// A key that is a list or a mapping.
        case compoundKey
        /// Nested deeper than the limit.
        case depth(limit: Int)
        /// More bytes than the limit.
        case size(limit: Int)
        /// More values than the limit.
        case count(limit: Int)
        /// The parser had no memory left.
        case memory
    }

    /// What was wrong.
    package let reason: Reason

    /// Where it was wrong.
    package let position: YAMLPosition

    /// A refusal at a place.
    package init(_ reason: Reason, at position: YAMLPosition) {
        self.reason = reason
        self.position = position
    }

    /// What is wrong and what to do, without the place.
    package var sentence: String {
        switch reason {
        case .syntax(let problem): "this is not YAML: \(problem)"
        case .anchor(let name): "anchors are not allowed (`&\(name)`); write the value out"
        case .alias(let name): "aliases are not allowed (`*\(name)`); write the value out"
        case .tag(let name): "tags are not allowed (`\(name)`); remove it"
        case .secondDocument: "only one document is allowed in a file; remove everything from this `---` on"
        case .duplicateKey(let key, let line):
            "the key `\(key)` stands twice (first in line \(line)); remove one of them"
        case .compoundKey: "a key must be a text, not a list or a mapping"
        case .depth(let limit): "nested more than \(limit) deep"
        case .size(let limit): "longer than \(limit) bytes"
        case .count(let limit): "more than \(limit) values"
        case .memory: "not enough memory to read it"
        }
    }

    /// The place and the sentence: `12:3: anchors are not allowed …`.
    package var description: String { "\(position.line):\(position.column): \(sentence)" }
}
