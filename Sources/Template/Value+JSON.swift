package import JSON

extension Value {
    /// A JSON value as Go reads it into `any`, every text of it a stranger's.
    package init(_ value: JSONValue) {
        switch value {
        case .null: self = .none
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .double(let value): self = .float(value)
        case .string(let value): self = .foreign(value)
        case .array(let elements): self = .list(elements.map { Value($0) })
        case .object(let members): self = .map(Map(members.map { ($0.name, Value($0.value)) }))
        }
    }

    /// Go's name of its type.
    var typeName: String {
        switch self {
        case .none: "nil"
        case .bool: "bool"
        case .int: "int"
        case .byte: "uint8"
        case .float: "float64"
        case .text: "string"
        case .list: "[]interface {}"
        case .map(let map): map.holdsTexts ? "map[string]string" : "map[string]interface {}"
        case .record(let record): record.kind.name
        }
    }

    /// Whether it is a text.
    var isText: Bool { if case .text = self { true } else { false } }

    /// What `if` and `with` make of it: whether it is anything but the empty value of its type.
    var isTrue: Bool {
        switch self {
        case .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .byte(let value): value != 0
        case .float(let value): value != 0
        case .text(let text): !text.bytes.isEmpty
        case .list(let elements): !elements.isEmpty
        case .map(let map): !map.entries.isEmpty
        case .record: true
        }
    }
}
