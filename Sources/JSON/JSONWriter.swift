/// An append-only writer of JSON: what it makes is always well formed, without spaces.
///
///     var writer = JSONWriter()
///     writer.object { writer in
///         writer.member("id", id)
///         writer.array("ports") { writer in writer.integer(80) }
///     }
package struct JSONWriter: Sendable {
    /// What has been written so far.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object whose members `body` writes.
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// Writes an array whose elements `body` writes.
    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginArray()
        body(&self)
        endArray()
    }

    /// Opens an object; members and `endObject` must follow.
    package mutating func beginObject() {
        separate()
        bytes.append(0x7B)
        needsComma = false
    }

    /// Closes the object that was opened last.
    package mutating func endObject() {
        bytes.append(0x7D)
        needsComma = true
    }

    /// Opens an array; elements and `endArray` must follow.
    package mutating func beginArray() {
        separate()
        bytes.append(0x5B)
        needsComma = false
    }

    /// Closes the array that was opened last.
    package mutating func endArray() {
        bytes.append(0x5D)
        needsComma = true
    }

    /// Writes a member's name, which needs no escapes; a value must follow.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(0x22)
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(0x22)
        bytes.append(0x3A)
        needsComma = false
    }

    /// Writes a member's name that came from elsewhere; a value must follow.
    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(0x3A)
        needsComma = false
    }

    /// Writes a member's name of UTF-8 bytes that the caller vouches for; a value must follow.
    package mutating func key(utf8 name: some Collection<UInt8>) {
        string(utf8: name)
        bytes.append(0x3A)
        needsComma = false
    }

    /// Writes a member's name that came from elsewhere; a value must follow.
    package mutating func key(_ name: some StringProtocol) {
        key(String(name))
    }

    /// Writes text as a string.
    package mutating func string(_ value: String) {
        separate()
        quote(value)
        needsComma = true
    }

    /// Writes text as a string.
    package mutating func string(_ value: some StringProtocol) {
        string(String(value))
    }

    /// Writes UTF-8 bytes as a string; the caller vouches that they are valid.
    package mutating func string(utf8 value: some Collection<UInt8>) {
        separate()
        let isWritten: Void? = value.withContiguousStorageIfAvailable { unsafe quote($0) }
        if isWritten == nil { unsafe Array(value).withUnsafeBufferPointer { unsafe quote($0) } }
        needsComma = true
    }

    /// Writes an integer.
    package mutating func integer(_ value: Int64) {
        separate()
        digits(of: value.magnitude, isNegative: value < 0)
        needsComma = true
    }

    /// Writes an integer of at most 64 bits.
    package mutating func integer(_ value: some FixedWidthInteger) {
        separate()
        digits(of: UInt64(value.magnitude), isNegative: value < 0)
        needsComma = true
    }

    /// Writes a finite number; what JSON cannot say (an infinity, not-a-number) becomes `null`.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
        needsComma = true
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    /// Writes `null`.
    package mutating func null() {
        literal("null")
    }

    /// Writes bytes that are one JSON value already.
    package mutating func raw(_ value: [UInt8]) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    /// Writes bytes that are one JSON value already.
    package mutating func raw(_ value: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    /// Appends a line feed after a whole value, as NDJSON wants it, ready for the next value.
    package mutating func newline() {
        bytes.append(0x0A)
        needsComma = false
    }

    // MARK: Steps

    private mutating func separate() {
        if needsComma { bytes.append(0x2C) }
    }

    private mutating func literal(_ word: StaticString) {
        separate()
        word.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        needsComma = true
    }

    /// Appends the decimal digits, the last one drawn first.
    private mutating func digits(of magnitude: UInt64, isNegative: Bool) {
        if isNegative { bytes.append(0x2D) }
        guard magnitude > 9 else {
            bytes.append(0x30 + UInt8(magnitude))
            return
        }
        var rest = magnitude
        var digits: [20 of UInt8] = .init(repeating: 0)
        var first = 20
        while rest > 0 {
            first -= 1
            digits[first] = 0x30 + UInt8(rest % 10)
            rest /= 10
        }
        for index in first..<20 { bytes.append(digits[index]) }
    }

    private mutating func quote(_ text: String) {
        // Only a text that is bridged or lazy has no contiguous bytes; on Linux there are none.
        let isWritten: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe quote($0) }
        if isWritten == nil { unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe quote($0) } }
    }

    /// Quotes text, escaping only what RFC 8259 requires and DEL; what lies between is appended as it is.
    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(0x22)
        var start = 0
        while true {
            let clean = unsafe ByteWord.endForWriting(text, from: start)
            if clean > start {
                unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<clean]))
            }
            guard clean < text.count else { break }
            escape(unsafe text[clean])
            start = clean + 1
        }
        bytes.append(0x22)
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(0x5C)
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x0A: bytes.append(0x6E)
        case 0x0D: bytes.append(0x72)
        case 0x09: bytes.append(0x74)
        default:
            for digit in [0x75, 0x30, 0x30, Self.hexadecimal(byte >> 4), Self.hexadecimal(byte & 15)] {
                bytes.append(digit)
            }
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? 0x30 + digit : 0x57 + digit
    }
}
