/// One piece of a template.
indirect enum Node: Sendable {
    case text([UInt8])
    case action(Pipe)
    case condition(Branch)
    case with(Branch)
    case loop(Branch)
    /// Another template by its name, and where the name stands.
    case call(name: String, Pipe?, position: Int)
    case leaveLoop
    case nextTurn
}

/// `if`, `with` or `range` with what stands between it and its `end`.
struct Branch: Sendable {
    var position: Int
    var pipe: Pipe
    var body: [Node]
    var otherwise: [Node]
    /// The word that it began with.
    var keyword: String
}

/// Commands of which each gives its value to the next one, perhaps with variables that take the last value.
struct Pipe: Sendable {
    var position: Int
    var isAssignment = false
    var variables: [String] = []
    var commands: [Invocation] = []
}

/// A function, method or value with its arguments.
struct Invocation: Sendable {
    var position: Int
    var terms: [Term]
}

/// One operand.
struct Term: Sendable {
    /// What an operand is.
    indirect enum Kind: Sendable {
        case dot
        case null
        case bool(Bool)
        case number(Number)
        /// The text, and how it was written.
        case text([UInt8], written: String)
        case field([String])
        /// The variable and fields of it.
        case variable(String, [String])
        case function(String)
        case pipe(Pipe)
        case chain(Term, [String])
    }

    var position: Int
    var kind: Kind
}

/// A number as it was written, and all that it may stand for.
struct Number: Sendable {
    var written: String
    var int: Int64?
    var float: Double?
    /// Whether it is one that isn't an integer where nothing says what is wanted.
    var isFloat = false
    /// Whether it is an integer beyond 64 bits with sign.
    var isTooLarge = false

    /// Reads what a number's token holds; nil when that is no number.
    init?(_ token: Token) {
        written = token.string
        if token.kind == .characterConstant {
            guard let bytes = unquoted(token.text), let (letter, length) = scalar(in: bytes, at: 0),
                length == bytes.count
            else { return nil }
            int = Int64(letter.value)
            float = Double(letter.value)
            return
        }
        guard !written.hasSuffix("_") else { return nil }
        let plain = String(written.filter { $0 != "_" })
        int = Self.integer(plain)
        let isHexadecimal = plain.lowercased().contains("0x")
        let looksFloat =
            plain.contains { ".pP".contains($0) } || !isHexadecimal && plain.contains { "eE".contains($0) }
        if let int {
            float = Double(int)
        } else if looksFloat, let value = Double(plain), value.isFinite {
            float = value
            isFloat = true
            if value == value.rounded(), abs(value) < 9.2e18 { int = Int64(value) }
        } else {
            guard !looksFloat, !plain.isEmpty, plain.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            isTooLarge = true
        }
    }

    /// An integer in Go's notation: `10`, `0x1f`, `0b1`, `0o17`, `017`.
    private static func integer(_ text: String) -> Int64? {
        var digits = text.lowercased()[...]
        let sign = digits.first == "-" ? "-" : ""
        if let first = digits.first, first == "-" || first == "+" { digits = digits.dropFirst() }
        guard let first = digits.utf8.first, (0x30...0x39).contains(first) else { return nil }
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where digits.hasPrefix(prefix) {
            guard let next = digits.dropFirst(2).first, next.isHexDigit else { return nil }
            return Int64(sign + digits.dropFirst(2), radix: radix)
        }
        return Int64(sign + digits, radix: first == 0x30 && digits.count > 1 ? 8 : 10)
    }
}

// How Go's messages write a piece of a template.

extension Term: CustomStringConvertible {
    var description: String {
        switch kind {
        case .dot: "."
        case .null: "nil"
        case .bool(let value): "\(value)"
        case .number(let number): number.written
        case .text(_, let written): written
        case .field(let names): names.map { ".\($0)" }.joined()
        case .variable(let name, let fields): name + fields.map { ".\($0)" }.joined()
        case .function(let name): name
        case .pipe(let pipe): "(\(pipe))"
        case .chain(let term, let fields): "\(term)" + fields.map { ".\($0)" }.joined()
        }
    }
}

extension Invocation: CustomStringConvertible {
    var description: String { terms.map(\.description).joined(separator: " ") }
}

extension Pipe: CustomStringConvertible {
    var description: String {
        let names = variables.joined(separator: ", ")
        let start = variables.isEmpty ? "" : "\(names) \(isAssignment ? "=" : ":=") "
        return start + commands.map(\.description).joined(separator: " | ")
    }
}
