import JSON

extension Function {
    /// What docker's `--format` knows besides (docker/cli, `templates/templates.go`).
    static let dockerFunctions: [String: Function] = [
        "json": Function([.any]) { arguments, workshop throws(Problem) in
            try workshop.made(Encoder.json(arguments[0], isScreened: workshop.screen != nil))
        },
        "split": Function([.text, .text]) { arguments, workshop throws(Problem) in
            let text = workshop.bytes(arguments[0])
            try workshop.make(bytes: text.count)
            return .list(split(text, by: workshop.bytes(arguments[1])).map { .text(Text(bytes: $0)) })
        },
        "join": Function([.texts, .text]) { arguments, workshop throws(Problem) in
            guard case .list(let elements) = arguments[0] else { return .text("") }
            let texts = elements.map { workshop.bytes($0) }
            return try workshop.made(Array(texts.joined(separator: workshop.bytes(arguments[1]))))
        },
        "title": Function([.text]) { arguments, workshop throws(Problem) in
            try workshop.made(titled(workshop.bytes(arguments[0])))
        },
        "lower": Function([.text]) { arguments, workshop throws(Problem) in
            try workshop.made(mapped(workshop.bytes(arguments[0])) { $0.properties.lowercaseMapping })
        },
        "upper": Function([.text]) { arguments, workshop throws(Problem) in
            try workshop.made(mapped(workshop.bytes(arguments[0])) { $0.properties.uppercaseMapping })
        },
        "pad": Function([.text, .int, .int]) { arguments, workshop throws(Problem) in
            let text = workshop.bytes(arguments[0])
            guard case .int(let before) = arguments[1], case .int(let after) = arguments[2], !text.isEmpty
            else { return .text("") }
            guard before >= 0, after >= 0 else { throw Problem("strings: negative Repeat count") }
            guard before < 1 << 24, after < 1 << 24 else {
                throw Problem("the template makes more text than is allowed")
            }
            try workshop.make(bytes: Int(before + after))
            let blanks = (Array(repeating: UInt8(0x20), count: Int(before)), Int(after))
            return try workshop.made(blanks.0 + text + Array(repeating: 0x20, count: blanks.1))
        },
        "truncate": Function([.text, .int]) { arguments, workshop throws(Problem) in
            let text = workshop.bytes(arguments[0])
            guard case .int(let length) = arguments[1] else { return arguments[0] }
            guard length >= 0 else { throw Problem("runtime error: slice bounds out of range [:\(length)]") }
            return .text(Text(bytes: length < text.count ? Array(text.prefix(Int(length))) : text))
        },
    ]

    /// Go's `strings.Split`: by an empty text into letters.
    private static func split(_ text: [UInt8], by separator: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        guard !separator.isEmpty else {
            var place = 0
            while let (_, length) = scalar(in: text, at: place) {
                parts.append(Array(text[place..<place + length]))
                place += length
            }
            return parts
        }
        var (start, place) = (0, 0)
        while place + separator.count <= text.count {
            if text[place..<place + separator.count].elementsEqual(separator) {
                parts.append(Array(text[start..<place]))
                place += separator.count
                start = place
            } else {
                place += 1
            }
        }
        parts.append(Array(text[start...]))
        return parts
    }

    /// Each letter by its own simple mapping, as Go maps them.
    private static func mapped(_ text: [UInt8], _ map: (Unicode.Scalar) -> String) -> [UInt8] {
        var bytes: [UInt8] = []
        var place = 0
        while let (letter, length) = scalar(in: text, at: place) {
            place += length
            let image = map(letter)
            // Go maps one letter to one letter: `ß` stays.
            let isSimple = image.unicodeScalars.count == 1
            bytes += isSimple ? Array(image.utf8) : Array(String(letter).utf8)
        }
        return bytes
    }

    /// Go's `strings.Title`: the first letter of each word in title case.
    private static func titled(_ text: [UInt8]) -> [UInt8] {
        var isBehindSeparator = true
        return mapped(text) { letter in
            defer { isBehindSeparator = isSeparator(letter) }
            return isBehindSeparator ? letter.properties.titlecaseMapping : String(letter)
        }
    }

    private static func isSeparator(_ letter: Unicode.Scalar) -> Bool {
        if letter.value < 0x80 {
            let isWord = letter == "_" || letter.properties.isAlphabetic || ("0"..."9").contains(letter)
            return !isWord
        }
        switch letter.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber:
            return false
        default: return letter.properties.isWhitespace
        }
    }
}
