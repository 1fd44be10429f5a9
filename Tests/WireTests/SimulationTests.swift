import Testing
import Wire

/// Requirements A6, A7, H3: the delta protocol under a network, a disk and processes that fail in any order.
@Suite struct `A session in a simulated world` {
    /// Schedules of each form in one run of the tests.
    private static let schedules: UInt64 = 6_000
    private static let pieces: UInt64 = 12

    @Test(arguments: LinkForm.allCases, 0..<pieces)
    func `converges, never goes back, loses nothing acknowledged and hides no gap`(
        form: LinkForm, piece: UInt64
    ) {
        let length = Self.schedules / Self.pieces
        for seed in piece * length..<(piece + 1) * length {
            if let failure = Schedule(seed: seed, form: form).failure() {
                Issue.record(Comment(rawValue: failure))
                return
            }
        }
    }
}
