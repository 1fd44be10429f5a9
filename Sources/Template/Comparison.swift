/// Go's `eq` and `lt` of templates.
enum Comparison {
    /// Whether two values are equal.
    static func isEqual(
        _ one: Value, _ other: Value, _ workshop: Workshop
    ) throws(Function.Problem) -> Bool {
        switch (one, other) {
        case (.bool(let one), .bool(let other)): return one == other
        case (.int(let one), .int(let other)): return one == other
        case (.byte(let one), .byte(let other)): return one == other
        case (.int(let one), .byte(let other)), (.byte(let other), .int(let one)): return one == Int64(other)
        case (.float(let one), .float(let other)): return one == other
        case (.text(let one), .text(let other)): return workshop.bytes(one) == workshop.bytes(other)
        case (.none, .none): return true
        case (.none, _), (_, .none): return false
        case (.list, .list), (.map, .map), (.record, .record):
            let shown = String(decoding: Printer(workshop).text(other), as: UTF8.self)
            throw Function.Problem("non-comparable type \(shown): \(other.typeName)")
        default: throw Function.Problem("incompatible types for comparison")
        }
    }

    /// Whether the first value comes before the second.
    static func isLess(
        _ one: Value, _ other: Value, _ workshop: Workshop
    ) throws(Function.Problem) -> Bool {
        for value in [one, other] {
            switch value {
            case .none, .list, .map, .record: throw Function.Problem("invalid type for comparison")
            default: continue
            }
        }
        switch (one, other) {
        case (.bool, .bool): throw Function.Problem("invalid type for comparison")
        case (.int(let one), .int(let other)): return one < other
        case (.byte(let one), .byte(let other)): return one < other
        case (.int(let one), .byte(let other)): return one < Int64(other)
        case (.byte(let one), .int(let other)): return Int64(one) < other
        case (.float(let one), .float(let other)): return one < other
        case (.text(let one), .text(let other)):
            return workshop.bytes(one).lexicographicallyPrecedes(workshop.bytes(other))
        default: throw Function.Problem("incompatible types for comparison")
        }
    }
}
