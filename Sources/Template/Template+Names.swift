extension Template {
    /// The fields and methods that the template names; nil when it uses `.` or `$` as a whole somewhere.
    ///
    /// Whoever has to fetch what fields need can leave the others out.
    package var fieldNames: Set<String>? {
        var names: Set<String> = []
        for nodes in templates.values {
            guard Self.collect(nodes, &names) else { return nil }
        }
        return names
    }

    /// Adds what nodes name; false when they use a whole value.
    private static func collect(_ nodes: [Node], _ names: inout Set<String>) -> Bool {
        nodes.allSatisfy { node in
            switch node {
            case .text, .leaveLoop, .nextTurn: true
            case .action(let pipe): collect(pipe, &names)
            case .condition(let branch), .with(let branch), .loop(let branch):
                collect(branch.pipe, &names) && collect(branch.body, &names)
                    && collect(branch.otherwise, &names)
            case .call(_, let pipe, _): pipe.map { collect($0, &names) } ?? true
            }
        }
    }

    private static func collect(_ pipe: Pipe, _ names: inout Set<String>) -> Bool {
        pipe.commands.allSatisfy { command in command.terms.allSatisfy { collect($0, &names) } }
    }

    private static func collect(_ term: Term, _ names: inout Set<String>) -> Bool {
        switch term.kind {
        case .dot: return false
        case .variable("$", let fields) where fields.isEmpty: return false
        case .variable(_, let fields), .field(let fields): names.formUnion(fields)
        case .chain(let inner, let fields):
            names.formUnion(fields)
            return collect(inner, &names)
        case .pipe(let pipe): return collect(pipe, &names)
        case .null, .bool, .number, .text, .function: return true
        }
        return true
    }
}
