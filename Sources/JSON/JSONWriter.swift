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

    package mutating func beginObject() {
        separate()
        bytes.append(0x7B)
        needsComma = false
    }

    package mutating func endObject() {
        bytes.append(0x7D)
        needsComma = true
    }

    package mutating func beginArray() {
        separate()
        bytes.append(0x5B)
        needsComma = false
    }

    package mutating func endArray() {
        bytes.append(0x5D)
        needsComma = true
    }

    /// Writes a member's name; a value must follow.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(0x22)
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(0x22)
        bytes.append(0x3A)
        needsComma = false
    }

    /// Writes a member's name that came from elsewhere; a value must follow.
    package mutating func key(_ name: some StringProtocol) {
        separate()
        quote(name.utf8)
        bytes.append(0x3A)
        needsComma = false
    }

    package mutating func string(_ value: some StringProtocol) {
        separate()
        quote(value.utf8)
        needsComma = true
    }

    /// Writes UTF-8 bytes as a string; the caller vouches that they are valid.
    package mutating func string(utf8 value: some Collection<UInt8>) {
        separate()
        quote(value)
        needsComma = true
    }

    package mutating func integer(_ value: some FixedWidthInteger) {
        separate()
        digits(of: value)
        needsComma = true
    }

    /// Writes a finite number; what JSON cannot say (an infinity, not-a-number) becomes `null`.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
        needsComma = true
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? Self.trueBytes : Self.falseBytes)
    }

    package mutating func null() {
        raw(Self.nullBytes)
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

    private static let trueBytes = Array("true".utf8)
    private static let falseBytes = Array("false".utf8)
    private static let nullBytes = Array("null".utf8)
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    private mutating func separate() {
        if needsComma { bytes.append(0x2C) }
    }

    private mutating func digits(of value: some FixedWidthInteger) {
        var magnitude = UInt64(value.magnitude)
        if value < 0 { bytes.append(0x2D) }
        let start = bytes.count
        repeat {
            bytes.append(0x30 + UInt8(magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[start...].reverse()
    }

    /// Quotes text, escaping only what RFC 8259 requires and DEL.
    private mutating func quote(_ text: some Collection<UInt8>) {
        bytes.append(0x22)
        for byte in text {
            switch byte {
            case 0x22, 0x5C:
                bytes.append(0x5C)
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
            case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
            case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
            case 0..<0x20, 0x7F:
                bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30])
                bytes.append(Self.hexadecimal[Int(byte >> 4)])
                bytes.append(Self.hexadecimal[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}
