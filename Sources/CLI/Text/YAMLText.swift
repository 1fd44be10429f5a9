package import JSON
import Template

/// JSON as YAML in blocks, which YAML 1.1 and 1.2 read as the same values.
///
/// A text stands without quotes only if it is a plain word that no reader takes for anything else; everything
/// else is in double quotes with escapes, so nothing in it is obeyed by a terminal.
package func yamlText(_ value: JSONValue) -> [UInt8] {
    var writer = YAMLWriter()
    writer.add(value, depth: 0, isInline: false)
    return writer.text
}

private struct YAMLWriter {
    var text: [UInt8] = []

    /// Words that some reader takes for a Boolean, for nothing or for a number.
    private static let reserved: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf",
    ]

    /// The longest key that may stand before its colon on one line (YAML 1.2.2, 8.2.2: 1024 characters).
    private static let longestKey = 1000

    /// Adds a value; one of several lines begins on this line when `isInline`, as behind `- `.
    mutating func add(_ value: JSONValue, depth: Int, isInline: Bool) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                if index > 0 || !isInline { indent(depth) }
                text += "- ".utf8
                add(element, depth: depth + 1, isInline: true)
            }
        case .object(let members) where !members.isEmpty:
            for (index, member) in members.enumerated() {
                if index > 0 || !isInline { indent(depth) }
                add(member, depth: depth)
            }
        default:
            text += scalar(value).utf8
            text.append(0x0A)
        }
    }

    private mutating func add(_ member: JSONValue.Member, depth: Int) {
        let key = Self.written(member.name)
        if key.utf8.count > Self.longestKey {
            text += "? \(key)\n".utf8
            indent(depth)
            text += ": ".utf8
            return add(member.value, depth: depth + 1, isInline: true)
        }
        text += "\(key):".utf8
        switch member.value {
        case .array(let elements) where !elements.isEmpty:
            text.append(0x0A)
            add(member.value, depth: depth, isInline: false)
        case .object(let members) where !members.isEmpty:
            text.append(0x0A)
            add(member.value, depth: depth + 1, isInline: false)
        default:
            text.append(0x20)
            add(member.value, depth: depth, isInline: true)
        }
    }

    private mutating func indent(_ depth: Int) {
        text.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }

    private func scalar(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .double(let value): Self.written(value)
        case .string(let value): Self.written(value)
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// A number that also YAML 1.1 takes for one: with a point.
    private static func written(_ value: Double) -> String {
        let parts = value.description.split(separator: "e", maxSplits: 1)
        guard parts.count == 2, !parts[0].contains(".") else { return value.description }
        return "\(parts[0]).0e\(parts[1])"
    }

    private static func written(_ text: String) -> String {
        let bytes = text.utf8
        let isWord =
            bytes.first.map { isLetter($0) } == true
            && bytes.allSatisfy { isLetter($0) || (0x2D...0x39).contains($0) }
            && !reserved.contains(text.lowercased())
        if isWord { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                if scalar.isPrintable {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    let (mark, count) =
                        scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
                    quoted += "\\\(mark)\(String(repeating: "0", count: count - digits.utf8.count))\(digits)"
                }
            }
        }
        return quoted + "\""
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }
}
