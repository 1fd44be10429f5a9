import Synchronization

/// When something happened first, told from one task to another.
final class Mark: Sendable {
    private let first = Mutex<Int64?>(nil)

    /// The time that was set first; nil before that.
    var time: Int64? { first.withLock { $0 } }

    func set(_ time: Int64) {
        first.withLock { if $0 == nil { $0 = time } }
    }
}
