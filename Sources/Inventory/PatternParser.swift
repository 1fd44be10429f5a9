/// Reads a regular expression in Go's syntax from left to right.
struct PatternParser {
    /// How many groups may stand in each other.
    private static let deepest = 100
    /// How often a part may be asked to be repeated by number, as in Go.
    private static let mostRepeats = 1_000

    /// What `(?…)` sets.
    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotIsAny = false
    }

    private let text: [Unicode.Scalar]
    private var position = 0
    private var flags = Flags()
    private var depth = 0

    init(_ source: String) {
        text = Array(source.unicodeScalars)
    }

    mutating func parse() throws(PatternError) -> PatternTree {
        let tree = try choice()
        guard position == text.count else { throw error("a “)” closes nothing") }
        return tree
    }

    private mutating func choice() throws(PatternError) -> PatternTree {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while position < text.count, text[position] != "|", text[position] != ")" {
            if takeQuoted(into: &parts) { continue }
            let start = position
            guard let part = try atom() else { continue }
            parts.append(try repetition(of: part, from: start))
        }
        return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// One part without its repetition; nil for what only sets flags.
    private mutating func atom() throws(PatternError) -> PatternTree? {
        let scalar = text[position]
        switch scalar {
        case "(": return try group()
        case "[": return .scalar(folded(try brackets()))
        case ".":
            position += 1
            return .scalar(flags.dotIsAny ? .everything : .notNewline)
        case "^":
            position += 1
            return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$":
            position += 1
            return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw error("“\(scalar)” repeats nothing")
        case "\\": return try escape()
        default:
            position += 1
            return .scalar(folded(ScalarClass(scalar)))
        }
    }

    private func folded(_ set: ScalarClass) -> ScalarClass { flags.ignoresCase ? set.foldingCase : set }

    /// What follows a part: `*`, `+`, `?`, `{…}`, each perhaps with `?`, which makes no difference here.
    private mutating func repetition(of part: PatternTree, from start: Int) throws(PatternError)
        -> PatternTree
    {
        guard let times = try times() else { return part }
        _ = take("?")
        let end = position
        guard try self.times() == nil else {
            position = end
            throw error("two repetitions follow each other")
        }
        return .repeated(part, times.least, times.most)
    }

    private mutating func times() throws(PatternError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{"), let least = number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            // As in Go, what isn't a whole count is plain text.
            position = start
            return nil
        }
        guard least <= Self.mostRepeats, most ?? 0 <= Self.mostRepeats, most ?? least >= least else {
            position = start
            throw error("a part may be repeated \(Self.mostRepeats) times at most, and not in falling order")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while position < text.count, let digit = digit(text[position], base: 10) {
            // More than is allowed is refused later; the size stays small.
            value = min((value ?? 0) * 10 + digit, 1_000_000)
            position += 1
        }
        return value
    }

    private mutating func group() throws(PatternError) -> PatternTree? {
        let start = position
        position += 1
        let outside = flags
        if take("?") {
            if take("P") || text[safe: position] == "<" {
                guard take("<"), takeName() else {
                    position = start
                    throw error("a group's name is `(?P<name>…)`")
                }
            } else if try !takeFlags(from: start) {
                // Flags alone count up to the end of the group around them.
                return nil
            }
        }
        guard depth < Self.deepest else {
            throw error("groups stand more than \(Self.deepest) deep in each other")
        }
        depth += 1
        let tree = try choice()
        depth -= 1
        guard take(")") else {
            position = start
            throw error("a “(” is not closed")
        }
        flags = outside
        return tree
    }

    private mutating func takeName() -> Bool {
        let start = position
        while position < text.count, ScalarClass.words.contains(text[position].value) { position += 1 }
        return position > start && take(">")
    }

    /// Takes flags up to `:`, or up to `)`, and says whether a group follows.
    private mutating func takeFlags(from start: Int) throws(PatternError) -> Bool {
        var isOn = true
        while position < text.count {
            let scalar = text[position]
            position += 1
            switch scalar {
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotIsAny = isOn
            case "U": break
            case "-" where isOn: isOn = false
            case ":": return true
            case ")": return false
            default:
                position = start
                throw error("“(?” is followed by flags (i, m, s, U), “:” or “P<name>”")
            }
        }
        position = start
        throw error("a “(” is not closed")
    }

    private mutating func escape() throws(PatternError) -> PatternTree {
        let start = position
        switch text[safe: position + 1] {
        case "A": return assertion(.textStart)
        case "z": return assertion(.textEnd)
        case "b": return assertion(.wordBoundary)
        case "B": return assertion(.noWordBoundary)
        default: break
        }
        if let set = takePerlClass() { return .scalar(folded(set)) }
        position = start
        return .scalar(folded(ScalarClass(try escapedScalar())))
    }

    private mutating func assertion(_ kind: PatternTree.Assertion) -> PatternTree {
        position += 2
        return .assertion(kind)
    }

    /// `\d`, `\W` and the like.
    private mutating func takePerlClass() -> ScalarClass? {
        guard text[safe: position] == "\\", let letter = text[safe: position + 1] else { return nil }
        let set: ScalarClass? =
            switch letter {
            case "d": .digits
            case "D": ScalarClass.digits.inverted
            case "s": .spaces
            case "S": ScalarClass.spaces.inverted
            case "w": .words
            case "W": ScalarClass.words.inverted
            default: nil
            }
        if set != nil { position += 2 }
        return set
    }

    private mutating func escapedScalar() throws(PatternError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard position < text.count else {
            position = start
            throw error("nothing follows the “\\”")
        }
        let scalar = text[position]
        position += 1
        switch scalar {
        case "a": return "\u{7}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{b}"
        case "x": return try hexadecimal(from: start)
        case "0"..."7" where scalar == "0" || text[safe: position].map { "0"..."7" ~= $0 } == true:
            return octal(scalar)
        default:
            guard scalar.isASCII, !ScalarClass.words.contains(scalar.value) || scalar == "_" else {
                position = start
                throw error("“\\\(scalar)” means nothing here")
            }
            return scalar
        }
    }

    private mutating func octal(_ first: Unicode.Scalar) -> Unicode.Scalar {
        var value = first.value - 0x30
        for _ in 0..<2 {
            guard let next = text[safe: position], let digit = digit(next, base: 8) else { break }
            value = value * 8 + UInt32(digit)
            position += 1
        }
        return Unicode.Scalar(value) ?? "\0"
    }

    private mutating func hexadecimal(from start: Int) throws(PatternError) -> Unicode.Scalar {
        var value: UInt32 = 0
        var digits = 0
        let isBraced = take("{")
        while let next = text[safe: position], let digit = digit(next, base: 16), digits < (isBraced ? 6 : 2)
        {
            value = value * 16 + UInt32(digit)
            digits += 1
            position += 1
        }
        guard isBraced ? digits > 0 && take("}") : digits == 2, let scalar = Unicode.Scalar(value) else {
            position = start
            throw error("after “\\x” come two digits, or up to six in braces")
        }
        return scalar
    }

    private func digit(_ scalar: Unicode.Scalar, base: Int) -> Int? {
        guard scalar.isASCII, let digit = Character(scalar).hexDigitValue, digit < base else { return nil }
        return digit
    }

    /// `\Q…\E`: everything between is plain text.
    private mutating func takeQuoted(into parts: inout [PatternTree]) -> Bool {
        guard text[position] == "\\", text[safe: position + 1] == "Q" else { return false }
        position += 2
        while position < text.count {
            if text[position] == "\\", text[safe: position + 1] == "E" {
                position += 2
                return true
            }
            parts.append(.scalar(folded(ScalarClass(text[position]))))
            position += 1
        }
        return true
    }

    /// `[…]`.
    private mutating func brackets() throws(PatternError) -> ScalarClass {
        let start = position
        position += 1
        let isInverted = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while true {
            guard position < text.count else {
                position = start
                throw error("a “[” is not closed")
            }
            if text[position] == "]", !isFirst { break }
            isFirst = false
            if let set = try takeNamedClass() ?? takePerlClass() {
                ranges += set.ranges
                continue
            }
            let low = try bracketScalar()
            guard text[safe: position] == "-", let next = text[safe: position + 1], next != "]" else {
                ranges.append(low.value...low.value)
                continue
            }
            let dash = position
            position += 1
            let high = try bracketScalar()
            guard low <= high else {
                position = dash
                throw error("a range ends before it begins")
            }
            ranges.append(low.value...high.value)
        }
        position += 1
        let set = flags.ignoresCase ? ScalarClass(ranges).foldingCase : ScalarClass(ranges)
        return isInverted ? set.inverted : set
    }

    private mutating func bracketScalar() throws(PatternError) -> Unicode.Scalar {
        if text[position] == "\\" { return try escapedScalar() }
        defer { position += 1 }
        return text[position]
    }

    /// `[:alpha:]` and `[:^alpha:]`.
    private mutating func takeNamedClass() throws(PatternError) -> ScalarClass? {
        guard text[position] == "[", text[safe: position + 1] == ":" else { return nil }
        var end = position + 2
        while end < text.count, text[end] != ":" { end += 1 }
        guard text[safe: end + 1] == "]" else { return nil }
        var name = String(String.UnicodeScalarView(text[(position + 2)..<end]))
        let isInverted = name.hasPrefix("^")
        if isInverted { name.removeFirst() }
        guard let set = ScalarClass.named[name] else { throw error("there is no class “[:\(name):]”") }
        position = end + 2
        return isInverted ? set.inverted : set
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard text[safe: position] == scalar else { return false }
        position += 1
        return true
    }

    private func error(_ sentence: String) -> PatternError {
        PatternError(position: position, sentence: sentence)
    }
}

extension Array {
    /// The element at a place; nil past the end.
    fileprivate subscript(safe index: Int) -> Element? { index < count ? self[index] : nil }
}
