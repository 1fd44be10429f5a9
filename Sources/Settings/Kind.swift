/// What a setting's text may be, and how it is read and shown.
package struct Kind<Value: Sendable>: Sendable {
    /// What stands for the value in the help text; empty when the flag stands alone.
    package let placeholder: String

    /// What the value may be, in words that complete "must be …".
    package let form: String

    /// Whether a flag of this kind needs no value.
    package let isFlag: Bool

    /// Whether it takes several values.
    package let isList: Bool

    /// The words that it may be, for completion; empty where it isn't one of a few.
    package let choices: [String]

    /// What stands between values in one environment variable; nil unless a list.
    package let separator: Character?

    /// Whether a YAML mapping does as well, each entry read as `key=value`.
    package let takesMapping: Bool

    /// Reads texts: exactly one unless a list.
    package let read: @Sendable ([String]) -> Reading<Value>

    /// Writes a value the way that it is read.
    package let show: @Sendable (Value) -> String

    /// A kind of one value.
    package init(
        placeholder: String,
        form: String,
        isFlag: Bool = false,
        takesMapping: Bool = false,
        choices: [String] = [],
        read: @escaping @Sendable (String) -> Value?,
        show: @escaping @Sendable (Value) -> String,
    ) {
        self.placeholder = placeholder
        self.form = form
        self.isFlag = isFlag
        isList = false
        self.choices = choices
        separator = nil
        self.takesMapping = takesMapping
        self.read = { texts in
            let text = texts.last ?? ""
            return read(text).map { .value($0) } ?? .refused(text)
        }
        self.show = show
    }

    /// A kind of several values.
    private init<Element: Sendable>(
        listOf element: Kind<Element>,
        separator: Character,
    ) where Value == [Element] {
        placeholder = element.placeholder
        form = element.form
        isFlag = false
        isList = true
        choices = element.choices
        self.separator = separator
        takesMapping = element.takesMapping
        read = { texts in
            var values: [Element] = []
            for text in texts {
                switch element.read([text]) {
                case .value(let value): values.append(value)
                case .refused(let text): return .refused(text)
                }
            }
            return .value(values)
        }
        show = { $0.map(element.show).joined(separator: String(separator)) }
    }

    /// A kind whose value may be missing.
    private init<Wrapped: Sendable>(wrapping kind: Kind<Wrapped>) where Value == Wrapped? {
        placeholder = kind.placeholder
        form = kind.form
        isFlag = kind.isFlag
        isList = kind.isList
        choices = kind.choices
        separator = kind.separator
        takesMapping = kind.takesMapping
        read = { texts in
            switch kind.read(texts) {
            case .value(let value): .value(value)
            case .refused(let text): .refused(text)
            }
        }
        show = { $0.map(kind.show) ?? "" }
    }

    /// Several values: the flag repeated, a YAML list, or one environment variable cut at the separator.
    package static func list<Element: Sendable>(
        of element: Kind<Element>,
        separator: Character = ",",
    ) -> Kind<Value> where Value == [Element] {
        Kind(listOf: element, separator: separator)
    }

    static func optional<Wrapped: Sendable>(_ kind: Kind<Wrapped>) -> Kind<Value> where Value == Wrapped? {
        Kind(wrapping: kind)
    }
}

/// What came of reading a text.
package enum Reading<Value: Sendable>: Sendable {
    /// It is a value.
    case value(Value)
    /// It is none; the text that was refused.
    case refused(String)
}
