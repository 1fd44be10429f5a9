/// Runs a template over one value, as Go's `text/template/exec.go`.
struct Evaluator {
    /// How a list of nodes ended.
    enum Ending { case whole, leaveLoop, nextTurn }

    private let templates: [String: [Node]]
    private let functions: [String: Function]
    private let source: [UInt8]
    private let failsOnMissingKeys: Bool
    private let limits: TemplateLimits
    var workshop: Workshop
    private(set) var output: [UInt8] = []
    private var variables: [(name: String, value: Value)]
    private var depth = 0
    private var name = ""

    init(_ template: Template, _ value: Value, headings: Bool, _ workshop: consuming Workshop) {
        templates = template.templates
        functions = headings ? Function.forHeadings : Function.all
        source = template.source
        limits = template.limits
        failsOnMissingKeys = template.failsOnMissingKeys && !headings
        self.workshop = workshop
        variables = [("$", value)]
    }

    mutating func run(_ value: Value) throws(TemplateError) {
        _ = try walk(templates[""] ?? [], value)
    }

    // MARK: Nodes

    private mutating func walk(_ nodes: [Node], _ dot: Value) throws(TemplateError) -> Ending {
        for node in nodes {
            guard workshop.take() else {
                throw TemplateError("template: : the template takes more than \(limits.steps) steps")
            }
            switch node {
            case .text(let bytes): try write(bytes, nil)
            case .action(let pipe):
                let value = try evaluate(pipe, dot)
                guard pipe.variables.isEmpty else { continue }
                try write(value, pipe)
            case .condition(let branch), .with(let branch):
                let count = variables.count
                defer { variables.removeSubrange(count...) }
                let value = try evaluate(branch.pipe, dot)
                let inner = branch.keyword == "with" && value.isTrue ? value : dot
                let ending = try nested(value.isTrue ? branch.body : branch.otherwise, inner, branch.pipe)
                if ending != .whole { return ending }
            case .loop(let branch):
                let ending = try loop(branch, dot)
                if ending != .whole { return ending }
            case .call(let name, let pipe, let position): try call(name, pipe, position, dot)
            case .leaveLoop: return .leaveLoop
            case .nextTurn: return .nextTurn
            }
        }
        return .whole
    }

    private mutating func nested(
        _ nodes: [Node], _ dot: Value, _ pipe: Pipe
    ) throws(TemplateError) -> Ending {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth * 2 else { throw tooDeep(pipe.position, "\(pipe)") }
        return try walk(nodes, dot)
    }

    private mutating func loop(_ branch: Branch, _ dot: Value) throws(TemplateError) -> Ending {
        let outer = variables.count
        defer { variables.removeSubrange(outer...) }
        let value = try evaluate(branch.pipe, dot)
        let turns: [(Value, Value)]
        switch value {
        case .none: turns = []
        case .list(let elements): turns = elements.enumerated().map { (.int(Int64($0.offset)), $0.element) }
        case .map(let map): turns = map.entries.map { (.foreign($0.key), $0.value) }
        default:
            throw failure(
                branch.position, "\(branch.pipe)",
                "range can't iterate over \(String(decoding: Printer(workshop).text(value), as: UTF8.self))")
        }
        guard !turns.isEmpty else { return try nested(branch.otherwise, dot, branch.pipe) }
        let inner = variables.count
        for (index, element) in turns {
            if let last = branch.pipe.variables.last { set(last, element) }
            if branch.pipe.variables.count > 1 { set(branch.pipe.variables[0], index) }
            let ending = try nested(branch.body, element, branch.pipe)
            variables.removeSubrange(inner...)
            if ending == .leaveLoop { break }
        }
        return .whole
    }

    private mutating func call(
        _ name: String, _ pipe: Pipe?, _ position: Int, _ dot: Value
    ) throws(TemplateError) {
        let context = "{{template \(quoted(Array(name.utf8)))\(pipe.map { " \($0)" } ?? "")}}"
        guard let nodes = templates[name] else {
            throw failure(position, context, "template \(quoted(Array(name.utf8))) not defined")
        }
        let value = if let pipe { try evaluate(pipe, dot) } else { Value.none }
        let (outer, outerName) = (variables, self.name)
        depth += 1
        guard depth <= limits.depth * 2 else { throw tooDeep(position, context) }
        variables = [("$", value)]
        self.name = name
        _ = try walk(nodes, value)
        depth -= 1
        (variables, self.name) = (outer, outerName)
    }

    // MARK: Output

    private mutating func write(_ value: Value, _ pipe: Pipe) throws(TemplateError) {
        if case .none = value {
            try write(Array("<no value>".utf8), pipe)
        } else {
            try write(Printer(workshop).text(value), pipe)
        }
    }

    private mutating func write(_ bytes: [UInt8], _ pipe: Pipe?) throws(TemplateError) {
        guard workshop.take(bytes.count / 64), output.count + bytes.count <= limits.output else {
            throw failure(
                pipe?.position ?? 0, pipe.map { "\($0)" } ?? "",
                "the template makes more text than is allowed")
        }
        output += bytes
    }

    // MARK: Pipelines

    mutating func evaluate(_ pipe: Pipe, _ dot: Value) throws(TemplateError) -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth * 2 else { throw tooDeep(pipe.position, "\(pipe)") }
        var value: Value?
        for command in pipe.commands {
            guard workshop.take() else {
                throw failure(pipe.position, "\(pipe)", "the template takes more than \(limits.steps) steps")
            }
            value = try evaluate(command, dot, last: value)
        }
        let answer = value ?? .none
        for variable in pipe.variables {
            if pipe.isAssignment { set(variable, answer) } else { variables.append((variable, answer)) }
        }
        return answer
    }

    private mutating func evaluate(
        _ command: Invocation, _ dot: Value, last: Value?
    ) throws(TemplateError) -> Value {
        let first = command.terms[0]
        let hasArguments = command.terms.count > 1 || last != nil
        switch first.kind {
        case .field(let names):
            return try field(names, of: dot, first, Array(command.terms.dropFirst()), dot, last)
        case .chain(let inner, let names):
            let value = try chainStart(inner, first, dot)
            return try field(names, of: value, first, Array(command.terms.dropFirst()), dot, last)
        case .variable(let name, let names) where !names.isEmpty:
            return try field(names, of: variable(name), first, Array(command.terms.dropFirst()), dot, last)
        case .function(let name):
            return try call(name, Array(command.terms.dropFirst()), "\(command)", command.position, dot, last)
        default:
            if hasArguments {
                throw failure(first.position, "\(first)", "can't give argument to non-function \(first)")
            }
            if case .null = first.kind { throw failure(first.position, "\(first)", "nil is not a command") }
            return try value(of: first, dot)
        }
    }

    /// The value of a term that stands alone.
    mutating func value(of term: Term, _ dot: Value) throws(TemplateError) -> Value {
        guard workshop.take() else {
            throw failure(term.position, "\(term)", "the template takes more than \(limits.steps) steps")
        }
        switch term.kind {
        case .dot: return dot
        case .null: return .none
        case .bool(let value): return .bool(value)
        case .text(let bytes, _): return .text(Text(bytes: bytes))
        case .number(let number):
            if number.isFloat, let value = number.float { return .float(value) }
            guard let value = number.int else {
                throw failure(term.position, "\(term)", "\(number.written) overflows int")
            }
            return .int(value)
        case .field(let names): return try field(names, of: dot, term, [], dot, nil)
        case .variable(let name, let names):
            return names.isEmpty ? variable(name) : try field(names, of: variable(name), term, [], dot, nil)
        case .function(let name): return try call(name, [], "\(term)", term.position, dot, nil)
        case .pipe(let pipe): return try evaluate(pipe, dot)
        case .chain(let inner, let names):
            return try field(names, of: try chainStart(inner, term, dot), term, [], dot, nil)
        }
    }

    private mutating func chainStart(
        _ inner: Term, _ chain: Term, _ dot: Value
    ) throws(TemplateError) -> Value {
        if case .null = inner.kind {
            throw failure(chain.position, "\(chain)", "indirection through explicit nil in \(chain)")
        }
        return try value(of: inner, dot)
    }

    // MARK: Variables

    private func variable(_ name: String) -> Value { variables.last { $0.name == name }?.value ?? .none }

    private mutating func set(_ name: String, _ value: Value) {
        guard let index = variables.lastIndex(where: { $0.name == name }) else { return }
        variables[index].value = value
    }

    // MARK: Fields and functions

    private mutating func field(
        _ names: [String], of start: Value, _ term: Term, _ arguments: [Term], _ dot: Value, _ last: Value?
    ) throws(TemplateError) -> Value {
        var value = start
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            let hasArguments = isLast && (!arguments.isEmpty || last != nil)
            switch value {
            case .none:
                guard failsOnMissingKeys else { return .none }
                throw failure(
                    term.position, "\(term)", "nil data; no entry for key \(quoted(Array(name.utf8)))")
            case .record(let record) where record.kind.methods.contains(name):
                let count = isLast ? arguments.count + (last == nil ? 0 : 1) : 0
                guard count == 1 else {
                    throw failure(
                        term.position, "\(term)", "wrong number of args for \(name): want 1 got \(count)",
                        isAboutFields: true)
                }
                let argument =
                    if let last { try checked(last, .text, name, term) } else {
                        try evaluate(arguments[0], as: .text, dot)
                    }
                if case .text(let text) = argument { value = record.call(name, text.string) }
            case .record(let record):
                guard let found = record[name] else { throw unknown(name, in: record, term) }
                if hasArguments {
                    throw failure(
                        term.position, "\(term)",
                        "wrong number of args for \(name): want 0 got \(arguments.count + (last == nil ? 0 : 1))",
                        isAboutFields: true)
                }
                value = found
            case .map(let map):
                if hasArguments {
                    throw failure(term.position, "\(term)", "\(name) is not a method but has arguments")
                }
                value = map[name] ?? .none
            default:
                throw failure(
                    term.position, "\(term)", "can't evaluate field \(name) in type \(value.typeName)")
            }
        }
        return value
    }

    private func unknown(_ name: String, in record: Record, _ term: Term) -> TemplateError {
        guard !failsOnMissingKeys else {
            return failure(term.position, "\(term)", "map has no entry for key \(quoted(Array(name.utf8)))")
        }
        let known = (record.kind.fields + record.kind.extras + record.kind.methods).sorted().map { ".\($0)" }
        return failure(
            term.position, "\(term)",
            "can't evaluate field \(name) in type \(record.kind.name); there are \(known.joined(separator: " "))",
            isAboutFields: true)
    }

    private mutating func call(
        _ name: String, _ terms: [Term], _ context: String, _ position: Int, _ dot: Value, _ last: Value?
    ) throws(TemplateError) -> Value {
        guard let function = functions[name] else {
            throw failure(position, context, "\(quoted(Array(name.utf8))) is not a defined function")
        }
        let count = terms.count + (last == nil ? 0 : 1)
        let wanted = function.parameters.count
        guard count == wanted || function.isVariadic && count > wanted else {
            throw failure(
                position, name,
                "wrong number of args for \(name): want \(function.isVariadic ? "at least " : "")\(wanted) got "
                    + "\(function.isVariadic ? terms.count : count)")
        }
        let isShort = name == "and" || name == "or"
        var arguments: [Value] = []
        for (index, term) in terms.enumerated() {
            let parameter = index < wanted ? function.parameters[index] : .any
            let argument = try evaluate(term, as: parameter, dot)
            if isShort, argument.isTrue == (name == "or") { return argument }
            arguments.append(argument)
        }
        if let last {
            let parameter = terms.count < wanted ? function.parameters[terms.count] : .any
            arguments.append(try checked(last, parameter, context, position))
        }
        do throws(Function.Problem) {
            return try function.call(arguments, &workshop)
        } catch {
            throw failure(position, context, "error calling \(name): \(error.sentence)")
        }
    }

    /// An argument's value, which must be of a type.
    private mutating func evaluate(
        _ term: Term, as parameter: Function.Parameter, _ dot: Value
    ) throws(TemplateError) -> Value {
        switch (parameter, term.kind) {
        case (.any, _): return try value(of: term, dot)
        case (.text, .text(let bytes, _)): return .text(Text(bytes: bytes))
        case (.int, .number(let number)):
            guard let value = number.int else {
                throw failure(term.position, "\(term)", "expected integer; found \(term)")
            }
            return .int(value)
        case (.text, .number), (.text, .bool):
            throw failure(term.position, "\(term)", "expected string; found \(term)")
        case (.int, .text), (.int, .bool):
            throw failure(term.position, "\(term)", "expected integer; found \(term)")
        case (.texts, .number), (.texts, .bool), (.texts, .text):
            throw failure(term.position, "\(term)", "can't handle \(term) for arg of type []string")
        case (_, .null):
            guard case .texts = parameter else {
                throw failure(term.position, "\(term)", "cannot assign nil to \(parameter.name)")
            }
            return .list([])
        default: return try checked(try value(of: term, dot), parameter, "\(term)", term.position)
        }
    }

    private func checked(
        _ value: Value, _ parameter: Function.Parameter, _ name: String, _ term: Term
    ) throws(TemplateError) -> Value {
        try checked(value, parameter, "\(term)", term.position)
    }

    private func checked(
        _ value: Value, _ parameter: Function.Parameter, _ context: String, _ position: Int
    ) throws(TemplateError) -> Value {
        switch (parameter, value) {
        case (.any, _), (.text, .text), (.int, .int): return value
        case (.int, .byte(let byte)): return .int(Int64(byte))
        case (.texts, .list(let elements)) where elements.allSatisfy(\.isText): return value
        case (.texts, .none): return .list([])
        case (_, .none):
            throw failure(position, context, "invalid value; expected \(parameter.name)")
        default:
            throw failure(
                position, context,
                "wrong type for value; expected \(parameter.name); got \(value.typeName)")
        }
    }

    // MARK: Errors

    private func tooDeep(_ position: Int, _ context: String) -> TemplateError {
        failure(position, context, "exceeded maximum template depth (\(limits.depth * 2))")
    }

    /// An error with its place: line and column of the position, and the piece of the template.
    private func failure(
        _ position: Int, _ context: String, _ problem: String, isAboutFields: Bool = false
    ) -> TemplateError {
        let before = source.prefix(position)
        let line = before.count { $0 == 0x0A } + 1
        let column = position - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
        let name = quoted(Array(name.utf8))
        return TemplateError(
            "template: :\(line):\(column): executing \(name) at <\(context)>: \(problem)",
            isAboutFields: isAboutFields)
    }
}
