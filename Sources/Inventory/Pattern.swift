/// A regular expression as Docker's `name` filter takes it: Go's syntax (RE2), in time linear in the text.
///
/// There is no backtracking, so that no expression, however hostile, takes longer than its size times the text's
/// length; both have a bound. What Go knows and this doesn't is Unicode classes (`\pL`), which no name of a
/// container can need; without them every expression means here what it means there (golang.org/s/re2syntax).
package struct Pattern: Hashable, Sendable {
    /// The expression as it was given.
    package let source: String
    private let form: Form

    /// How it is matched.
    private enum Form: Hashable, Sendable {
        /// A text to be found, as most expressions are.
        case literal([UInt8], atStart: Bool, atEnd: Bool)
        case program(PatternProgram)
    }

    /// Bytes of an expression.
    package static let longestSource = 512

    /// Parses an expression.
    ///
    /// - Throws: What is wrong, and where.
    package init(_ source: String) throws(PatternError) {
        guard source.utf8.count <= Self.longestSource else {
            throw PatternError(position: 0, sentence: "it is longer than \(Self.longestSource) bytes")
        }
        self.source = source
        var parser = PatternParser(source)
        let tree = try parser.parse()
        if let literal = tree.literal {
            form = .literal(literal.text, atStart: literal.atStart, atEnd: literal.atEnd)
        } else {
            form = .program(try PatternProgram(tree))
        }
    }

    /// Whether it matches anywhere in a text.
    package func matches(_ text: String) -> Bool {
        switch form {
        case .literal(let part, let atStart, let atEnd): Self.find(part, in: text, atStart, atEnd)
        case .program(let program): program.matches(text)
        }
    }

    private static func find(_ part: [UInt8], in text: String, _ atStart: Bool, _ atEnd: Bool) -> Bool {
        let bytes = text.utf8.span
        guard bytes.count >= part.count else { return false }
        let last = bytes.count - part.count
        if atStart, atEnd, last != 0 { return false }
        for start in (atEnd ? last : 0)...(atStart ? 0 : last) {
            var index = 0
            while index < part.count, bytes[start + index] == part[index] { index += 1 }
            if index == part.count { return true }
        }
        return false
    }
}

extension Pattern: CustomStringConvertible {
    package var description: String { source }
}

/// Why a text is not a regular expression.
package struct PatternError: Error, Hashable, Sendable {
    /// Where, in Unicode scalars from the start.
    package let position: Int
    /// What is wrong, to follow a colon.
    package let sentence: String

    package init(position: Int, sentence: String) {
        self.position = position
        self.sentence = sentence
    }
}

extension PatternError: CustomStringConvertible {
    package var description: String { "\(sentence), at character \(position + 1)" }
}
