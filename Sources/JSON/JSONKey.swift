/// The name of an object's member: unescaped UTF-8 that can be matched without making a `String`.
package struct JSONKey: Hashable, Sendable {
    /// The name's bytes after unescaping, valid UTF-8.
    package let utf8: ArraySlice<UInt8>

    @usableFromInline
    init(utf8: ArraySlice<UInt8>) {
        self.utf8 = utf8
    }

    /// The name as text.
    package var string: String { String(decoding: utf8, as: UTF8.self) }

    /// Lets a `switch` over a key name its members: `case "id":`.
    ///
    /// Inlined, since most cases of a `switch` differ in their length already.
    @inlinable @inline(__always)
    package static func ~= (name: StaticString, key: JSONKey) -> Bool {
        key.utf8.count == name.utf8CodeUnitCount && key.holds(name)
    }

    /// Compares the bytes; the lengths are equal.
    @usableFromInline
    func holds(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { wanted in
            unsafe utf8.withUnsafeBufferPointer { own in
                for index in 0..<min(own.count, wanted.count) {
                    guard unsafe own[index] == wanted[index] else { return false }
                }
                return true
            }
        }
    }
}
