/// Which objects and arrays are open around the reader's place, and the steps from one value to the next.
struct Nesting: Sendable {
    /// One open object or array.
    private struct Frame: Sendable {
        let isObject: Bool
        var isEmpty = true
        /// Where this object's names begin.
        let firstName: Int
    }

    private let limits: JSONLimits
    private var frames: [Frame] = []
    private var names = NameStack()

    init(_ limits: JSONLimits) {
        self.limits = limits
    }

    var depth: Int { frames.count }

    /// Where the next value begins; the place where the length is limited.
    @inline(__always)
    func valueStart(in text: ScanText, _ position: Int, _ what: StaticString) throws(JSONError) -> Int {
        guard text.end - position <= limits.length else { throw JSONError(.tooLong, at: position) }
        let start = text.skippingSpace(from: position)
        guard start < text.end else { throw JSONError(.truncated, at: start, what) }
        return start
    }

    /// Enters an object or array whose first byte stands at `start`.
    @inline(__always)
    mutating func open(isObject: Bool, at start: Int) throws(JSONError) {
        guard frames.count < limits.depth else { throw JSONError(.tooDeep, at: start) }
        frames.append(Frame(isObject: isObject, firstName: names.count))
    }

    /// Steps over a comma, or out at the closing byte; whether something follows.
    @inline(__always)
    mutating func advance(in text: ScanText, _ position: inout Int, closing: UInt8) throws(JSONError) -> Bool
    {
        let top = frames.count - 1
        precondition(top >= 0 && frames[top].isObject == (closing == 0x7D), "not inside such a value")
        position = text.skippingSpace(from: position)
        guard position < text.end else { throw JSONError(.truncated, at: position) }
        if text[position] == closing {
            position += 1
            let frame = frames.removeLast()
            if frame.isObject { names.removeAll(after: frame.firstName) }
            return false
        }
        if frames[top].isEmpty {
            frames[top].isEmpty = false
        } else {
            guard text[position] == 0x2C else { throw JSONError(.unexpectedByte, at: position, "a comma") }
            position = text.skippingSpace(from: position + 1)
        }
        return true
    }

    /// Steps over the next member's name and its colon; nil after the last member.
    @inline(__always)
    mutating func nextName(
        in text: ScanText, _ position: inout Int
    ) throws(JSONError) -> ScanText.StringPlace? {
        guard try advance(in: text, &position, closing: 0x7D) else { return nil }
        guard position < text.end else { throw JSONError(.truncated, at: position, "a member's name") }
        guard text[position] == 0x22 else {
            throw JSONError(.unexpectedByte, at: position, "a member's name")
        }
        let name = try text.string(at: position)
        guard names.insert(name, of: text, after: frames[frames.count - 1].firstName) else {
            throw JSONError(.duplicateKey, at: position)
        }
        position = text.skippingSpace(from: name.end)
        guard position < text.end else { throw JSONError(.truncated, at: position, "a colon") }
        guard text[position] == 0x3A else { throw JSONError(.unexpectedByte, at: position, "a colon") }
        position += 1
        return name
    }

    /// Passes over one value, checking it in full; a loop, since the text may be deeper than the stack.
    mutating func skipValue(in text: ScanText, _ position: inout Int) throws(JSONError) {
        let outer = frames.count
        repeat {
            let start = try valueStart(in: text, position, "a value")
            position = start
            switch text[start] {
            case 0x22: position = try text.string(at: start).end
            case 0x7B:
                try open(isObject: true, at: start)
                position = start + 1
            case 0x5B:
                try open(isObject: false, at: start)
                position = start + 1
            case 0x2D, 0x30...0x39: position = try text.number(at: start).range.upperBound
            case 0x74: position = try text.literalEnd("true", at: start)
            case 0x66: position = try text.literalEnd("false", at: start)
            case 0x6E: position = try text.literalEnd("null", at: start)
            default: throw JSONError(.unexpectedByte, at: start, "a value")
            }
            while frames.count > outer {
                if frames[frames.count - 1].isObject {
                    if try nextName(in: text, &position) != nil { break }
                } else if try advance(in: text, &position, closing: 0x5D) {
                    break
                }
            }
        } while frames.count > outer
    }
}
