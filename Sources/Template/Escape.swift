/// Go's escaping functions of templates.
enum Escape {
    /// `HTMLEscape`.
    static func html(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0: Array("\u{fffd}".utf8)
            case UInt8(ascii: "\""): Array("&#34;".utf8)
            case UInt8(ascii: "'"): Array("&#39;".utf8)
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            default: [byte]
            }
        }
    }

    /// `JSEscape`.
    static func script(_ bytes: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        var place = 0
        while let (letter, length) = scalar(in: bytes, at: place) {
            switch letter {
            case "\\": escaped += "\\\\".utf8
            case "'": escaped += "\\'".utf8
            case "\"": escaped += "\\\"".utf8
            case "<", ">", "&", "=": escaped += "\\u\(upper(letter))".utf8
            case _ where letter.value < 0x20 || letter.value >= 0x80 && !letter.isPrintable:
                escaped += "\\u\(upper(letter))".utf8
            default: escaped += bytes[place..<place + length]
            }
            place += length
        }
        return escaped
    }

    /// `url.QueryEscape`.
    static func query(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                [byte]
            case 0x20: [UInt8(ascii: "+")]
            default: Array("%\(hexadecimal(UInt32(byte), digits: 2).uppercased())".utf8)
            }
        }
    }

    private static func upper(_ letter: Unicode.Scalar) -> String {
        hexadecimal(letter.value, digits: 4).uppercased()
    }
}

/// Go's `encoding/json` for values of templates.
enum Encoder {
    /// The value as JSON without blanks; `isScreened` escapes whatever a terminal might obey as `\uXXXX`.
    static func json(_ value: Value, isScreened: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes, escapesHTML: false, isScreened: isScreened)
        return bytes
    }

    private static func append(
        _ value: Value, to bytes: inout [UInt8], escapesHTML: Bool, isScreened: Bool
    ) {
        func append(_ value: Value) {
            Self.append(value, to: &bytes, escapesHTML: escapesHTML, isScreened: isScreened)
        }
        switch value {
        case .none: bytes += "null".utf8
        case .bool(let value): bytes += "\(value)".utf8
        case .int(let value): bytes += "\(value)".utf8
        case .byte(let value): bytes += "\(value)".utf8
        case .float(let value): bytes += FloatText.json(value).utf8
        case .text(let text): Self.append(text.bytes, to: &bytes, escapesHTML, isScreened)
        case .list(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .map(let map):
            bytes.append(UInt8(ascii: "{"))
            for (index, entry) in map.entries.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(Array(entry.key.utf8), to: &bytes, escapesHTML, isScreened)
                bytes.append(UInt8(ascii: ":"))
                append(entry.value)
            }
            bytes.append(UInt8(ascii: "}"))
        case .record(let record):
            bytes.append(UInt8(ascii: "{"))
            for (index, name) in record.kind.fields.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(Array(name.utf8), to: &bytes, escapesHTML, isScreened)
                bytes.append(UInt8(ascii: ":"))
                Self.append(
                    record[name] ?? .none, to: &bytes, escapesHTML: escapesHTML || record.kind.escapesHTML,
                    isScreened: isScreened)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(
        _ text: [UInt8], to bytes: inout [UInt8], _ escapesHTML: Bool, _ isScreened: Bool
    ) {
        bytes.append(UInt8(ascii: "\""))
        var place = 0
        while true {
            // Nearly all of most texts is taken as it is, in runs.
            let start = place
            while place < text.count, isPlain(text[place], escapesHTML) { place += 1 }
            bytes += text[start..<place]
            guard let (letter, length) = scalar(in: text, at: place) else { break }
            switch letter {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "\u{fffd}" where length == 1: bytes += "\\ufffd".utf8
            case _ where letter.value < 0x20 || letter == "\u{2028}" || letter == "\u{2029}",
                "<" where escapesHTML, ">" where escapesHTML, "&" where escapesHTML,
                _ where isScreened && !letter.isPrintable:
                for unit in String(letter).utf16 {
                    bytes += "\\u\(hexadecimal(UInt32(unit), digits: 4))".utf8
                }
            default: bytes += text[place..<place + length]
            }
            place += length
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether a byte is a letter of ASCII that JSON takes as it is.
    private static func isPlain(_ byte: UInt8, _ escapesHTML: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): false
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): !escapesHTML
        default: (0x20..<0x7F).contains(byte)
        }
    }
}
