extension JSONWriter {
    // For strings and the usual integer a form of its own: the general one cannot be specialised over modules.

    /// Writes a member.
    package mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    /// Writes a member.
    package mutating func member(_ name: StaticString, _ value: some StringProtocol) {
        key(name)
        string(String(value))
    }

    /// Writes a member.
    package mutating func member(_ name: StaticString, _ value: Int64) {
        key(name)
        integer(value)
    }

    /// Writes a member.
    package mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
        key(name)
        integer(value)
    }

    /// Writes a member.
    package mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Writes a member whose value is JSON already.
    package mutating func member(_ name: StaticString, raw value: [UInt8]) {
        key(name)
        raw(value)
    }

    /// Writes a member whose value is JSON already.
    package mutating func member(_ name: StaticString, raw value: some Collection<UInt8>) {
        key(name)
        raw(value)
    }

    /// Writes a member that is an object, whose members `body` writes.
    package mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    /// Writes a member that is an array, whose elements `body` writes.
    package mutating func array(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        array(body)
    }

    /// Writes a list of strings.
    package mutating func member(_ name: StaticString, _ values: [String]) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    // Defaults are left out: a reader takes a missing member for the empty value.

    /// Writes a member unless it holds its default.
    package mutating func optional(_ name: StaticString, _ value: String) {
        if !value.isEmpty { member(name, value) }
    }

    /// Writes a member unless it holds its default.
    package mutating func optional(_ name: StaticString, _ value: Int64) {
        if value != 0 { member(name, value) }
    }

    /// Writes a member unless it holds its default.
    package mutating func optional(_ name: StaticString, _ value: some FixedWidthInteger) {
        if value != 0 { member(name, value) }
    }

    /// Writes a member unless it holds its default.
    package mutating func optional(_ name: StaticString, _ value: Bool) {
        if value { member(name, value) }
    }

    /// Writes a member unless it holds its default.
    package mutating func optional(_ name: StaticString, _ values: [String]) {
        if !values.isEmpty { member(name, values) }
    }

    /// Writes a map with its names in ascending order, so that equal maps give equal bytes.
    package mutating func optional(_ name: StaticString, _ values: [String: String]) {
        guard !values.isEmpty else { return }
        key(name)
        beginObject()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            key(name)
            string(value)
        }
        endObject()
    }
}
