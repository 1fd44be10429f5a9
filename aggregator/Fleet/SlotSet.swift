/// Slots without order, one bit each: a million are 125 kB, and to add one that is there costs nothing.
struct SlotSet {
    private var words: [UInt64]

    /// Starts empty, for slots below `capacity`.
    init(capacity: Int) {
        words = Array(repeating: 0, count: (capacity + 63) / 64)
    }

    mutating func insert(_ slot: UInt32) {
        words[Int(slot) >> 6] |= 1 << UInt64(slot & 63)
    }

    /// Every slot, ascending.
    func forEach(_ body: (UInt32) -> Void) {
        for (index, word) in words.enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                body(UInt32(index << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
    }
}
