/// Why a text is not the JSON that was asked for, and at which byte.
package struct JSONError: Error, Hashable, Sendable {
    /// What was wrong; cases may be added, so code outside this target keeps a `default`.
    package enum Code: String, Hashable, Sendable {
        /// The text ended inside a value.
        case truncated
        /// A byte that the grammar of RFC 8259 does not allow here.
        case unexpectedByte
        /// Bytes that are not UTF-8 (RFC 3629), an overlong form or a surrogate included.
        case invalidUTF8
        /// A control character below U+0020 stood unescaped in a string.
        case controlCharacter
        /// A `\` sequence that JSON does not know, or half of a surrogate pair.
        case invalidEscape
        /// A number with a leading zero, a bare sign, an empty fraction or exponent.
        case invalidNumber
        /// A number that does not fit the type that was asked for.
        case numberOutOfRange
        /// A name occurred twice in one object.
        case duplicateKey
        /// More nested than the reader's limit.
        case tooDeep
        /// Longer than the reader's limit.
        case tooLong
        /// A valid value of another kind than the one asked for.
        case wrongType
        /// Something other than white space came after the value.
        case trailingBytes
        /// A member that must be there is not, or its value makes no sense.
        case invalidValue
    }

    package let code: Code
    /// The offset in bytes from the start of the text.
    package let offset: Int
    /// What was expected, or which member; static so that no input ends up in a log by accident.
    package let detail: StaticString

    package init(_ code: Code, at offset: Int, _ detail: StaticString = "") {
        self.code = code
        self.offset = offset
        self.detail = detail
    }

    package static func == (one: JSONError, other: JSONError) -> Bool {
        one.code == other.code && one.offset == other.offset
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(offset)
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        let what = "\(detail)"
        return what.isEmpty
            ? "not valid JSON: \(code.rawValue) at byte \(offset)"
            : "not valid JSON: \(code.rawValue) at byte \(offset) (\(what))"
    }
}
