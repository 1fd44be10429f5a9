extension HTTPServerRequest {
    /// A request's header lines; texts are made only for those that are asked for.
    package struct Headers: Sendable {
        private var bytes: [UInt8]
        private var fields: [Field]

        /// Where a line lies in `bytes`.
        private struct Field {
            let name: Range<Int>
            let value: Range<Int>
        }

        package init() {
            bytes = []
            fields = []
        }

        /// The value of a header, nil when it is absent; several lines of one name are joined with `, `.
        ///
        /// - Parameter name: In small letters.
        package subscript(name: String) -> String? {
            var found: String?
            for field in fields where matches(field, name.utf8) {
                let value = String(decoding: bytes[field.value], as: UTF8.self)
                found = found.map { "\($0), \(value)" } ?? value
            }
            return found
        }

        /// How many lines have this name, given in small letters.
        package func count(of name: String) -> Int {
            fields.count { matches($0, name.utf8) }
        }

        /// The number of lines.
        package var count: Int { fields.count }

        /// Adds a line, for tests of handlers.
        package mutating func append(_ name: String, _ value: String) {
            let start = bytes.count
            bytes.append(contentsOf: name.utf8)
            let middle = bytes.count
            bytes.append(contentsOf: value.utf8)
            fields.append(Field(name: start..<middle, value: middle..<bytes.count))
        }

        mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
            let start = bytes.count
            for index in name.indices { bytes.append(name[index]) }
            let middle = bytes.count
            for index in value.indices { bytes.append(value[index]) }
            fields.append(Field(name: start..<middle, value: middle..<bytes.count))
        }

        mutating func reserve(lines: Int, bytes count: Int) {
            fields.reserveCapacity(lines)
            bytes.reserveCapacity(count)
        }

        private func matches(_ field: Field, _ name: String.UTF8View) -> Bool {
            guard field.name.count == name.count else { return false }
            var at = field.name.lowerBound
            for wanted in name {
                let byte = bytes[at]
                let small = (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
                if small != wanted { return false }
                at += 1
            }
            return true
        }
    }
}
