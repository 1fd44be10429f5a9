/// The texts of a change set, hashed and waiting to be interned; numbered after `Strings.Known`.
struct Texts: Sendable {
    private var utf8: [UInt8] = []
    private var ends: [Int] = []
    private(set) var hashes: [UInt64] = []

    /// How many there are.
    var count: Int { ends.count }

    /// Keeps a text and gives its number within this set.
    mutating func add(_ text: ArraySlice<UInt8>) -> UInt32 {
        if text.isEmpty { return Strings.Known.empty }
        hashes.append(Strings.hash(text))
        utf8.append(contentsOf: text)
        ends.append(utf8.count)
        return Strings.Known.count + UInt32(ends.count - 1)
    }

    /// Forgets the texts from `count` on.
    mutating func drop(from count: Int) {
        utf8.removeSubrange((count == 0 ? 0 : ends[count - 1])...)
        ends.removeSubrange(count...)
        hashes.removeSubrange(count...)
    }

    /// The bytes of the text at `index`, counted from 0.
    subscript(index: Int) -> ArraySlice<UInt8> {
        utf8[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }
}
