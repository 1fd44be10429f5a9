/// What a reader accepts at most; checked before anything of that size is built.
package struct JSONLimits: Hashable, Sendable {
    /// Objects and arrays inside one another.
    package var depth: Int
    /// Bytes of the whole text.
    package var length: Int

    package init(depth: Int = 32, length: Int = 64 << 20) {
        self.depth = depth
        self.length = length
    }

    /// 32 levels, 64 MiB.
    package static let standard = JSONLimits()
}

/// What the next value is, told from its first byte.
package enum JSONKind: Hashable, Sendable {
    case object, array, string, number, bool, null
}
