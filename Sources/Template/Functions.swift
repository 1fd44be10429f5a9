extension Function {
    /// Go's own functions and docker's, by name.
    static let all: [String: Function] = goFunctions.merging(dockerFunctions) { $1 }

    /// Go's own functions and docker's as they are for the headings of a table: they let a heading be as it is.
    ///
    /// `pad` works on headings too.
    static let forHeadings: [String: Function] = all.merging([
        "json": Function([.text]) { arguments, _ in arguments[0] },
        "title": Function([.text]) { arguments, _ in arguments[0] },
        "lower": Function([.text]) { arguments, _ in arguments[0] },
        "upper": Function([.text]) { arguments, _ in arguments[0] },
        "truncate": Function([.text, .int]) { arguments, _ in arguments[0] },
        "split": Function([.text, .text]) { arguments, _ in arguments[0] },
        "join": Function([.text, .text]) { arguments, _ in arguments[0] },
    ]) { $1 }

    private static let goFunctions: [String: Function] = [
        // The evaluator ends these two early; here they have all arguments.
        "and": Function([.any], isVariadic: true) { arguments, _ in
            arguments.first { !$0.isTrue } ?? arguments[arguments.count - 1]
        },
        "or": Function([.any], isVariadic: true) { arguments, _ in
            arguments.first { $0.isTrue } ?? arguments[arguments.count - 1]
        },
        "not": Function([.any]) { arguments, _ in .bool(!arguments[0].isTrue) },
        "len": Function([.any]) { arguments, workshop throws(Problem) in
            switch arguments[0] {
            case .text(let text): .int(Int64(workshop.bytes(text).count))
            case .list(let elements): .int(Int64(elements.count))
            case .map(let map): .int(Int64(map.entries.count))
            case .none: throw Problem("len of nil pointer")
            default: throw Problem("len of type \(arguments[0].typeName)")
            }
        },
        "index": Function([.any], isVariadic: true) { arguments, workshop throws(Problem) in
            try index(arguments, workshop)
        },
        "slice": Function([.any], isVariadic: true) { arguments, workshop throws(Problem) in
            try slice(arguments, &workshop)
        },
        "call": Function([.any], isVariadic: true) { arguments, _ throws(Problem) in
            if case .none = arguments[0] { throw Problem("call of nil") }
            throw Problem("non-function of type \(arguments[0].typeName)")
        },
        "print": Function([], isVariadic: true) { arguments, workshop throws(Problem) in
            try workshop.made(joined(arguments, workshop))
        },
        "println": Function([], isVariadic: true) { arguments, workshop throws(Problem) in
            let printer = Printer(workshop)
            let words = arguments.map { printer.text($0) }
            return try workshop.made(Array(words.joined(separator: [0x20])) + [0x0A])
        },
        "printf": Function([.text], isVariadic: true) { arguments, workshop throws(Problem) in
            var printer = Printer(workshop)
            let text = try printer.format(
                workshop.bytes(arguments[0]), Array(arguments.dropFirst()), &workshop)
            return try workshop.made(text)
        },
        "html": Function([], isVariadic: true) { arguments, workshop throws(Problem) in
            try workshop.made(Escape.html(joined(arguments, workshop)))
        },
        "js": Function([], isVariadic: true) { arguments, workshop throws(Problem) in
            try workshop.made(Escape.script(joined(arguments, workshop)))
        },
        "urlquery": Function([], isVariadic: true) { arguments, workshop throws(Problem) in
            try workshop.made(Escape.query(joined(arguments, workshop)))
        },
        "eq": Function([.any], isVariadic: true) { arguments, workshop throws(Problem) in
            guard arguments.count > 1 else { throw Problem("missing argument for comparison") }
            for other in arguments.dropFirst()
            where try Comparison.isEqual(arguments[0], other, workshop) { return .bool(true) }
            return .bool(false)
        },
        "ne": Function([.any, .any]) { arguments, workshop throws(Problem) in
            .bool(try !Comparison.isEqual(arguments[0], arguments[1], workshop))
        },
        "lt": Function([.any, .any]) { arguments, workshop throws(Problem) in
            .bool(try Comparison.isLess(arguments[0], arguments[1], workshop))
        },
        "le": Function([.any, .any]) { arguments, workshop throws(Problem) in
            if try Comparison.isLess(arguments[0], arguments[1], workshop) { return .bool(true) }
            return .bool(try Comparison.isEqual(arguments[0], arguments[1], workshop))
        },
        "gt": Function([.any, .any]) { arguments, workshop throws(Problem) in
            if try Comparison.isLess(arguments[0], arguments[1], workshop) { return .bool(false) }
            return .bool(try !Comparison.isEqual(arguments[0], arguments[1], workshop))
        },
        "ge": Function([.any, .any]) { arguments, workshop throws(Problem) in
            .bool(try !Comparison.isLess(arguments[0], arguments[1], workshop))
        },
    ]

    /// All arguments printed as `print` does: a blank between two neighbours of which neither is a text.
    private static func joined(_ arguments: [Value], _ workshop: Workshop) -> [UInt8] {
        let printer = Printer(workshop)
        var bytes: [UInt8] = []
        for (place, argument) in arguments.enumerated() {
            if place > 0, !argument.isText, !arguments[place - 1].isText { bytes.append(0x20) }
            bytes += printer.text(argument)
        }
        return bytes
    }

    private static func index(_ arguments: [Value], _ workshop: Workshop) throws(Problem) -> Value {
        var item = arguments[0]
        if case .none = item { throw Problem("index of untyped nil") }
        for index in arguments.dropFirst() {
            switch item {
            case .text(let text):
                let bytes = workshop.bytes(text)
                let place = try position(index, upTo: bytes.count)
                guard place < bytes.count else { throw Problem("reflect: string index out of range") }
                item = .byte(bytes[place])
            case .list(let elements):
                let place = try position(index, upTo: elements.count)
                guard place < elements.count else { throw Problem("reflect: slice index out of range") }
                item = elements[place]
            case .map(let map):
                switch index {
                case .text(let key): item = map[key.string] ?? (map.holdsTexts ? .text("") : .none)
                case .none: throw Problem("value is nil; should be of type string")
                default: throw Problem("value has type \(index.typeName); should be string")
                }
            case .none: throw Problem("index of nil pointer")
            default: throw Problem("can't index item of type \(item.typeName)")
            }
        }
        return item
    }

    private static func slice(_ arguments: [Value], _ workshop: inout Workshop) throws(Problem) -> Value {
        let indexes = Array(arguments.dropFirst())
        let count: Int
        switch arguments[0] {
        case .none: throw Problem("slice of untyped nil")
        case _ where indexes.count > 3: throw Problem("too many slice indexes: \(indexes.count)")
        case .text(let text):
            guard indexes.count < 3 else { throw Problem("cannot 3-index slice a string") }
            count = workshop.bytes(text).count
        case .list(let elements): count = elements.count
        default: throw Problem("can't slice item of type \(arguments[0].typeName)")
        }
        var bounds = [0, count]
        for (place, index) in indexes.enumerated() {
            let bound = try position(index, upTo: count)
            if place < 2 { bounds[place] = bound } else { bounds.append(bound) }
        }
        guard bounds[0] <= bounds[1] else {
            throw Problem("invalid slice index: \(bounds[0]) > \(bounds[1])")
        }
        if bounds.count > 2, bounds[1] > bounds[2] {
            throw Problem("invalid slice index: \(bounds[1]) > \(bounds[2])")
        }
        if case .list(let elements) = arguments[0] { return .list(Array(elements[bounds[0]..<bounds[1]])) }
        return try workshop.made(Array(workshop.bytes(arguments[0])[bounds[0]..<bounds[1]]))
    }

    private static func position(_ index: Value, upTo count: Int) throws(Problem) -> Int {
        let number: Int64
        switch index {
        case .int(let value): number = value
        case .byte(let value): number = Int64(value)
        case .none: throw Problem("cannot index slice/array with nil")
        default: throw Problem("cannot index slice/array with type \(index.typeName)")
        }
        guard (0...Int64(count)).contains(number) else { throw Problem("index out of range: \(number)") }
        return Int(number)
    }
}

extension Workshop {
    /// A text that was made, counted.
    mutating func made(_ bytes: [UInt8]) throws(Function.Problem) -> Value {
        try make(bytes: bytes.count)
        return .text(Text(bytes: bytes))
    }
}
