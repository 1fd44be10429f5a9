/// Reads a selector's text from left to right.
struct SelectorScanner {
    /// Far more than anybody writes, and little enough to evaluate.
    static let maximumRequirements = 100
    /// What ends a word that isn't quoted, besides white space: all that has a meaning to kubectl.
    static let stops: [Unicode.Scalar] = [",", "=", "!", "(", ")", "<", ">"]
    private static let quoting = "text with spaces or one of =!()<> goes in double quotes"

    private let text: [Unicode.Scalar]
    private var position = 0

    init(_ text: some StringProtocol) {
        self.text = Array(text.unicodeScalars)
    }

    /// Whether a scalar ends a word that isn't quoted.
    static func endsWord(_ scalar: Unicode.Scalar) -> Bool {
        stops.contains(scalar) || scalar.properties.isWhitespace
    }

    /// Requirements up to the end of the text; none for an empty text.
    mutating func requirements() throws(SelectorError) -> [Selector.Requirement] {
        var requirements: [Selector.Requirement] = []
        skipSpace()
        guard position < text.count else { return [] }
        while true {
            guard requirements.count < Self.maximumRequirements else {
                throw error("at most \(Self.maximumRequirements) requirements")
            }
            requirements.append(try requirement())
            if position == text.count { return requirements }
            guard take(",") else {
                throw error("“,” or the end; \(Self.quoting)")
            }
        }
    }

    private mutating func requirement() throws(SelectorError) -> Selector.Requirement {
        skipSpace()
        if take("!") {
            skipSpace()
            let key = try name()
            skipSpace()
            return Selector.Requirement(key, .isMissing)
        }
        let key = try name()
        let condition = try condition()
        skipSpace()
        return Selector.Requirement(key, condition)
    }

    private mutating func condition() throws(SelectorError) -> Selector.Condition {
        skipSpace()
        if position == text.count || text[position] == "," { return .exists }
        if take("!") {
            guard take("=") else { throw error("“=” after “!”") }
            return .isNone(of: [try value()])
        }
        if take("=") {
            _ = take("=")
            return .isAny(of: [try value()])
        }
        if takeWord("in") { return .isAny(of: try values()) }
        if takeWord("notin") { return .isNone(of: try values()) }
        throw error("“=”, “==”, “!=”, “in (…)”, “notin (…)”, “,” or the end")
    }

    private mutating func name() throws(SelectorError) -> String {
        let start = position
        let name = try word()
        guard !name.isEmpty else {
            position = start
            throw error("the name of a label")
        }
        return name
    }

    /// The value of an operator, which may be empty.
    private mutating func value() throws(SelectorError) -> String {
        skipSpace()
        if position < text.count, text[position] != ",", Self.stops.contains(text[position]) {
            throw error("a value; \(Self.quoting)")
        }
        return try word()
    }

    private mutating func values() throws(SelectorError) -> [String] {
        skipSpace()
        guard take("(") else { throw error("“(”") }
        skipSpace()
        guard position == text.count || text[position] != ")" else { throw error("a value") }
        var values: [String] = []
        while true {
            skipSpace()
            values.append(try word())
            skipSpace()
            if take(")") { return values }
            guard take(",") else { throw error("“,” or “)”") }
        }
    }

    /// A quoted text, or everything up to white space or one of `stops`.
    private mutating func word() throws(SelectorError) -> String {
        var word = String.UnicodeScalarView()
        guard take("\"") else {
            while position < text.count, !Self.endsWord(text[position]) {
                word.append(text[position])
                position += 1
            }
            return String(word)
        }
        while position < text.count {
            let scalar = text[position]
            position += 1
            switch scalar {
            case "\"": return String(word)
            case "\\":
                guard position < text.count, text[position] == "\"" || text[position] == "\\" else {
                    throw error("“\"” or “\\” after “\\”")
                }
                word.append(text[position])
                position += 1
            default: word.append(scalar)
            }
        }
        throw error("a closing “\"”")
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == scalar else { return false }
        position += 1
        return true
    }

    /// Takes a whole word, so that `int` is not taken for `in`.
    private mutating func takeWord(_ word: String) -> Bool {
        let end = position + word.unicodeScalars.count
        guard end <= text.count, text[position..<end].elementsEqual(word.unicodeScalars) else { return false }
        guard end == text.count || text[end] == "(" || text[end].properties.isWhitespace else { return false }
        position = end
        return true
    }

    private mutating func skipSpace() {
        while position < text.count, text[position].properties.isWhitespace { position += 1 }
    }

    private func error(_ expected: String) -> SelectorError {
        var found = String.UnicodeScalarView()
        found.append(contentsOf: text[position..<min(position + 16, text.count)])
        return SelectorError(position: position, expected: expected, found: String(found))
    }
}

extension Selector {
    /// Parses kubectl's grammar; an empty text chooses every container.
    package init(parsing text: some StringProtocol) throws(SelectorError) {
        var scanner = SelectorScanner(text)
        self.init(try scanner.requirements())
    }
}
