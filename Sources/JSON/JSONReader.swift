/// A strict pull reader for JSON (RFC 8259): the caller says what it expects, the reader checks everything.
///
/// It refuses what lenient readers let through: bytes that are not UTF-8, a byte order mark, duplicate names, lone
/// surrogates, numbers with leading zeros or beyond a double, and whatever passes its limits. Values that are skipped
/// are checked as strictly as values that are read, since their bytes may be stored and sent on.
///
///     var reader = JSONReader(bytes)
///     try reader.beginObject()
///     while let key = try reader.nextKey() {
///         switch key {
///         case "id": id = try reader.readString()
///         default: try reader.skip()
///         }
///     }
///     try reader.finish()
package struct JSONReader: Sendable {
    let bytes: [UInt8]
    let end: Int
    /// The offset of the next byte.
    package internal(set) var position: Int
    /// Which objects and arrays are open.
    var nesting: Nesting

    /// Reads the whole of `bytes`.
    package init(_ bytes: [UInt8], limits: JSONLimits = .standard) {
        self.init(bytes, in: 0..<bytes.count, limits: limits)
    }

    /// Reads a part of `bytes`; offsets in errors count from the start of the array.
    package init(_ bytes: [UInt8], in range: Range<Int>, limits: JSONLimits = .standard) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
        nesting = Nesting(limits)
    }

    /// Reads a slice, such as one that `readRaw` gave.
    package init(_ slice: ArraySlice<UInt8>, limits: JSONLimits = .standard) {
        self.init(Array(slice), limits: limits)
    }

    // MARK: Structure

    /// Enters an object; the members follow by `nextKey`.
    package mutating func beginObject() throws(JSONError) {
        let start = try beginning(0x7B, "an object")
        try nesting.open(isObject: true, at: start)
        position = start + 1
    }

    /// The name of the next member, or nil after the last one; the caller then reads or skips its value.
    package mutating func nextKey() throws(JSONError) -> JSONKey? {
        let name = try withText { text, position, nesting throws(JSONError) -> ScannedName? in
            guard let place = try nesting.nextName(in: text, &position) else { return nil }
            return ScannedName(
                content: place.content, plain: place.isEscaped ? text.unescaped(place.content) : nil)
        }
        guard let name else { return nil }
        return JSONKey(utf8: name.plain.map { $0[...] } ?? bytes[name.content])
    }

    /// Enters an array; the elements follow by `nextElement`.
    package mutating func beginArray() throws(JSONError) {
        let start = try beginning(0x5B, "an array")
        try nesting.open(isObject: false, at: start)
        position = start + 1
    }

    /// Whether another element follows; the caller then reads or skips it.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try withText { text, position, nesting throws(JSONError) in
            try nesting.advance(in: text, &position, closing: 0x5D)
        }
    }

    /// Checks that only white space follows the value that was read.
    package mutating func finish() throws(JSONError) {
        precondition(nesting.depth == 0, "finish() was called inside an object or array")
        skipWhiteSpace()
        guard position == end else { throw JSONError(.trailingBytes, at: position) }
    }

    /// The kind of the next value, from its first byte.
    package mutating func peek() throws(JSONError) -> JSONKind {
        try withText { text, position, nesting throws(JSONError) in
            position = try nesting.valueStart(in: text, position, "a value")
            guard let kind = JSONKind(firstByte: text[position]) else {
                throw JSONError(.unexpectedByte, at: position, "a value")
            }
            return kind
        }
    }

    /// Passes over one value, checking it in full.
    package mutating func skip() throws(JSONError) {
        try withText { text, position, nesting throws(JSONError) in
            try nesting.skipValue(in: text, &position)
        }
    }

    /// Passes over one value, checking it in full, and gives its bytes exactly as they stand.
    package mutating func readRaw() throws(JSONError) -> ArraySlice<UInt8> {
        skipWhiteSpace()
        let start = position
        try skip()
        return bytes[start..<position]
    }

    // MARK: Steps

    private struct ScannedName {
        let content: Range<Int>
        let plain: [UInt8]?
    }

    /// Lends the bytes to one step; what moves is handed over apart from them, so that they need not be copied.
    @inline(__always)
    mutating func withText<Answer>(
        _ step: (ScanText, inout Int, inout Nesting) throws(JSONError) -> Answer
    ) throws(JSONError) -> Answer {
        let end = end
        var position = position
        defer { self.position = position }
        return try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> Answer in
            try step(unsafe ScanText(buffer, end: end), &position, &nesting)
        }
    }

    /// Where the next value begins, which must do so with that byte.
    mutating func beginning(_ byte: UInt8, _ what: StaticString) throws(JSONError) -> Int {
        try withText { text, position, nesting throws(JSONError) in
            position = try nesting.valueStart(in: text, position, what)
            if text[position] == byte { return position }
            let isValue = JSONKind(firstByte: text[position]) != nil
            throw isValue
                ? JSONError(.wrongType, at: position, what)
                : JSONError(.unexpectedByte, at: position, "a value")
        }
    }

    mutating func skipWhiteSpace() {
        while position < end {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }
}

extension JSONKind {
    /// What a value is that begins so; nil when none does.
    @inline(__always)
    init?(firstByte: UInt8) {
        switch firstByte {
        case 0x7B: self = .object
        case 0x5B: self = .array
        case 0x22: self = .string
        case 0x74, 0x66: self = .bool
        case 0x6E: self = .null
        case 0x2D, 0x30...0x39: self = .number
        default: return nil
        }
    }
}
