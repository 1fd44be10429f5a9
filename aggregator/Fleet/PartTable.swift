/// Which part of a growing hash table a hash belongs to (linear hashing; Litwin, 1980).
///
/// The table gets one part more at a time, and only the contents of one other part are divided anew: no write
/// ever has to move the whole table, and a part stays small enough to be copied in a microsecond.
enum PartTable {
    /// Entries in a part, on average.
    static let load = 512

    /// The part for a hash when there are `count` parts.
    static func part(for hash: UInt64, among count: Int) -> Int {
        let half = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
        let part = Int(truncatingIfNeeded: hash) & (half * 2 - 1)
        return part < count ? part : part & (half - 1)
    }

    /// The part whose entries are divided between itself and a new one that follows `count` parts.
    static func divided(whenAddingTo count: Int) -> Int {
        count - (1 << (Int.bitWidth - 1 - count.leadingZeroBitCount))
    }
}
