/// How long or how often, for active health checks: from 100 milliseconds to one hour.
package struct CheckTime: Hashable, Sendable {
    /// From 100 to 3,600,000.
    package let milliseconds: Int

    /// Reads numbers with units, such as `500ms`, `10s`, `1m30s`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        var total = 0
        guard !rest.isEmpty, rest.count <= 24 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix(while: \.isDigit)
            guard (1...7).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !$0.isDigit }
            rest = rest.dropFirst(unit.count)
            let factor: Int
            switch String(decoding: unit, as: UTF8.self) {
            case "ms": factor = 1
            case "s": factor = 1_000
            case "m": factor = 60_000
            case "h": factor = 3_600_000
            default: return nil
            }
            total += digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } * factor
        }
        guard (100...3_600_000).contains(total) else { return nil }
        milliseconds = total
    }

    static func read(_ text: String) throws(ValueError) -> CheckTime {
        guard let time = CheckTime(text) else {
            throw ValueError(
                .badDuration, "A duration is a number with a unit (ms, s, m, h), from 100ms to 1h.",
                "Write a duration such as 10s.")
        }
        return time
    }
}

extension CheckTime: CustomStringConvertible {
    /// In the largest unit that needs no fraction.
    package var description: String {
        if milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000)m" }
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
}
