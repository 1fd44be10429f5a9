/// What a template works on: Go's values as far as templates can tell them apart.
package indirect enum Value: Sendable {
    /// Nothing at all: a missing key, or JSON's null.
    case none
    case bool(Bool)
    case int(Int64)
    /// One byte of a text, which `index` gives.
    case byte(UInt8)
    case float(Double)
    case text(Text)
    case list([Value])
    case map(Map)
    case record(Record)

    /// A text of the program's own.
    package static func text(_ text: String) -> Value { .text(Text(text)) }

    /// A text that came from a stranger, such as a label.
    package static func foreign(_ text: String) -> Value { .text(Text(text, isForeign: true)) }

    /// A list of texts that came from strangers.
    package static func foreign(_ texts: [String]) -> Value { .list(texts.map { .foreign($0) }) }
}

/// A text as bytes, because Go cuts and counts bytes.
package struct Text: Hashable, Sendable {
    /// Mostly UTF-8; a template may cut a letter in half.
    package var bytes: [UInt8]

    /// Whether it came from a stranger and has to be made safe before a terminal shows it.
    package var isForeign: Bool

    /// A text.
    package init(_ text: String, isForeign: Bool = false) {
        bytes = Array(text.utf8)
        self.isForeign = isForeign
    }

    /// A text of the program's own, made of bytes.
    init(bytes: [UInt8]) {
        self.bytes = bytes
        isForeign = false
    }

    /// The text; halves of letters are replaced.
    var string: String { String(decoding: bytes, as: UTF8.self) }
}

/// Go's map from texts, with its keys in ascending order.
package struct Map: Sendable {
    /// Keys and values, the keys ascending by their bytes.
    package let entries: [(key: String, value: Value)]

    /// Whether all values are texts (`map[string]string`), so that `index` answers "" for a missing key.
    package let holdsTexts: Bool

    /// A map; of keys that occur twice the last one counts.
    package init(_ entries: [(key: String, value: Value)], holdsTexts: Bool = false) {
        var sorted = entries.enumerated().sorted { one, other in
            one.element.key == other.element.key
                ? one.offset < other.offset
                : one.element.key.utf8.lexicographicallyPrecedes(other.element.key.utf8)
        }.map(\.element)
        var index = 1
        while index < sorted.count {
            if sorted[index - 1].key == sorted[index].key {
                sorted.remove(at: index - 1)
            } else {
                index += 1
            }
        }
        self.entries = sorted
        self.holdsTexts = holdsTexts
    }

    /// The value of a key; nil when there is none.
    package subscript(key: String) -> Value? { entries.first { $0.key == key }?.value }
}

/// Go's struct with its methods: a fixed set of fields, made when they are asked for.
package struct Record: Sendable {
    /// What all records of a kind have in common.
    package struct Kind: Sendable {
        /// What messages call it.
        package let name: String

        /// The fields, in the order of `json`.
        package let fields: [String]

        /// Fields that can be asked for but are no part of the whole: `json` and `range` leave them out.
        package let extras: [String]

        /// Further names that take one text, such as `Label`.
        package let methods: [String]

        /// Whether `json` writes `<`, `>` and `&` as escapes, as docker does for the rows of a list.
        package let escapesHTML: Bool

        /// A kind of record.
        package init(
            _ name: String, fields: [String], extras: [String] = [], methods: [String] = [],
            escapesHTML: Bool = false
        ) {
            self.name = name
            self.fields = fields
            self.extras = extras
            self.methods = methods
            self.escapesHTML = escapesHTML
        }
    }

    /// What kind it is.
    package let kind: Kind

    private let value: @Sendable (String) -> Value
    private let answer: @Sendable (String, String) -> Value

    /// A record.
    ///
    /// - Parameters:
    ///   - kind: Its fields and methods.
    ///   - method: The answer of a method of the kind, by its name and argument.
    ///   - value: The value of a field of the kind.
    package init(
        _ kind: Kind,
        method: @escaping @Sendable (String, String) -> Value = { _, _ in .none },
        value: @escaping @Sendable (String) -> Value,
    ) {
        self.kind = kind
        self.value = value
        answer = method
    }

    /// A record of values that are known already, in their order; `extras` are no part of the whole.
    package init(
        named name: String, _ fields: [(key: String, value: Value)],
        extras: [(key: String, value: Value)] = []
    ) {
        self.init(Kind(name, fields: fields.map(\.key), extras: extras.map(\.key))) { name in
            (fields + extras).first { $0.key == name }?.value ?? .none
        }
    }

    /// The value of a field; nil when the kind has none of that name.
    package subscript(name: String) -> Value? {
        kind.fields.contains(name) || kind.extras.contains(name) ? value(name) : nil
    }

    /// What a method answers.
    func call(_ method: String, _ argument: String) -> Value { answer(method, argument) }
}
