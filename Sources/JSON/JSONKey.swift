/// The name of an object's member: unescaped UTF-8 that can be matched without making a `String`.
package struct JSONKey: Hashable, Sendable {
    /// The name's bytes after unescaping, valid UTF-8.
    package let utf8: ArraySlice<UInt8>

    /// The name as text.
    package var string: String { String(decoding: utf8, as: UTF8.self) }

    /// Lets a `switch` over a key name its members: `case "id":`.
    package static func ~= (name: StaticString, key: JSONKey) -> Bool {
        guard key.utf8.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { wanted in
            var index = key.utf8.startIndex
            for unsafe byte in unsafe wanted {
                guard key.utf8[index] == byte else { return false }
                index += 1
            }
            return true
        }
    }
}
