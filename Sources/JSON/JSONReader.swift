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
    /// One open object or array.
    struct Frame: Sendable {
        let isObject: Bool
        var isEmpty = true
        /// Where this object's names begin.
        let firstName: Int
    }

    let bytes: [UInt8]
    let end: Int
    let limits: JSONLimits
    /// The offset of the next byte.
    package internal(set) var position: Int
    var frames: [Frame] = []
    var names = NameStack()

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
        self.limits = limits
    }

    /// Reads a slice, such as one that `readRaw` gave.
    package init(_ slice: ArraySlice<UInt8>, limits: JSONLimits = .standard) {
        self.init(Array(slice), limits: limits)
    }

    // MARK: Structure

    /// Enters an object; the members follow by `nextKey`.
    package mutating func beginObject() throws(JSONError) {
        try open(0x7B, isObject: true, "an object")
    }

    /// The name of the next member, or nil after the last one; the caller then reads or skips its value.
    package mutating func nextKey() throws(JSONError) -> JSONKey? {
        guard let name = try nextName() else { return nil }
        return JSONKey(utf8: name.isEscaped ? unescaped(name.content)[...] : bytes[name.content])
    }

    /// Enters an array; the elements follow by `nextElement`.
    package mutating func beginArray() throws(JSONError) {
        try open(0x5B, isObject: false, "an array")
    }

    /// Whether another element follows; the caller then reads or skips it.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try advance(closing: 0x5D)
    }

    /// Checks that only white space follows the value that was read.
    package mutating func finish() throws(JSONError) {
        precondition(frames.isEmpty, "finish() was called inside an object or array")
        skipWhiteSpace()
        guard position == end else { throw JSONError(.trailingBytes, at: position) }
    }

    /// The kind of the next value, from its first byte.
    package mutating func peek() throws(JSONError) -> JSONKind {
        switch try firstByte("a value") {
        case 0x7B: return .object
        case 0x5B: return .array
        case 0x22: return .string
        case 0x74, 0x66: return .bool
        case 0x6E: return .null
        case 0x2D, 0x30...0x39: return .number
        default: throw JSONError(.unexpectedByte, at: position, "a value")
        }
    }

    /// Consumes `null` if it comes next and says whether it did.
    package mutating func readNull() throws(JSONError) -> Bool {
        guard try peek() == .null else { return false }
        try literal("null")
        return true
    }

    /// Reads `true` or `false`.
    package mutating func readBool() throws(JSONError) -> Bool {
        guard try peek() == .bool else { throw JSONError(.wrongType, at: position, "true or false") }
        let isTrue = bytes[position] == 0x74
        try literal(isTrue ? "true" : "false")
        return isTrue
    }

    /// Passes over one value, checking it in full.
    package mutating func skip() throws(JSONError) {
        let outer = frames.count
        repeat {
            switch try peek() {
            case .object: try beginObject()
            case .array: try beginArray()
            case .string: _ = try scanString()
            case .number: _ = try scanNumber()
            case .bool: _ = try readBool()
            case .null: _ = try readNull()
            }
            while frames.count > outer {
                if try frames[frames.count - 1].isObject ? nextName() != nil : nextElement() { break }
            }
        } while frames.count > outer
    }

    /// Passes over one value, checking it in full, and gives its bytes exactly as they stand.
    package mutating func readRaw() throws(JSONError) -> ArraySlice<UInt8> {
        skipWhiteSpace()
        let start = position
        try skip()
        return bytes[start..<position]
    }

    // MARK: Steps

    mutating func skipWhiteSpace() {
        while position < end {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// The first byte of the next value; the place where the length is limited.
    mutating func firstByte(_ what: StaticString) throws(JSONError) -> UInt8 {
        guard end - position <= limits.length else { throw JSONError(.tooLong, at: position) }
        skipWhiteSpace()
        guard position < end else { throw JSONError(.truncated, at: position, what) }
        return bytes[position]
    }

    private mutating func open(_ byte: UInt8, isObject: Bool, _ what: StaticString) throws(JSONError) {
        guard try firstByte(what) == byte else {
            _ = try peek()
            throw JSONError(.wrongType, at: position, what)
        }
        guard frames.count < limits.depth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        frames.append(Frame(isObject: isObject, firstName: names.count))
    }

    /// Steps over a comma, or out at the closing byte.
    private mutating func advance(closing: UInt8) throws(JSONError) -> Bool {
        let top = frames.count - 1
        precondition(top >= 0 && frames[top].isObject == (closing == 0x7D), "not inside such a value")
        skipWhiteSpace()
        guard position < end else { throw JSONError(.truncated, at: position) }
        if bytes[position] == closing {
            position += 1
            let frame = frames.removeLast()
            if frame.isObject { names.removeAll(after: frame.firstName) }
            return false
        }
        if frames[top].isEmpty {
            frames[top].isEmpty = false
        } else {
            try expect(0x2C, "a comma")
            skipWhiteSpace()
        }
        return true
    }

    /// Steps over the next member's name and its colon; nil after the last member.
    private mutating func nextName() throws(JSONError) -> ScannedString? {
        guard try advance(closing: 0x7D) else { return nil }
        guard position < end else { throw JSONError(.truncated, at: position, "a member's name") }
        guard bytes[position] == 0x22 else { throw JSONError(.unexpectedByte, at: position, "a member's name") }
        let start = position
        let name = try scanString()
        guard note(name) else { throw JSONError(.duplicateKey, at: start) }
        skipWhiteSpace()
        try expect(0x3A, "a colon")
        return name
    }

    /// Whether the innermost object has not had this name before.
    private mutating func note(_ name: ScannedString) -> Bool {
        let first = frames[frames.count - 1].firstName
        let plain = name.isEscaped ? unescaped(name.content) : nil
        return unsafe bytes.withUnsafeBufferPointer { text in
            guard let plain else { return unsafe names.insert(name.content, of: text, after: first) }
            return unsafe names.insert(unescaped: plain, of: text, after: first)
        }
    }

    private mutating func expect(_ byte: UInt8, _ what: StaticString) throws(JSONError) {
        guard position < end else { throw JSONError(.truncated, at: position, what) }
        guard bytes[position] == byte else { throw JSONError(.unexpectedByte, at: position, what) }
        position += 1
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        let matches = word.withUTF8Buffer { wanted in
            guard wanted.count <= end - position else { return false }
            for index in 0..<wanted.count where unsafe bytes[position + index] != wanted[index] { return false }
            return true
        }
        guard matches else {
            let isCut = end - position < word.utf8CodeUnitCount
            throw JSONError(isCut ? .truncated : .unexpectedByte, at: position, word)
        }
        position += word.utf8CodeUnitCount
    }
}
