/// Why a text is not a label selector.
package struct SelectorError: Error, Hashable, Sendable {
    /// Where, in Unicode scalars from the start.
    package let position: Int
    /// What could have stood there.
    package let expected: String
    /// What stood there; empty at the end of the text.
    package let found: String

    package init(position: Int, expected: String, found: String) {
        self.position = position
        self.expected = expected
        self.found = found
    }
}

extension SelectorError: CustomStringConvertible {
    package var description: String {
        let what = found.isEmpty ? "the end" : "“\(found)”"
        return "not a label selector: expected \(expected) at character \(position + 1), but found \(what)"
    }
}
