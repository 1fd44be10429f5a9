/// Makes a tree of the parser's events and refuses what is not wanted.
struct TreeBuilder: ~Copyable {
    private var events: EventParser
    private let limits: YAMLDocument.Limits
    private var count = 0

    init(events: consuming EventParser, limits: YAMLDocument.Limits) {
        self.events = events
        self.limits = limits
    }

    /// The only document's value, or nil for an empty stream.
    mutating func document() throws(YAMLError) -> YAMLNode? {
        var root: YAMLNode?
        var started = false
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd:
                return root
            case .documentStart:
                guard !started else { throw YAMLError(.secondDocument, at: event.position) }
                started = true
                root = try node(try events.next(), depth: 0)
                if case .scalar(let scalar)? = root?.content, scalar.isNull { root = nil }
            case .streamStart, .documentEnd:
                continue
            case .alias, .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd:
                preconditionFailure("a parser of events gives values only within a document")
            }
        }
    }

    private mutating func node(_ event: ParsedEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        if let anchor = event.anchor {
            throw YAMLError(event.kind == .alias ? .alias(anchor) : .anchor(anchor), at: event.position)
        }
        if let tag = event.tag { throw YAMLError(.tag(tag), at: event.position) }
        guard depth <= limits.depth else { throw YAMLError(.depth(limit: limits.depth), at: event.position) }
        count += 1
        guard count <= limits.count else { throw YAMLError(.count(limit: limits.count), at: event.position) }
        switch event.kind {
        case .scalar:
            let scalar = YAMLScalar(text: event.text, isPlain: event.isPlain)
            return YAMLNode(position: event.position, content: .scalar(scalar))
        case .sequenceStart:
            return YAMLNode(position: event.position, content: .sequence(try sequence(depth: depth)))
        case .mappingStart:
            return YAMLNode(position: event.position, content: .mapping(try mapping(depth: depth)))
        case .alias, .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            preconditionFailure("a parser of events begins a value with a scalar, a sequence or a mapping")
        }
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var nodes: [YAMLNode] = []
        while true {
            let event = try events.next()
            if event.kind == .sequenceEnd { return nodes }
            nodes.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if event.kind == .mappingEnd { return entries }
            let key = try node(event, depth: depth + 1)
            guard case .scalar(let scalar) = key.content else {
                throw YAMLError(.compoundKey, at: key.position)
            }
            if let first = lines.updateValue(key.position.line, forKey: scalar.text) {
                throw YAMLError(.duplicateKey(scalar.text, firstLine: first), at: key.position)
            }
            let value = try node(try events.next(), depth: depth + 1)
            entries.append(YAMLEntry(key: scalar.text, position: key.position, value: value))
        }
    }
}
