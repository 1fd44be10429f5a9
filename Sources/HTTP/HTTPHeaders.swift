/// The header fields of a message, in order; names are compared without regard to case.
package struct HTTPHeaders: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One field as it stood in the message, without the blanks around its value.
    package struct Field: Hashable, Sendable {
        /// As the sender spelled it.
        package let name: String
        /// Without the blanks around it.
        package let value: String
    }

    /// All fields, in the order of the message.
    package private(set) var fields: [Field] = []

    /// No fields.
    package init() {}

    /// The fields in the order of the literal.
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }

    /// Adds a field after all others, also when one of that name exists.
    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// The value of the first field of that name.
    package subscript(_ name: String) -> String? {
        fields.first { $0.name.equalsIgnoringCase(name) }?.value
    }

    /// The values of all fields of that name, in order.
    package func values(of name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
    }

    /// Whether a comma-separated list field contains a word, as in `Connection: close`.
    func lists(_ word: String, in name: String) -> Bool {
        values(of: name).contains { value in
            value.split(separator: ",").contains { entry in
                String(entry.filter { $0 != " " && $0 != "\t" }).equalsIgnoringCase(word)
            }
        }
    }
}

extension String {
    /// Compares ASCII letters without regard to case, everything else exactly.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.0.lowered == $0.1.lowered }
    }
}

extension UInt8 {
    var lowered: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }

    /// A character that may stand in a method or a field's name (RFC 9110, section 5.6.2).
    var isToken: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e, 0x5f, 0x60, 0x7c, 0x7e: true
        default: false
        }
    }

    /// A character that may stand in a field's value: visible, blank, tab, or beyond ASCII.
    var isFieldText: Bool { self == 0x09 || (self >= 0x20 && self != 0x7f) }
}
