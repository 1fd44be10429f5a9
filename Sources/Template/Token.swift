/// A word of a template.
struct Token {
    /// What a word is.
    enum Kind: Equatable {
        case error, text, leftDelimiter, rightDelimiter, space, end
        case assign, declare, pipe, leftParenthesis, rightParenthesis, character
        case bool, characterConstant, complex, number, string, rawString
        case dot, field, identifier, variable
        case block, breakLoop, continueLoop, define, elseBranch, endBlock, ifBranch, null, range, template,
            with

        /// The word that is a keyword.
        init?(keyword: String) {
            switch keyword {
            case "block": self = .block
            case "break": self = .breakLoop
            case "continue": self = .continueLoop
            case "define": self = .define
            case "else": self = .elseBranch
            case "end": self = .endBlock
            case "if": self = .ifBranch
            case "nil": self = .null
            case "range": self = .range
            case "template": self = .template
            case "with": self = .with
            default: return nil
            }
        }

        var isKeyword: Bool {
            switch self {
            case .dot, .block, .breakLoop, .continueLoop, .define, .elseBranch, .endBlock, .ifBranch, .null,
                .range, .template, .with:
                true
            default: false
            }
        }
    }

    var kind: Kind
    /// The offset of its first byte.
    var position: Int
    var text: ArraySlice<UInt8>
    /// The line, from 1.
    var line: Int

    var string: String { String(decoding: text, as: UTF8.self) }

    /// The token as Go's messages show it.
    var shown: String {
        switch kind {
        case .end: "EOF"
        case .error: string
        case _ where kind.isKeyword: "<\(string)>"
        default:
            string.unicodeScalars.count > 10
                ? quoted(Text(String(String.UnicodeScalarView(string.unicodeScalars.prefix(10)))).bytes)
                    + "..."
                : quoted(Array(text))
        }
    }
}
