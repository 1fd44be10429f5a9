/// Makes text safe to show: nothing in it can start a line, move a cursor or turn the reading direction.
enum Escaping {
    /// Text with its dangerous characters written out.
    static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isDangerous) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            result += isDangerous(scalar) ? escape(scalar) : String(scalar)
        }
    }

    /// A value after `key=`: bare when it is one word, otherwise in quotes.
    static func value(_ text: String) -> String {
        let isWord =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0 != " " && $0 != "\"" && $0 != "=" && $0 != "\\" && !isDangerous($0)
            }
        guard !isWord else { return text }
        return text.unicodeScalars.reduce(into: "\"") { result, scalar in
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            default: result += isDangerous(scalar) ? escape(scalar) : String(scalar)
            }
        } + "\""
    }

    /// Controls (C0, DEL, C1), line and paragraph separators, marks that steer the direction of text, and marks
    /// that cannot be seen (Unicode technical report 36).
    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f...0x9f: true
        case 0x61c, 0x180e, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x2069, 0xfeff: true
        case 0xfff9...0xfffb, 0xe0000...0xe007f: true
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
}
