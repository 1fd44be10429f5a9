extension JSONWriter {
    package mutating func member(_ name: StaticString, _ value: some StringProtocol) {
        key(name)
        string(value)
    }

    package mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
        key(name)
        integer(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    package mutating func member(_ name: StaticString, raw value: some Collection<UInt8>) {
        key(name)
        raw(value)
    }

    package mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    package mutating func array(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        array(body)
    }

    /// Writes a list of strings.
    package mutating func member(_ name: StaticString, _ values: [String]) {
        array(name) { writer in
            for value in values { writer.string(value) }
        }
    }

    // Defaults are left out: a reader takes a missing member for the empty value.

    package mutating func optional(_ name: StaticString, _ value: String) {
        if !value.isEmpty { member(name, value) }
    }

    package mutating func optional(_ name: StaticString, _ value: some FixedWidthInteger) {
        if value != 0 { member(name, value) }
    }

    package mutating func optional(_ name: StaticString, _ value: Bool) {
        if value { member(name, value) }
    }

    package mutating func optional(_ name: StaticString, _ values: [String]) {
        if !values.isEmpty { member(name, values) }
    }

    /// Writes a map with its names in ascending order, so that equal maps give equal bytes.
    package mutating func optional(_ name: StaticString, _ values: [String: String]) {
        guard !values.isEmpty else { return }
        object(name) { writer in
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                writer.string(value)
            }
        }
    }
}
