package import JSON
import Template

/// JSON with line ends and indents for people, and nothing in it that a terminal obeys.
///
/// What isn't printable is escaped as `\uXXXX`, so the text still means the same (RFC 8259, section 7).
package func prettyJSON(_ document: [UInt8]) throws(JSONError) -> [UInt8] {
    var printer = PrettyPrinter()
    printer.add(try JSONValue(parsing: document), depth: 0)
    printer.text.append(0x0A)
    return printer.text
}

private struct PrettyPrinter {
    var text: [UInt8] = []

    mutating func add(_ value: JSONValue, depth: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            text.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                begin(index, depth + 1)
                add(element, depth: depth + 1)
            }
            end(UInt8(ascii: "]"), depth)
        case .object(let members) where !members.isEmpty:
            text.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                begin(index, depth + 1)
                add(string: member.name)
                text += [UInt8(ascii: ":"), 0x20]
                add(member.value, depth: depth + 1)
            }
            end(UInt8(ascii: "}"), depth)
        case .string(let string):
            add(string: string)
        default:
            text += value.encoded
        }
    }

    private mutating func begin(_ index: Int, _ depth: Int) {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        text.append(0x0A)
        text.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }

    private mutating func end(_ mark: UInt8, _ depth: Int) {
        text.append(0x0A)
        text.append(contentsOf: repeatElement(0x20, count: depth * 2))
        text.append(mark)
    }

    private mutating func add(string: String) {
        text.append(0x22)
        for scalar in string.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                text += [0x5C, UInt8(ascii: scalar)]
            } else if scalar.isPrintable {
                text.append(contentsOf: String(scalar).utf8)
            } else {
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    text += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8
                }
            }
        }
        text.append(0x22)
    }
}
