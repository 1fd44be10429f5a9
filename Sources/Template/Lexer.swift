/// Cuts a template into tokens, as Go's `text/template/parse/lex.go`.
struct Lexer {
    private let input: [UInt8]
    private var position = 0
    private var start = 0
    private var tokens: [Token] = []
    private var parentheses = 0
    /// The start of each line, to tell a position's line.
    private var lineStarts: [Int] = [0]

    private init(_ input: [UInt8]) {
        self.input = input
        for (index, byte) in input.enumerated() where byte == 0x0A { lineStarts.append(index + 1) }
    }

    /// All tokens; the last one is the end or an error.
    static func tokens(of input: [UInt8]) -> [Token] {
        var lexer = Lexer(input)
        while lexer.scanText(), lexer.scanAction() {}
        return lexer.tokens
    }

    // MARK: Text and actions

    /// Scans up to and with the next `{{`; false when the input has ended.
    private mutating func scanText() -> Bool {
        guard let delimiter = find([0x7B, 0x7B], from: position) else {
            position = input.count
            if position > start { emit(.text) }
            emit(.end)
            return false
        }
        position = delimiter
        let isTrimmed = isLeftTrim(at: delimiter + 2)
        if isTrimmed { while position > start, isSpace(input[position - 1]) { position -= 1 } }
        if position > start { emit(.text) }
        position = delimiter
        start = position
        let inside = delimiter + (isTrimmed ? 4 : 2)
        if has([0x2F, 0x2A], at: inside) { return scanComment(inside) }
        position += 2
        emit(.leftDelimiter)
        position = inside
        start = position
        parentheses = 0
        return true
    }

    /// Passes over a comment and goes on with the text behind it.
    private mutating func scanComment(_ inside: Int) -> Bool {
        position = inside
        start = position
        guard let end = find([0x2A, 0x2F], from: inside + 2) else { return fail("unclosed comment") }
        position = end + 2
        let (isDelimiter, isTrimmed) = rightDelimiter()
        guard isDelimiter else { return fail("comment ends before closing delimiter") }
        position += isTrimmed ? 4 : 2
        if isTrimmed { skipSpaces() }
        start = position
        return scanText()
    }

    /// Scans the inside of an action and its `}}`; false after an error.
    private mutating func scanAction() -> Bool {
        while true {
            let (isDelimiter, isTrimmed) = rightDelimiter()
            if isDelimiter {
                guard parentheses == 0 else { return fail("unclosed left paren") }
                if isTrimmed {
                    position += 2
                    start = position
                }
                position += 2
                emit(.rightDelimiter)
                if isTrimmed { skipSpaces() }
                start = position
                return true
            }
            guard let letter = next() else { return fail("unclosed action") }
            guard scanItem(letter) else { return false }
        }
    }

    private mutating func scanItem(_ letter: Unicode.Scalar) -> Bool {
        switch letter {
        case " ", "\t", "\r", "\n": scanSpace()
        case "=": emit(.assign)
        case ":":
            guard next() == "=" else { return fail("expected :=") }
            emit(.declare)
        case "|": emit(.pipe)
        case "\"": return scanQuoted("\"", .string, "unterminated quoted string")
        case "'": return scanQuoted("'", .characterConstant, "unterminated character constant")
        case "`":
            guard let end = find([0x60], from: position) else {
                return fail("unterminated raw quoted string")
            }
            position = end + 1
            emit(.rawString)
        case "$": return scanName(.variable)
        case "." where peek().map { !("0"..."9").contains($0) } ?? true: return scanName(.field)
        case ".", "+", "-", "0"..."9":
            position -= 1
            return scanNumber()
        case "(":
            emit(.leftParenthesis)
            parentheses += 1
        case ")":
            emit(.rightParenthesis)
            parentheses -= 1
            guard parentheses >= 0 else { return fail("unexpected right paren U+0029 ')'") }
        case _ where isLetter(letter):
            return scanIdentifier()
        case _ where (0x20..<0x7F).contains(letter.value): emit(.character)
        default: return fail("unrecognized character in action: \(shown(letter))")
        }
        return true
    }

    // MARK: Words

    /// Scans blanks; those before `-}}` belong to the delimiter.
    private mutating func scanSpace() {
        while position < input.count, isSpace(input[position]) { position += 1 }
        if has([0x2D, 0x7D, 0x7D], at: position) {
            position -= 1
            if position == start { return }
        }
        emit(.space)
    }

    private mutating func scanIdentifier() -> Bool {
        while let letter = peek(), isLetter(letter) { _ = next() }
        guard isAtTerminator else { return fail("bad character \(peek().map(shown) ?? "")") }
        switch String(decoding: input[start..<position], as: UTF8.self) {
        case "true", "false": emit(.bool)
        case let word: emit(Token.Kind(keyword: word) ?? .identifier)
        }
        return true
    }

    /// Scans what follows the `.` of a field or the `$` of a variable.
    private mutating func scanName(_ kind: Token.Kind) -> Bool {
        if isAtTerminator {
            emit(kind == .variable ? .variable : .dot)
            return true
        }
        while let letter = peek(), isLetter(letter) { _ = next() }
        guard isAtTerminator else { return fail("bad character \(peek().map(shown) ?? "")") }
        emit(kind)
        return true
    }

    private mutating func scanQuoted(
        _ quote: Unicode.Scalar, _ kind: Token.Kind, _ problem: String
    ) -> Bool {
        while let letter = next() {
            if letter == quote {
                emit(kind)
                return true
            }
            if letter == "\n" { return fail(problem) }
            if letter == "\\" {
                guard let escaped = next(), escaped != "\n" else { return fail(problem) }
            }
        }
        return fail(problem)
    }

    private mutating func scanNumber() -> Bool {
        guard scanDigits() else {
            return fail("bad number syntax: \(quoted(Array(input[start..<position])))")
        }
        if let sign = peek(), sign == "+" || sign == "-" {
            guard scanDigits(), input[position - 1] == UInt8(ascii: "i") else {
                return fail("bad number syntax: \(quoted(Array(input[start..<position])))")
            }
            emit(.complex)
        } else {
            emit(input[position - 1] == UInt8(ascii: "i") ? .complex : .number)
        }
        return true
    }

    private mutating func scanDigits() -> Bool {
        accept("+-")
        var digits = "0123456789_"
        if accept("0") {
            if accept("xX") {
                digits = "0123456789abcdefABCDEF_"
            } else if accept("oO") {
                digits = "01234567_"
            } else if accept("bB") {
                digits = "01_"
            }
        }
        while accept(digits) {}
        if accept(".") { while accept(digits) {} }
        if digits.count == 11, accept("eE") {
            accept("+-")
            while accept("0123456789_") {}
        }
        if digits.count == 23, accept("pP") {
            accept("+-")
            while accept("0123456789_") {}
        }
        accept("i")
        guard let letter = peek(), isLetter(letter) else { return true }
        _ = next()
        return false
    }

    // MARK: Steps

    private mutating func emit(_ kind: Token.Kind) {
        tokens.append(
            Token(kind: kind, position: start, text: input[start..<position], line: line(of: start)))
        start = position
    }

    /// Ends the tokens with an error.
    private mutating func fail(_ problem: String) -> Bool {
        tokens.append(
            Token(kind: .error, position: start, text: Array(problem.utf8)[...], line: line(of: start)))
        return false
    }

    private func line(of position: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= position { low = middle } else { high = middle }
        }
        return low + 1
    }

    private func peek() -> Unicode.Scalar? { scalar(in: input, at: position)?.scalar }

    private mutating func next() -> Unicode.Scalar? {
        guard let (scalar, length) = scalar(in: input, at: position) else { return nil }
        position += length
        return scalar
    }

    @discardableResult
    private mutating func accept(_ valid: String) -> Bool {
        guard position < input.count, valid.utf8.contains(input[position]) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpaces() {
        while position < input.count, isSpace(input[position]) { position += 1 }
    }

    private var isAtTerminator: Bool {
        guard position < input.count else { return true }
        let byte = input[position]
        return isSpace(byte) || ".,|:)(".utf8.contains(byte) || has([0x7D, 0x7D], at: position)
    }

    /// Whether `}}` or `-}}` behind a blank is next.
    private func rightDelimiter() -> (isDelimiter: Bool, isTrimmed: Bool) {
        if position + 1 < input.count, isSpace(input[position]), has([0x2D, 0x7D, 0x7D], at: position + 1) {
            return (true, true)
        }
        return (has([0x7D, 0x7D], at: position), false)
    }

    private func isLeftTrim(at place: Int) -> Bool {
        place + 1 < input.count && input[place] == 0x2D && isSpace(input[place + 1])
    }

    private func has(_ bytes: [UInt8], at place: Int) -> Bool {
        place + bytes.count <= input.count && input[place..<place + bytes.count].elementsEqual(bytes)
    }

    private func find(_ bytes: [UInt8], from place: Int) -> Int? {
        var place = place
        while place + bytes.count <= input.count {
            if has(bytes, at: place) { return place }
            place += 1
        }
        return nil
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private func isLetter(_ letter: Unicode.Scalar) -> Bool {
        if letter == "_" { return true }
        switch letter.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber:
            return true
        default: return false
        }
    }

    /// A letter as Go's `%#U`.
    private func shown(_ letter: Unicode.Scalar) -> String {
        let digits = String(letter.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return letter.isPrintable ? "\(code) '\(letter)'" : code
    }
}
