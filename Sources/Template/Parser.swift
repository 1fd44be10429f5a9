/// Makes a tree of a template's tokens, as Go's `text/template/parse/parse.go`.
struct Parser {
    private let tokens: [Token]
    private let limits: TemplateLimits
    private let functions: [String: Function]
    private var place = 0
    private var variables = ["$"]
    private var loops = 0
    private var depth = 0
    private var actionLine = 0
    /// The templates that were defined, by name.
    private var templates: [String: [Node]] = [:]

    private init(_ tokens: [Token], _ functions: [String: Function], _ limits: TemplateLimits) {
        self.tokens = tokens
        self.functions = functions
        self.limits = limits
    }

    /// All templates of a text by name; the text itself is the one without a name.
    static func templates(
        in source: [UInt8], functions: [String: Function], limits: TemplateLimits
    ) throws(TemplateError) -> [String: [Node]] {
        var parser = Parser(Lexer.tokens(of: source), functions, limits)
        try parser.parse()
        return parser.templates
    }

    private mutating func parse() throws(TemplateError) {
        var root: [Node] = []
        while peek().kind != .end {
            if peek().kind == .leftDelimiter {
                let start = place
                place += 1
                if nextWord().kind == .define {
                    try parseDefinition()
                    continue
                }
                place = start
            }
            switch try textOrAction() {
            case .node(let node): root.append(node)
            case .endBlock: throw failure("unexpected {{end}}")
            case .elseBranch: throw failure("unexpected {{else}}")
            }
        }
        try define("", root)
    }

    private mutating func define(_ name: String, _ nodes: [Node]) throws(TemplateError) {
        if let earlier = templates[name], !Self.isEmpty(earlier) {
            guard Self.isEmpty(nodes) else {
                throw failure("template: multiple definition of template \(quoted(Array(name.utf8)))")
            }
            return
        }
        templates[name] = nodes
    }

    private static func isEmpty(_ nodes: [Node]) -> Bool {
        nodes.allSatisfy { node in
            guard case .text(let bytes) = node else { return false }
            return bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        }
    }

    private mutating func parseDefinition() throws(TemplateError) {
        let name = try templateName(nextWord(), "define clause")
        try expect(.rightDelimiter, "define clause")
        try define(name, try ownBody("define clause"))
    }

    /// A body up to its `end`, which sees no variables and no loop from outside.
    private mutating func ownBody(_ context: String) throws(TemplateError) -> [Node] {
        let (outerVariables, outerLoops) = (variables, loops)
        variables = ["$"]
        loops = 0
        defer { (variables, loops) = (outerVariables, outerLoops) }
        let (body, end) = try list()
        guard case .endBlock = end else { throw failure("unexpected {{else}} in \(context)") }
        return body
    }

    // MARK: Lists and actions

    private enum Piece {
        case node(Node)
        case endBlock
        case elseBranch
    }

    /// Everything up to an `end` or `else`.
    private mutating func list() throws(TemplateError) -> ([Node], Piece) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth else {
            throw failure("blocks are nested more than \(limits.depth) deep")
        }
        var nodes: [Node] = []
        while peekWord().kind != .end {
            let piece = try textOrAction()
            guard case .node(let node) = piece else { return (nodes, piece) }
            nodes.append(node)
        }
        throw failure("unexpected EOF")
    }

    private mutating func textOrAction() throws(TemplateError) -> Piece {
        let token = nextWord()
        switch token.kind {
        case .text: return .node(.text(Array(token.text)))
        case .leftDelimiter:
            actionLine = token.line
            defer { actionLine = 0 }
            return try action()
        default: throw unexpected(token, "input")
        }
    }

    private mutating func action() throws(TemplateError) -> Piece {
        let token = nextWord()
        switch token.kind {
        case .block: return .node(try block())
        case .breakLoop: return .node(try loopControl(.leaveLoop, "{{break}}"))
        case .continueLoop: return .node(try loopControl(.nextTurn, "{{continue}}"))
        case .elseBranch:
            if peekWord().kind != .ifBranch { try expect(.rightDelimiter, "else") }
            return .elseBranch
        case .endBlock:
            try expect(.rightDelimiter, "end")
            return .endBlock
        case .ifBranch: return .node(.condition(try control("if")))
        case .range: return .node(.loop(try control("range")))
        case .with: return .node(.with(try control("with")))
        case .template:
            let word = nextWord()
            let name = try templateName(word, "template clause")
            guard peekWord().kind != .rightDelimiter else {
                place += 1
                return .node(.call(name: name, nil, position: word.position))
            }
            let pipe = try pipeline("template clause", until: .rightDelimiter)
            return .node(.call(name: name, pipe, position: word.position))
        default:
            place -= 1
            return .node(.action(try pipeline("command", until: .rightDelimiter)))
        }
    }

    private mutating func loopControl(_ node: Node, _ word: String) throws(TemplateError) -> Node {
        let token = nextWord()
        guard token.kind == .rightDelimiter else { throw unexpected(token, word) }
        guard loops > 0 else { throw failure("\(word) outside {{range}}") }
        return node
    }

    private mutating func block() throws(TemplateError) -> Node {
        let word = nextWord()
        let name = try templateName(word, "block clause")
        let pipe = try pipeline("block clause", until: .rightDelimiter)
        try define(name, try ownBody("block clause"))
        return .call(name: name, pipe, position: word.position)
    }

    private mutating func control(_ keyword: String) throws(TemplateError) -> Branch {
        let count = variables.count
        defer { variables.removeSubrange(count...) }
        let pipe = try pipeline(keyword, until: .rightDelimiter)
        if keyword == "range" { loops += 1 }
        let (body, end) = try list()
        if keyword == "range" { loops -= 1 }
        var branch = Branch(
            position: pipe.position, pipe: pipe, body: body, otherwise: [], keyword: keyword)
        guard case .elseBranch = end else { return branch }
        if keyword == "if", peek().kind == .ifBranch {
            place += 1
            depth += 1
            defer { depth -= 1 }
            guard depth <= limits.depth else {
                throw failure("there are more than \(limits.depth) branches")
            }
            branch.otherwise = [.condition(try control("if"))]
            return branch
        }
        let (otherwise, last) = try list()
        guard case .endBlock = last else { throw failure("expected end; found {{else}}") }
        branch.otherwise = otherwise
        return branch
    }

    private mutating func templateName(_ token: Token, _ context: String) throws(TemplateError) -> String {
        guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, context) }
        guard let bytes = unquoted(token.text) else { throw failure("invalid syntax") }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Pipelines

    private mutating func pipeline(
        _ context: String, until end: Token.Kind
    ) throws(TemplateError) -> Pipe {
        var pipe = Pipe(position: peekWord().position)
        try parseDeclarations(&pipe, context)
        while true {
            let token = nextWord()
            switch token.kind {
            case end:
                guard !pipe.commands.isEmpty else { throw failure("missing value for \(context)") }
                for (index, command) in pipe.commands.enumerated() where index > 0 {
                    switch command.terms[0].kind {
                    case .bool, .dot, .null, .number, .text:
                        throw failure("non executable command in pipeline stage \(index + 1)")
                    default: continue
                    }
                }
                return pipe
            case .bool, .characterConstant, .complex, .dot, .field, .identifier, .number, .null, .rawString,
                .string, .variable, .leftParenthesis:
                place -= 1
                pipe.commands.append(try command())
            default: throw unexpected(token, context)
            }
        }
    }

    private mutating func parseDeclarations(_ pipe: inout Pipe, _ context: String) throws(TemplateError) {
        while peekWord().kind == .variable {
            let start = place
            let variable = nextWord().string
            let next = peekWord()
            if next.kind == .assign || next.kind == .declare {
                place += 1
                pipe.isAssignment = next.kind == .assign
                pipe.variables.append(variable)
                if pipe.isAssignment {
                    for name in pipe.variables where !variables.contains(name) {
                        throw failure("undefined variable \(quoted(Array(name.utf8)))")
                    }
                } else {
                    variables += pipe.variables
                }
                return
            }
            guard next.kind == .character, next.string == "," else {
                place = start
                return
            }
            place += 1
            pipe.variables.append(variable)
            guard context == "range", pipe.variables.count < 2 else {
                throw failure("too many declarations in \(context)")
            }
            switch peekWord().kind {
            case .variable, .rightDelimiter, .rightParenthesis: continue
            default: throw failure("range can only initialize variables")
            }
        }
    }

    private mutating func command() throws(TemplateError) -> Invocation {
        var command = Invocation(position: peekWord().position, terms: [])
        while true {
            _ = peekWord()
            if let operand = try operand() { command.terms.append(operand) }
            let token = peek()
            switch token.kind {
            case .space:
                place += 1
                continue
            case .rightDelimiter, .rightParenthesis: break
            case .pipe: place += 1
            default: throw unexpected(token, "operand")
            }
            guard !command.terms.isEmpty else { throw failure("empty command") }
            return command
        }
    }

    private mutating func operand() throws(TemplateError) -> Term? {
        guard let term = try term() else { return nil }
        guard peek().kind == .field else { return term }
        let position = peek().position
        var fields: [String] = []
        while peek().kind == .field {
            fields.append(String(peek().string.dropFirst()))
            place += 1
        }
        switch term.kind {
        case .field(let names): return Term(position: position, kind: .field(names + fields))
        case .variable(let name, let names):
            return Term(position: position, kind: .variable(name, names + fields))
        case .bool, .text, .number, .null, .dot:
            throw failure("unexpected . after term \(quoted(Array("\(term)".utf8)))")
        default: return Term(position: position, kind: .chain(term, fields))
        }
    }

    private mutating func term() throws(TemplateError) -> Term? {
        let token = nextWord()
        let kind: Term.Kind
        switch token.kind {
        case .identifier:
            guard functions[token.string] != nil else {
                throw failure("function \(quoted(Array(token.text))) not defined")
            }
            kind = .function(token.string)
        case .dot: kind = .dot
        case .null: kind = .null
        case .bool: kind = .bool(token.string == "true")
        case .field: kind = .field([String(token.string.dropFirst())])
        case .variable:
            guard variables.contains(token.string) else {
                throw failure("undefined variable \(quoted(Array(token.text)))")
            }
            kind = .variable(token.string, [])
        case .number, .characterConstant:
            guard let number = Number(token) else {
                throw failure(
                    token.kind == .number
                        ? "illegal number syntax: \(quoted(Array(token.text)))"
                        : "malformed character constant: \(token.string)")
            }
            guard !number.isTooLarge else {
                throw failure("integer overflow: \(quoted(Array(token.text)))")
            }
            kind = .number(number)
        case .complex: throw failure("complex numbers such as \(token.string) have no use here")
        case .string, .rawString:
            guard let bytes = unquoted(token.text) else { throw failure("invalid syntax") }
            kind = .text(bytes, written: token.string)
        case .leftParenthesis:
            depth += 1
            defer { depth -= 1 }
            guard depth <= limits.depth else {
                throw failure("parentheses are nested more than \(limits.depth) deep")
            }
            kind = .pipe(try pipeline("parenthesized pipeline", until: .rightParenthesis))
        default:
            place -= 1
            return nil
        }
        return Term(position: token.position, kind: kind)
    }

    // MARK: Steps

    private func peek() -> Token { tokens[min(place, tokens.count - 1)] }

    /// The next token that isn't a blank, which is passed over.
    private mutating func nextWord() -> Token {
        while peek().kind == .space { place += 1 }
        let token = peek()
        place += 1
        return token
    }

    /// The next token that isn't a blank, which stays the next one.
    private mutating func peekWord() -> Token {
        while peek().kind == .space { place += 1 }
        return peek()
    }

    private mutating func expect(_ kind: Token.Kind, _ context: String) throws(TemplateError) {
        let token = nextWord()
        guard token.kind == kind else { throw unexpected(token, context) }
    }

    private func unexpected(_ token: Token, _ context: String) -> TemplateError {
        guard token.kind == .error else { return failure("unexpected \(token.shown) in \(context)", token) }
        guard actionLine != 0, actionLine != token.line else { return failure(token.shown, token) }
        let extra = token.shown.hasSuffix(" action") ? " started at :" : " in action started at :"
        return failure("\(token.shown)\(extra)\(actionLine)", token)
    }

    private func failure(_ problem: String, _ token: Token? = nil) -> TemplateError {
        let line = (token ?? tokens[max(0, min(place, tokens.count) - 1)]).line
        return TemplateError("template: :\(line): \(problem)")
    }
}
