import CYAML

/// One event of the parser, copied out of libyaml's memory.
struct ParsedEvent {
    /// What an event tells.
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias, scalar, sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    var kind: Kind
    var position: YAMLPosition
    var text = ""
    var isPlain = false
    var anchor: String?
    var tag: String?
}

/// Owns one libyaml parser and the bytes that it reads.
///
/// The parser keeps pointers into itself and into the bytes, so both live on the heap until `deinit`.
@safe struct EventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let started: Bool

    init(_ bytes: [UInt8]) {
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        _ = unsafe input.initialize(from: bytes)
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        started = unsafe yaml_parser_initialize(parser) == 1
        if started { unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count) }
        unsafe self.parser = unsafe parser
        unsafe self.input = unsafe input
    }

    deinit {
        if started { unsafe yaml_parser_delete(parser) }
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; after the last one, again the last one.
    func next() throws(YAMLError) -> ParsedEvent {
        guard started else { throw YAMLError(.memory, at: YAMLPosition(line: 1, column: 1)) }
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else {
            throw unsafe Self.failure(of: parser.pointee)
        }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe Self.parsed(event)
    }

    private static func parsed(_ event: yaml_event_t) -> ParsedEvent {
        let position = unsafe Self.position(event.start_mark)
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return unsafe ParsedEvent(
                kind: .scalar,
                position: position,
                text: String(decoding: bytes, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: text(scalar.anchor),
                tag: text(scalar.tag),
            )
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe ParsedEvent(
                kind: .sequenceStart, position: position, anchor: text(start.anchor), tag: text(start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe ParsedEvent(
                kind: .mappingStart, position: position, anchor: text(start.anchor), tag: text(start.tag))
        case YAML_ALIAS_EVENT:
            return unsafe ParsedEvent(
                kind: .alias, position: position, anchor: text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_END_EVENT: return ParsedEvent(kind: .sequenceEnd, position: position)
        case YAML_MAPPING_END_EVENT: return ParsedEvent(kind: .mappingEnd, position: position)
        case YAML_DOCUMENT_START_EVENT: return ParsedEvent(kind: .documentStart, position: position)
        case YAML_DOCUMENT_END_EVENT: return ParsedEvent(kind: .documentEnd, position: position)
        case YAML_STREAM_START_EVENT: return ParsedEvent(kind: .streamStart, position: position)
        default: return ParsedEvent(kind: .streamEnd, position: position)
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(decodingCString: pointer, as: UTF8.self)
    }

    private static func position(_ mark: yaml_mark_t) -> YAMLPosition {
        YAMLPosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private static func failure(of parser: yaml_parser_t) -> YAMLError {
        let place = unsafe position(parser.problem_mark)
        if unsafe parser.error == YAML_MEMORY_ERROR { return YAMLError(.memory, at: place) }
        let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "no reason given"
        if unsafe parser.error == YAML_READER_ERROR {
            // The reader knows an offset only; bytes before it were accepted.
            let offset = unsafe parser.problem_offset
            let place = unsafe YAMLPosition(
                line: Int(parser.mark.line) + 1, column: Int(parser.mark.column) + 1)
            return YAMLError(.syntax("\(problem) (at byte \(offset))"), at: place)
        }
        guard let context = unsafe parser.context else { return YAMLError(.syntax(problem), at: place) }
        return unsafe YAMLError(.syntax("\(String(cString: context)), \(problem)"), at: place)
    }
}
